"""Signs that somebody may leave their job: by the limits of the contract's standards, in words, and never a score."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.leaving import Facts, signs
from programmes.models import Standard
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import pay
from tests.outcomes.working import started_person, work
from tests.participants.people import log

ASKED = {
    "leaving_first": (28, "First weeks"),
    "leaving_silence": (21, "Not spoken to"),
    "leaving_unpaid": (42, "No pay"),
    "leaving_earlier": (91, "Earlier job was short"),
}
QUIET = {"day": 29, "silent_for": 20, "unpaid_for": 41, "shortest": 91, "missed": 0}


@pytest.mark.parametrize(
    ("different", "expected"),
    [
        ({}, []),
        ({"shortest": None}, []),
        ({"day": 28}, ["First weeks (day 28)"]),
        ({"silent_for": 21}, ["Not spoken to (21 days)"]),
        ({"unpaid_for": 42}, ["No pay (42 days)"]),
        ({"shortest": 90}, ["Earlier job was short (90 days)"]),
        ({"missed": 1}, ["A step of support was missed"]),
        ({"missed": 2}, ["2 steps of support were missed"]),
        ({"day": 1, "shortest": 1}, ["First weeks (day 1)", "Earlier job was short (1 day)"]),
    ],
)
def test_each_sign_begins_with_its_limit(different: dict[str, Any], expected: list[str]) -> None:
    assert signs(ASKED, Facts(**{**QUIET, **different})) == expected


def test_a_contract_that_sets_no_limits_has_no_signs() -> None:
    assert signs({}, Facts(day=1, silent_for=400, unpaid_for=400, shortest=1, missed=0)) == []


@pytest.fixture
def asked(cast: Cast) -> None:
    steps = {"in_work_001": (1, "First day")}
    with looking_as(cast.system()):
        for code, (limit, words) in (ASKED | steps).items():
            Standard.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                code=code,
                sentence=words,
                limit=limit,
                unit="days",
                source="test",
            )


def tab(cast: Cast, reference: str) -> str:
    return cast.client("ada").get(f"/serco/participants/{reference}/work/").content.decode()


def test_the_tab_says_why_somebody_may_leave(cast: Cast, asked: None) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=120, until=90, employer="Boots")
    work(cast, enrolment, since=50)
    shown = tab(cast, person.reference)
    for sign in (
        "may leave this job",
        "Not spoken to (50 days)",
        "No pay (50 days)",
        "job was short (31 days)",
    ):
        assert sign in shown
    log(cast, person, cast.ada, days=3)
    pay(cast, enrolment, days=10)
    shown = tab(cast, person.reference)
    assert "Not spoken to" not in shown
    assert "No pay" not in shown
    assert "Earlier job was short" in shown


def test_what_was_before_the_job_is_no_sign_of_it(cast: Cast, asked: None) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=20)
    shown = tab(cast, person.reference)
    assert "First weeks (day 21)" in shown
    assert "Not spoken to" not in shown


def test_more_jobs_ask_no_more(cast: Cast, asked: None) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=120, until=90, employer="Boots")
    work(cast, enrolment, since=50)
    tab(cast, person.reference)
    with CaptureQueriesContext(
        connection,
    ) as one:
        tab(cast, person.reference)
    work(cast, enrolment, since=40, employer="Lidl")
    with CaptureQueriesContext(connection) as two:
        tab(cast, person.reference)
    assert len(two) <= len(one)
