"""The rules of disclosure as dated data: disclosure.toml, beside this file, with their sources."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from outcomes.performance.periods import month_of, shift

FILE: Final = Path(__file__).with_name("disclosure.toml")


@dataclass(frozen=True)
class Rule:
    """What may be shown from a day on. Counts from 1 to below the threshold may not."""

    since: date
    threshold: int
    least_peers: int
    days_to_close: int

    def last_closed(self, today: date) -> date:
        """The latest month that is closed."""
        return shift(month_of(today - timedelta(days=self.days_to_close)), -1)


@cache
def _rules() -> tuple[Rule, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    rules = (Rule(row["from"], row["threshold"], row["least_peers"], row["days_to_close"]) for row in rows)
    return tuple(sorted(rules, key=lambda rule: rule.since))


def rule_on(day: date) -> Rule:
    """The rule in force on a day; before the first of them, the first."""
    rules = _rules()
    return next((rule for rule in reversed(rules) if rule.since <= day), rules[0])
