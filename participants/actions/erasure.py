"""Erasing a participant: who they are goes, what was done and paid stays under the reference alone."""

import json
from datetime import datetime

from django.db import connection

from participants import erasing
from participants.actions.subject_copy import let_go
from participants.actions.subject_request import closed, locked
from participants.models import Assignment, Document, Erasure, SubjectCopy, SubjectRequest
from partners import events, files
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date

Kind = SubjectRequest.Kind


class NotAnErasure(ActionError):
    """The request does not ask for an erasure."""

    code = "not_an_erasure"


class SamePerson(ActionError):
    """Whoever opened an erasure does not approve it."""

    code = "same_person"


class StandsAgainst(ActionError):
    """A hold, an open case or the contract's terms stand against it; the message names each."""

    code = "stands_against"


@action
def carry_out(*, request: SubjectRequest, by: Viewer, at: datetime) -> Erasure:
    """Approve an erasure that somebody else opened, and carry it out at once.

    The system approves the end of the time to keep by itself; it asks first whether the terms let it. Raises
    NotAnErasure, SamePerson, StandsAgainst or AlreadyClosed.
    """
    request = locked(request)
    if request.kind not in (Kind.ERASURE, Kind.RETENTION):
        raise NotAnErasure("This request does not ask for an erasure.")
    if request.opened_by_id is not None and request.opened_by_id == by.user_id:
        raise SamePerson("Somebody other than the person who opened this request must approve it.")
    if reasons := erasing.prospect(request).against:
        raise StandsAgainst(" ".join(reasons))
    request.approved_by_id, request.approved_at = by.user_id, at
    request.save(update_fields=["approved_by", "approved_at"])
    erased = Erasure(
        tenant_id=by.tenant_id,
        participant_id=request.participant_id,
        request=request,
        erased_at=at,
        changed=_erase(request, at),
    )
    erased.save(force_insert=True)
    closed(request, outcome=SubjectRequest.Outcome.ERASED, by=by, at=at)
    events.record(
        "participant.erased",
        erased,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        participant_id=request.participant_id,
        request=request.pk,
        request_kind=request.kind,
        rows=sum(erased.changed.values()),
    )
    return erased


def _erase(request: SubjectRequest, at: datetime) -> dict[str, int]:
    """Let go of the case and the files, then of all that wall.erase was told of; how many rows of each table."""
    # Nobody goes on working with somebody who is only a reference.
    working = Assignment.objects.filter(participant_id=request.participant_id, ends_on=None, voided_at=None)
    working.update(ends_on=london_date(at))
    for name in Document.objects.filter(participant_id=request.participant_id).values_list(
        "stored_as", flat=True
    ):
        files.remove(name)
    for copy in SubjectCopy.objects.filter(participant_id=request.participant_id, removed_at=None):
        let_go(copy, at)
    with connection.cursor() as cursor:
        cursor.execute("select wall.erase(%s)", [request.participant_id])
        changed = cursor.fetchone()[0]
    return json.loads(changed) if isinstance(changed, str) else changed
