"""Jobs: recorded, ended, left for another, corrected. A job is never edited: a new row replaces it and voids it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from outcomes.actions.holding import holder, one_at_a_time
from outcomes.models import Job
from participants.models import Enrolment
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date

LEAST_HOURS, MOST_HOURS = Decimal("0.5"), Decimal(80)
# What the row that replaces a job keeps of it.
CARRIED = (
    "participant_id",
    "contract_id",
    "enrolment_id",
    "kind",
    "employer",
    "related_employer",
    "title",
    "hours_per_week",
    "starts_on",
    "row_key",
)


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
    kind: str = Job.Kind.EMPLOYED,
    related_employer: bool = False,
    row_key: str = "",
    by: Viewer,
    at: datetime,
) -> Job:
    """Record a job from its first to its last day, both inclusive; without a last day it is still held.

    It may have begun before the enrolment did: days before the start never count. hours_per_week is 0.5 to 80, kind a
    code of Job; related_employer declares one of the prime's chain; row_key tells an imported row from every other.
    Raises NotHeld, StartInFuture, StartBeforeBirth, EndBeforeStart, EndInFuture, HoursOutOfRange or AlreadyRecorded.
    """
    job = _new(
        enrolment,
        holder(enrolment, by, at),
        by,
        at,
        kind=Job.Kind(kind),
        related_employer=related_employer,
        employer=employer,
        title=title,
        hours_per_week=hours_per_week,
        starts_on=starts_on,
        ends_on=ends_on,
        row_key=row_key,
    )
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
    new = _replace(job, by, at, ends_on=ends_on, end_reason=why)
    _record("job.ended", new, by, at, on=ends_on)
    return new


@action
def move(
    *,
    job: Job,
    ends_on: date | None,
    employer: str,
    title: str,
    hours_per_week: Decimal,
    starts_on: date,
    kind: str = Job.Kind.EMPLOYED,
    related_employer: bool = False,
    by: Viewer,
    at: datetime,
) -> Job:
    """Record that somebody left one job for another: the one ends, on the day before the other begins unless it is
    said, and the other begins, at once, so that no day between them is without work by mistake.

    Returns the new job. Raises what end and record raise, and EndBeforeStart where the other begins first.
    """
    if job.ends_on is not None:
        raise AlreadyEnded("This job has already ended. Record the next one by itself.")
    last = ends_on or max(job.starts_on, starts_on - timedelta(days=1))
    if starts_on < job.starts_on:
        raise EndBeforeStart("The new job cannot begin before the one that it follows.")
    old = _replace(job, by, at, ends_on=last, end_reason=Job.EndReason.OTHER_JOB)
    new = _new(
        job.enrolment,
        old.organisation_id,
        by,
        at,
        kind=Job.Kind(kind),
        related_employer=related_employer,
        employer=employer,
        title=title,
        hours_per_week=hours_per_week,
        starts_on=starts_on,
    )
    _record("job.moved", new, by, at, on=starts_on, left=old.pk, left_on=last)
    return new


@action
def correct(
    *,
    job: Job,
    starts_on: date,
    ends_on: date | None,
    hours_per_week: Decimal | None = None,
    kind: str | None = None,
    related_employer: bool | None = None,
    title: str | None = None,
    end_reason: str = "",
    employer: str | None = None,
    row_key: str | None = None,
    enrolment: Enrolment | None = None,
    by: Viewer,
    at: datetime,
) -> Job:
    """Give a job other dates; without a last day it is still held. Everything else stays as it is unless it is given:
    end_reason is a code of Job.EndReason; enrolment another of the person's starts, for which it counts from now on.
    Returns the row that replaces it.

    Raises NotHeld, AlreadyChanged, StartInFuture, StartBeforeBirth, EndBeforeStart, EndInFuture or HoursOutOfRange.
    """
    given = {
        "hours_per_week": hours_per_week,
        "kind": kind,
        "related_employer": related_employer,
        "title": title,
        "employer": employer,
        "row_key": row_key,
        "enrolment_id": enrolment.pk if enrolment else None,
    }
    corrected = {name: value for name, value in given.items() if value is not None}
    reason = Job.EndReason(end_reason) if end_reason else job.end_reason
    corrected["end_reason"] = reason if ends_on else ""
    new = _replace(job, by, at, starts_on=starts_on, ends_on=ends_on, **corrected)
    moved: dict[str, Any] = (
        {"was_enrolment": job.enrolment_id} if new.enrolment_id != job.enrolment_id else {}
    )
    _record("job.corrected", new, by, at, **moved)
    return new


def _check(enrolment: Enrolment, job: Job, at: datetime) -> None:
    today = london_date(at)
    if job.starts_on > today:
        raise StartInFuture("The first day cannot be in the future. Record the job when it has begun.")
    if job.starts_on <= enrolment.participant.born_on:
        raise StartBeforeBirth("The first day must be after the person's date of birth.")
    if job.ends_on and job.ends_on < job.starts_on:
        raise EndBeforeStart("The last day cannot be before the first day.")
    if job.ends_on and job.ends_on > today:
        raise EndInFuture("The last day cannot be in the future. Record it when the job has ended.")
    if not LEAST_HOURS <= job.hours_per_week <= MOST_HOURS:
        raise HoursOutOfRange(f"Hours a week must be between {LEAST_HOURS} and {MOST_HOURS}.")


def _new(enrolment: Enrolment, organisation_id: UUID, by: Viewer, at: datetime, **said: Any) -> Job:
    """A job of this enrolment, kept. Raises what _check raises, and AlreadyRecorded where it is here already."""
    job = Job(
        tenant_id=by.tenant_id,
        participant_id=enrolment.participant_id,
        enrolment=enrolment,
        contract_id=enrolment.contract_id,
        organisation_id=organisation_id,
        recorded_at=at,
        **said,
    )
    _check(enrolment, job, at)
    one_at_a_time(enrolment)
    same = Q(enrolment=enrolment, starts_on=job.starts_on, employer__iexact=job.employer)
    if job.row_key:
        same |= Q(row_key=job.row_key)
    if Job.objects.filter(same, voided_at=None).exists():
        raise AlreadyRecorded("This job is already recorded: same employer, same first day.")
    job.save(force_insert=True)
    return job


def _replace(job: Job, by: Viewer, at: datetime, **changes: Any) -> Job:
    """Void the job and write the row that replaces it, with these columns changed.

    Raises AlreadyChanged where it was voided before.
    """
    organisation_id = holder(job.enrolment, by, at)
    current = Job.objects.select_for_update(no_key=True).filter(pk=job.pk, voided_at=None).first()
    if current is None:
        raise AlreadyChanged("Somebody changed this job in the meantime. Look at it again.")
    kept = {name: getattr(current, name) for name in CARRIED}
    new = Job(
        tenant_id=by.tenant_id,
        organisation_id=organisation_id,
        recorded_at=at,
        replaces=current,
        **{**kept, **changes},
    )
    _check(job.enrolment, new, at)
    current.voided_at = at
    current.save(update_fields=["voided_at"])
    new.save(force_insert=True)
    return new


def _record(kind: str, job: Job, by: Viewer, at: datetime, on: date | None = None, **more: Any) -> None:
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
        **more,
    )
