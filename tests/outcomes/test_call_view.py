"""The forecast call on the screen: providers commit, the prime reads all, and nobody else reads anything."""

from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.forecasting import forecast
from outcomes.models import Commitment, Forecast
from outcomes.performance.periods import month_of
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.outcomes.test_commitment_action import commit
from tests.participants.people import new_person
from tests.participants.restricting import restrict

PAGE = "/serco/performance/call/"
COMMIT = "/serco/performance/call/commit/"


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def typed(cast: Cast, **more: str) -> dict[str, str]:
    usual = {"month": f"{cast.mona.today:%Y-%m}", "starts": "4", "job_starts": "2", "job_outcomes": "1"}
    return {**usual, "note": "Two wait for a DBS check", **more}


def test_a_provider_commits_and_the_prime_reads_it(cast: Cast) -> None:
    amina = new_person(cast)
    mona = cast.client("mona")
    assert "Nothing said about this month" in words(mona.get(PAGE))
    assert mona.get(COMMIT).status_code == 200
    assert mona.post(COMMIT, typed(cast, people_starts=f" {amina.reference.lower()}\n")).status_code == 302
    shown = words(cast.client("priya").get(PAGE))
    for said in ("Two wait for a DBS check", "Mona", amina.reference, "Amina Okafor", ">4<"):
        assert said in shown
    assert mona.get(COMMIT).context["form"]["starts"].value() == 4
    assert "forecast call" in words(cast.client("priya").get("/serco/performance/"))
    with looking_as(cast.system()):
        assert AuditEntry.objects.filter(kind="call.people").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": "-1"},
        {"starts": "many"},
        {"starts": ""},
        {"month": "2020-01"},
        {"people_starts": "PT-2222-22"},
        {"note": "x" * 301},
    ],
)
def test_what_makes_no_sense_is_asked_again(cast: Cast, wrong: dict[str, str]) -> None:
    assert cast.client("mona").post(COMMIT, typed(cast, **wrong)).status_code == 422
    with looking_as(cast.system()):
        assert not Commitment.objects.exists()


def test_nobody_learns_of_whom_they_do_not_hold(cast: Cast) -> None:
    theirs, kept = new_person(cast, provider="i2i", adviser=None), new_person(cast)
    restrict(cast, kept)
    mona = cast.client("mona")
    answers = []
    for reference in (theirs.reference, "PT-2222-22", kept.reference):
        answer = mona.post(COMMIT, typed(cast, people_starts=reference))
        assert answer.status_code == 422
        answers.append(str(answer.context["form"].errors["people_starts"]).replace(reference, "it"))
    assert len(set(answers)) == 1


def test_more_people_than_the_number_are_refused_beside_it(cast: Cast) -> None:
    answer = cast.client("mona").post(
        COMMIT, typed(cast, starts="0", people_starts=new_person(cast).reference)
    )
    assert answer.status_code == 422
    assert "You name more people" in str(answer.context["form"].errors["people_starts"])


def test_a_provider_reads_its_own(cast: Cast) -> None:
    commit(cast, numbers={"starts": 37}, note="Renaisi says")
    shown = words(cast.client("sara").get(PAGE))
    assert "Renaisi says" in shown
    with looking_as(cast.ivo):
        assert not Commitment.objects.exists()


@pytest.mark.parametrize(
    ("name", "read", "write"),
    [
        ("priya", 200, 404),
        ("frank", 200, 404),
        ("ada", 403, 403),
        ("dee", 404, 404),
        ("hana", 404, 404),
    ],
)
def test_who_reads_and_who_commits(cast: Cast, name: str, read: int, write: int) -> None:
    client = cast.client(name)
    assert client.get(PAGE).status_code == read
    assert client.get(COMMIT).status_code == write
    assert client.post(COMMIT, typed(cast)).status_code == write


def test_a_contract_that_is_not_there_and_a_wrong_method_are_refused(cast: Cast) -> None:
    mona = cast.client("mona")
    assert mona.get(f"{PAGE}?contract=other").status_code == 404
    assert mona.post(f"{COMMIT}?contract=other", typed(cast)).status_code == 404
    assert mona.post(PAGE).status_code == 405
    assert mona.delete(COMMIT).status_code == 405


def test_those_who_see_no_people_read_no_names(cast: Cast) -> None:
    amina = new_person(cast)
    commit(cast, people={"starts": [amina]})
    assert amina.reference not in words(cast.client("frank").get(PAGE))
    assert amina.reference in words(cast.client("sara").get(PAGE))


def test_what_the_forecast_expects_stands_beside_it(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        forecast(cast.contract, system)
        Forecast.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            organisation=cast.organisations["renaisi"],
            side="provider",
            code="short_job_outcome",
            month=month_of(system.today),
            number="7.25",
            most=9,
            expected_pence=1,
            best_pence=1,
            worst_pence=1,
            made_at=system.now(),
        )
    assert ">7.3<" in words(cast.client("mona").get(PAGE)) or ">7.2<" in words(cast.client("mona").get(PAGE))


def test_the_call_costs_the_same_for_many_commitments(cast: Cast) -> None:
    priya = cast.client("priya")
    commit(cast, people={"starts": [new_person(cast)]})
    priya.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        priya.get(PAGE)
    commit(cast, numbers={"starts": 9}, people={"starts": [new_person(cast) for _ in range(6)]})
    with CaptureQueriesContext(connection) as many:
        priya.get(PAGE)
    assert len(many) == len(few)
