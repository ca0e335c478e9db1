"""The terms of a contract as rows: what a file comes to, and what the database holds, in one form to compare."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from programmes.models import (
    DataParty,
    DataTerms,
    EvidenceRule,
    Fee,
    HourlyRate,
    MinimumLevel,
    Price,
    ProcessingPurpose,
    Profile,
    RetentionRule,
    Standard,
    SupplyAgreement,
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row under a contract; its fields are columns of the model."""

    model: ClassVar[type[models.Model]]

    @classmethod
    def of(cls, row: models.Model) -> Self:
        """The content of a stored row."""
        return cls(**{field.name: _frozen(getattr(row, field.name)) for field in fields(cls)})

    def values(self) -> dict[str, Any]:
        """The columns and their values."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @property
    def key(self) -> tuple[Any, ...]:
        """What no two rows in force share."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class PriceRow(Row):
    model = Price
    side: str
    organisation_id: UUID | None
    payment_group: str
    milestone: str
    ordinal_from: int
    ordinal_to: int
    starts_from: date | None
    starts_to: date | None
    pence: int | None
    share_basis_points: int | None
    rounding: str
    illustrative: bool
    source: str
    confidence: str

    @property
    def key(self) -> tuple[Any, ...]:
        """What prices that may clash have in common."""
        return (self.side, self.organisation_id, self.milestone)

    @property
    def is_known(self) -> bool:
        """Whether it says how much; one that does goes before one that only says that something is paid."""
        return self.pence is not None or self.share_basis_points is not None

    def clashes_with(self, other: PriceRow) -> bool:
        """Whether nothing chooses between the two."""
        return self.is_known == other.is_known and self.overlaps(other)

    def overlaps(self, other: PriceRow) -> bool:
        """Whether one start of one person could ask for both: a price for every group is one for each."""
        groups = self.payment_group == other.payment_group or "" in (self.payment_group, other.payment_group)
        ordinals = self.ordinal_from <= other.ordinal_to and other.ordinal_from <= self.ordinal_to
        first = max(self.starts_from or date.min, other.starts_from or date.min)
        last = min(self.starts_to or date.max, other.starts_to or date.max)
        return self.key == other.key and groups and ordinals and first <= last


@dataclass(frozen=True, kw_only=True)
class FeeRow(Row):
    model = Fee
    side: str
    organisation_id: UUID | None
    kind: str
    pence: int | None
    share_basis_points: int | None
    months: int | None
    milestone: str
    above: int | None
    up_to: int | None
    per: str
    rounding: str
    illustrative: bool
    source: str
    confidence: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.side, self.organisation_id, self.kind, self.milestone, self.above)


@dataclass(frozen=True, kw_only=True)
class EvidenceRow(Row):
    model = EvidenceRule
    milestone: str
    payment_group: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    dated_within_days: int | None
    claimed: str
    claim_within_days: int | None
    illustrative: bool
    source: str
    confidence: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.milestone, self.payment_group)


@dataclass(frozen=True, kw_only=True)
class LevelRow(Row):
    model = MinimumLevel
    contract_year: int
    payment_group: str
    measure: str
    basis_points: int
    source: str
    confidence: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.contract_year, self.payment_group, self.measure)


@dataclass(frozen=True, kw_only=True)
class RateRow(Row):
    model = HourlyRate
    name: str
    effective_from: date
    effective_to: date | None
    pence_per_hour: int
    source: str
    confidence: str

    @property
    def key(self) -> tuple[Any, ...]:
        """What rates that may overlap have in common."""
        return (self.name,)

    def clashes_with(self, other: RateRow) -> bool:
        """Whether both hold on one day."""
        first = max(self.effective_from, other.effective_from)
        last = min(self.effective_to or date.max, other.effective_to or date.max)
        return self.key == other.key and first <= last


@dataclass(frozen=True, kw_only=True)
class StandardRow(Row):
    model = Standard
    code: str
    sentence: str
    limit: int
    unit: str
    illustrative: bool
    source: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.code,)


@dataclass(frozen=True, kw_only=True)
class ProfileRow(Row):
    model = Profile
    organisation_id: UUID | None
    month: date
    measure: str
    amount: int
    illustrative: bool
    source: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.organisation_id, self.month, self.measure)


@dataclass(frozen=True, kw_only=True)
class AgreementRow(Row):
    model = SupplyAgreement
    organisation_id: UUID
    area_codes: tuple[str, ...]
    specialisms: tuple[str, ...]
    share_basis_points: int
    capacity: int
    starts_on: date
    ends_on: date | None
    illustrative: bool

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.organisation_id,)


@dataclass(frozen=True, kw_only=True)
class DataRow(Row):
    model = DataTerms
    erasure: str
    retention_run: str
    source: str

    @property
    def key(self) -> tuple[Any, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class PartyRow(Row):
    model = DataParty
    organisation_id: UUID | None
    role: str
    source: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.organisation_id,)


@dataclass(frozen=True, kw_only=True)
class PurposeRow(Row):
    model = ProcessingPurpose
    code: str
    sentence: str
    lawful_basis: str
    special_condition: str
    source: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.code,)


@dataclass(frozen=True, kw_only=True)
class RetentionRow(Row):
    model = RetentionRule
    records: str
    length: int | None
    unit: str
    counted_from: str
    keep_until: date | None
    starts_from: date | None
    source: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.records, self.starts_from)


@dataclass(frozen=True, kw_only=True)
class Published:
    """What only the file of a contract says: the values of the programme, the contract, its areas and its groups."""

    programme: dict[str, Any]
    contract: dict[str, Any]
    areas: dict[str, dict[str, Any]]
    groups: dict[str, dict[str, Any]]
    rules: dict[str, Any]
    rules_source: str


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one file says of one contract: the whole of its published or of its illustrative terms."""

    contract: str
    illustrative: bool
    published: Published | None
    prices: tuple[PriceRow, ...] = ()
    fees: tuple[FeeRow, ...] = ()
    evidence: tuple[EvidenceRow, ...] = ()
    rates: tuple[RateRow, ...] = ()
    levels: tuple[LevelRow, ...] = ()
    standards: tuple[StandardRow, ...] = ()
    profile: tuple[ProfileRow, ...] = ()
    agreements: tuple[AgreementRow, ...] = ()
    data: tuple[DataRow | PartyRow | PurposeRow | RetentionRow, ...] = ()


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
