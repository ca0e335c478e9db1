"""Reading a National Insurance number in full: who may at once, who says why, and how many an hour are too many."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from participants import vault
from participants.models import Assignment, Identity, Participant
from partners import audit
from partners.acting import ActionError
from partners.locks import hold
from partners.models import AuditEntry
from partners.viewer import Viewer, acting_as

HOUR = timedelta(hours=1)
REFUSED = "participant.number_refused"


class Reason(models.TextChoices):
    """Why the number is needed by somebody who does not hold the person. Codes alone: words could name people."""

    EVIDENCE = "evidence", "To match evidence of work with HMRC or an employer"
    CLAIM = "claim", "To answer the commissioner about a claim"
    MATCH = "match", "To find out whether two records are one person"
    CORRECTION = "correction", "To check or correct the number"
    REQUEST = "request", "The person asked what is held about them"
    SAFETY = "safety", "To keep somebody safe"


class TooMany(ActionError):
    """The user read more numbers within the hour than the work asks for."""

    code = "too_many"


def holds(participant: Participant, viewer: Viewer) -> bool:
    """Whether the viewer is the adviser who holds the person today, on any contract."""
    return (
        viewer.user_id is not None
        and Assignment.objects.in_force(viewer.today)
        .filter(participant=participant, organisation=viewer.organisation_id, adviser=viewer.user_id)
        .exists()
    )


def reveal(participant: Participant, viewer: Viewer, *, reason: str) -> str:
    """The number in full, empty where none is known, with its row in the audit; reason is empty for the holder.

    Raises TooMany, which the caller lets stand in the audit as well: see refuse.
    """
    identity = Identity.objects.filter(participant=participant).first()
    if identity is None:
        return ""
    if _how_many(viewer) >= settings.MOST_UNMASKINGS_AN_HOUR:
        raise TooMany(
            "You have read many numbers within an hour. Stop here, and ask your manager if you need more today."
        )
    audit.unmasked(viewer, participant_id=participant.pk, reason=reason)
    return vault.open_sealed(identity)


def refuse(participant: Participant, viewer: Viewer) -> None:
    """Keep in the audit that the number was asked for and not given."""
    audit.look(viewer, REFUSED, participant_id=participant.pk, reason=TooMany.code)


def _how_many(viewer: Viewer) -> int:
    """How many numbers the user read within the last hour, by the server's clock; one reading waits for the other."""
    hold(f"unmask {viewer.tenant_id} {viewer.user_id}")
    with acting_as(viewer.as_system("how many numbers were read")):
        read = AuditEntry.objects.filter(
            act=AuditEntry.Act.UNMASK, by_user=viewer.user_id, written_at__gt=timezone.now() - HOUR
        )
        return read.count()
