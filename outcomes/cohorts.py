"""How likely something is by those who began before: the newest cohort that was watched long enough, else everybody.

Plain Python: no clock, no rows. Numbers of months and people are dated data in forecast.toml.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from programmes.months import shifted

FILE = Path(__file__).with_name("forecast.toml")


class Lasted(NamedTuple):
    """How many days a job lasted so far, and whether it ended; or a person waited, and whether it came."""

    days: int
    ended: bool


class Chance(NamedTuple):
    """How likely something is, and how many jobs or people say so."""

    share: float
    rests_on: int


@dataclass(frozen=True)
class Rule:
    """What is dated: lengths of cohorts in months, the fewest who judge, the fewest payments a median is of."""

    since: date
    cohort_months: tuple[int, ...]
    least: int
    least_to_pay: int


@cache
def _rules() -> tuple[Rule, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    rules = [
        Rule(row["from"], tuple(row["cohort_months"]), row["least"], row["least_to_pay"]) for row in rows
    ]
    return tuple(sorted(rules, key=lambda rule: rule.since))


def rule_on(day: date) -> Rule:
    """The rule in force on a day; before the first of them, the first."""
    return next((rule for rule in reversed(_rules()) if rule.since <= day), _rules()[0])


@dataclass(frozen=True, slots=True)
class Survival:
    """The share of jobs that last longer than so many days (Kaplan and Meier, 1958), and the days of each so far."""

    days: tuple[int, ...]
    shares: tuple[float, ...]
    known: tuple[int, ...]

    @classmethod
    def of(cls, jobs: Iterable[Lasted]) -> Survival:
        """Read off jobs that ended and jobs that still last, which count for as long as they are known."""
        known = list(jobs)
        ended = Counter(job.days for job in known if job.ended)
        left = Counter(job.days for job in known)
        at_risk, share = len(known), 1.0
        days: list[int] = []
        shares: list[float] = []
        for day in sorted(left):
            if ended[day]:
                share *= 1 - ended[day] / at_risk
                days.append(day)
                shares.append(share)
            at_risk -= left[day]
        return cls(tuple(days), tuple(shares), tuple(sorted(job.days for job in known)))

    @property
    def jobs(self) -> int:
        """How many say so."""
        return len(self.known)

    def got_to(self, days: int) -> int:
        """How many lasted longer than so many days, as far as is known."""
        return len(self.known) - bisect_right(self.known, days)

    def beyond(self, days: int) -> float:
        """The share that lasts longer than so many days; 1 as long as no job ended sooner."""
        position = bisect_right(self.days, days)
        return self.shares[position - 1] if position else 1.0

    def chance(self, so_far: int, more: int) -> float:
        """How likely a job that lasted `so_far` days lasts `more`; 0 where none of the past lasted so long."""
        known = self.beyond(so_far)
        return self.beyond(so_far + more) / known if known else 0.0


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Everybody together, and each cohort with the last day on which it could begin, the newest first."""

    today: date
    ahead: int
    least: int
    whole: Survival
    parts: tuple[tuple[date, Survival], ...] = ()

    @classmethod
    def of(cls, begun: Iterable[tuple[date, Lasted]], today: date, *, ahead: int, rule: Rule) -> Cohorts:
        """From days of beginning with what came of them; ahead: the days that the forecast looks ahead."""
        known = list(begun)
        found: defaultdict[tuple[date, int], list[Lasted]] = defaultdict(list)
        for starts_on, lasted in known:
            for length in rule.cohort_months:
                found[_last_day(starts_on, length), length].append(lasted)
        # A year that ends with a quarter comes after it.
        newest = sorted(found, key=lambda key: (-key[0].toordinal(), key[1]))
        old = [key for key in newest if (today - key[0]).days >= ahead and len(found[key]) >= rule.least]
        parts = tuple((last, Survival.of(found[last, length])) for last, length in old)
        return cls(today, ahead, rule.least, Survival.of(lasted for _, lasted in known), parts)

    def judging(self, so_far: int) -> Survival:
        """Those by whom one that has lasted so many days is judged, however far ahead: watched as long, and enough."""
        watched = self.today - timedelta(days=so_far + self.ahead)
        return next(
            (part for last, part in self.parts if last <= watched and part.got_to(so_far) >= self.least),
            self.whole,
        )

    def chance(self, so_far: int, more: int) -> Chance:
        """How likely one that has lasted `so_far` days lasts `more`, and how many say so."""
        judging = self.judging(so_far)
        return Chance(judging.chance(so_far, more), judging.jobs)


def _last_day(day: date, length: int) -> date:
    """The last day of the span of so many months, counted from January, in which a day lies."""
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return shifted(first, length) - timedelta(days=1)
