"""Milestone rules as sentences, for the page of a contract."""

from outcomes.milestones import (
    Earnings,
    EducationOrTraining,
    HoursWeeks,
    JobStart,
    ProgressMeasure,
    Qualification,
    Rule,
    SelfEmployedDays,
    Start,
    Sustainment,
    WeeksInWindow,
    WeeksInWork,
    WellbeingGain,
    pounds,
    rules_from,
)
from programmes.milestones import Meaning, Rows

STEPS = {
    Qualification: "a qualification",
    EducationOrTraining: "education or training",
    WellbeingGain: "a gain in wellbeing",
}


def meanings(rows: Rows) -> list[Meaning]:
    """What rows of milestone rules mean, in order. Raises ValueError that begins with the field that is wrong."""
    return [
        Meaning(rule.code, rule.label, rule.most, in_words(rule), rule.reading) for rule in rules_from(rows)
    ]


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
        case WeeksInWindow() | WeeksInWork():
            return _weeks(rule)
        case Sustainment():
            return _lasting(rule)
        case Earnings():
            return f"the pay date on which gross pay since the start reaches {_threshold(rule)}"
        case SelfEmployedDays():
            days = f"{rule.days} days of evidenced self-employment since the start are complete"
            return f"the day on which {days}, within {rule.within_days} days of the start"
        case HoursWeeks():
            weeks = (
                f"{rule.weeks} weeks (Monday to Sunday, wholly after the start) of {rule.hours} hours or more"
            )
            return f"the Sunday on which {weeks} fall within {rule.within_weeks} weeks in a row"
        case ProgressMeasure():
            each = "the first day of each step by another definition that is evidenced and accepted"
            titles = f": {', '.join(rule.definitions.values())}" if rule.definitions else ""
            return f"{each}, at most {rule.max} times{titles}"
        case Qualification() | EducationOrTraining() | WellbeingGain():
            return f"the first day of {STEPS[type(rule)]} that is evidenced and accepted"
        case _:
            raise NotImplementedError(type(rule).__name__)


def _weeks(rule: WeeksInWork) -> str:
    where = (
        f"in the {rule.within_weeks} weeks up to it" if isinstance(rule, WeeksInWindow) else "since the start"
    )
    return f"the first day on which the days in work {where} come to {rule.weeks} weeks{_until(rule)}"


def _until(rule: WeeksInWork) -> str:
    if rule.until is None:
        return ""
    return (
        ", within the time allotted"
        if rule.until == "allotted"
        else f", within {rule.until} days of the start"
    )


def _lasting(rule: Sustainment) -> str:
    worked = "a day in work" if rule.least_days == 1 else f"{rule.least_days} days in work or more"
    condition = " and none on benefit" if rule.off_benefit else ""
    weeks = f"each four weeks in a row that have {worked}{condition} in every week"
    return f"the last day of {weeks}, at most {rule.max} times"


def _threshold(rule: Earnings) -> str:
    within = f", within {rule.within_days} days of the start"
    if rule.pence is not None:
        return f"{pounds(rule.pence)}{within}"
    day = "the day of the start" if rule.rate_on == "start" else "the pay date"
    hours = f"{rule.hours} hours in each of {rule.weeks} weeks"
    return f"{hours} at the {rule.rate.replace('_', ' ')} in force on {day}{within}"
