"""The action plans of the demo: what people agree when they start, and what of it they have done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from config.demo.days import Days
from participants.models import PlanAction, Whose

if TYPE_CHECKING:
    from config.demo.journeys import Journey

GOALS: Final = (
    "Work near home that fits around school hours",
    "A first job in a kitchen or a bakery",
    "Part-time work in care",
    "Back to work in a warehouse, on early shifts",
    "A job in an office, after a course in spreadsheets",
    "Steady work outdoors",
)
# What is done, by whom, and how many days after the plan it is due.
STEPS: Final = (
    ("Write a CV and bring it along", Whose.PARTICIPANT, 14),
    ("Register with two agencies", Whose.PARTICIPANT, 21),
    ("Apply for three jobs each week", Whose.PARTICIPANT, 28),
    ("Practise an interview", Whose.PARTICIPANT, 28),
    ("Open a bank account", Whose.PARTICIPANT, 21),
    ("Ask about childcare at the children's centre", Whose.PARTICIPANT, 14),
    ("Send vacancies nearby by text message", Whose.ADVISER, 7),
    ("Book a place on a food hygiene course", Whose.ADVISER, 14),
    ("Work out what would be earned beside benefits", Whose.ADVISER, 14),
)
MOST: Final = 0.9
DONE: Final = 0.97
LATE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as it is agreed at the start, and when each of its steps was ticked off, if it was."""

    at: datetime
    agreed_on: date
    goal: str
    review_on: date
    steps: tuple[tuple[PlanAction, datetime | None], ...]


def plan(journey: Journey, days: Days) -> Planned | None:
    """What somebody who started agreed on that day; a few agreed nothing. By a chance of its own."""
    chance, enrolled = Random(f"plan {journey.terms.code} {journey.serial}"), journey.enrolled
    if enrolled is None or chance.random() > MOST:
        return None
    agreed_on, last_day = enrolled.started_on, journey.ending.ended_on if journey.ending else days.today
    steps = []
    for position, (what, whose, within) in enumerate(chance.sample(STEPS, chance.randint(2, 4))):
        due_on = agreed_on + timedelta(days=within)
        done_on = days.working(due_on - timedelta(days=chance.randint(0, 5)))
        is_done = chance.random() < DONE and done_on < last_day
        done_at = days.moment(chance, done_on, after=enrolled.started_at) if is_done else None
        steps.append((PlanAction(position, what, whose, due_on), done_at))
    # Looked at again every four weeks: the next time lies ahead, and of a few behind.
    passed = (days.today - agreed_on).days // 28
    is_late = passed > 0 and chance.random() < LATE
    review_on = agreed_on + timedelta(days=28 * (passed if is_late else passed + 1))
    return Planned(enrolled.started_at, agreed_on, chance.choice(GOALS), review_on, tuple(steps))
