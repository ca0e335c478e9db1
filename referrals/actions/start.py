"""From acceptance to the start, or to knowing that there will be none."""

from datetime import date, datetime

from django.db import models
from django.db.models import Exists, OuterRef

from participants.actions import enrolment
from participants.models import Enrolment
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date
from referrals.actions.allocation import MOST_WAITING, current_allocation, joined_to, let_go, locked, record
from referrals.models import Acceptance, Allocation, Referral

Status = Referral.Status


class DidNotStartReason(models.TextChoices):
    """Why an accepted referral came to nothing."""

    DID_NOT_ATTEND = "did_not_attend", "Did not come to appointments"
    NOT_REACHED = "not_reached", "Could not be reached"
    DECLINED = "declined", "Decided not to take part"
    FOUND_WORK = "found_work", "Found work first"
    MOVED_AWAY = "moved_away", "Moved away"
    NOT_SUITABLE = "not_suitable", "The programme was not right for them"


class NotAccepted(ActionError):
    """Only an accepted referral starts, or does not."""

    code = "not_accepted"


class StartBeforeAllocation(ActionError):
    """Nobody starts with a provider before the referral was offered to it."""

    code = "start_before_allocation"


@action
def start(*, referral: Referral, started_on: date, by: Viewer, at: datetime) -> Enrolment:
    """Record that the person started, on a day from the offer up to today, both inclusive.

    Another live referral of the same person starts with it; where the person is on the contract already, nothing new
    begins. Raises NotAccepted, StartBeforeAllocation or what participants.actions.enrolment.start raises.
    """
    referral, allocation = accepted(referral)
    running = running_enrolment(referral)
    offered_on = london_date(allocation.allocated_at)
    if running is None and started_on < offered_on:
        raise StartBeforeAllocation(
            f"The start cannot be before {offered_on.day} {offered_on:%B %Y}, when the referral was offered to you."
            " Record that day or a later one. If the person came to you earlier, ask the prime contractor to take the"
            " case over with its own dates."
        )
    assert referral.participant is not None
    begun = running or enrolment.start(
        participant=referral.participant,
        contract=referral.contract,
        payment_group=referral.payment_group,
        referred_on=referral.received_on,
        started_on=started_on,
        by=by,
        at=at,
    )
    referral.status = Status.STARTED
    referral.save(update_fields=["status"])
    record("referral.started", referral, allocation, by, at, enrolment=begun.pk, started_on=begun.started_on)
    if running is None:
        for other in joined_to(allocation.assignment, referral):
            if other.status == Status.ACCEPTED:
                start(referral=other, started_on=started_on, by=by, at=at)
    return begun


@action
def did_not_start(*, referral: Referral, reason: str, by: Viewer, at: datetime) -> Referral:
    """Record that there will be no start; reason is a code of DidNotStartReason. Raises NotAccepted.

    Other referrals of the same person that this provider accepted end with it. One that still waits for its answer
    goes on: only what was accepted can come to nothing, or its referrer would learn that the person is known.
    """
    referral, allocation = accepted(referral)
    others = joined_to(allocation.assignment, referral)
    close(referral, allocation, reason, by, at)
    for other in others:
        if other.status == Status.ACCEPTED:
            end_with_it(referral=other, allocation=allocation, reason=reason, by=by, at=at)
    let_go(referral, london_date(at))
    return referral


@action
def end_with_it(*, referral: Referral, allocation: Allocation, reason: str, by: Viewer, at: datetime) -> None:
    """What became of a person's other referral, which was joined to the one that came to nothing."""
    close(referral, allocation, reason, by, at)


def close(referral: Referral, allocation: Allocation, reason: str, by: Viewer, at: datetime) -> None:
    """Mark the referral as not started, and record it."""
    referral.status = Status.DID_NOT_START
    referral.save(update_fields=["status"])
    record("referral.did_not_start", referral, allocation, by, at, reason=DidNotStartReason(reason))


def start_joined(*, by: Viewer, at: datetime) -> int:
    """Let referrals that were joined to somebody who had started before start on the day of their appointment.

    A start at the moment of joining would tell the referrer that the person is known. Returns how many.
    """
    today = london_date(at)
    met = Acceptance.objects.filter(allocation__referral=OuterRef("pk"), first_appointment_on__lte=today)
    running = Enrolment.objects.filter(
        participant=OuterRef("participant"), contract=OuterRef("contract"), ended_on=None
    )
    due = Referral.objects.filter(Exists(met), Exists(running), status=Status.ACCEPTED).order_by("id")
    for referral in list(due[:MOST_WAITING]):
        start(referral=referral, started_on=today, by=by, at=at)
    return len(due)


def accepted(referral: Referral) -> tuple[Referral, Allocation]:
    """The referral, locked, and its offer. Raises NotAccepted."""
    referral = locked(referral)
    allocation = current_allocation(referral)
    if referral.status != Status.ACCEPTED or allocation is None:
        raise NotAccepted("Accept the referral first.")
    return referral, allocation


def running_enrolment(referral: Referral) -> Enrolment | None:
    """The person's open enrolment on the contract of the referral."""
    return Enrolment.objects.filter(
        participant=referral.participant_id, contract=referral.contract_id, ended_on=None
    ).first()
