"""Rows of jobs, written by the actions of a job. A job is known by its person, its employer and its first day."""

from datetime import date, datetime
from decimal import Decimal

from outcomes.actions import job as jobs
from outcomes.chain import members, resembling
from outcomes.imports.writing import CannotImport, Importer, Outcome, Told, Values, changes, spoken
from outcomes.models import Job
from participants.models import Enrolment
from partners.viewer import Viewer, acting_as

# The last day, the hours of a week, and the kind of work.
Said = tuple[date | None, Decimal, str]


def put(values: Values, importer: Importer) -> Told:
    """Record a job, end it or correct it. What was corrected here stays as it is.

    Raises ActionError where it cannot be recorded.
    """
    enrolment = importer.enrolment_of(values, values["starts_on"])
    by = importer.on_behalf(enrolment)
    related = _is_related(values, importer)
    known = _known(enrolment, values, importer)
    in_force = next((one for one in known if one.voided_at is None), None)
    if in_force is not None:
        return _again(in_force, known, values, by, importer.at)
    if known:
        return Told(Outcome.LEFT, "Its first day was corrected here since. Correct it here again if need be.")
    reason = values.get("end_reason", "")
    job = jobs.record(
        enrolment=enrolment,
        employer=values["employer"],
        title=values["title"],
        hours_per_week=values["hours_per_week"],
        starts_on=values["starts_on"],
        ends_on=None if reason else values.get("ends_on"),
        kind=values.get("kind", Job.Kind.EMPLOYED),
        related_employer=related,
        by=by,
        at=importer.at,
    )
    if reason:
        _end(job, values, by, importer.at)
    return Told(Outcome.NEW)


def _known(enrolment: Enrolment, values: Values, importer: Importer) -> list[Job]:
    """The job as it was recorded before: for this enrolment, else for another of the person on the contract."""
    with acting_as(importer.system):
        same = Job.objects.filter(
            participant=enrolment.participant_id,
            contract=importer.contract,
            employer__iexact=values["employer"],
            starts_on=values["starts_on"],
        )
        with_people = same.select_related("enrolment__participant", "enrolment__contract")
        found = list(with_people.order_by("recorded_at", "pk"))
    return [one for one in found if one.enrolment_id == enrolment.pk] or found


def _again(in_force: Job, known: list[Job], values: Values, by: Viewer, at: datetime) -> Told:
    """The job is here: nothing, its end, or a correction. A file that names no last day says nothing about it."""
    said = _said(values, in_force)
    if said == _says(in_force):
        return Told(Outcome.SAME)
    if any(said == _says(one) for one in known):
        return Told(Outcome.LEFT, "Corrected here since. Correct it here again if the file is right.")
    ends_on, hours, kind = said
    if in_force.ends_on is None and (hours, kind) == _says(in_force)[1:]:
        _end(in_force, values, by, at)
    else:
        jobs.correct(
            job=in_force,
            starts_on=in_force.starts_on,
            ends_on=ends_on,
            hours_per_week=hours,
            kind=kind,
            by=by,
            at=at,
        )
    was, will_be = (spoken(day) if day else "none" for day in (in_force.ends_on, ends_on))
    words = changes(
        {
            "last day": (was, will_be),
            "hours a week": (in_force.hours_per_week, hours),
            "kind of work": (in_force.get_kind_display().lower(), Job.Kind(kind).label.lower()),
        }
    )
    return Told(Outcome.CHANGED, words)


def _end(job: Job, values: Values, by: Viewer, at: datetime) -> None:
    if "ends_on" not in values:
        raise CannotImport("There is a reason why it ended, and no last day. Fill it in.")
    reason = values.get("end_reason", Job.EndReason.NOT_KNOWN)
    jobs.end(job=job, ends_on=values["ends_on"], end_reason=reason, by=by, at=at)


def _said(values: Values, in_force: Job) -> Said:
    ends_on = values.get("ends_on", in_force.ends_on)
    return (ends_on, values["hours_per_week"], values.get("kind", in_force.kind))


def _says(job: Job) -> Said:
    return (job.ends_on, job.hours_per_week, job.kind)


def _is_related(values: Values, importer: Importer) -> bool:
    """Whether the employer is one of the chain. Where it looks like one, the file has to say yes or no."""
    if "related_employer" in values:
        return bool(values["related_employer"])
    with acting_as(importer.viewer):
        looks_like = resembling(values["employer"], members())
    if looks_like is not None:
        raise CannotImport(
            f"The employer looks like {looks_like.name}, which delivers this programme. Say yes or no in a column"
            " “Employer of the supply chain”."
        )
    return False
