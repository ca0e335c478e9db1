"""Handing participants over from one adviser of a provider to another, and taking them up."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from participants.actions import restriction
from participants.actions.assignment import NotAnAdviserHere, choose_adviser
from participants.actions.holding import NotHeld
from participants.models import Appointment, Assignment, Handover
from partners import events
from partners.acting import ActionError, action, action_on_many
from partners.viewer import Viewer, london_date


class WithThemAlready(ActionError):
    """The adviser who is chosen works with the participant already."""

    code = "with_them_already"


class NobodyChosen(ActionError):
    """Nobody is given without being chosen."""

    code = "nobody_chosen"


class TakenUpBefore(ActionError):
    """It was taken up, or the participant was given to somebody else since."""

    code = "taken_up_before"


class ToldInFuture(ActionError):
    """The participant is told before the handover is taken up."""

    code = "told_in_future"


@action_on_many
def give(
    *,
    assignments: Sequence[Assignment],
    adviser_id: UUID,
    reason: str,
    summary: str,
    by: Viewer,
    at: datetime,
) -> list[Handover]:
    """Give the participants of these assignments to another adviser of the provider: all of them, or none where one
    cannot be. Their booked appointments with the adviser before go along; what was earned stays with whom it was
    earned. reason is a code of Handover.

    Raises NobodyChosen, NotHeld, WithThemAlready or NotAnAdviserHere, each naming the participant's reference.
    """
    if not assignments:
        raise NobodyChosen("Tick at least one participant.")
    ids = [one.pk for one in assignments]
    rows = Assignment.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
    return [
        _give(row, adviser_id, Handover.Reason(reason), summary, by, at)
        for row in rows.select_related("participant").order_by("pk")
    ]


def _give(
    row: Assignment, adviser_id: UUID, reason: Handover.Reason, summary: str, by: Viewer, at: datetime
) -> Handover:
    today, who, before = london_date(at), row.participant.reference, row.adviser_id
    if row.organisation_id != by.organisation_id or not row.holds_on(today):
        raise NotHeld(f"Your organisation does not work with {who} any more.")
    if before == adviser_id:
        raise WithThemAlready(f"{who} is with this adviser already.")
    if adviser_id not in restriction.who_reaches(row.participant, {adviser_id}):
        raise NotAnAdviserHere(f"{who}: Choose somebody who is named to reach this person.")
    try:
        choose_adviser(assignment=row, adviser_id=adviser_id, by=by, at=at)
    except NotAnAdviserHere as error:
        raise NotAnAdviserHere(f"{who}: {error}") from error
    case = {name: getattr(row, name) for name in ("participant_id", "contract_id", "organisation_id")}
    coming = Appointment.objects.filter(**case, state=Appointment.State.BOOKED, starts_at__gte=at)
    moved = coming.filter(adviser=before).update(adviser=adviser_id) if before else 0
    assert by.user_id is not None
    handover = Handover(
        tenant_id=by.tenant_id,
        **case,
        from_adviser_id=before,
        to_adviser_id=adviser_id,
        reason=reason,
        summary=summary,
        given_at=at,
        given_on=today,
        given_by_id=by.user_id,
    )
    handover.save(force_insert=True)
    _tell("handover.given", handover, by, at, reason=reason.value, appointments=moved)
    return handover


@action
def take_up(*, handover: Handover, told_on: date, by: Viewer, at: datetime) -> Handover:
    """Say that one has read it, and the day on which the participant was told. By whom it was given to, while they are
    the adviser.

    Raises TakenUpBefore or ToldInFuture.
    """
    row = Handover.objects.select_for_update(no_key=True).get(pk=handover.pk)
    later = Handover.objects.filter(
        participant=row.participant_id, contract=row.contract_id, given_at__gt=row.given_at
    )
    if row.taken_up_at is not None or row.to_adviser_id != by.user_id or later.exists():
        raise TakenUpBefore(
            "This handover was taken up before, or the participant is with somebody else now."
        )
    if told_on > london_date(at):
        raise ToldInFuture("Tell the participant first: the day cannot be in the future.")
    row.told_on, row.taken_up_at = told_on, at
    row.save(update_fields=["told_on", "taken_up_at"])
    _tell("handover.taken_up", row, by, at, told_on=told_on)
    return row


def _tell(kind: str, row: Handover, by: Viewer, at: datetime, **facts: Any) -> None:
    """Who gave whom to whom, without its words."""
    events.record(
        kind,
        row,
        by,
        at=at,
        participant_id=row.participant_id,
        organisation_id=row.organisation_id,
        contract=row.contract_id,
        from_adviser=row.from_adviser_id,
        to_adviser=row.to_adviser_id,
        **facts,
    )
