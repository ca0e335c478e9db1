"""What today's caseload is likely to earn, and the cash that it takes until then. Plain Python: no clock, no rows.

A milestone that comes if a job lasts is worth its price times the chance that the job lasts so long, which is read off
the jobs of the past: of those that lasted as long as this one, the share that lasted on (Kaplan and Meier, 1958). At
best every job lasts; at worst none does another day. Money is whole pence, months are first days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from programmes.months import shifted


class Lasted(NamedTuple):
    """How many days a job lasted so far, and whether it ended."""

    days: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Survival:
    """The share of jobs that last longer than so many days, and how many jobs say so."""

    days: tuple[int, ...]
    shares: tuple[float, ...]
    jobs: int

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
        return cls(tuple(days), tuple(shares), len(known))

    def beyond(self, days: int) -> float:
        """The share that lasts longer than so many days; 1 as long as no job ended sooner."""
        position = bisect_right(self.days, days)
        return self.shares[position - 1] if position else 1.0

    def chance(self, so_far: int, more: int) -> float:
        """How likely a job that lasted `so_far` days lasts `more`; 0 where none of the past lasted so long."""
        known = self.beyond(so_far)
        return self.beyond(so_far + more) / known if known else 0.0


@dataclass(frozen=True, slots=True)
class Coming:
    """A milestone to come: the month in which it can be claimed, its price, and how likely it is (0 to 1).

    is_certain: it was reached already, and waits for the day on which it can be claimed.
    """

    month: date
    pence: int
    chance: float
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """One month to come: milestones and pence as expected, at best and at worst."""

    month: date
    number: float
    expected: int
    best: int
    worst: int


def ahead(coming: Iterable[Coming], first: date, months: int) -> list[Ahead]:
    """What the months from the first one on bring; what comes later is left out."""
    by_month: defaultdict[date, list[Coming]] = defaultdict(list)
    for one in coming:
        by_month[one.month].append(one)
    return [_ahead(month, by_month[month]) for month in (shifted(first, number) for number in range(months))]


def _ahead(month: date, coming: Sequence[Coming]) -> Ahead:
    return Ahead(
        month,
        sum(one.chance for one in coming),
        round(sum(one.pence * one.chance for one in coming)),
        sum(one.pence for one in coming),
        sum(one.pence for one in coming if one.is_certain),
    )


@dataclass(frozen=True, slots=True)
class Cash:
    """A provider's cash by month: what comes in, what goes out, and what that adds up to so far."""

    month: date
    received: int
    spent: int
    balance: int


@dataclass(frozen=True, slots=True)
class Capital:
    """The cash of some months: the most that has to be put in before it comes back, and the month it turns."""

    months: tuple[Cash, ...]

    @property
    def needed(self) -> int:
        """The deepest that the balance falls, in pence; 0 where it never does."""
        return max(0, -min((one.balance for one in self.months), default=0))

    @property
    def balance(self) -> int:
        """What the balance comes to in the end, in pence."""
        return self.months[-1].balance if self.months else 0

    @property
    def turns(self) -> date | None:
        """The first month from which the balance never falls below nothing again; none within these months."""
        for place, one in enumerate(self.months):
            if all(later.balance >= 0 for later in self.months[place:]):
                return one.month
        return None


def capital(earned: Sequence[tuple[date, int]], *, monthly_cost: int, days_to_pay: int) -> Capital:
    """The cash that follows from what is earned by month, a cost a month, and the days until a statement is paid.

    A month's statement is sealed when the month has ended, so that it is paid in the month of its end and so many days.
    Days are counted as months of 30: the forecast is by the month.
    """
    if not earned:
        return Capital(())
    later = 1 + int(Fraction(days_to_pay, 30))
    first = earned[0][0]
    received: Counter[date] = Counter()
    for month, pence in earned:
        received[shifted(month, later)] += pence
    months = [shifted(first, number) for number in range(len(earned))]
    balances = accumulate(received[month] - monthly_cost for month in months)
    return Capital(
        tuple(
            Cash(month, received[month], monthly_cost, balance)
            for month, balance in zip(months, balances, strict=True)
        )
    )
