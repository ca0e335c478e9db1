"""Jobs: recorded, ended, corrected. A recorded job is never edited: a new row replaces it and voids it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from outcomes.models import Job
from participants.models import Assignment, Enrolment
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date

LEAST_HOURS, MOST_HOURS = Decimal("0.5"), Decimal(80)


class NotHeld(ActionError):
    """The provider does not work with the person on the contract today."""

    code = "not_held"


class StartInFuture(ActionError):
    """A job is recorded when it has begun."""

    code = "start_in_future"


class StartBeforeBirth(ActionError):
    """Nobody works before they are born."""

    code = "start_before_birth"


class EndInFuture(ActionError):
    """An end is recorded when it has happened."""

    code = "end_in_future"


class EndBeforeStart(ActionError):
    """The last day cannot lie before the first."""

    code = "end_before_start"


class HoursOutOfRange(ActionError):
    """The hours of a week are not those of a job."""

    code = "hours_out_of_range"


class AlreadyRecorded(ActionError):
    """The same job is recorded already."""

    code = "already_recorded"


class AlreadyChanged(ActionError):
    """Somebody else changed the job in the meantime."""

    code = "already_changed"


class AlreadyEnded(ActionError):
    """The job has an end already; it can be corrected."""

    code = "already_ended"


@action
def record(
    *,
    enrolment: Enrolment,
    employer: str,
    title: str,
    hours_per_week: Decimal,
    starts_on: date,
    ends_on: date | None,
    by: Viewer,
    at: datetime,
) -> Job:
    """Record a job from its first to its last day, both inclusive; without a last day it is still held.

    It may have begun before the enrolment did: days before the start never count. hours_per_week is 0.5 to 80.
    Raises NotHeld, StartInFuture, StartBeforeBirth, EndBeforeStart, EndInFuture, HoursOutOfRange or AlreadyRecorded.
    """
    organisation_id = _holder(enrolment, by, at)
    _check_dates(enrolment, starts_on, ends_on, at)
    if not LEAST_HOURS <= hours_per_week <= MOST_HOURS:
        raise HoursOutOfRange(f"Hours a week must be between {LEAST_HOURS} and {MOST_HOURS}.")
    _check_new(enrolment, employer, starts_on)
    job = Job(
        tenant_id=by.tenant_id,
        participant_id=enrolment.participant_id,
        enrolment=enrolment,
        contract_id=enrolment.contract_id,
        organisation_id=organisation_id,
        employer=employer,
        title=title,
        hours_per_week=hours_per_week,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=at,
    )
    job.save(force_insert=True)
    _record("job.recorded", job, by, at, on=starts_on)
    return job


@action
def end(*, job: Job, ends_on: date, end_reason: str, by: Viewer, at: datetime) -> Job:
    """End an open job with this day, which still counts; end_reason is a code of Job.EndReason.

    Returns the row that replaces it. Raises NotHeld, AlreadyChanged, AlreadyEnded, EndBeforeStart or EndInFuture.
    """
    if job.ends_on is not None:
        raise AlreadyEnded("This job has already ended. Correct its dates instead.")
    why = Job.EndReason(end_reason)
    new = _replace(job, by, at, starts_on=job.starts_on, ends_on=ends_on, end_reason=why)
    _record("job.ended", new, by, at, on=ends_on)
    return new


@action
def correct(*, job: Job, starts_on: date, ends_on: date | None, by: Viewer, at: datetime) -> Job:
    """Give a job other dates; without a last day it is still held. Returns the row that replaces it.

    Raises NotHeld, AlreadyChanged, StartInFuture, StartBeforeBirth, EndBeforeStart or EndInFuture.
    """
    end_reason = job.end_reason if ends_on else ""
    new = _replace(job, by, at, starts_on=starts_on, ends_on=ends_on, end_reason=end_reason)
    _record("job.corrected", new, by, at)
    return new


def _holder(enrolment: Enrolment, by: Viewer, at: datetime) -> UUID:
    """The viewer's organisation, which holds the person on the contract. Raises NotHeld."""
    held = Assignment.objects.in_force(london_date(at)).filter(
        participant=enrolment.participant_id, contract=enrolment.contract_id, organisation=by.organisation_id
    )
    if by.organisation_id is None or not held.exists():
        raise NotHeld("Your organisation does not work with this person on this contract.")
    return by.organisation_id


def _check_dates(enrolment: Enrolment, starts_on: date, ends_on: date | None, at: datetime) -> None:
    today = london_date(at)
    if starts_on > today:
        raise StartInFuture("The first day cannot be in the future. Record the job when it has begun.")
    if starts_on <= enrolment.participant.born_on:
        raise StartBeforeBirth("The first day must be after the person's date of birth.")
    if ends_on and ends_on < starts_on:
        raise EndBeforeStart("The last day cannot be before the first day.")
    if ends_on and ends_on > today:
        raise EndInFuture("The last day cannot be in the future. Record it when the job has ended.")


def _check_new(enrolment: Enrolment, employer: str, starts_on: date) -> None:
    # Two people recording for the same person wait for each other, so that the second finds the first.
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    in_force = Job.objects.filter(enrolment=enrolment, voided_at=None)
    if in_force.filter(starts_on=starts_on, employer__iexact=employer).exists():
        raise AlreadyRecorded("This job is already recorded: same employer, same first day.")


def _replace(
    job: Job, by: Viewer, at: datetime, *, starts_on: date, ends_on: date | None, end_reason: str
) -> Job:
    """Void the job and write the row that replaces it. Raises AlreadyChanged where it was voided before."""
    organisation_id = _holder(job.enrolment, by, at)
    _check_dates(job.enrolment, starts_on, ends_on, at)
    current = Job.objects.select_for_update(no_key=True).filter(pk=job.pk, voided_at=None).first()
    if current is None:
        raise AlreadyChanged("Somebody changed this job in the meantime. Look at it again.")
    current.voided_at = at
    current.save(update_fields=["voided_at"])
    new = Job(
        tenant_id=by.tenant_id,
        participant_id=current.participant_id,
        enrolment_id=current.enrolment_id,
        contract_id=current.contract_id,
        organisation_id=organisation_id,
        employer=current.employer,
        title=current.title,
        hours_per_week=current.hours_per_week,
        starts_on=starts_on,
        ends_on=ends_on,
        end_reason=end_reason,
        recorded_at=at,
        replaces=current,
    )
    new.save(force_insert=True)
    return new


def _record(kind: str, job: Job, by: Viewer, at: datetime, on: date | None = None) -> None:
    events.record(
        kind,
        job,
        by,
        at=at,
        on=on,
        participant_id=job.participant_id,
        organisation_id=job.organisation_id,
        enrolment=job.enrolment_id,
        contract=job.contract_id,
        starts_on=job.starts_on,
        ends_on=job.ends_on,
        replaces=job.replaces_id,
    )
