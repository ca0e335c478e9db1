"""A participant's request about their data: opened, given more time, and closed with an answer."""

from datetime import date, datetime
from typing import Any

from participants.models import Participant, SubjectRequest
from partners import events
from partners.acting import ActionError, action
from partners.identifiers import unused_reference
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date
from programmes.months import months_after

Kind = SubjectRequest.Kind
Outcome = SubjectRequest.Outcome
# UK GDPR Article 12(3): one month, and two more where requests are complex or many.
MONTHS, MORE_MONTHS = 1, 2
# What people ask for; the end of the time to keep is found by the system.
ASKED = (Kind.ACCESS, Kind.ERASURE, Kind.RECTIFICATION, Kind.OBJECTION)


class AlreadyAsked(ActionError):
    """A request of this kind is open."""

    code = "already_asked"


class ReceivedInFuture(ActionError):
    """A request is noted when it has come."""

    code = "received_in_future"


class AlreadyClosed(ActionError):
    """The request has its answer."""

    code = "already_closed"


class AlreadyExtended(ActionError):
    """The time to answer was made longer before, or is over."""

    code = "already_extended"


class NotThisWay(ActionError):
    """Erased is what carrying an erasure out leaves behind, not a word to close with."""

    code = "not_this_way"


@action
def open_request(
    *, participant: Participant, kind: str, received_on: date, note: str, by: Viewer, at: datetime
) -> SubjectRequest:
    """Note what a participant asked on a day up to today; kind is one of ASKED.

    Raises ReceivedInFuture or AlreadyAsked.
    """
    if received_on > london_date(at):
        raise ReceivedInFuture("The request cannot have been received in the future.")
    return opened(participant=participant, kind=Kind(kind), received_on=received_on, note=note, by=by, at=at)


def opened(
    *, participant: Participant, kind: str, received_on: date, note: str = "", by: Viewer, at: datetime
) -> SubjectRequest:
    """A new request. Part of a greater action: records its one event. Raises AlreadyAsked."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    if SubjectRequest.objects.filter(participant=participant, kind=kind, closed_at=None).exists():
        raise AlreadyAsked("A request of this kind is open for this participant already.")
    request = SubjectRequest(
        tenant_id=by.tenant_id,
        reference=unused_reference("DR", lambda it: SubjectRequest.objects.filter(reference=it).exists()),
        participant=participant,
        kind=kind,
        received_on=received_on,
        due_on=months_after(received_on, MONTHS),
        note=note,
        opened_by_id=by.user_id,
        opened_at=at,
    )
    request.save(force_insert=True)
    tell("subject_request.opened", request, by, at, request_kind=kind, due_on=request.due_on)
    return request


@action
def extend(*, request: SubjectRequest, because: str, by: Viewer, at: datetime) -> SubjectRequest:
    """Give a request two more months, once and before the first is over. Raises AlreadyExtended, AlreadyClosed."""
    request = locked(request)
    if request.extended_because or london_date(at) > request.due_on:
        raise AlreadyExtended("The time to answer can be made longer once, and only before it is over.")
    request.due_on = months_after(request.received_on, MONTHS + MORE_MONTHS)
    request.extended_because = because
    request.save(update_fields=["due_on", "extended_because"])
    tell("subject_request.extended", request, by, at, due_on=request.due_on)
    return request


@action
def close(*, request: SubjectRequest, outcome: str, answer: str, by: Viewer, at: datetime) -> SubjectRequest:
    """Close a request as answered, refused or withdrawn, with what was answered. Raises NotThisWay, AlreadyClosed."""
    request = locked(request)
    if outcome == Outcome.ERASED:
        raise NotThisWay("An erasure is carried out, not only noted.")
    closed(request, outcome=Outcome(outcome), answer=answer, by=by, at=at)
    tell("subject_request.closed", request, by, at, outcome=outcome)
    return request


def closed(request: SubjectRequest, *, outcome: str, answer: str = "", by: Viewer, at: datetime) -> None:
    """Close a locked request. Part of a greater action: records no event."""
    request.outcome, request.answer = outcome, answer
    request.closed_by_id, request.closed_at = by.user_id, at
    request.save(update_fields=["outcome", "answer", "closed_by", "closed_at"])


def locked(request: SubjectRequest) -> SubjectRequest:
    """The request, held until the transaction ends. Raises AlreadyClosed."""
    found = SubjectRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if found.closed_at is not None:
        raise AlreadyClosed("This request is closed already.")
    return found


def tell(kind: str, request: SubjectRequest, by: Viewer, at: datetime, **facts: Any) -> None:
    """Record what happened to a request, for the workspace alone."""
    events.record(
        kind,
        request,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        participant_id=request.participant_id,
        request=request.pk,
        **facts,
    )
