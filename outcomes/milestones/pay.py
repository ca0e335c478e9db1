"""The rule on gross earnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from outcomes.milestones.facts import Case, Pay, Rate
from outcomes.milestones.rule import (
    DAY,
    Known,
    Mark,
    Rates,
    Rule,
    check,
    check_number,
    is_number,
    last_day_of,
    tomorrow,
)
from outcomes.milestones.words import listed, pounds, spoken

ENOUGH = 10**12  # pence: more than any threshold


@dataclass(frozen=True, kw_only=True)
class Earnings(Rule):
    """The pay date on which gross pay since the start reaches a threshold, within `within_days` days of the start.

    The threshold is `pence`, or `hours` hours in each of `weeks` weeks at the hourly rate named `rate`, in force on
    the day that `rate_on` says: of the start, or of the pay that is looked at. Pay counts by its pay date. Without a
    rate for that day nothing can be judged and nothing is reached. Source: Work and Health Programme provider
    guidance, chapter 13, which leaves open which rate holds for a person who spans an April.
    """

    within_days: int
    pence: int | None = None
    hours: int | None = None
    weeks: int | None = None
    rate: str = ""
    rate_on: Literal["start", "pay"] | None = None
    # Handed over by `with_rates`, and not part of the rule as data.
    rates: tuple[Rate, ...] = field(default=(), metadata={"stated": False})

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("within_days", self.within_days)
        parts = {"hours": self.hours, "weeks": self.weeks, "rate": self.rate, "rate_on": self.rate_on}
        if self.pence is not None:
            check("pence", is_number(self.pence, 1, ENOUGH), "must be a whole number, 1 or more")
            check("pence", not any(parts.values()), f"is for a rule without {', '.join(parts)}")
            return
        for name, value in parts.items():
            check(name, value not in (None, ""), "is missing")
        check_number("hours", self.hours)
        check_number("weeks", self.weeks)
        check("rate", isinstance(self.rate, str), "must be the name of a rate")
        check("rate_on", self.rate_on in ("start", "pay"), 'must be "start" or "pay"')

    def with_rates(self, rates: Rates) -> Rule:
        return replace(self, rates=tuple(rates.get(self.rate, ())))

    def reach(self, known: Known) -> Iterator[Mark]:
        pay = self._pay(known)
        total = 0
        for place, (on, pence) in enumerate(pay, start=1):
            total += pence
            threshold = self._threshold(known, on)
            if threshold is None:
                return  # an earlier day than those to come may be the one: nobody can tell
            if total >= threshold:
                since = f"from {spoken(known.case.started_on)} to {spoken(on)}"
                paid = listed([f"{spoken(day)} ({pounds(sum_)})" for day, sum_ in pay[:place]])
                asked = f"{pounds(threshold)}{self._made_of(known, on)}"
                yield on, f"Gross pay of {pounds(total)} {since} reaches {asked}: {paid}."
                return

    def missing(self, known: Known, ordinal: int) -> str:
        pay = self._pay(known)
        total, threshold = sum(pence for _, pence in pay), self._threshold(known, self._today(known)) or 0
        by = f" by {spoken(pay[-1][0])}" if pay else " so far"
        left = f"{pounds(threshold - total)} to go by {spoken(self.last_day(known.case))}"
        return f"{pounds(total)} of {pounds(threshold)}{by}; {left}"

    def unjudged(self, known: Known) -> str:
        today = self._today(known)
        asked = [*(on for on, _ in self._pay(known)), today, min(today + DAY, self.last_day(known.case))]
        day = next((day for day in asked if self._threshold(known, day) is None), None)
        if day is None:
            return ""
        lack = f"no {self._rate_name} is known for {spoken(self._rate_day(known, day))}"
        return f"{self.label} cannot be judged: rate missing ({lack})"

    def at_best(self, case: Case, at: date) -> Case:
        return replace(case, pay=(*case.pay, Pay(tomorrow(case, at), ENOUGH)))

    def last_day(self, case: Case) -> date:
        """The last pay date that counts."""
        return last_day_of(case.started_on, self.within_days)

    def _pay(self, known: Known) -> list[tuple[date, int]]:
        """What was paid on each day that counts, in order."""
        until = min(known.at, self.last_day(known.case))
        paid: defaultdict[date, int] = defaultdict(int)
        for pay in known.case.pay:
            if known.case.started_on <= pay.paid_on <= until:
                paid[pay.paid_on] += pay.pence
        return sorted(paid.items())

    def _today(self, known: Known) -> date:
        """The day as of which pay is looked at: no day that could not count."""
        return min(max(known.at, known.case.started_on), self.last_day(known.case))

    @property
    def _rate_name(self) -> str:
        return self.rate.replace("_", " ")

    def _rate_day(self, known: Known, paid_on: date) -> date:
        return known.case.started_on if self.rate_on == "start" else paid_on

    def _rate(self, known: Known, paid_on: date) -> int | None:
        day = self._rate_day(known, paid_on)
        return next((rate.pence_per_hour for rate in self.rates if rate.holds_on(day)), None)

    def _threshold(self, known: Known, paid_on: date) -> int | None:
        """What pay must come to by this day, in pence; None without a rate."""
        if self.hours is None or self.weeks is None:
            return self.pence
        rate = self._rate(known, paid_on)
        return None if rate is None else self.hours * self.weeks * rate

    def _made_of(self, known: Known, paid_on: date) -> str:
        rate = self._rate(known, paid_on)
        if self.pence is not None or rate is None:
            return ""
        named = f"the {self._rate_name} on {spoken(self._rate_day(known, paid_on))}"
        return f" ({self.hours} hours in each of {self.weeks} weeks at {pounds(rate)}, {named})"
