"""What the generator knows of a contract: plain values, read once from the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from outcomes.milestones import Rule
from programmes.eligibility import Tree


@dataclass(frozen=True, slots=True)
class Place:
    """An area of a contract and the postcode districts that lie in it alone."""

    code: str
    name: str
    districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supplier:
    """A provider's agreement on the contract."""

    slug: str
    organisation_id: UUID
    areas: frozenset[str]
    specialisms: frozenset[str]
    share: int
    capacity: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Terms:
    """A contract as journeys need it. referrers: each with its channel and weight."""

    code: str
    programme: str
    starts_on: date
    allotted_days: int
    from_referral: bool
    places: tuple[Place, ...]
    rules: Tree
    milestones: Mapping[str, tuple[Rule, ...]]
    suppliers: tuple[Supplier, ...]
    referrers: Mapping[tuple[str, str], int] = field(default_factory=dict)
