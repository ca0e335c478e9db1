"""Where the present rate leads by the end of the contract year, and which rate is needed to reach the profile."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Self

from outcomes.performance.periods import Window, month_of, months_between, shift
from outcomes.performance.profiles import whole_number
from outcomes.performance.promised import part_gone
from partners.templatetags.baton import count
from programmes.models import Contract


@dataclass(frozen=True)
class Year:
    """The contract year that today lies in: its first month, its last, and how many months of it are gone.

    The running month is gone as far as its days are, today counted. A contract that ends sooner ends the year.
    """

    first: date
    last: date
    today: date

    @classmethod
    def of(cls, contract: Contract, today: date) -> Self:
        """The year that began with the contract's own month; before that the first, after the end the last."""
        begin, end = month_of(contract.starts_on), month_of(contract.ends_on)
        now = min(max(month_of(today), begin), end)
        first = shift(now, -(months_between(begin, now) % 12))
        return cls(first, min(shift(first, 11), end), today)

    @property
    def window(self) -> Window:
        """Which cells count: what happened in the year so far."""
        return Window(self.first, min(self.last, max(month_of(self.today), self.first)))

    @property
    def months(self) -> int:
        return months_between(self.first, self.last) + 1

    @property
    def gone(self) -> Fraction:
        """How many of its months are gone."""
        return sum((part_gone(shift(self.first, n), self.today) for n in range(self.months)), Fraction())

    @property
    def ends_on(self) -> date:
        """The last day of its last month."""
        return self.last + timedelta(calendar.monthrange(self.last.year, self.last.month)[1] - 1)


@dataclass(frozen=True)
class Trajectory:
    """Of one count: how many there are in the year so far, and what the profile asks of the whole year."""

    year: Year
    done: int
    asked: int

    @property
    def is_known(self) -> bool:
        """A few days say nothing of a year, and of a year that is over nothing is ahead."""
        return 1 <= self.year.gone < self.year.months

    @property
    def rate(self) -> Fraction:
        """How many a month there were so far."""
        return self.done / self.year.gone

    @property
    def leads_to(self) -> int:
        """How many there are at the end of the year at this rate."""
        return whole_number(self.rate * self.year.months)

    @property
    def needed(self) -> Fraction:
        """How many a month are needed from now on to reach the profile; below zero where it is passed already."""
        return (self.asked - self.done) / (self.year.months - self.year.gone)

    def __str__(self) -> str:
        """In words; nothing where it is not known."""
        if not self.is_known:
            return ""
        if self.needed <= 0:
            return f"{count(self.done)} of {count(self.asked)} for the year are reached already"
        return (
            f"At this rate {count(self.leads_to)} of {count(self.asked)} by"
            f" {self.year.ends_on.day} {self.year.ends_on:%B %Y}; {_rate(self.needed)} a month"
            f" {'is' if _rate(self.needed) == '1' else 'are'} needed, {_rate(self.rate)} now"
        )


def _rate(number: Fraction) -> str:
    """How many a month: whole, below ten to a tenth."""
    if number >= 10:
        return count(whole_number(number))
    return f"{whole_number(number * 10) / 10:g}"
