"""Who looked at whom: the rows of the audit that no change writes by itself.

Call these where a page, a list or a file with participants in it is made, in the request's own transaction: what is
not written there is not shown either. One row, one INSERT; what one request looks at twice is one row.
"""

from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import models
from django.utils import timezone

from partners.identifiers import uuid7
from partners.models import AuditEntry, DomainEvent
from partners.viewer import Viewer, acting_as

Act = AuditEntry.Act
# What each kind of organisation looks at people for.
PURPOSES = {
    "provider": "delivery",
    "prime": "contract management",
    "referrer": "referral",
    "commissioner": "assurance",
}


def look(
    viewer: Viewer,
    kind: str,
    *,
    participant_id: UUID | None = None,
    subject: models.Model | None = None,
    reason: str = "",
    wall: DomainEvent.Wall = DomainEvent.Wall.CASE,
) -> None:
    """Somebody sees the page of one person, or of one thing of theirs (subject).

    kind: a short dotted code of the page, such as "participant.timeline". reason: a code, where one had to be given.
    wall: behind which the row stands, where the look itself tells something.
    """
    facts: dict[str, str | int] = {"reason": reason} if reason else {}
    _write(viewer, Act.LOOK, kind, participant_id, subject, facts, wall)


def searched(
    viewer: Viewer,
    kind: str,
    *,
    found: int,
    subject: models.Model | None = None,
    wall: DomainEvent.Wall = DomainEvent.Wall.CASE,
) -> None:
    """Somebody sees a list of people, or of their referrals; found: how many are on it, on all its pages. wall: as for
    a look.
    """
    _write(viewer, Act.SEARCH, kind, None, subject, {"found": found}, wall)


def exported(
    viewer: Viewer,
    kind: str,
    *,
    count: int,
    participant_id: UUID | None = None,
    subject: models.Model | None = None,
) -> None:
    """Somebody takes a file away; count: how many people, or lines, are in it."""
    _write(viewer, Act.EXPORT, kind, participant_id, subject, {"count": count})


def unmasked(viewer: Viewer, *, participant_id: UUID, reason: str) -> None:
    """Somebody reads a National Insurance number in full; reason: a code, empty for whoever holds the person."""
    _write(
        viewer, Act.UNMASK, "participant.number", participant_id, None, {"reason": reason} if reason else {}
    )


def _write(
    viewer: Viewer,
    act: Act,
    kind: str,
    participant_id: UUID | None,
    subject: models.Model | None,
    facts: dict[str, str | int],
    wall: DomainEvent.Wall = DomainEvent.Wall.CASE,
) -> None:
    subject_id = subject.pk if subject else participant_id
    entry = AuditEntry(
        id=_once(viewer, act, kind, subject_id),
        tenant_id=viewer.tenant_id,
        at=viewer.now(),
        written_at=timezone.now(),
        act=act,
        kind=kind,
        wall=wall,
        subject_type=type(subject).__name__.lower() if subject else "participant" if participant_id else "",
        subject_id=subject_id,
        participant_id=participant_id,
        organisation_id=viewer.organisation_id,
        by_user_id=viewer.user_id,
        by_key_id=viewer.key_id,
        purpose=PURPOSES.get(viewer.kind, viewer.purpose),
        request_id=viewer.request_id,
        facts=facts,
    )
    with acting_as(viewer.as_system("audit")):
        AuditEntry.objects.bulk_create([entry], ignore_conflicts=True)


def _once(viewer: Viewer, act: Act, kind: str, subject_id: UUID | None) -> UUID:
    """The same id for the same look within one request, so that it is written once."""
    if not viewer.request_id:
        return uuid7()
    return uuid5(NAMESPACE_OID, f"{viewer.request_id} {viewer.user_id} {act} {kind} {subject_id}")
