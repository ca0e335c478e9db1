"""Cases and rules that the tests of the milestone engine share."""

from datetime import date, timedelta
from typing import Any

from outcomes.milestones import Case, Rule, Spell, rule_from
from programmes.working_days import Calendar

WEEKDAYS_ONLY = Calendar()
LATER = date(2030, 12, 31)
STARTED = date(2025, 4, 7)  # a Monday

START = rule_from({"rule": "start", "code": "start", "label": "Start"})
JOB_START = rule_from({"rule": "job_start", "code": "job_start", "label": "Job start"})
JOB_OUTCOME = rule_from({"rule": "weeks_in_work", "code": "job_outcome", "label": "Job outcome", "weeks": 26})
TWO_WEEKS = rule_from({"rule": "weeks_in_work", "code": "two_weeks", "label": "Two weeks", "weeks": 2})
SHORT = rule_from(
    {
        "rule": "weeks_in_window",
        "code": "short",
        "label": "Short",
        "weeks": 13,
        "within_weeks": 26,
    }
)
SUSTAINED = rule_from(
    {"rule": "weeks_in_window", "code": "sustained", "label": "Sustained", "weeks": 26, "within_weeks": 52}
)


def sustainment(**changes: Any) -> Rule:
    data = {"rule": "sustainment", "code": "sustainment", "label": "Sustainment"}
    return rule_from(data | {"max": 13, "follows": "two_weeks", "least_days": 1} | changes)


def case(*spells: Spell, **facts: Any) -> Case:
    return Case(STARTED, date(2025, 3, 20), spells, **facts)


def job(first: date, last: date | None = None) -> Spell:
    return Spell(first, last)


def in_work(first: date, days: int) -> Spell:
    """A job of exactly this many days."""
    return Spell(first, first + timedelta(days=days - 1))


def day(number: int) -> date:
    """Day 1 is the day of the start."""
    return STARTED + timedelta(days=number - 1)
