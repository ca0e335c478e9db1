"""People in work for the tests: jobs recorded by the real actions, dated so many days ago."""

from datetime import date
from decimal import Decimal
from typing import Any

from outcomes.actions import job as jobs
from outcomes.models import Job, Journal, Milestone
from participants.models import Enrolment, Participant
from tests.cast import Cast, looking_as
from tests.participants.people import ago, new_person, start


def started_person(cast: Cast, *, days: int = 200, **who: Any) -> tuple[Participant, Enrolment]:
    """Somebody whom Renaisi has held, and who started, so many days ago."""
    person = new_person(cast, **{"since": days, **who})
    return person, start(cast, person, days=days)


def work(
    cast: Cast, enrolment: Enrolment, *, since: int, until: int | None = None, by: str = "ada", **job: Any
) -> Job:
    """Record a job that began so many days ago and, if it ended, ended so many days ago."""
    usual = {"employer": "Tesco", "title": "Shop assistant", "hours_per_week": Decimal(20)}
    dates = {"starts_on": ago(since), "ends_on": None if until is None else ago(until)}
    with looking_as(getattr(cast, by)) as viewer:
        return jobs.record(enrolment=enrolment, by=viewer, at=viewer.now(), **{**usual, **dates, **job})


def end(cast: Cast, job: Job, *, days: int, reason: str = "temporary") -> Job:
    """End the job so many days ago."""
    with looking_as(cast.ada) as ada:
        return jobs.end(job=job, ends_on=ago(days), end_reason=reason, by=ada, at=ada.now())


def correct(cast: Cast, job: Job, *, since: int, until: int | None = None, kind: str | None = None) -> Job:
    """Correct the job's dates to so many days ago, and its kind where one is given."""
    ends_on = None if until is None else ago(until)
    with looking_as(cast.ada) as ada:
        return jobs.correct(job=job, starts_on=ago(since), ends_on=ends_on, kind=kind, by=ada, at=ada.now())


def reached(cast: Cast, enrolment: Enrolment) -> dict[str, date]:
    """What the enrolment has reached, and when."""
    with looking_as(cast.system()):
        in_force = Milestone.objects.filter(enrolment=enrolment, reversed_at=None)
        return dict(in_force.values_list("code", "reached_on"))


def lines(cast: Cast, enrolment: Enrolment, side: str = "provider") -> list[tuple[str, str, int]]:
    """The journals of one side: milestone, kind and pence, in the order of their milestones."""
    with looking_as(cast.system()):
        journals = Journal.objects.filter(milestone__enrolment=enrolment, side=side)
        found = journals.order_by("milestone__reached_on", "milestone__generation", "kind")
        return list(found.values_list("milestone__code", "kind", "pence"))
