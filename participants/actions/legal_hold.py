"""Legal holds: while one stands, nothing about the participant is erased."""

from datetime import date, datetime

from participants.models import LegalHold, Participant
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date


class AlreadyHeld(ActionError):
    """A hold stands."""

    code = "already_held"


class ReviewInPast(ActionError):
    """A hold is looked at again on a day to come."""

    code = "review_in_past"


class AlreadyLifted(ActionError):
    """The hold was lifted before."""

    code = "already_lifted"


@action
def place(*, participant: Participant, reason: str, review_on: date, by: Viewer, at: datetime) -> LegalHold:
    """Place a hold, to be looked at again on a later day. Raises ReviewInPast or AlreadyHeld."""
    assert by.user_id is not None
    if review_on <= london_date(at):
        raise ReviewInPast("Choose a later day on which the hold is looked at again.")
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    if stands(participant):
        raise AlreadyHeld("A legal hold stands for this participant already.")
    hold = LegalHold(
        tenant_id=by.tenant_id,
        participant=participant,
        reason=reason,
        review_on=review_on,
        placed_by_id=by.user_id,
        placed_at=at,
    )
    hold.save(force_insert=True)
    _tell("legal_hold.placed", hold, by, at)
    return hold


@action
def lift(*, hold: LegalHold, because: str, by: Viewer, at: datetime) -> LegalHold:
    """Lift a hold and say why. Raises AlreadyLifted."""
    hold = LegalHold.objects.select_for_update(no_key=True).get(pk=hold.pk)
    if hold.lifted_at is not None:
        raise AlreadyLifted("This legal hold was lifted already.")
    hold.lifted_by_id, hold.lifted_at, hold.lifted_because = by.user_id, at, because
    hold.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
    _tell("legal_hold.lifted", hold, by, at)
    return hold


def stands(participant: Participant) -> bool:
    """Whether anything about the participant may be needed by a court or an inquiry."""
    return LegalHold.objects.filter(participant=participant, lifted_at=None).exists()


def _tell(kind: str, hold: LegalHold, by: Viewer, at: datetime) -> None:
    events.record(
        kind,
        hold,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        participant_id=hold.participant_id,
        review_on=hold.review_on,
    )
