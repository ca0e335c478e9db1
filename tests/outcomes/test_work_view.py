"""The work tab: jobs, what was reached and why, and what comes next."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.outcomes.working import end, started_person, work
from tests.participants.people import hold, new_person, start


def page(cast: Cast, name: str, reference: str, **headers: str) -> str:
    response = cast.client(name).get(f"/serco/participants/{reference}/work/", headers=headers)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_an_adviser_sees_jobs_milestones_and_what_comes_next(cast: Cast) -> None:
    person, enrolment = started_person(cast, days=190)
    work(cast, enrolment, since=173)
    shown = page(cast, "ada", person.reference)
    assert "Shop assistant, Tesco" in shown
    assert "Still held" in shown
    assert "Short job outcome" in shown
    assert "91 days in work" in shown
    assert "if the job lasts; 8 days to go" in shown


def test_htmx_asks_for_the_tab_alone(cast: Cast) -> None:
    person, _ = started_person(cast)
    assert "<html" in page(cast, "ada", person.reference)
    assert "<html" not in page(cast, "ada", person.reference, HX_Request="true")


def test_what_was_reversed_stays_readable(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    end(cast, work(cast, enrolment, since=120), days=60)
    shown = page(cast, "ada", person.reference)
    assert "Reversed (1)" in shown
    assert "is no longer reached" in shown


def test_somebody_not_started_has_no_jobs(cast: Cast) -> None:
    assert "Not started yet" in page(cast, "ada", new_person(cast).reference)


def test_only_those_who_keep_the_case_may_change_it(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    assert "Record a job" in page(cast, "ada", person.reference)
    assert "Record a job" not in page(cast, "priya", person.reference)


def test_a_past_provider_sees_its_own_period_and_no_outlook(cast: Cast) -> None:
    person = new_person(cast, since=200, until=100)
    hold(cast, person, provider="i2i", adviser="ivo", since=99)
    enrolment = start(cast, person, days=200)
    work(cast, enrolment, since=150, until=120, by="ivo", employer="Early Bakery")
    work(cast, enrolment, since=90, by="ivo", employer="Late Bakery")
    shown = page(cast, "ada", person.reference)
    assert "Early Bakery" in shown
    assert "Late Bakery" not in shown
    assert "What comes next" not in shown
    assert "What comes next" in page(cast, "ivo", person.reference)


@pytest.mark.parametrize("name", ["ivo", "hana", "dee", "frank", "sam"])
def test_nobody_else_sees_it(cast: Cast, name: str) -> None:
    person, _ = started_person(cast)
    response = cast.client(name).get(f"/serco/participants/{person.reference}/work/")
    assert response.status_code == (403 if name == "frank" else 404)


def test_the_tab_costs_the_same_queries_however_much_is_on_it(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    client = cast.client("ada")
    counts = []
    for employer in ("Boots", "Argos", "Aldi"):
        work(cast, enrolment, since=120, employer=employer)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/serco/participants/{person.reference}/work/", headers={"HX-Request": "true"})
        counts.append(len(queries))
    assert counts[1] == counts[2]
