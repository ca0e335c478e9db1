"""Prices and the ledger's arithmetic: what a milestone earns, and the entries that record it.

Money is whole pence. A price is a dated row; a new one never changes the past, because the day a person
started chooses the price. Where no price is known, nothing is earned: an unknown amount is never taken
for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Literal, get_args
from uuid import UUID, uuid5

Side = Literal["commissioner", "provider"]
SIDES: tuple[Side, ...] = ("commissioner", "provider")
Rounding = Literal["half_up", "half_even", "down"]
Entries = tuple[tuple[str, int], ...]

WHOLE = 10_000  # basis points in one
LEDGER = UUID("7373beb0-960e-4b36-a060-f1f19bd012e0")  # never to change: it makes every id
ACCOUNTS: dict[Side, tuple[str, str]] = {
    "commissioner": ("commissioner_receivable", "outcome_income"),
    "provider": ("provider_cost", "provider_payable"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One row of the terms: what a milestone earns for those of a payment group who started in some period.

    `pence` is an amount of its own; `share_basis_points` is a share of the commissioner's price for the
    same milestone (8,000 is 80%). A row with neither is a price nobody knows. `ordinal_to`, `starts_from`
    and `starts_to` are inclusive and None is open. `provider` None is the price for every provider
    without one of its own. Raises ValueError whose message begins with the field that is wrong.
    """

    id: str
    side: Side
    payment_group: str
    milestone: str
    ordinal_from: int = 1
    ordinal_to: int | None = None
    starts_from: date | None = None
    starts_to: date | None = None
    pence: int | None = None
    share_basis_points: int | None = None
    provider: str | None = None
    illustrative: bool = False
    rounding: Rounding = "half_up"

    def __post_init__(self) -> None:
        if self.side not in ACCOUNTS:
            raise ValueError(f"side: must be one of {', '.join(ACCOUNTS)}")
        if self.ordinal_from < 1 or (self.ordinal_to is not None and self.ordinal_to < self.ordinal_from):
            raise ValueError("ordinal_to: a range of ordinals begins at 1 or more and ends no earlier")
        if self.starts_from and self.starts_to and self.starts_to < self.starts_from:
            raise ValueError("starts_to: a range of start dates cannot end before it begins")
        if self.pence is not None and self.pence < 0:
            raise ValueError("pence: cannot be negative")
        if self.share_basis_points is not None and not 0 <= self.share_basis_points <= WHOLE:
            raise ValueError(f"share_basis_points: must be 0 to {WHOLE}")
        if self.share_basis_points is not None and self.pence is not None:
            raise ValueError("share_basis_points: a price is an amount or a share, not both")
        if self.side == "commissioner" and (self.provider or self.share_basis_points is not None):
            raise ValueError("side: only a provider's price can name a provider or be a share")
        if self.rounding not in get_args(Rounding):
            raise ValueError(f"rounding: must be one of {', '.join(get_args(Rounding))}")

    @property
    def is_known(self) -> bool:
        """Whether the row says how much: one that only says that something is paid gives way to one that does."""
        return self.pence is not None or self.share_basis_points is not None

    def covers(self, ordinal: int, started_on: date) -> bool:
        """Whether the row is about this ordinal and a person who started on this day."""
        since, until = self.starts_from or date.min, self.starts_to or date.max
        return self.ordinal_from <= ordinal <= (self.ordinal_to or ordinal) and since <= started_on <= until

    def clashes_with(self, other: Price) -> bool:
        """Whether both rows, equally specific, cover one and the same milestone."""
        first_ordinal = max(self.ordinal_from, other.ordinal_from)
        first_start = max(self.starts_from or date.min, other.starts_from or date.min)
        both_cover = all(row.covers(first_ordinal, first_start) for row in (self, other))
        alike = self._subject() == other._subject() and self.is_known == other.is_known
        return both_cover and alike

    def _subject(self) -> tuple[str | None, ...]:
        return (self.side, self.provider, self.payment_group, self.milestone)


@dataclass(frozen=True, slots=True)
class Priced:
    """What a milestone earns. `illustrative` when any row behind it is not a published or agreed price."""

    pence: int
    price_id: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class PriceMissing:
    """No price is known: nothing is earned, and the reason is shown."""

    reason: str


class AmbiguousPrice(Exception):
    """Two rows of the terms claim the same milestone and neither is more specific."""


def price_of(
    prices: Iterable[Price],
    *,
    side: Side,
    provider: str | None,
    payment_group: str,
    milestone: str,
    ordinal: int,
    started_on: date,
) -> Priced | PriceMissing:
    """What `milestone` number `ordinal` earns for a person who started on `started_on`.

    A row that names the provider beats a general one. A share is taken of the commissioner's price and
    rounded as the row says. Raises AmbiguousPrice when two rows are equally specific.
    """
    rows = [
        price
        for price in prices
        if (price.payment_group, price.milestone) == (payment_group, milestone)
        and price.covers(ordinal, started_on)
    ]
    own = _most_specific([row for row in rows if row.side == side and row.provider in (None, provider)])
    if own is None:
        what = f"{milestone} {ordinal} for group {payment_group}, started on {started_on}"
        return PriceMissing(f"no {side} price for {what}")
    if own.pence is not None:
        return Priced(own.pence, own.id, own.illustrative)
    if own.share_basis_points is None:
        return PriceMissing(f"the {side} price {own.id} has no amount")
    whole = _most_specific([row for row in rows if row.side == "commissioner"])
    if whole is None or whole.pence is None:
        return PriceMissing(f"{own.id} is a share of a commissioner price that is not known")
    pence = share(whole.pence, own.share_basis_points, own.rounding)
    return Priced(pence, own.id, own.illustrative or whole.illustrative)


def share(pence: int, basis_points: int, rounding: Rounding = "half_up") -> int:
    """`basis_points` ten-thousandths of `pence`, rounded to whole pence."""
    return rounded(Fraction(pence * basis_points, WHOLE), rounding)


def rounded(pence: Fraction, rounding: Rounding) -> int:
    """Whole pence; what is taken back is rounded as what was given, so that the two come to nothing."""
    size = abs(pence)
    if rounding == "half_even":
        whole = round(size)
    elif rounding == "down":
        whole = size.numerator // size.denominator
    else:
        whole = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return whole if pence >= 0 else -whole


def _most_specific(rows: list[Price]) -> Price | None:
    named = [row for row in rows if row.provider is not None] or rows
    known = [row for row in named if row.is_known] or named
    if len(known) > 1:
        raise AmbiguousPrice(" and ".join(sorted(row.id for row in known)))
    return known[0] if known else None


def clashes(prices: Iterable[Price]) -> list[tuple[str, str]]:
    """The pairs of rows, by id, between which `price_of` could not choose: refuse them before use."""
    return [(one.id, other.id) for one, other in combinations(prices, 2) if one.clashes_with(other)]


def journal_id(
    tenant: UUID | str, enrolment: UUID | str, side: Side, milestone: str, ordinal: int, generation: int
) -> UUID:
    """The id of the journal that records a milestone: same facts and same terms, same id.

    `generation` is the number of earlier reversals of the same milestone, so that what was reversed can
    be earned again under an id of its own.
    """
    return uuid5(LEDGER, json.dumps([str(tenant), str(enrolment), side, milestone, ordinal, generation]))


def reversal_id(journal: UUID) -> UUID:
    """The id of the journal that reverses `journal`: a journal can be reversed once."""
    return uuid5(journal, "reversal")


def entries_for(side: Side, pence: int) -> Entries:
    """The two entries that record `pence` earned: (account, pence), a debit above zero and a credit below.

    Raises ValueError when `pence` is negative; what is taken back is a reversal.
    """
    if pence < 0:
        raise ValueError("pence: cannot be negative; what is taken back is a reversal")
    debit, credit = ACCOUNTS[side]
    return ((debit, pence), (credit, -pence))


def reversal_of(entries: Entries) -> Entries:
    """The entries that cancel `entries`, account by account."""
    return tuple((account, -pence) for account, pence in entries)
