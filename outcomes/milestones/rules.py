"""Milestone rules as data: what a programme file says, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

from outcomes.milestones.hours import HoursWeeks
from outcomes.milestones.pay import Earnings
from outcomes.milestones.rule import Rates, Rule, by_code, check
from outcomes.milestones.steps import EducationOrTraining, ProgressMeasure, Qualification, WellbeingGain
from outcomes.milestones.sustainment import Sustainment
from outcomes.milestones.work import JobStart, SelfEmployedDays, Start, WeeksInWindow, WeeksInWork

RULES: dict[str, type[Rule]] = {
    "start": Start,
    "job_start": JobStart,
    "weeks_in_work": WeeksInWork,
    "weeks_in_window": WeeksInWindow,
    "sustainment": Sustainment,
    "earnings": Earnings,
    "self_employed_days": SelfEmployedDays,
    "hours_weeks": HoursWeeks,
    "progress_measure": ProgressMeasure,
    "qualification": Qualification,
    "education_or_training": EducationOrTraining,
    "wellbeing_gain": WellbeingGain,
}


def rule_from(data: Mapping[str, Any], rates: Rates | None = None) -> Rule:
    """The rule that `data` describes: `{"rule": "weeks_in_work", "code": ..., "label": ..., "weeks": 26}`.

    `rule` is a name in RULES and the other fields are those of its class. `rates` are the hourly rates by their
    names. Raises ValueError whose message begins with the name of the field that is wrong.
    """
    kind = RULES.get(str(data.get("rule"))) if isinstance(data, Mapping) else None
    if kind is None:
        raise ValueError(f"rule: must be one of {', '.join(RULES)}")
    given = {name: value for name, value in data.items() if name != "rule"}
    stated = {field.name: field for field in fields(kind) if field.metadata.get("stated", True)}
    for name in given:
        check(name, name in stated, f"not a field of {data['rule']}")
    for name, field in stated.items():
        optional = field.default is not MISSING or field.default_factory is not MISSING
        check(name, name in given or optional, "is missing")
    return kind(**given).with_rates(rates or {})


def rules_from(rows: Sequence[Mapping[str, Any]], rates: Rates | None = None) -> tuple[Rule, ...]:
    """The rules of one payment group. Raises ValueError for the first wrong one ("milestones[2].weeks: ...").

    Each has a code of its own, and a sustainment follows a rule listed before it that is no sustainment.
    """
    rules: list[Rule] = []
    for position, row in enumerate(rows):
        try:
            rules.append(rule_from(row, rates))
            by_code(rules)
        except ValueError as problem:
            raise ValueError(f"milestones[{position}].{problem}") from None
    return tuple(rules)
