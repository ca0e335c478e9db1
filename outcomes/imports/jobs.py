"""Rows of jobs, written by the actions of a job. A job is known by its person, its employer and its first day."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal

from outcomes.actions import job as jobs
from outcomes.chain import members, resembling
from outcomes.imports.writing import CannotImport, Importer, Outcome, Told, Values, changes, spoken
from outcomes.models import Job
from participants.models import Enrolment
from partners.viewer import Viewer, acting_as

NO_LAST_DAY = "There is a reason why it ended, and no last day. Fill it in."


@dataclass(frozen=True)
class Said:
    """What a row says of a job that its person, employer and first day do not: what the job here says, where its file
    does not.
    """

    ends_on: date | None
    hours_per_week: Decimal
    kind: str
    title: str
    related_employer: bool
    end_reason: str

    @classmethod
    def here(cls, job: Job) -> "Said":
        return cls(**{field.name: getattr(job, field.name) for field in fields(cls)})

    @classmethod
    def of(cls, values: Values, job: Job) -> "Said":
        """A file that names no last day says nothing about it."""
        return cls(**{**vars(cls.here(job)), **{name: values[name] for name in NAMES if name in values}})

    def unless_corrected(self, here: "Said", before: Sequence["Said"]) -> "Said":
        """The same, but for what was said before and is said otherwise by now: that stays as it is here."""
        kept = (name for name in NAMES if any(getattr(one, name) == getattr(self, name) for one in before))
        return replace(self, **{name: getattr(here, name) for name in kept})


NAMES = tuple(field.name for field in fields(Said))


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
    """The job is here: nothing, its end, or a correction."""
    given, here = Said.of(values, in_force), Said.here(in_force)
    if given == here:
        return Told(Outcome.SAME)
    said = given.unless_corrected(here, [Said.here(one) for one in known if one is not in_force])
    if said == here:
        return Told(Outcome.LEFT, "Corrected here since. Correct it here again if the file is right.")
    if said.end_reason and said.ends_on is None:
        raise CannotImport(NO_LAST_DAY)
    if here.ends_on is None and replace(said, ends_on=None, end_reason="") == here:
        _end(in_force, values, by, at)
    else:
        jobs.correct(job=in_force, starts_on=in_force.starts_on, **vars(said), by=by, at=at)
    return Told(Outcome.CHANGED, _what_changes(in_force, said))


def _what_changes(job: Job, said: Said) -> str:
    """In words, but for what may be about the person."""
    was, will_be = (spoken(day) if day else "none" for day in (job.ends_on, said.ends_on))
    related = ("no", "yes")
    words = changes(
        {
            "last day": (was, will_be),
            "hours a week": (job.hours_per_week, said.hours_per_week),
            "kind of work": (job.get_kind_display().lower(), Job.Kind(said.kind).label.lower()),
            "employer of the supply chain": (related[job.related_employer], related[said.related_employer]),
        }
    )
    title = "Another job title." if said.title != job.title else ""
    reason = "Another reason why it ended." if job.ends_on and said.end_reason != job.end_reason else ""
    return " ".join(sentence for sentence in (words, title, reason) if sentence)


def _end(job: Job, values: Values, by: Viewer, at: datetime) -> None:
    if "ends_on" not in values:
        raise CannotImport(NO_LAST_DAY)
    reason = values.get("end_reason", Job.EndReason.NOT_KNOWN)
    jobs.end(job=job, ends_on=values["ends_on"], end_reason=reason, by=by, at=at)


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
