"""Who answers for the personal data of contracts, why it is used, and how long it is kept, as one can read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from programmes.models import Contract, DataParty, DataTerms, ProcessingPurpose, RetentionRule

CONTROLLERS = (DataParty.Role.CONTROLLER, DataParty.Role.JOINT_CONTROLLER)


@dataclass(frozen=True)
class Privacy:
    """What one contract says of personal data. terms is None where its file has not stated it."""

    contract: Contract
    terms: DataTerms | None
    parties: tuple[DataParty, ...]
    purposes: tuple[ProcessingPurpose, ...]
    retention: tuple[RetentionRule, ...]

    @property
    def is_stated(self) -> bool:
        return self.terms is not None

    @property
    def controllers(self) -> frozenset[UUID | None]:
        """Who controls the data, by organisation; None stands for every provider, and nobody where it is not stated."""
        return frozenset(party.organisation_id for party in self.parties if party.role in CONTROLLERS)

    @property
    def sources(self) -> list[str]:
        """Where all of it comes from, each once."""
        said: list[DataTerms | DataParty | ProcessingPurpose | RetentionRule | None]
        said = [self.terms, *self.parties, *self.purposes, *self.retention]
        return list(dict.fromkeys(one.source for one in said if one))


def privacy_of(contracts: Iterable[Contract]) -> list[Privacy]:
    """What each contract says, in the same order: four queries for all of them."""
    wanted = list(contracts)
    terms = {one.contract_id: one for one in DataTerms.objects.filter(contract__in=wanted)}
    parties = (
        DataParty.objects.filter(contract__in=wanted).select_related("organisation").order_by("role", "pk")
    )
    purposes = ProcessingPurpose.objects.filter(contract__in=wanted).order_by("code")
    rules = RetentionRule.objects.filter(contract__in=wanted).order_by("records", "starts_from")
    said, used, kept = list(parties), list(purposes), list(rules)
    return [
        Privacy(
            contract=contract,
            terms=terms.get(contract.pk),
            parties=tuple(one for one in said if one.contract_id == contract.pk),
            purposes=tuple(one for one in used if one.contract_id == contract.pk),
            retention=tuple(one for one in kept if one.contract_id == contract.pk),
        )
        for contract in wanted
    ]


def same_controllers(one: Privacy, other: Privacy) -> bool:
    """Whether the same organisations control the data of both; never where either has not stated who does."""
    return bool(one.controllers) and one.controllers == other.controllers
