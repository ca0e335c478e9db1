"""Jobs are recorded, ended and corrected, and never edited in place."""

from decimal import Decimal
from typing import Any

import pytest

from outcomes.actions import holding
from outcomes.actions import job as jobs
from outcomes.models import Job
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.outcomes.working import correct, end, reached, started_person, work
from tests.participants.people import ago, hold, new_person, start


def in_force(cast: Cast) -> list[Job]:
    with looking_as(cast.system()):
        return list(Job.objects.filter(voided_at=None))


def test_a_job_is_recorded_with_one_event_and_no_name_in_it(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=10, until=3)
    with looking_as(cast.system()):
        event = DomainEvent.objects.get(kind="job.recorded")
    assert event.subject_id == job.pk
    assert event.on == ago(10)
    assert event.organisation_id == cast.organisation("renaisi")
    assert event.facts == {
        "enrolment": str(enrolment.pk),
        "contract": str(cast.contract.pk),
        "starts_on": ago(10).isoformat(),
        "ends_on": ago(3).isoformat(),
        "replaces": None,
    }


def test_days_before_the_start_are_kept_and_never_count(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=100)
    work(cast, enrolment, since=150)
    assert reached(cast, enrolment) == {"start": ago(100), "short_job_outcome": ago(100 - 90)}


@pytest.mark.parametrize(
    ("job", "refusal"),
    [
        ({"since": -1}, jobs.StartInFuture),
        ({"since": 20_000}, jobs.StartBeforeBirth),
        ({"since": 10, "until": 11}, jobs.EndBeforeStart),
        ({"since": 10, "until": -1}, jobs.EndInFuture),
        ({"since": 10, "hours_per_week": Decimal("0.4")}, jobs.HoursOutOfRange),
        ({"since": 10, "hours_per_week": Decimal("80.5")}, jobs.HoursOutOfRange),
        ({"since": 10, "by": "ivo"}, holding.NotHeld),
        ({"since": 10, "by": "priya"}, holding.NotHeld),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, job: dict[str, Any], refusal: type[Exception]) -> None:
    _, enrolment = started_person(cast)
    with pytest.raises(refusal):
        work(cast, enrolment, **job)
    assert in_force(cast) == []


@pytest.mark.parametrize("hours", ["0.5", "80"])
def test_the_least_and_the_most_hours_are_taken(cast: Cast, hours: str) -> None:
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=10, hours_per_week=Decimal(hours))


def test_a_job_of_one_day_that_ended_today_is_taken(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=0, until=0)


def test_the_same_job_twice_is_refused(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=10)
    with pytest.raises(jobs.AlreadyRecorded):
        work(cast, enrolment, since=10, employer="TESCO")
    work(cast, enrolment, since=10, employer="Boots")


def test_an_end_is_a_new_row_that_replaces_the_old(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=10)
    ended = end(cast, job, days=2, reason="redundant")
    assert in_force(cast) == [ended]
    assert (ended.replaces_id, ended.ends_on, ended.end_reason) == (job.pk, ago(2), "redundant")
    with looking_as(cast.system()):
        assert Job.objects.get(pk=job.pk).ends_on is None
        assert DomainEvent.objects.get(kind="job.ended").on == ago(2)


def test_an_end_outside_the_job_or_in_the_future_is_refused(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=10)
    with pytest.raises(jobs.EndBeforeStart):
        end(cast, job, days=11)
    with pytest.raises(jobs.EndInFuture):
        end(cast, job, days=-1)


def test_an_ended_job_is_corrected_and_not_ended_again(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    ended = end(cast, work(cast, enrolment, since=10), days=2)
    with pytest.raises(jobs.AlreadyEnded):
        end(cast, ended, days=1)
    again = correct(cast, ended, since=10, until=1)
    assert (again.ends_on, again.end_reason) == (ago(1), "temporary")
    still_held = correct(cast, again, since=10)
    assert (still_held.ends_on, still_held.end_reason) == (None, "")


def test_of_two_changes_to_the_same_row_the_second_is_refused(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=10)
    correct(cast, job, since=9)
    with pytest.raises(jobs.AlreadyChanged):
        correct(cast, job, since=8)
    with pytest.raises(jobs.AlreadyChanged):
        end(cast, job, days=1)


def test_a_provider_that_let_go_changes_nothing(cast: Cast) -> None:
    person = new_person(cast, since=200, until=50)
    hold(cast, person, provider="i2i", adviser="ivo", since=49)
    enrolment = start(cast, person, days=150)
    job = work(cast, enrolment, since=100, by="ivo")
    with pytest.raises(holding.NotHeld):
        correct(cast, job, since=90)
