"""What waits for a provider: offers to be answered, and people who were accepted and have not started."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from participants.models import ControlMeasure
from participants.safety import measures_of
from partners.viewer import Viewer
from referrals.actions.allocation import joining
from referrals.clocks import Clock, standards_of, until_answer, until_start, waits_since
from referrals.models import Allocation, Referral


@dataclass(frozen=True)
class Waiting:
    """One offer, its referral, and the clock that runs. is_join: the person is with the provider already."""

    offer: Allocation
    clock: Clock
    is_join: bool = False
    first_appointment_on: date | None = None
    measures: list[ControlMeasure] = field(default_factory=list)

    @property
    def referral(self) -> Referral:
        return self.offer.referral


def offers(viewer: Viewer, status: str) -> QuerySet[Allocation]:
    """The viewer's offers that stand and whose referral has the status; what was handed back was let go."""
    assert viewer.organisation_id is not None
    return Allocation.objects.filter(
        organisation_id=viewer.organisation_id, referral__status=status, assignment__ends_on=None
    )


def to_answer(viewer: Viewer, participant_ids: Iterable[UUID] | None = None) -> list[Waiting]:
    """The offers that wait for an answer, the oldest first: of everybody, or of these people."""
    offered = offers(viewer, Referral.Status.ALLOCATED).annotate(joins=joining())
    found = sorted(loaded(offered, participant_ids).order_by("allocated_at", "id"), key=waits_since)
    standards = standards_of(offer.referral.contract_id for offer in found)
    measures = measures_for(found)
    return [
        Waiting(
            offer,
            until_answer(offer, standards, viewer.today),
            is_join=offer.joins,  # type: ignore[attr-defined]
            measures=measures[offer.referral.participant_id],
        )
        for offer in found
    ]


def to_start(viewer: Viewer, participant_ids: Iterable[UUID] | None = None) -> list[Waiting]:
    """Those who were accepted and have not started, who waited longest first: everybody, or of these people.

    A referral that was joined to another is not started by itself.
    """
    accepted = loaded(offers(viewer, Referral.Status.ACCEPTED).exclude(joining()), participant_ids)
    found = accepted.prefetch_related("acceptances").order_by("referral__received_on", "id")
    standards = standards_of(offer.referral.contract_id for offer in found)
    measures = measures_for(found)
    waiting = []
    for offer in found:
        acceptance = next(iter(offer.acceptances.all()), None)
        appointment = acceptance.first_appointment_on if acceptance else None
        clock = until_start(offer.referral, standards, viewer.today)
        safe = measures[offer.referral.participant_id]
        waiting.append(Waiting(offer, clock, first_appointment_on=appointment, measures=safe))
    return waiting


def measures_for(found: Iterable[Allocation]) -> dict[UUID | None, list[ControlMeasure]]:
    """By person, what whoever books them must know to be safe; one query."""
    people = {offer.referral.participant_id for offer in found}
    measures: dict[UUID | None, list[ControlMeasure]] = {None: []}
    measures.update(measures_of(one for one in people if one).items())
    return measures


def loaded(offers: QuerySet[Allocation], participant_ids: Iterable[UUID] | None) -> QuerySet[Allocation]:
    """The offers with all that a line about them says."""
    if participant_ids is not None:
        offers = offers.filter(referral__participant_id__in=list(participant_ids))
    return offers.select_related(
        "referral__participant", "referral__contract", "referral__organisation", "assignment__adviser"
    )


def how_many_wait(viewer: Viewer) -> int:
    """How many offers wait for an answer."""
    return offers(viewer, Referral.Status.ALLOCATED).count()
