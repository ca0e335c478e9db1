"""What today's caseload is likely to earn, and the cash that it takes until then. Plain Python: no clock, no rows.

A milestone that comes if a job lasts is worth its price times the chance that the job lasts so long, which is read off
the jobs of the past: of those that lasted as long as this one, the share that lasted on (outcomes.cohorts). At best
every job lasts, and whoever is out of work comes as far in these months as anybody did before; at worst no job lasts
another day. Money is whole pence, months are first days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import ceil

from programmes.months import shifted


@dataclass(frozen=True, slots=True)
class Coming:
    """Milestones to come of one price: the month in which they can be claimed, and how many are likely; of one, how
    likely it is (0 to 1).

    is_certain: reached already, and waits for the day on which it can be claimed. at_best: how much of it the month
    brings at best (chance to 1); over the months in which one milestone may come it adds up to one at most. in_sight:
    how many are reached or come if every job lasts. jobs, people: the fewest who say how likely it is.
    """

    month: date
    pence: int
    chance: float
    is_certain: bool = False
    at_best: float = 1.0
    in_sight: int = 1
    jobs: int | None = None
    people: int | None = None

    @property
    def kind(self) -> tuple[date, int, bool]:
        """What is the same of those that may be added up."""
        return self.month, self.pence, self.is_certain

    def and_also(self, other: Coming | None) -> Coming:
        """The two of a kind in one; it alone where there is no other."""
        if other is None:
            return self
        return Coming(
            *self.kind[:2],
            self.chance + other.chance,
            self.is_certain,
            self.at_best + other.at_best,
            self.in_sight + other.in_sight,
            least(self.jobs, other.jobs),
            least(self.people, other.people),
        )


def least(*numbers: int | None) -> int | None:
    """The smallest of those that are known."""
    return min((number for number in numbers if number is not None), default=None)


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
        round(sum(one.pence * one.at_best for one in coming)),
        round(sum(one.pence * one.chance for one in coming if one.is_certain)),
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
    def paid_from(self) -> date | None:
        """The first month in which anything comes in; none within these months."""
        return next((one.month for one in self.months if one.received > 0), None)

    @property
    def until_paid(self) -> int:
        """What is spent before the month in which anything comes in, in pence."""
        months = [one.spent for one in self.months if self.paid_from is None or one.month < self.paid_from]
        return sum(months)

    @property
    def turns(self) -> date | None:
        """The first month from which the balance never falls below nothing again; none within these months."""
        for place, one in enumerate(self.months):
            if all(later.balance >= 0 for later in self.months[place:]):
                return one.month
        return None


def paid_in(month: date, days_to_pay: int, today: date) -> date:
    """The month in which the statement of a month is likely paid: so many days after its end, but not in the past.

    Days are counted as months of 30, a part of one as a whole: up to 30 are the next month. The forecast is by the
    month, and by the calendar two months would be paid in March and none in February.
    """
    return max(shifted(month, ceil(days_to_pay / 30)), today.replace(day=1))


def capital(received: Mapping[date, int], *, first: date, months: int, monthly_cost: int) -> Capital:
    """The cash that follows from what comes in by month of payment and a cost a month, in so many months from first."""
    ahead = [shifted(first, number) for number in range(months)]
    balances = accumulate(received.get(month, 0) - monthly_cost for month in ahead)
    return Capital(
        tuple(
            Cash(month, received.get(month, 0), monthly_cost, balance)
            for month, balance in zip(ahead, balances, strict=True)
        )
    )
