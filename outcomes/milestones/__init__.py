"""Milestones: what a person reached and on which day, worked out from the facts and never typed in.

`rules_from` makes rules from data, `reached` says what was reached by a day, and `outlook` what comes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from outcomes.milestones.ahead import AHEAD, Outlook, at_most, outlook
from outcomes.milestones.facts import Case, Hours, Pay, Rate, Spell, Step
from outcomes.milestones.hours import HoursWeeks
from outcomes.milestones.pay import Earnings
from outcomes.milestones.rule import Known, Rates, Rule, last_day_of
from outcomes.milestones.rules import RULES, rule_from, rules_from
from outcomes.milestones.steps import EducationOrTraining, ProgressMeasure, Qualification, WellbeingGain
from outcomes.milestones.sustainment import Sustainment
from outcomes.milestones.words import days, pounds, spoken
from outcomes.milestones.work import JobStart, SelfEmployedDays, Start, WeeksInWindow, WeeksInWork
from programmes.working_days import Calendar

__all__ = [
    "RULES",
    "Case",
    "Course",
    "Earnings",
    "EducationOrTraining",
    "Hours",
    "HoursWeeks",
    "JobStart",
    "Outlook",
    "Pay",
    "ProgressMeasure",
    "Qualification",
    "Rate",
    "Rates",
    "Reached",
    "Rule",
    "SelfEmployedDays",
    "Spell",
    "Start",
    "Step",
    "Sustainment",
    "WeeksInWindow",
    "WeeksInWork",
    "WellbeingGain",
    "at_most",
    "course",
    "days",
    "last_day_of",
    "outlook",
    "pounds",
    "reached",
    "rule_from",
    "rules_from",
    "spoken",
]


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone on the day it was reached, the first day it may be claimed, and why in words."""

    code: str
    ordinal: int
    reached_on: date
    claimable_from: date
    why: str


@dataclass(frozen=True, slots=True)
class Course:
    """What was reached by a day, and the first day after it on which that is more or one has to look again.

    As of every day before `again_on` the same was reached, as long as no fact and no rule changes.
    """

    reached: tuple[Reached, ...]
    again_on: date


def reached(case: Case, rules: Sequence[Rule], at: date, calendar: Calendar) -> tuple[Reached, ...]:
    """Every milestone of `rules` that `case` has reached by `at`, in the order of the days.

    A later `at` only appends. Raises ValueError when a rule follows a milestone that is not among `rules`.
    """
    return _up_to(at, Known.of(case, rules, at), calendar)


def course(case: Case, rules: Sequence[Rule], at: date, calendar: Calendar) -> Course:
    """The same, and how long it stays as it is: worked out once, as of a day far ahead.

    Since a later day only appends, what was reached by `at` is what of it lies at or before `at`, word for word.
    """
    ahead = Known.of(case, rules, at + AHEAD)
    to_come = (on for rule in rules for on, _ in ahead.marks(rule.code) if on > at)
    return Course(_up_to(at, ahead, calendar), min(to_come, default=at + AHEAD))


def _up_to(at: date, known: Known, calendar: Calendar) -> tuple[Reached, ...]:
    found = [
        Reached(rule.code, ordinal, on, calendar.add_working_days(on, rule.claim_after_working_days), why)
        for rule in known.rules.values()
        for ordinal, (on, why) in enumerate(known.marks(rule.code), start=1)
        if on <= at
    ]
    return tuple(sorted(found, key=lambda milestone: milestone.reached_on))
