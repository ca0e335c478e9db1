"""What jobs ask of the adviser, on the caseload."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.reasons import from_jobs
from participants.models import Participant
from tests.cast import Cast, looking_as
from tests.outcomes.working import started_person, work
from tests.participants.people import ago, log, new_person


def reasons(cast: Cast, *people: Participant) -> list[tuple[str, str]]:
    with looking_as(cast.ada) as ada:
        found = from_jobs(ada, [person.pk for person in people], ada.today)
    return [(need.code, need.sentence) for needs in found.values() for need in needs]


def test_a_milestone_that_is_near_says_how_near(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=173)
    log(cast, person, cast.ada)
    ((code, sentence),) = reasons(cast, person)
    assert code == "milestone_near"
    assert sentence.startswith("26 weeks in 52 on ")
    assert sentence.endswith("if the job lasts; 8 days to go")


def test_a_milestone_that_is_far_is_no_reason_yet(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=61)
    log(cast, person, cast.ada)
    near, enrolment = started_person(cast)
    work(cast, enrolment, since=62)
    log(cast, near, cast.ada)
    assert reasons(cast, person) == []
    assert [code for code, _ in reasons(cast, near)] == ["milestone_near"]


def test_a_job_that_ended_is_said_for_four_weeks(cast: Cast) -> None:
    for days, expected in ((6, 1), (28, 1), (29, 0)):
        person, enrolment = started_person(cast)
        work(cast, enrolment, since=40, until=days)
        found = reasons(cast, person)
        assert len(found) == expected, days
        if days == 6:
            assert found == [("job_ended", f"Job ended on {ago(6).day} {ago(6):%B}: 6 days ago")]


def test_somebody_in_the_next_job_is_in_work(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=40, until=6)
    work(cast, enrolment, since=3, employer="Boots")
    assert reasons(cast, person) == []


def test_silence_since_the_first_day_is_a_reason_after_a_week(cast: Cast) -> None:
    for since, contact, silent in ((7, 8, True), (7, 7, False), (6, None, False), (7, None, True)):
        person, enrolment = started_person(cast)
        work(cast, enrolment, since=since)
        if contact is not None:
            log(cast, person, cast.ada, days=contact)
        assert bool(reasons(cast, person)) is silent, (since, contact)


def test_an_attempt_that_did_not_reach_them_does_not_break_the_silence(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=10)
    log(cast, person, cast.ada, result="not_reached")
    assert [code for code, _ in reasons(cast, person)] == ["in_work_silence"]


def test_nobody_without_a_job_is_mentioned(cast: Cast) -> None:
    assert reasons(cast, new_person(cast), started_person(cast)[0]) == []


def test_a_list_costs_the_same_queries_whatever_its_length(cast: Cast) -> None:
    people = []
    for _ in range(4):
        person, enrolment = started_person(cast)
        work(cast, enrolment, since=90)
        people.append(person)
    counts = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            reasons(cast, *some)
        counts.append(len(queries))
    assert counts[0] == counts[1]
