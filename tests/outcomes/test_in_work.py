"""Support at work: the steps that the contract's standards ask for, and what of them was done."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from outcomes.in_work import due_now, steps
from outcomes.reasons import from_jobs
from participants.models import Participant
from programmes.models import Standard
from tests.cast import Cast, looking_as
from tests.outcomes.working import end, started_person, work
from tests.participants.people import hold, log

FIRST = date(2026, 3, 2)
ASKED = [(1, "First day"), (3, "Day 3"), (7, "First week"), (28, "Four weeks")]


def days(*numbers: int) -> list[date]:
    """The days of the job of those numbers; the first is day 1."""
    return [FIRST + timedelta(days=number - 1) for number in numbers]


def states(today: int, *reached: int) -> list[str]:
    [on] = days(today)
    return [step.state(on) for step in steps(ASKED, FIRST, days(*reached))]


@pytest.mark.parametrize(
    ("today", "reached", "expected"),
    [
        (1, (), ["due", "coming", "coming", "coming"]),
        (2, (), ["due", "coming", "coming", "coming"]),
        (3, (), ["missed", "due", "coming", "coming"]),
        (3, (1,), ["done", "due", "coming", "coming"]),
        (6, (2, 3), ["done", "done", "coming", "coming"]),
        (27, (2, 3), ["done", "done", "due", "coming"]),
        (28, (2, 3), ["done", "done", "missed", "due"]),
        (400, (1, 3, 7), ["done", "done", "done", "due"]),
        (400, (1, 3, 7, 399), ["done", "done", "done", "done"]),
        (5, (0, -4), ["missed", "due", "coming", "coming"]),
    ],
)
def test_a_step_is_done_from_its_day_until_the_next(
    today: int, reached: tuple[int, ...], expected: list[str]
) -> None:
    assert states(today, *reached) == expected


@given(
    asked=st.lists(st.integers(1, 400), min_size=1, max_size=8, unique=True).map(sorted),
    reached=st.lists(st.integers(-30, 500), max_size=12),
    today=st.integers(1, 500),
)
def test_one_contact_does_one_step_and_one_step_at_most_is_due(
    asked: list[int], reached: list[int], today: int
) -> None:
    found = steps([(day, "") for day in asked], FIRST, days(*reached))
    done = [step.done_on for step in found if step.done_on]
    assert len(done) == len(set(done))
    assert all(step.due_on <= on for step in found if (on := step.done_on))
    [on] = days(today)
    assert [step.state(on) for step in found].count("due") <= 1
    last = max((day for day in days(*reached) if day <= on), default=None)
    due = due_now([(day, "") for day in asked], FIRST, last, on)
    assert (due is None) == ((last or date.min) >= latest(asked, on))


def latest(asked: list[int], on: date) -> date:
    """The day from which a contact does the step whose turn it is; for ever ago where none has come yet."""
    return max((day for day in days(*asked) if day <= on), default=date.min)


@pytest.fixture
def asked(cast: Cast) -> None:
    with looking_as(cast.system()):
        for day, words in ASKED:
            Standard.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                code=f"in_work_{day:03}",
                sentence=words,
                limit=day,
                unit="days",
                source="test",
            )


def reasons(cast: Cast, *people: Participant) -> list[tuple[str, str]]:
    with looking_as(cast.ada) as ada:
        found = from_jobs(ada, [person.pk for person in people], ada.today)
    return [(need.code, need.sentence) for needs in found.values() for need in needs]


def test_the_caseload_says_whose_turn_it_is(cast: Cast, asked: None) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=8)
    assert reasons(cast, person) == [("in_work_step", "First week, due 2 days ago")]
    log(cast, person, cast.ada, days=1)
    assert reasons(cast, person) == []


def test_with_another_employer_the_steps_begin_anew(cast: Cast, asked: None) -> None:
    person, enrolment = started_person(cast)
    job = work(cast, enrolment, since=40)
    log(cast, person, cast.ada, days=5)
    assert reasons(cast, person) == []
    end(cast, job, days=1)
    work(cast, enrolment, since=0, employer="Boots")
    assert reasons(cast, person) == [("in_work_step", "First day, due today")]


def test_without_a_job_there_is_nothing_to_do(cast: Cast, asked: None) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=40, until=2)
    assert [code for code, _ in reasons(cast, person)] == ["job_ended"]


def test_the_tab_shows_every_step_of_the_job_that_is_held(cast: Cast, asked: None) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=8)
    log(cast, person, cast.ada, days=8)
    page = cast.client("ada").get(f"/serco/participants/{person.reference}/work/").content.decode()
    assert "Support at work" in page
    for words in ("First day", "Done", "Day 3", "Missed", "First week", "Due", "Four weeks", "To come"):
        assert words in page


def test_a_contract_that_asks_for_nothing_shows_nothing(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=8)
    page = cast.client("ada").get(f"/serco/participants/{person.reference}/work/").content.decode()
    assert "Support at work" not in page


def test_a_past_holder_is_not_shown_what_came_later(cast: Cast, asked: None) -> None:
    person, enrolment = started_person(cast, since=200)
    job: Any = work(cast, enrolment, since=8)
    hold(cast, person, provider="i2i", adviser="ivo", since=100, until=50)
    page = cast.client("ivo").get(f"/serco/participants/{person.reference}/work/")
    assert "Support at work" not in page.content.decode()
    assert job.employer not in page.content.decode()


def test_a_list_costs_the_same_queries_whatever_its_length(cast: Cast, asked: None) -> None:
    people = []
    for _ in range(3):
        person, enrolment = started_person(cast)
        work(cast, enrolment, since=9)
        people.append(person)
    counts = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            assert len(reasons(cast, *some)) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1]
