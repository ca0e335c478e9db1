"""Rows of jobs, written by the actions of a job. A job is known by its row key, or else by its person, its employer and
its first day; a row that only looks like one is asked about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from outcomes.actions import job as jobs
from outcomes.chain import members, resembling
from outcomes.imports.likeness import lookalike
from outcomes.imports.writing import (
    CannotImport,
    Importer,
    Outcome,
    Told,
    Values,
    changes,
    spoken,
    unless_corrected,
)
from outcomes.models import Job
from participants.models import Enrolment
from partners.viewer import Viewer, acting_as

NO_LAST_DAY = "There is a reason why it ended, and no last day. Fill it in."
CORRECTED_HERE = Told(Outcome.LEFT, "Corrected here since. Correct it here again if the file is right.")
OTHER_KEY = Told(
    Outcome.LEFT, "Recorded here under another row key. Correct it here, or in the file with that key."
)
TWICE = "Another job here has the same employer and the same first day. Correct one of them here."
# A job as it stands, and behind it what it replaced, the newest first.
Line = Sequence[Job]


@dataclass(frozen=True)
class Said:
    """What a row says of a job: what the job here says, where its file does not."""

    employer: str
    starts_on: date
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
    def of(cls, values: Values, known: Line) -> "Said":
        """A file that names no last day says nothing about it; capitals make no other employer."""
        spelt = {one.employer.casefold(): one.employer for one in known}
        given = {name: values[name] for name in NAMES if name in values}
        employer = spelt.get(values["employer"].casefold(), values["employer"])
        return cls(**{**vars(cls.here(known[0])), **given, "employer": employer})

    def unless_corrected(self, here: "Said", before: Sequence["Said"]) -> "Said":
        return Said(**unless_corrected(vars(self), vars(here), [vars(one) for one in before]))


NAMES = tuple(field.name for field in fields(Said))


def put(values: Values, importer: Importer) -> Told:
    """Record a job, end it or correct it. What was corrected here stays as it is.

    Raises ActionError where it cannot be recorded.
    """
    enrolment = importer.enrolment_of(values, values["starts_on"])
    by = importer.on_behalf(enrolment)
    related = _is_related(values, importer)
    key = _key(values, importer)
    recorded = _recorded(enrolment, key, importer)
    known = _known(recorded, values, key, enrolment)
    if known:
        others = [line[0] for line in recorded if line is not known]
        return _again(known, others, values, key, enrolment, by, importer.at)
    if not values.get("another_job"):
        _ask_about_a_lookalike(recorded, values, key)
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
        row_key=key,
        by=by,
        at=importer.at,
    )
    if reason:
        _end(job, values, by, importer.at)
    return Told(Outcome.NEW)


def _key(values: Values, importer: Importer) -> str:
    """What the organisation calls the job, behind what stands for the organisation; blank where nothing is said."""
    given, whose = values.get("row_key"), (importer.contract.pk, importer.viewer.organisation_id)
    return f"{importer.key('feed', *whose)[:16]}:{importer.key('jobs', *whose, given)}" if given else ""


def _are_of_one_feed(key: str, other: str) -> bool:
    return bool(key and other) and key.partition(":")[0] == other.partition(":")[0]


def _recorded(enrolment: Enrolment, key: str, importer: Importer) -> list[Line]:
    """The person's jobs on the contract, for whichever start. Raises CannotImport where the key is somebody else's."""
    theirs = Q(participant=enrolment.participant_id, contract=importer.contract)
    with acting_as(importer.system):
        found = Job.objects.filter(theirs | Q(row_key=key)) if key else Job.objects.filter(theirs)
        with_people = found.select_related("enrolment__participant", "enrolment__contract")
        rows = {one.pk: one for one in with_people.order_by("recorded_at", "pk")}
    if any(one.participant_id != enrolment.participant_id for one in rows.values()):
        raise CannotImport(
            "This row key is that of somebody else's job here. Give each job a key of its own."
        )
    return [_line(one, rows) for one in rows.values() if one.voided_at is None]


def _line(job: Job, rows: Mapping[UUID, Job]) -> Line:
    line = [job]
    while replaced := line[-1].replaces_id:
        line.append(rows[replaced])
    return line


def _known(recorded: Sequence[Line], values: Values, key: str, enrolment: Enrolment) -> Line | None:
    """The job that the row is about: by its key, else by its employer and its first day as they are or once were."""

    def is_named(job: Job) -> bool:
        said = (values["employer"].casefold(), values["starts_on"])
        return (job.employer.casefold(), job.starts_on) == said

    def is_meant(line: Line) -> bool:
        # Under a key of its own it is what it is now, and no other row's because of what it was.
        is_others = bool(key and line[0].row_key)
        return any(is_named(one) for one in (line[:1] if is_others else line))

    with_key = [line for line in recorded if key and line[0].row_key == key]
    named = [line for line in recorded if is_meant(line)]
    named.sort(key=lambda line: (not is_named(line[0]), line[0].enrolment_id != enrolment.pk))
    return next(iter([*with_key, *named]), None)


def _again(
    known: Line,
    others: Sequence[Job],
    values: Values,
    key: str,
    enrolment: Enrolment,
    by: Viewer,
    at: datetime,
) -> Told:
    """The job is here: nothing, its end, or a correction, with which it takes the key where it had none."""
    in_force, given, here = known[0], Said.of(values, known), Said.here(known[0])
    if key and in_force.row_key not in ("", key):
        return Told(Outcome.SAME) if given == here else OTHER_KEY
    said = given.unless_corrected(here, [Said.here(one) for one in known[1:]])
    takes_key = in_force.row_key != key if key else False
    if said == here and not takes_key:
        return Told(Outcome.SAME) if given == here else CORRECTED_HERE
    if said.end_reason and said.ends_on is None:
        raise CannotImport(NO_LAST_DAY)
    if any(
        (one.employer.casefold(), one.starts_on) == (said.employer.casefold(), said.starts_on)
        for one in others
    ):
        raise CannotImport(TWICE)
    if not takes_key and here.ends_on is None and replace(said, ends_on=None, end_reason="") == here:
        _end(in_force, values, by, at)
    else:
        # A first day in the time of another start: the job counts for that one from now on.
        moved = enrolment if said.starts_on != here.starts_on else None
        jobs.correct(job=in_force, **vars(said), row_key=key or None, enrolment=moved, by=by, at=at)
    words, job = _what_changes(in_force, said), f"the job of {spoken(here.starts_on)}"
    if not key:
        return Told(Outcome.CHANGED, words)
    return Told(Outcome.CHANGED, f"Corrects {job}. {words}" if words else f"Gives {job} its row key.")


def _ask_about_a_lookalike(recorded: Sequence[Line], values: Values, key: str) -> None:
    """Raises CannotImport where a job here may be the same one. Two keys of one feed say that they are two."""
    may_be = (line[0] for line in recorded if not _are_of_one_feed(key, line[0].row_key))
    like = lookalike(values["employer"], values["starts_on"], values.get("ends_on"), may_be)
    if like is not None:
        raise CannotImport(
            f"Looks like the job of {spoken(like.starts_on)} that is here. Correct that one here, or give the row key"
            " that it came with. If it is another job, say yes in a column “Another job”."
        )


def _what_changes(job: Job, said: Said) -> str:
    """In words, but for what may be about the person."""
    was, will_be = (spoken(day) if day else "none" for day in (job.ends_on, said.ends_on))
    related = ("no", "yes")
    words = changes(
        {
            "first day": (spoken(job.starts_on), spoken(said.starts_on)),
            "last day": (was, will_be),
            "hours a week": (job.hours_per_week, said.hours_per_week),
            "kind of work": (job.get_kind_display().lower(), Job.Kind(said.kind).label.lower()),
            "employer of the supply chain": (related[job.related_employer], related[said.related_employer]),
        }
    )
    employer = "Another employer, or another spelling." if said.employer != job.employer else ""
    title = "Another job title." if said.title != job.title else ""
    reason = "Another reason why it ended." if job.ends_on and said.end_reason != job.end_reason else ""
    return " ".join(sentence for sentence in (words, employer, title, reason) if sentence)


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
