"""Milestone rules as sentences, for the page of a contract."""

from outcomes.milestone_rules import (
    JobStart,
    Rule,
    Start,
    Sustainment,
    WeeksInWindow,
    WeeksInWork,
    rules_from,
)
from programmes.milestones import Meaning, Rows


def meanings(rows: Rows) -> list[Meaning]:
    """What rows of milestone rules mean, in order. Raises ValueError that begins with the field that is wrong."""
    return [Meaning(rule.code, rule.label, rule.most, in_words(rule)) for rule in rules_from(rows)]


def in_words(rule: Rule) -> str:
    """The day on which a milestone is reached, and from when it may be claimed."""
    reached = f"Reached on {_day(rule)}."
    if rule.claim_after_working_days:
        return f"{reached} Claimable {rule.claim_after_working_days} working days later."
    return reached


def _day(rule: Rule) -> str:
    match rule:
        case Start():
            return "the day of the start"
        case JobStart():
            return "the first day of the earliest job that begins on or after the start"
        case WeeksInWindow():
            span = f"the {rule.within_weeks} weeks up to it"
            return (
                f"the first day on which the days in work in {span} come to {rule.weeks} weeks{_until(rule)}"
            )
        case WeeksInWork():
            return f"the first day on which the days in work since the start come to {rule.weeks} weeks{_until(rule)}"
        case Sustainment():
            condition = " and none on benefit" if rule.off_benefit else ""
            return (
                f"the last day of each four weeks in a row that have a day in work{condition} in every week,"
                f" at most {rule.max} times"
            )
        case _:
            raise NotImplementedError(type(rule).__name__)


def _until(rule: WeeksInWork) -> str:
    if rule.until is None:
        return ""
    return (
        ", within the time allotted"
        if rule.until == "allotted"
        else f", within {rule.until} days of the start"
    )
