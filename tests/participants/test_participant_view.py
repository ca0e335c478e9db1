"""The participant page: the person in short and one story, as far as the walls show them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants import vault
from participants.models import Concern, Health, Identity, Participant
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, log, new_person, start

HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


def page(cast: Cast, name: str, person: Participant, query: str = "") -> str:
    response = cast.client(name).get(f"/serco/participants/{person.reference}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def add_secrets(cast: Cast, person: Participant) -> None:
    """A number, a health condition and a concern."""
    with looking_as(cast.system()) as system:
        key_id, sealed = vault.seal("QQ123456C", tenant_id=system.tenant_id, participant_id=person.pk)
        here: dict[str, Any] = {"tenant_id": system.tenant_id, "participant": person}
        Identity.objects.create(**here, key_id=key_id, sealed=sealed, blind_index="x")
        Health.objects.create(**here, conditions="Asthma", noted_on=ago(1))
        Concern.objects.create(**here, code="domestic_abuse", noted_on=ago(1))


def test_an_adviser_sees_who_the_person_is_and_how_to_reach_them(cast: Cast) -> None:
    person = new_person(cast)
    start(cast, person, days=9)
    add_secrets(cast, person)
    text = page(cast, "ada", person)
    for words in (
        "Amina Okafor",
        person.reference,
        "Text first",
        "tel:02079460018",
        "E8 1EA",
        "QQ****56C",
        "Asthma",
        "day 10 of 365",
        "Renaisi",
        "Family concern",
        "Log contact",
    ):
        assert words in text
    assert "Domestic abuse" not in text
    assert "QQ123456C" not in text


def test_the_concern_itself_is_for_the_cleared(cast: Cast) -> None:
    person = new_person(cast)
    add_secrets(cast, person)
    assert "Domestic abuse" in page(cast, "sara", person)
    for name in ("priya", "mona", "ada"):
        text = page(cast, name, person)
        assert "Domestic abuse" not in text
        assert "Family concern" in text


def test_the_prime_reads_but_does_not_log(cast: Cast) -> None:
    person = new_person(cast)
    add_secrets(cast, person)
    text = page(cast, "priya", person)
    assert "Text first" in text
    assert "Asthma" not in text
    assert "Log contact" not in text


def test_a_past_holder_sees_its_own_time_and_no_way_to_reach_the_person(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=30, until=20)
    add_secrets(cast, person)
    log(cast, person, cast.ivo, days=25, note="Met at the library")
    hold(cast, person, since=19)
    log(cast, person, cast.ada, days=3, note="Met at the bakery")
    text = page(cast, "ivo", person)
    assert "You no longer work with this person" in text
    assert text.count("Not shown to you") == 2
    assert "Met at the library" in text
    for hidden in (
        "Met at the bakery",
        "Text first",
        "7946",
        "QQ****",
        "Asthma",
        "Family concern",
        "Log contact",
    ):
        assert hidden not in text


def test_the_next_provider_reads_the_whole_story(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=30, until=20)
    log(cast, person, cast.ivo, days=25, note="Met at the library")
    hold(cast, person, since=19)
    text = page(cast, "ada", person)
    assert "Met at the library" in text
    assert "Another provider" in text
    assert "Ivo" not in text


@pytest.mark.parametrize("name", ["ivo", "ola", "hana", "dee", "sam"])
def test_somebody_elses_person_is_not_there(cast: Cast, name: str) -> None:
    person = new_person(cast)
    assert cast.client(name).get(f"/serco/participants/{person.reference}/").status_code == 404


@pytest.mark.parametrize("reference", ["PT-0000-00", "x", "%00", "PT-%E2%80%8B", "a" * 300])
def test_nobody_is_found_by_a_wrong_reference(cast: Cast, reference: str) -> None:
    assert cast.client("ada").get(f"/serco/participants/{reference}/").status_code == 404


def test_a_role_that_sees_no_people_is_told_so(cast: Cast) -> None:
    person = new_person(cast)
    assert cast.client("frank").get(f"/serco/participants/{person.reference}/").status_code == 403


def test_the_timeline_is_narrowed_and_paged(cast: Cast) -> None:
    person = new_person(cast)
    start(cast, person, days=9)
    for _ in range(50):
        log(cast, person, cast.ada)
    assert "?kind=Contacts" not in page(cast, "ada", person, "?kind=Contacts")
    assert "Started on" not in page(cast, "ada", person, "?kind=Contacts")
    assert "Started on" in page(cast, "ada", person, "?kind=Programme")
    assert "?kind=&amp;page=2" in page(cast, "ada", person)
    assert "Started on" in page(cast, "ada", person, "?page=2")


@pytest.mark.parametrize(
    "query", ["?kind=x", "?page=0", "?page=x", "?page=99999999999999999999", "?kind=%00"]
)
def test_an_address_that_makes_no_sense_shows_the_newest(cast: Cast, query: str) -> None:
    person = new_person(cast)
    log(cast, person, cast.ada, note="Here it is")
    assert "Here it is" in page(cast, "ada", person, query)


def test_a_tab_comes_alone_to_htmx_and_as_a_page_to_a_link(cast: Cast) -> None:
    person = new_person(cast)
    address = f"/serco/participants/{person.reference}/timeline/"
    whole, part = cast.client("ada").get(address), cast.client("ada").get(address, **HTMX)
    assert "Text first" in whole.content.decode()
    assert "Text first" not in part.content.decode()
    assert 'aria-current="page"' in part.content.decode()
    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in whole["Vary"]


def test_a_long_story_costs_the_queries_of_a_short_one(cast: Cast) -> None:
    person = new_person(cast)
    counts = []
    for more in (1, 60):
        for _ in range(more):
            log(cast, person, cast.ada)
        with CaptureQueriesContext(connection) as asked:
            page(cast, "ada", person)
        counts.append(len(asked))
    assert counts[0] == counts[1]
