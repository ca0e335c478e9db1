"""How soon a concern is looked at and decided, as dated data: safeguarding.toml, beside this file, with its source."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from programmes.working_days import add_working_days

FILE: Final = Path(__file__).with_name("safeguarding.toml")


@dataclass(frozen=True)
class Deadlines:
    """The last days on which a concern is looked at, and decided, in time."""

    acknowledge_by: date
    decide_by: date


@cache
def _rules() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    return sorted(rows, key=lambda row: row["from"])


def deadlines(raised_on: date, *, in_danger: bool) -> Deadlines:
    """By when a concern that was raised on that day is looked at and decided; before the first rule, by the first."""
    rules = _rules()
    rule = next((row for row in reversed(rules) if row["from"] <= raised_on), rules[0])
    days = rule["danger" if in_danger else "acknowledged"]
    return Deadlines(
        add_working_days(raised_on, days) if days else raised_on, add_working_days(raised_on, rule["decided"])
    )
