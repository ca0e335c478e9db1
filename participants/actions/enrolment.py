"""A person's time on a contract: its start and its end."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from participants.actions.assignment import lead_on
from participants.models import Enrolment, Participant
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date
from programmes.models import Contract

# What the database refuses: two times of one person on one contract that share a day, or are both open.
KEPT_APART = ("participants_enrolment_apart", "participants_enrolment_one_open")


class AlreadyEnrolled(ActionError):
    """The person is, or on that day was, on the contract already."""

    code = "already_enrolled"

    def __init__(self) -> None:
        super().__init__("This person has already started on this contract.")


class StartInFuture(ActionError):
    """A start is recorded when it has happened."""

    code = "start_in_future"


class StartBeforeReferral(ActionError):
    """Nobody starts before they are referred."""

    code = "start_before_referral"


class AlreadyEnded(ActionError):
    """The enrolment has ended before."""

    code = "already_ended"


class EndInFuture(ActionError):
    """An end is recorded when it has happened."""

    code = "end_in_future"


class EndBeforeStart(ActionError):
    """The last day cannot lie before the first."""

    code = "end_before_start"


@action
def start(
    *,
    participant: Participant,
    contract: Contract,
    payment_group: str,
    referred_on: date,
    started_on: date,
    by: Viewer,
    at: datetime,
) -> Enrolment:
    """Start the person on the contract, in the payment group of that code, on a day up to today.

    Raises StartInFuture, StartBeforeReferral or AlreadyEnrolled.
    """
    _check_start(referred_on, started_on, london_date(at))
    _check_not_there(participant, contract, started_on)
    enrolment = Enrolment(
        tenant_id=by.tenant_id,
        participant=participant,
        contract=contract,
        payment_group=payment_group,
        referred_on=referred_on,
        started_on=started_on,
    )
    _write(enrolment)
    events.record(
        "enrolment.started",
        enrolment,
        by,
        at=at,
        on=started_on,
        participant_id=participant.pk,
        organisation_id=_lead(enrolment, started_on),
        enrolment=enrolment.pk,
        contract=contract.pk,
        started_on=started_on,
        payment_group=payment_group,
    )
    return enrolment


@action
def end(*, enrolment: Enrolment, ended_on: date, reason: str, by: Viewer, at: datetime) -> Enrolment:
    """End the enrolment with this day, which still counts; reason is a code of Enrolment.EndReason.

    The provider keeps holding the person: what was earned may still have to be evidenced.
    Raises EndInFuture, EndBeforeStart or AlreadyEnded.
    """
    enrolment = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    if enrolment.ended_on is not None:
        raise AlreadyEnded("This person's time on the contract has already ended.")
    if ended_on > london_date(at):
        raise EndInFuture("The end cannot be in the future.")
    if ended_on < enrolment.started_on:
        raise EndBeforeStart("The end cannot be before the start.")
    enrolment.ended_on = ended_on
    enrolment.end_reason = Enrolment.EndReason(reason)
    enrolment.save(update_fields=["ended_on", "end_reason"])
    events.record(
        "enrolment.ended",
        enrolment,
        by,
        at=at,
        on=ended_on,
        participant_id=enrolment.participant_id,
        organisation_id=_lead(enrolment, ended_on),
        enrolment=enrolment.pk,
        contract=enrolment.contract_id,
        ended_on=ended_on,
        reason=enrolment.end_reason,
    )
    return enrolment


def _check_start(referred_on: date, started_on: date, today: date) -> None:
    if started_on > today:
        raise StartInFuture("The start cannot be in the future.")
    if started_on < referred_on:
        raise StartBeforeReferral("The start cannot be before the referral.")


def _check_not_there(participant: Participant, contract: Contract, started_on: date) -> None:
    _hold(participant)
    still_there = Q(ended_on=None) | Q(ended_on__gte=started_on)
    if Enrolment.objects.filter(still_there, participant=participant, contract=contract).exists():
        raise AlreadyEnrolled


def _write(enrolment: Enrolment) -> None:
    """Raises AlreadyEnrolled where a time there was written beside this one without waiting for it."""
    try:
        enrolment.save(force_insert=True)
    except IntegrityError as error:
        if any(name in str(error) for name in KEPT_APART):
            raise AlreadyEnrolled from error
        raise


def _hold(participant: Participant) -> None:
    """Two starts of one person wait for each other, so that the second finds the first."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)


def _lead(enrolment: Enrolment, day: date) -> UUID | None:
    return lead_on(participant_id=enrolment.participant_id, contract_id=enrolment.contract_id, day=day)
