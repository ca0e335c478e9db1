"""What a contract pays or keeps back by the month, besides what each person's milestones earn.

A share of a statement is of the lines of that statement. Everything else is worked out as what is due from the
beginning up to a month, and the month is charged that less what was charged before: so a fact that comes late is made
good in the next month, nothing that was charged is ever edited, and the months add up to the whole to the penny.
Money is whole pence, months are first days, dates are inclusive.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import ClassVar, Literal

from outcomes.pricing import WHOLE, Entries, Rounding, Side, rounded
from programmes.months import months_between, shifted

Period = Literal["contract_year", "contract"]


@dataclass(frozen=True, slots=True)
class Month:
    """What people's milestones came to in one month: pence, and how many of each milestone, less those taken back.

    Of a month to come the counts are as expected, and so need not be whole.
    """

    first: date
    pence: int
    counts: Mapping[str, int | Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due from the beginning up to a month, and how it was worked out."""

    pence: int
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fee(ABC):
    """One term. starts_on is the first day of the contract, from which months and contract years count."""

    kind: ClassVar[str]
    # Whether `due` is of the month alone; else it is of everything from the beginning up to the month.
    by_month: ClassVar[bool] = False
    starts_on: date
    rounding: Rounding = "half_up"

    @abstractmethod
    def due(self, months: Sequence[Month], up_to: date) -> Due:
        """What is due from the beginning to the end of the month `up_to`, whatever the order of `months`."""

    def _until(self, months: Iterable[Month], up_to: date) -> list[Month]:
        return sorted((one for one in months if one.first <= up_to), key=lambda one: one.first)

    def _by_period(self, months: Iterable[Month], up_to: date, per: Period) -> list[list[Month]]:
        """The months up to one, by contract year, or all together."""
        known = self._until(months, up_to)
        if per == "contract":
            return [known] if known else []
        return [
            list(year) for _, year in groupby(known, key=lambda one: contract_year(self.starts_on, one.first))
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryFee(Fee):
    """A sum paid in equal monthly parts; the first part month in proportion to its days, and the last makes it whole.

    The months count from starts_on. Whoever joins later (joins_on) is paid the parts that are left from that day on,
    and whoever leaves (leaves_on, the last day) those up to the end of that month.
    Source of the shape: Work and Health Programme provider guidance, chapter 13 (equal months in arrears, the first
    part month pro rata, no claim).
    """

    kind: ClassVar[str] = "delivery_fee"
    pence: int
    months: int
    joins_on: date | None = None
    leaves_on: date | None = None

    def due(self, months: Sequence[Month], up_to: date) -> Due:
        last = min(up_to, self.leaves_on or up_to)
        whole = elapsed_months(self.starts_on, last)
        missed = whole - elapsed_months(self.joins_on or self.starts_on, last)
        elapsed = max(min(whole, Fraction(self.months)) - max(missed, Fraction(0)), Fraction(0))
        so_far = rounded(self.pence * elapsed / self.months, self.rounding)
        ended = f", up to the agreement’s end in {last:%B %Y}" if last < up_to else ""
        return Due(
            so_far, f"{_number(elapsed)} of {self.months} equal months of {_pounds(self.pence)}{ended}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagementFee(Fee):
    """What the prime keeps of the lines of a provider's statement: basis points of them."""

    kind: ClassVar[str] = "management_fee"
    by_month: ClassVar[bool] = True
    basis_points: int

    def due(self, months: Sequence[Month], up_to: date) -> Due:
        base = sum(one.pence for one in months if one.first == up_to)
        kept = rounded(Fraction(base * self.basis_points, WHOLE), self.rounding)
        return Due(-kept, f"{_percent(self.basis_points)} of {_pounds(base)}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention(ManagementFee):
    """What is held back of the lines of a provider's statement, for as long as RetentionRelease says."""

    kind: ClassVar[str] = "retention"


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionRelease(Fee):
    """What was held back comes free when `months` have passed; here the months are of what was held, below zero."""

    kind: ClassVar[str] = "retention_release"
    months: int

    def due(self, months: Sequence[Month], up_to: date) -> Due:
        freed = shifted(up_to.replace(day=1), -self.months)
        held = sum(one.pence for one in months if one.first <= freed)
        return Due(-held, f"Held back up to {freed:%B %Y}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cap(Fee):
    """The most that is paid in a period: what goes beyond is taken off."""

    kind: ClassVar[str] = "cap"
    pence: int
    per: Period

    def due(self, months: Sequence[Month], up_to: date) -> Due:
        beyond = sum(
            max(0, sum(one.pence for one in period) - self.pence)
            for period in self._by_period(months, up_to, self.per)
        )
        whole = "contract year" if self.per == "contract_year" else "contract"
        return Due(-beyond, f"Earned beyond the most of {_pounds(self.pence)} for a {whole}")


@dataclass(frozen=True, kw_only=True, slots=True)
class VolumeBand(Fee):
    """An extra sum for each milestone of a period above a number; the people's own lines keep their base price.

    `last` is the last one that earns it, None without an end; `alike` are milestones that count with it, because they
    are one outcome reached in another way. Source of the shape: the accelerator price above a volume in chapter 3c of
    the Work and Health Programme's guidance (2017 draft).
    """

    kind: ClassVar[str] = "volume_band"
    milestone: str
    above: int
    pence: int
    per: Period
    last: int | None = None
    alike: tuple[str, ...] = ()

    def due(self, months: Sequence[Month], up_to: date) -> Due:
        number = Fraction(0)
        for period in self._by_period(months, up_to, self.per):
            reached = sum(one.counts.get(code, 0) for one in period for code in (self.milestone, *self.alike))
            number += max(0, min(reached, self.last or reached) - self.above)
        above = f"{_number(number)} above the {self.above} of a period, {_pounds(self.pence)} each"
        return Due(rounded(number * self.pence, self.rounding), above)


# For each side and kind the account to which what is due is a debit, and the one to which it is a credit.
RECEIVED, PAID = "commissioner_receivable", "provider_payable"
ACCOUNTS: dict[tuple[Side, str], tuple[str, str]] = {
    ("commissioner", "delivery_fee"): (RECEIVED, "delivery_income"),
    ("commissioner", "volume_band"): (RECEIVED, "outcome_income"),
    ("commissioner", "actual_cost"): (RECEIVED, "cost_income"),
    ("commissioner", "adjustment"): (RECEIVED, "adjustment_income"),
    ("commissioner", "recovery"): (RECEIVED, "recovered_income"),
    ("provider", "delivery_fee"): ("provider_cost", PAID),
    ("provider", "management_fee"): ("management_fee_income", PAID),
    ("provider", "retention"): ("retention_held", PAID),
    ("provider", "retention_release"): ("retention_held", PAID),
    ("provider", "cap"): ("provider_cost", PAID),
    ("provider", "volume_band"): ("provider_cost", PAID),
    ("provider", "actual_cost"): ("provider_cost", PAID),
    ("provider", "adjustment"): ("provider_cost", PAID),
    ("provider", "recovery"): ("provider_cost", PAID),
}


def entries_for(side: Side, kind: str, pence: int) -> Entries:
    """The two entries of a charge, which sum to nothing; below zero the other way round."""
    debit, credit = ACCOUNTS[side, kind]
    return ((debit, pence), (credit, -pence))


def charged(fee: Fee, months: Sequence[Month], up_to: date, before: int) -> Due:
    """What a month is charged: what is due up to it less what was charged `before`, in pence."""
    return less(fee.due(months, up_to), before)


def less(due: Due, before: int) -> Due:
    """What is due besides what was charged `before`, in pence."""
    return Due(due.pence - before, f"{due.why}, less {_pounds(before)} before." if before else f"{due.why}.")


def elapsed_months(starts_on: date, up_to: date) -> Fraction:
    """The months from a first day to the end of the month `up_to`; the first one in proportion to its days."""
    whole = months_between(starts_on, up_to)
    if whole < 0:
        return Fraction(0)
    days = monthrange(starts_on.year, starts_on.month)[1]
    return whole + Fraction(days - starts_on.day + 1, days)


def contract_year(starts_on: date, month: date) -> int:
    """The year of the contract in which a month lies: the first begins with the month of the first day."""
    return months_between(starts_on, month) // 12 + 1


def _pounds(pence: int) -> str:
    return f"{'−' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}%"


def _number(value: Fraction) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".")
