"""Logging a contact from the browser: saving is enough, and nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client

from participants.models import Contact, Participant
from tests.cast import Cast, looking_as
from tests.participants.people import ago, new_person


def address(person: Participant, query: str = "") -> str:
    return f"/serco/participants/{person.reference}/contacts/new/{query}"


def as_filled_in(client: Client, where: str, **typed: Any) -> dict[str, Any]:
    """What the browser sends when the form is saved as it came, but for what was typed."""
    form = client.get(where).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | typed


def contacts(cast: Cast) -> list[Contact]:
    with looking_as(cast.ada):
        return list(Contact.objects.all())


def test_saving_the_form_as_it_comes_logs_a_call_of_today(cast: Cast) -> None:
    person = new_person(cast)
    ada = cast.client("ada")
    response = ada.post(address(person), as_filled_in(ada, address(person)))
    assert response.status_code == 302
    assert response["Location"] == f"/serco/participants/{person.reference}/"
    (kept,) = contacts(cast)
    assert (kept.channel, kept.result, kept.contacted_on) == ("phone", "attended", ago(0))
    assert kept.contract_id == cast.contract.pk


def test_one_comes_back_to_where_one_was_and_is_told(cast: Cast) -> None:
    person = new_person(cast)
    ada = cast.client("ada")
    sent = as_filled_in(ada, address(person), next="/serco/caseload/?sort=name")
    page = ada.post(address(person), sent, follow=True)
    assert page.redirect_chain == [("/serco/caseload/?sort=name", 302)]
    assert "Contact logged." in page.content.decode()


@pytest.mark.parametrize(
    "where",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:evil.example", "/\\evil"],
)
def test_nobody_is_led_elsewhere(cast: Cast, where: str) -> None:
    person = new_person(cast)
    ada = cast.client("ada")
    response = ada.post(address(person), as_filled_in(ada, address(person), next=where))
    assert response["Location"] == f"/serco/participants/{person.reference}/"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"contacted_on": ago(-2)}, "contacted_on", "cannot be in the future"),
        ({"contacted_on": ago(11)}, "contacted_on", "did not work with this person on that date"),
        ({"contacted_on": "31/02/2026"}, "contacted_on", "date"),
        ({"next_step": "Call", "next_on": ago(1)}, "next_on", "cannot be in the past"),
        ({"next_on": ago(-2)}, "next_step", "Say what the next step is"),
        ({"channel": "pigeon"}, "channel", "pigeon"),
        ({"result": ""}, "result", ""),
        ({"minutes": "-1"}, "minutes", "1"),
        ({"minutes": "9" * 30}, "minutes", "600"),
        ({"note": "a\0b"}, "note", "Null"),
        ({"next_step": "x" * 201}, "next_step", "200"),
        ({"contract": "another"}, "contract", "another"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    cast: Cast, typed: dict[str, Any], field: str, sentence: str
) -> None:
    person = new_person(cast, since=10)
    ada = cast.client("ada")
    sent = as_filled_in(ada, address(person), **{"note": "Wants to bake", **typed})
    response = ada.post(address(person), sent)
    assert response.status_code == 422
    assert sentence in str(response.context["form"].errors[field])
    if "note" not in typed:
        assert "Wants to bake" in response.content.decode()
    assert contacts(cast) == []


def test_the_contract_is_chosen_by_the_link_and_asked_only_where_there_are_two(cast: Cast) -> None:
    person = new_person(cast)
    page = cast.client("ada").get(address(person, "?contract=inspiring-families")).content.decode()
    assert '<input type="hidden" name="contract" value="inspiring-families"' in page


@pytest.mark.parametrize("name", ["priya", "ivo", "hana", "dee", "sam"])
def test_only_the_providers_own_people_may_log(cast: Cast, name: str) -> None:
    person = new_person(cast)
    client = cast.client(name)
    assert client.get(address(person)).status_code == 404
    assert client.post(address(person), {"channel": "phone"}).status_code == 404


def test_a_past_holder_may_not_log(cast: Cast) -> None:
    person = new_person(cast, since=20, until=1)
    assert cast.client("ada").get(address(person)).status_code == 404
