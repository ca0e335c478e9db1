"""A name that somebody searches for stands in no address, and in no session that could be read."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from partners import searches
from tests.cast import Cast
from tests.participants.people import new_person
from tests.test_addresses import own_operations

CASELOAD = "/serco/caseload/"
# Reviewed: a participant's reference, which is random; sums and days of a forecast.
NOT_NAMES = {("audit/", "participant"), ("forecast/", "monthly_cost"), ("forecast/", "days_to_pay")}


def search(client: Client, words: str, **more: str) -> str:
    """Ask for somebody; returns the address to which one is led."""
    address: str = client.post(CASELOAD, {"search": words, **more})["Location"]
    return address


def test_the_address_names_nobody_and_the_list_is_the_one_that_was_asked_for(cast: Cast) -> None:
    new_person(cast, family="Okafor")
    new_person(cast, family="Silent")
    ada = cast.client("ada")
    address = search(ada, "okafor", sort="name", need="")
    assert re.fullmatch(r"/serco/caseload/\?search=[\w-]{8}&sort=name", address)
    page = ada.get(address).content.decode()
    assert "Okafor" in page
    assert "Silent" not in page
    assert 'value="okafor"' in page
    assert "okafor" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page))
    csv = ada.get(address.replace("caseload/", "caseload.csv")).content.decode()
    assert "Okafor" in csv
    assert "Silent" not in csv


def test_the_session_keeps_it_sealed(cast: Cast) -> None:
    ada = cast.client("ada")
    search(ada, "okafor")
    kept: list[dict[str, Any]] = [session.get_decoded() for session in Session.objects.all()]
    assert any(searches.KEY in session for session in kept)
    assert "okafor" not in str(kept)


def test_nobody_else_can_open_it(cast: Cast) -> None:
    new_person(cast, family="Okafor", adviser="col")
    new_person(cast, family="Silent", adviser="col")
    address = search(cast.client("ada"), "okafor", adviser="everyone")
    assert "Silent" in cast.client("col").get(address).content.decode()


def test_a_name_in_the_address_is_not_searched_for(cast: Cast) -> None:
    new_person(cast, family="Silent")
    page = cast.client("ada").get(f"{CASELOAD}?search=okafor").content.decode()
    assert "Silent" in page
    assert 'value="okafor"' not in page


def test_only_the_latest_searches_are_remembered(cast: Cast) -> None:
    new_person(cast)
    ada = cast.client("ada")
    addresses = [search(ada, f"name {number}") for number in range(searches.MOST + 1)]
    assert len(ada.session[searches.KEY]) == searches.MOST
    assert 'value="name 0"' not in ada.get(addresses[0]).content.decode()
    assert 'value="name 1"' in ada.get(addresses[1]).content.decode()


def test_filters_without_words_lead_to_the_plain_list(cast: Cast) -> None:
    ada = cast.client("ada")
    assert search(ada, "") == CASELOAD
    assert searches.KEY not in ada.session


@pytest.mark.parametrize("name", ["sara", "priya", "mona", "ada", "hana", "dee"])
def test_no_page_sends_typed_names_in_an_address(cast: Cast, name: str) -> None:
    """A form that is sent by GET has choices and dates alone, but for what is on the reviewed list."""
    client = cast.client(name)
    for route, pattern in own_operations():
        if pattern.pattern.converters or route.startswith("api/"):
            continue
        page = client.get("/serco" + reverse(str(pattern.name)), follow=True)
        if page["Content-Type"].startswith("text/html"):
            for form in re.findall(r'<form method="get".*?</form>', page.content.decode(), re.DOTALL):
                free = re.findall(r'<input[^>]*type="(?:text|search|email|tel)"[^>]*name="(\w+)"', form)
                free += re.findall(r'<input[^>]*name="(\w+)"[^>]*type="(?:text|search|email|tel)"', form)
                assert {(route, field) for field in free} <= NOT_NAMES
