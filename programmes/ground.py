"""What a file is checked against: the organisations of the workspace, and the contracts that are loaded or named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from partners.models import Organisation
from programmes.milestones import Rows, meanings, own_rules
from programmes.models import Contract
from programmes.months import months_between
from programmes.terms import AgreementRow, EvidenceRow, FeeRow, PriceRow, ProfileRow, StandardRow, Terms


@dataclass(frozen=True)
class Ground:
    """What prices, promises and agreements of a contract stand on.

    most: for each payment group, how often each milestone can be reached. moved_by: by how many months the dates of
    its file are moved. others: the terms of the other kind, illustrative for published ones, that must not clash.
    """

    code: str
    starts_on: date
    ends_on: date
    areas: frozenset[str]
    most: Mapping[str, Mapping[str, int]]
    others: Terms
    moved_by: int = 0

    @property
    def months(self) -> int:
        """How many calendar months the contract touches."""
        return months_between(self.starts_on, self.ends_on) + 1


@dataclass
class Workspace:
    """The workspace of the running viewer, as far as files refer to it."""

    organisations: dict[str, tuple[UUID, str]]
    # Contracts and programmes of the files at hand, found before those that are stored.
    grounds: dict[str, Ground] = field(default_factory=dict)
    programmes: dict[str, object] = field(default_factory=dict)
    # Contracts for which a companion is at hand: what is stored of theirs is about to be replaced.
    accompanied: frozenset[str] = frozenset()

    @classmethod
    def stored(cls) -> Workspace:
        """Read the organisations; contracts are read when they are asked for."""
        rows = Organisation.objects.values_list("slug", "pk", "kind")
        return cls({slug: (pk, kind) for slug, pk, kind in rows})

    def ground(self, code: object) -> Ground | None:
        """The contract that a companion names: of a file at hand, else stored, with its published terms."""
        if code in self.grounds:
            return self.grounds[str(code)]
        contract = Contract.objects.select_related("programme").filter(code=str(code)).first()
        return None if contract is None else ground_of(contract)

    def illustrative_terms(self, code: str) -> Terms:
        """The illustrative terms that stay in force beside the contract's file."""
        contract = None if code in self.accompanied else Contract.objects.filter(code=code).first()
        if contract is None:
            return Terms(contract=code, illustrative=True, published=None)
        return stored_terms(contract, illustrative=True)


def ground_of(contract: Contract) -> Ground:
    """A stored contract as a companion stands on it."""
    groups = contract.groups.values_list("code", "milestones")
    return Ground(
        code=contract.code,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        areas=frozenset(contract.areas.values_list("code", flat=True)),
        most={code: most_of(own_rules(contract.programme.milestones, own)) for code, own in groups},
        others=stored_terms(contract, illustrative=False),
    )


def most_of(rows: Rows) -> dict[str, int]:
    """How often each milestone can be reached."""
    return {meaning.code: meaning.most for meaning in meanings(rows)}


def stored_terms(contract: Contract, *, illustrative: bool) -> Terms:
    """The rows in force of one kind."""
    prices = contract.prices.filter(withdrawn_at=None, illustrative=illustrative)
    return Terms(
        contract=contract.code,
        illustrative=illustrative,
        published=None,
        prices=tuple(map(PriceRow.of, prices)),
        fees=tuple(map(FeeRow.of, contract.fees.filter(withdrawn_at=None, illustrative=illustrative))),
        evidence=tuple(map(EvidenceRow.of, contract.evidence_rules.filter(illustrative=illustrative))),
        standards=tuple(map(StandardRow.of, contract.standards.filter(illustrative=illustrative))),
        profile=tuple(map(ProfileRow.of, contract.profile.filter(illustrative=illustrative))),
        agreements=tuple(map(AgreementRow.of, contract.agreements.filter(illustrative=illustrative))),
    )
