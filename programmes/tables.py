"""The tables of a programme file, field by field; programmes/files/README.md says the same for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Confidence = Literal["published", "secondary", "derived"]
RoundingRule = Literal["half_up", "half_even", "down"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgrammeTable:
    code: str
    name: str
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractTable:
    code: str
    name: str
    commissioner: str
    starts_on: date
    ends_on: date
    allotted_days: int
    clock: Literal["referral", "attachment"]
    reading: str = ""
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaTable:
    code: str
    name: str
    postcode_districts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupTable:
    code: str
    name: str
    milestones: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EligibilityTable:
    source: str
    rules: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceTable:
    side: Literal["commissioner", "provider"]
    milestone: str
    payment_groups: tuple[str, ...] = ("",)
    provider: str | None = None
    ordinal_from: int = 1
    ordinal_to: int = 1
    starts_from: date | None = None
    starts_to: date | None = None
    pence: int | None = None
    share_basis_points: int | None = None
    rounding: RoundingRule = "half_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcedPriceTable(PriceTable):
    source: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeTable:
    """Money by the month; which fields a kind has, programmes.checking_fees says."""

    side: Literal["commissioner", "provider"]
    kind: Literal["delivery_fee", "management_fee", "retention", "cap", "volume_band", "actual_cost"]
    provider: str | None = None
    pence: int | None = None
    share_basis_points: int | None = None
    months: int | None = None
    milestone: str = ""
    above: int | None = None
    up_to: int | None = None
    per: Literal["", "contract", "contract_year"] = ""
    rounding: RoundingRule = "half_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcedFeeTable(FeeTable):
    source: str
    confidence: Confidence


# The kinds of outcomes.Evidence, which this app does not know.
EvidenceKind = Literal[
    "payslip",
    "employer_letter",
    "earnings_feed",
    "self_declaration",
    "right_to_work",
    "residence",
    "employment_status",
    "concern",
    "signature",
    "remote_delivery",
    "progress_measure",
    "qualification",
    "education_or_training",
    "wellbeing_gain",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceTable:
    """What proves a milestone, whether the prime claims it, and within how many days."""

    milestone: str
    payment_groups: tuple[str, ...] = ("",)
    all_of: tuple[EvidenceKind, ...] = ()
    any_of: tuple[EvidenceKind, ...] = ()
    dated_within_days: int | None = None
    claimed: Literal["by_claim", "automatic"] = "by_claim"
    claim_within_days: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcedEvidenceTable(EvidenceTable):
    source: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class RateTable:
    name: str
    effective_from: date
    effective_to: date | None = None
    pence_per_hour: int
    source: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelTable:
    contract_year: int
    payment_groups: tuple[str, ...] = ("",)
    measure: str
    basis_points: int
    source: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class StandardTable:
    code: str
    sentence: str
    limit: int
    unit: Literal["working_days", "days"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcedStandardTable(StandardTable):
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileTable:
    measure: str
    first_month: int
    last_month: int
    amount: int
    of_which: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcedProfileTable(ProfileTable):
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementTable:
    provider: str
    areas: tuple[str, ...] = ()
    specialisms: tuple[str, ...] = ()
    share_basis_points: int
    capacity: int
    first_month: int = 1
    last_month: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PartyTable:
    who: str
    role: Literal["controller", "joint_controller", "processor", "sub_processor"]
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PurposeTable:
    code: str
    sentence: str
    lawful_basis: Literal[
        "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"
    ]
    special_condition: Literal[
        "", "explicit_consent", "social_protection", "government_purposes", "safeguarding"
    ] = ""
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionTable:
    records: Literal["supporting", "ephemeral"]
    months: int | None = None
    weeks: int | None = None
    counted_from: Literal["", "live_interest", "contract_end", "made"] = ""
    until: date | None = None
    starts_from: date | None = None
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DataTable:
    """Who answers for the personal data of the contract, why it is used and how long it is kept."""

    erasure: Literal["on_request", "never_attended"]
    retention_run: Literal["review", "automatic"] = "review"
    source: str
    parties: tuple[PartyTable, ...]
    purposes: tuple[PurposeTable, ...]
    retention: tuple[RetentionTable, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractFile:
    """Published terms of one contract; what is absent is not known."""

    sources: dict[str, Any]
    programme: ProgrammeTable
    milestones: tuple[dict[str, Any], ...]
    contract: ContractTable
    areas: tuple[AreaTable, ...]
    payment_groups: tuple[GroupTable, ...]
    eligibility: EligibilityTable
    prices: tuple[SourcedPriceTable, ...] = ()
    fees: tuple[SourcedFeeTable, ...] = ()
    evidence: tuple[SourcedEvidenceTable, ...] = ()
    rates: tuple[RateTable, ...] = ()
    minimum_levels: tuple[LevelTable, ...] = ()
    standards: tuple[SourcedStandardTable, ...] = ()
    profile: tuple[SourcedProfileTable, ...] = ()
    agreements: tuple[AgreementTable, ...] = ()
    data: DataTable | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanionFile:
    """What a demonstration needs and nobody published, for contracts that are loaded."""

    illustrative: Literal[True]
    contracts: tuple[str, ...]
    source: str
    prices: tuple[PriceTable, ...] = ()
    fees: tuple[FeeTable, ...] = ()
    evidence: tuple[EvidenceTable, ...] = ()
    standards: tuple[StandardTable, ...] = ()
    profile: tuple[ProfileTable, ...] = ()
    agreements: tuple[AgreementTable, ...] = ()
