"""One statement: every line with its person, price and reason."""

import csv
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.models import Statement
from tests.cast import Cast, looking_as
from tests.outcomes.test_charging import term
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago


def of_month(cast: Cast, day: date, provider: str = "renaisi") -> Statement:
    with looking_as(cast.system()):
        return Statement.objects.get(month=day.replace(day=1), organisation=cast.organisations[provider])


def get(cast: Cast, name: str, statement: Statement, rest: str = "/") -> Any:
    return cast.client(name).get(f"/serco/statements/{statement.pk}{rest}")


def test_a_line_names_person_milestone_days_amount_and_source(cast: Cast) -> None:
    person, _ = started_person(cast, days=40, family="Okafor")
    response = get(cast, "mona", of_month(cast, ago(40)))
    shown = response.content.decode()
    for words in ("Amina Okafor", person.reference, "Start", "£600.00", "illustrative", "Price from", "test"):
        assert words in shown, words
    assert f"/serco/participants/{person.reference}/money/" in shown
    assert response.context["whole"].pence == 60_000


@pytest.mark.parametrize(
    ("terms", "is_said"),
    [
        ({}, True),
        ({"pence": 12_000_00}, False),
        ({"side": "commissioner"}, False),
        ({"organisation": "i2i"}, False),
        ({"share_basis_points": 8_000}, True),
    ],
)
def test_a_charge_without_an_amount_is_said_to_whom_it_would_be_paid(
    cast: Cast, terms: dict[str, Any], is_said: bool
) -> None:
    terms = dict(terms)
    if whose := terms.pop("organisation", None):
        terms["organisation"] = cast.organisations[whose]
    term(cast, **{"side": "provider", "kind": "delivery_fee", "months": 12, **terms})
    started_person(cast, days=40)
    for name in ("mona", "frank"):
        shown = get(cast, name, of_month(cast, ago(40))).content.decode()
        assert ("the terms do not say how much: delivery fee" in shown) is is_said


def test_finance_reads_references_and_no_names(cast: Cast) -> None:
    person, _ = started_person(cast, days=40, family="Unmistakable")
    statement = of_month(cast, ago(40))
    for rest in ("/", ".csv"):
        shown = get(cast, "frank", statement, rest).content.decode()
        assert person.reference in shown
        assert "Unmistakable" not in shown


def test_a_reversal_says_why_and_the_total_follows(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=200)
    end(cast, work(cast, enrolment, since=130), days=60)
    response = get(cast, "mona", of_month(cast, ago(0)))
    assert response.context["whole"].pence == -90_000
    shown = response.content.decode()
    assert "Reversed" in shown
    assert "is no longer reached" in shown
    assert "−£900.00" in shown


def test_the_download_carries_pounds_pence_and_reason(cast: Cast) -> None:
    person, enrolment = started_person(cast, days=200)
    end(cast, work(cast, enrolment, since=130), days=60)
    download = get(cast, "mona", of_month(cast, ago(0)), ".csv")
    assert "statement-renaisi-inspiring-families-" in download["Content-Disposition"]
    (row,) = csv.DictReader(download.content.decode("utf-8-sig").splitlines())
    assert row["Reference"] == person.reference
    assert (row["Kind"], row["Amount in pounds"], row["Amount in pence"]) == ("Reversed", "-900.00", "-90000")
    assert row["Illustrative"] == "yes"
    assert row["Price from"] == "test"
    assert row["Reached on"] == ago(40).isoformat()
    assert "is no longer reached" in row["Why"]


def sorted_by(cast: Cast, statement: Statement, sort: str) -> list[str]:
    """The references of the lines in the order in which they stand."""
    response = get(cast, "mona", statement, f"/?sort={sort}")
    return [line.reference for line, _ in response.context["lines"]]


def test_lines_sort_by_their_columns(cast: Cast) -> None:
    for _ in range(3):
        started_person(cast, days=40)
    statement = of_month(cast, ago(40))
    up = sorted_by(cast, statement, "participant")
    down = sorted_by(cast, statement, "-participant")
    assert up == sorted(up)
    assert down == up[::-1]


def test_a_statement_is_nobody_elses(cast: Cast) -> None:
    started_person(cast, days=40)
    statement = of_month(cast, ago(40))
    for rest in ("/", ".csv"):
        for name, status in (("ines", 404), ("ada", 403), ("hana", 404), ("dee", 404), ("sam", 404)):
            assert get(cast, name, statement, rest).status_code == status, name
    statement.pk = uuid4()
    assert get(cast, "priya", statement).status_code == 404


def test_a_statement_of_the_other_prime_is_not_found(cast: Cast) -> None:
    started_person(cast, days=40)
    statement = of_month(cast, ago(40))
    assert cast.client("sam").get(f"/meridian/statements/{statement.pk}/").status_code == 404


@pytest.mark.parametrize("more", [2])
def test_a_statement_costs_the_same_queries_whatever_its_length(cast: Cast, more: int) -> None:
    counts = []
    client = cast.client("mona")
    for _ in range(1 + more):
        started_person(cast, days=40)
        statement = of_month(cast, ago(40))
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/serco/statements/{statement.pk}/")
        counts.append(len(queries))
    assert counts[1] == counts[2]
