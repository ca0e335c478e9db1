"""The daily look at whose records have been kept long enough."""

from datetime import datetime, timedelta
from uuid import UUID

from participants.actions.erasure import carry_out
from participants.actions.subject_request import opened
from participants.models import LegalHold, Participant, SubjectRequest
from participants.retention import Standing, standings
from partners import events
from partners.acting import action
from partners.models import DomainEvent, OutboxItem, Tenant
from partners.viewer import Viewer, london_date

AHEAD = timedelta(days=30)
Kind = SubjectRequest.Kind


def sweep(item: OutboxItem, system: Viewer) -> None:
    """Outbox consumer, daily."""
    run(by=system, at=system.now())


@action
def run(*, by: Viewer, at: datetime) -> dict[str, int]:
    """Open a request for everybody whose time is over, or erase at once where every contract's terms say so.

    Whoever is under a legal hold is passed over, and found again on the day after it is lifted. Returns how many were
    listed for approval, erased and held.
    """
    today = london_date(at)
    over = [one for one in standings() if one.until is not None and one.until < today]
    held = set(LegalHold.objects.filter(lifted_at=None).values_list("participant_id", flat=True))
    asked = Participant.objects.filter(
        subject_requests__kind=Kind.RETENTION, subject_requests__closed_at=None
    ).values_list("pk", flat=True)
    waiting = set(asked)
    done = {"listed": 0, "erased": 0, "held": 0}
    for standing in over:
        if standing.participant_id in held:
            done["held"] += 1
        elif standing.participant_id not in waiting:
            done["erased" if _end(standing, by, at) else "listed"] += 1
    events.record(
        "retention.run",
        Tenant(pk=by.tenant_id),
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        listed=done["listed"],
        erased=done["erased"],
        held=done["held"],
    )
    return done


def _end(standing: Standing, by: Viewer, at: datetime) -> bool:
    """Open the request of one person; answers whether they were erased at once."""
    request = open_for(participant_id=standing.participant_id, by=by, at=at)
    if standing.is_automatic:
        carry_out(request=request, by=by, at=at)
    return standing.is_automatic


@action
def open_for(*, participant_id: UUID, by: Viewer, at: datetime) -> SubjectRequest:
    """The request that stands for the end of somebody's time to keep."""
    participant = Participant.objects.get(pk=participant_id)
    return opened(participant=participant, kind=Kind.RETENTION, received_on=london_date(at), by=by, at=at)
