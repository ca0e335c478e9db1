"""The caseload: the provider's own people, those who need somebody first."""

import csv
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from participants.models import ContactDetails
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, log, new_person, start
from tests.participants.restricting import restrict

CASELOAD = "/serco/caseload/"


def answer(client: Client, query: str = "") -> Any:
    """The list as a link leads to it or, where it asks for a name, as the filters are sent."""
    if "search=" not in query:
        return client.get(CASELOAD + query)
    return client.post(CASELOAD, dict(parse_qsl(query[1:])), follow=True)


def shown(client: Client, query: str = "") -> list[str]:
    """The family names on the page, from the top."""
    response = answer(client, query)
    assert response.status_code == 200
    return [shown.row.case.assignment.participant.family_name for shown in response.context["rows"]]


def page(client: Client, query: str = "") -> str:
    return answer(client, query).content.decode()


def test_an_adviser_begins_with_their_own_and_may_see_everyone(cast: Cast) -> None:
    new_person(cast, family="Mine")
    new_person(cast, family="Theirs", adviser="col")
    new_person(cast, family="Nobodys", adviser=None)
    new_person(cast, family="Elsewhere", provider="i2i", adviser="ivo")
    ada = cast.client("ada")
    assert shown(ada) == ["Mine"]
    assert set(shown(ada, "?adviser=everyone")) == {"Mine", "Theirs", "Nobodys"}
    assert shown(ada, "?adviser=nobody") == ["Nobodys"]
    assert shown(ada, f"?adviser={cast.users['col'].pk}") == ["Theirs"]


def test_a_manager_begins_with_everyone(cast: Cast) -> None:
    new_person(cast, family="One")
    new_person(cast, family="Two", adviser="col")
    assert set(shown(cast.client("mona"))) == {"One", "Two"}


def test_only_whoever_is_held_today_is_there(cast: Cast) -> None:
    new_person(cast, family="Gone", since=20, until=1)
    new_person(cast, family="Coming", since=-1)
    new_person(cast, family="LastDay", since=20, until=0)
    assert shown(cast.client("ada")) == ["LastDay"]


def test_whoever_needs_somebody_most_comes_first(cast: Cast) -> None:
    calm = new_person(cast, family="Calm", since=60)
    log(cast, calm, cast.ada, days=2)
    silent = new_person(cast, family="Silent", since=60)
    log(cast, silent, cast.ada, days=20)
    longer = new_person(cast, family="Longer", since=60)
    log(cast, longer, cast.ada, days=25)
    late = new_person(cast, family="Late", since=60)
    log(cast, late, cast.ada, days=5, next_step="Call", next_on=ago(1))
    new_person(cast, family="Unmet", since=2)
    ada = cast.client("ada")
    assert shown(ada) == ["Late", "Unmet", "Longer", "Silent", "Calm"]
    assert shown(ada, "?sort=name") == ["Calm", "Late", "Longer", "Silent", "Unmet"]
    assert shown(ada, "?sort=contact") == ["Unmet", "Longer", "Silent", "Late", "Calm"]


def test_a_case_shows_what_an_adviser_has_to_know(cast: Cast) -> None:
    person = new_person(cast, since=60)
    start(cast, person, days=29)
    log(cast, person, cast.ada, days=20, next_step="Send adverts", next_on=ago(-3))
    text = page(cast.client("ada"))
    for words in (
        "Amina Okafor",
        f"{person.reference}, Hackney",
        cast.contract.name,
        "On programme, day 30",
        "phone, attended or reached",
        ": Send adverts",
        "No contact for 20 days",
        f"/serco/participants/{person.reference}/contacts/new/",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?need=silence", ["Silent"]),
        ("?need=first_contact", ["Unmet"]),
        ("?stage=on_programme", ["Silent"]),
        ("?stage=not_started", ["Unmet"]),
        ("?contract=inspiring-families", ["Unmet", "Silent"]),
        ("?search=sil", ["Silent"]),
        ("?search=AMINA+S", ["Silent"]),
        ("?search=zoe", ["Unmet"]),
        ("?search=ilent", []),
        ("?search=%25", ["Unmet", "Silent"]),
        ("?need=silence&stage=not_started", []),
    ],
)
def test_the_list_is_narrowed(cast: Cast, query: str, expected: list[str]) -> None:
    silent = new_person(cast, family="Silent", since=60)
    start(cast, silent, days=40)
    log(cast, silent, cast.ada, days=20)
    new_person(cast, given="Zoë", family="Unmet", since=2)
    assert shown(cast.client("ada"), query) == expected


def test_a_person_is_found_by_their_reference(cast: Cast) -> None:
    new_person(cast, family="Other")
    wanted = new_person(cast, family="Wanted")
    assert shown(cast.client("ada"), f"?search=+{wanted.reference.lower()}") == ["Wanted"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("07700 900123", ["Wanted"]), ("%2B447700900123", ["Wanted"]), ("07700900124", []), ("900123", [])],
)
def test_whoever_calls_is_found_by_their_number(cast: Cast, typed: str, found: list[str]) -> None:
    wanted, hidden = new_person(cast, family="Wanted"), new_person(cast, family="Hidden")
    new_person(cast, family="Other")
    with looking_as(cast.system()):
        ContactDetails.objects.filter(participant__in=[wanted, hidden]).update(phone="+447700900123")
    restrict(cast, hidden, "mona", level=1)
    assert shown(cast.client("ada"), f"?search={typed}") == found


@pytest.mark.parametrize("query", ["?need=x", "?adviser=x", "?search=%00", "?page=x", "?page=99", "?sort=x"])
def test_a_filter_that_makes_no_sense_hides_nobody(cast: Cast, query: str) -> None:
    new_person(cast, family="Mine")
    assert shown(cast.client("ada"), query) == ["Mine"]


def test_fifty_people_are_on_a_page(cast: Cast) -> None:
    for _ in range(51):
        new_person(cast)
    ada = cast.client("ada")
    assert len(shown(ada)) == 50
    assert len(shown(ada, "?page=2")) == 1
    assert "1 to 50 of 51" in page(ada)
    assert "?sort=name&amp;page=2" in page(ada, "?sort=name")


def test_two_hundred_people_cost_the_queries_of_two(cast: Cast) -> None:
    ada = cast.client("ada")
    shown(ada)  # the first request of a session writes down that it is in use
    counts = []
    for more in (2, 198):
        for _ in range(more):
            log(cast, new_person(cast, since=60), cast.ada, days=30)
        with CaptureQueriesContext(connection) as asked:
            shown(ada)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_same_list_is_downloaded_whole(cast: Cast) -> None:
    person = new_person(cast, family="=cmd()", since=3)
    log(cast, person, cast.ada, next_step="Call", next_on=ago(-1))
    new_person(cast, family="Theirs", adviser="col")
    response = cast.client("ada").get("/serco/caseload.csv")
    lines: list[dict[str, Any]] = list(csv.DictReader(response.content.decode("utf-8-sig").splitlines()))
    assert [line["Family name"] for line in lines] == ["'=cmd()"]
    assert lines[0]["Reference"] == person.reference
    assert lines[0]["Next step"] == "Call"
    assert lines[0]["Next step on"] == ago(-1).isoformat()
    assert response["Content-Disposition"] == 'attachment; filename="caseload.csv"'


def test_an_empty_list_says_what_to_do(cast: Cast) -> None:
    assert "Nobody is with Renaisi yet" in page(cast.client("ada"))
    new_person(cast, adviser="col")
    assert "Nobody is with you today" in page(cast.client("ada"))
    assert "Nobody matches these filters" in page(cast.client("ada"), "?search=xyz")


def test_a_person_on_two_stays_of_one_provider_is_listed_once(cast: Cast) -> None:
    person = new_person(cast, since=60, until=30)
    hold(cast, person, since=10)
    assert shown(cast.client("ada")) == ["Okafor"]


@pytest.mark.parametrize("name", ["priya", "hana", "dee"])
def test_the_caseload_is_the_providers(cast: Cast, name: str) -> None:
    assert cast.client(name).get(CASELOAD).status_code == 404
    assert cast.client(name).get("/serco/caseload.csv").status_code == 404
