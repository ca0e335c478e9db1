"""Whom a person referred to one contract may be taken for: nothing crosses between controllers without a basis.

A contract shares people with itself, with contracts of the same controllers, and with those from which a basis is
recorded (participants.models.SharingBasis). One that has not stated its controllers shares with nobody but itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from participants.models import Assignment, Enrolment, Participant, SharingBasis
from programmes.models import Contract
from programmes.privacy import privacy_of, same_controllers

SAME_CONTRACT, SAME_CONTROLLERS, SHARING_BASIS = "same_contract", "same_controllers", "sharing_basis"
# Takes ids of contracts and answers a condition on participants: who is on any of them, by the tables of an app.
Asker = Callable[[Iterable[UUID]], Q]
_askers: list[Asker] = []


def known_by(ask: Asker) -> None:
    """Called by the apps above when they are ready: a person may be on a contract by more than an assignment."""
    if ask not in _askers:
        _askers.append(ask)


def own(contracts: Iterable[UUID]) -> Q:
    """Whoever is held or enrolled on one of the contracts, or was."""
    here = {"participant": OuterRef("pk"), "contract__in": contracts}
    return Q(Exists(Assignment.objects.filter(**here))) | Q(Exists(Enrolment.objects.filter(**here)))


def on(contracts: Iterable[UUID]) -> Q:
    """The condition for participants who are or were on any of the contracts."""
    wanted, found = list(contracts), Q()
    for ask in (own, *_askers):
        found |= ask(wanted)
    return found


@dataclass(frozen=True)
class Circle:
    """The contracts whose people may be taken for somebody referred to one contract, each with what allows it."""

    contract: Contract
    grounds: Mapping[UUID, tuple[str, SharingBasis | None]]

    def people(self) -> QuerySet[Participant]:
        """Everybody within, those of the contract itself first."""
        here = Case(
            When(on([self.contract.pk]), then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        return Participant.objects.filter(on(self.grounds)).order_by(here, "pk")

    def others(self) -> QuerySet[Participant]:
        """Everybody without."""
        return Participant.objects.exclude(on(self.grounds)).order_by("pk")

    def ground(self, participant: Participant) -> tuple[str, SharingBasis | None]:
        """What allows this person to be taken for the one referred: the closest, where there are several."""
        order = (SAME_CONTRACT, SAME_CONTROLLERS, SHARING_BASIS)
        for wanted in order:
            for contract_id, (ground, basis) in self.grounds.items():
                if (
                    ground == wanted
                    and Participant.objects.filter(on([contract_id]), pk=participant.pk).exists()
                ):
                    return ground, basis
        raise LookupError(participant.pk)


def around(contract: Contract, day: date) -> Circle:
    """The circle of a contract on a day. Runs as the system."""
    here, *others = privacy_of([contract, *Contract.objects.exclude(pk=contract.pk)])
    grounds: dict[UUID, tuple[str, SharingBasis | None]] = {
        basis.from_contract_id: (SHARING_BASIS, basis) for basis in in_force(contract, day)
    }
    grounds |= {one.contract.pk: (SAME_CONTROLLERS, None) for one in others if same_controllers(here, one)}
    return Circle(contract, {**grounds, contract.pk: (SAME_CONTRACT, None)})


def in_force(contract: Contract, day: date) -> QuerySet[SharingBasis]:
    """The bases on which people may be carried onto the contract on that day, both ends inclusive."""
    ends_later = Q(ends_on=None) | Q(ends_on__gte=day)
    return SharingBasis.objects.filter(ends_later, to_contract=contract, starts_on__lte=day)
