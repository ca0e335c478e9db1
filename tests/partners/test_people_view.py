"""The people of the workspace: whom one sees, and what one may change."""

import csv
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import AuditEntry, User
from partners.views import people
from tests.cast import Cast, looking_as
from tests.partners.placing import main_of, new_place, places_in_serco, told

PEOPLE = "/serco/workspace/people/"


def names(page: Any) -> list[str]:
    """Who is on the page, in its order."""
    assert page.status_code == 200, page.content
    return [place.user.name for place in page.context["page"]]


def of(cast: Cast, name: str, what: str = "") -> str:
    """The address of somebody's page."""
    return f"{PEOPLE}{cast.memberships[name].pk}/{what}"


def test_the_primes_administrator_sees_everyone_and_a_provider_its_own(cast: Cast) -> None:
    assert names(cast.client("sara").get(PEOPLE)) == sorted(
        {
            "Ada",
            "Cleo",
            "Col",
            "Dee",
            "Frank",
            "Hana",
            "Ines",
            "Ivo",
            "Jon",
            "Mona",
            "Ola",
            "Priya",
            "Rita",
            "Sara",
        }
    )
    assert names(cast.client("mona").get(PEOPLE)) == ["Ada", "Col", "Mona", "Rita"]


@pytest.mark.parametrize(
    ("name", "status"),
    [("priya", 403), ("frank", 403), ("ada", 403), ("hana", 404), ("dee", 404), ("sam", 404)],
)
def test_nobody_else_has_these_pages(cast: Cast, name: str, status: int) -> None:
    client = cast.client(name)
    for address in (PEOPLE, "/serco/workspace/people.csv", of(cast, "col"), of(cast, "col", "end/")):
        assert client.get(address).status_code == status
    assert client.post(of(cast, "col", "end/")).status_code == status
    clearance = client.get(of(cast, "col", "clearance/")).status_code
    assert clearance == (403 if name in ("priya", "frank") else 404)
    assert "/account/login/" in Client().get(PEOPLE)["Location"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"organisation": "i2i"}, ["Ines", "Ivo"]),
        ({"role": "manager"}, ["Ines", "Mona"]),
        ({"role": "adviser", "organisation": "renaisi"}, ["Ada", "Col", "Rita"]),
        ({"state": "ended"}, []),
        ({"organisation": "i2i", "sort": "-name"}, ["Ivo", "Ines"]),
        ({"organisation": "i2i", "sort": "role"}, ["Ivo", "Ines"]),
        ({"organisation": "i2i", "sort": "password"}, ["Ines", "Ivo"]),
        ({"organisation": "i2i", "page": "99"}, ["Ines", "Ivo"]),
    ],
)
def test_the_list_is_filtered_searched_and_sorted(
    cast: Cast, query: dict[str, str], expected: list[str]
) -> None:
    assert names(cast.client("sara").get(PEOPLE, query)) == expected


def search(client: Client, words: str) -> Any:
    """The list for a name, asked for as the form does."""
    return client.post(PEOPLE, {"search": words}, follow=True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ADA", ["Ada"]),
        ("mona@example", ["Mona"]),
        ("example on", ["Jon", "Mona"]),
        ("nobody", []),
        ("%", []),
    ],
)
def test_people_are_searched_by_name_and_address_which_no_address_shows(
    cast: Cast, words: str, expected: list[str]
) -> None:
    page = search(cast.client("sara"), words)
    assert names(page) == expected
    assert words not in page.redirect_chain[0][0].partition("?")[2]
    if not expected:
        assert "Nobody matches these filters" in main_of(page)


def test_a_filter_that_makes_no_sense_is_said_and_left_out(cast: Cast) -> None:
    page = cast.client("mona").get(PEOPLE, {"role": "wizard", "state": "gone", "organisation": "i2i"})
    assert names(page) == ["Ada", "Col", "Mona", "Rita"]
    assert set(page.context["form"].errors) == {"role", "state"}


def test_states_are_told_apart_and_a_change_of_role_is_no_end(cast: Cast) -> None:
    mona = cast.client("mona")
    mona.post(of(cast, "ada", "role/"), {"role": "manager", "reason": "cover"})
    mona.post(of(cast, "col", "end/"), {"from_on": cast.mona.today.isoformat(), "reason": "left"})
    later = (cast.mona.today + timedelta(days=7)).isoformat()
    (rita,) = places_in_serco(cast, "rita")
    mona.post(f"{PEOPLE}{rita.pk}/end/", {"from_on": later, "reason": "left"})
    assert names(mona.get(PEOPLE)) == ["Ada", "Mona", "Rita"]
    assert names(mona.get(PEOPLE, {"state": "ending"})) == ["Rita"]
    assert names(mona.get(PEOPLE, {"state": "ended"})) == ["Col"]
    assert names(mona.get(PEOPLE, {"state": "all"})) == ["Ada", "Col", "Mona", "Rita"]
    sara = cast.client("sara")
    assert "Col" not in names(sara.get(PEOPLE))


def test_last_sign_in_and_second_factor_are_shown(cast: Cast) -> None:
    cast.code("ada")
    User.objects.filter(pk=cast.users["ada"].pk).update(last_login=timezone.now())
    with_one, without = (main_of(search(cast.client("mona"), name)) for name in ("ada", "col"))
    with_one, without = with_one[with_one.index("<tbody") :], without[without.index("<tbody") :]
    assert "Set up" in with_one
    assert "Never" not in with_one
    assert "Not yet" in without
    assert "Never" in without


def test_a_long_list_has_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PAGE", 3)
    mona = cast.client("mona")
    first = mona.get(PEOPLE, {"sort": "-name"})
    assert names(first) == ["Rita", "Mona", "Col"]
    assert "1 to 3 of 4" in main_of(first)
    assert names(mona.get(PEOPLE, {"sort": "-name", "page": "2"})) == ["Ada"]


def test_the_csv_has_every_page_of_the_same_list_and_is_on_record(cast: Cast) -> None:
    cast.users["ada"].name = "=Ada"
    cast.users["ada"].save(update_fields=["name"])
    response = cast.client("mona").get("/serco/workspace/people.csv", {"role": "adviser"})
    assert response["Content-Type"].startswith("text/csv")
    lines = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert lines[0] == people.HEADER
    assert [line[0] for line in lines[1:]] == ["'=Ada", "Col", "Rita"]
    assert lines[2][2:5] == ["Renaisi", "Adviser", "No"]
    with looking_as(cast.system()):
        (entry,) = AuditEntry.objects.filter(kind="people.list")
    assert (entry.by_user_id, entry.facts) == (cast.mona.user_id, {"count": 3})


def test_a_persons_page_shows_their_history_and_what_may_be_changed(cast: Cast) -> None:
    sara = cast.client("sara")
    moved = sara.post(of(cast, "ada", "role/"), {"role": "manager", "reason": "other_work"}, follow=True)
    text = main_of(moved)
    assert "Ada is now manager." in text
    assert "Their role or clearance changed" in text
    assert "by Sara" in text
    for what in ("role/", "clearance/", "end/"):
        assert f"/{what}" in text
    own = main_of(sara.get(of(cast, "sara")))
    assert "Nobody changes their own" in own
    assert "/end/" not in own
    provider = main_of(cast.client("mona").get(of(cast, "col")))
    assert "/role/" in provider
    assert "/clearance/" not in provider


def test_clearance_is_given_and_taken_on_its_own_page(cast: Cast) -> None:
    sara = cast.client("sara")
    page = sara.post(of(cast, "ada", "clearance/"), {"reason": "needed"}, follow=True)
    assert "Ada sees safeguarding records now." in main_of(page)
    cast.memberships["ada"] = places_in_serco(cast, "ada")[-1]
    page = sara.post(of(cast, "ada", "clearance/"), {"reason": "security"}, follow=True)
    assert "Ada no longer sees safeguarding records." in main_of(page)
    assert [event.facts["reason"] for event in told(cast)] == ["needed", "security"]
    assert sara.get(of(cast, "hana", "clearance/")).status_code == 404
    assert sara.get(of(cast, "hana", "role/")).status_code == 404


def test_an_end_names_the_keys_that_stay_and_says_what_it_did(cast: Cast) -> None:
    sara = cast.client("sara")
    assert "Test key (btn_test_ren…)" in main_of(sara.get(of(cast, "ada", "end/")))
    assert "Test key" not in main_of(sara.get(of(cast, "ivo", "end/")))
    today, later = cast.sara.today, cast.sara.today + timedelta(days=7)
    done = sara.post(of(cast, "ada", "end/"), {"from_on": today, "reason": "left"}, follow=True)
    assert "Ada has no place in Renaisi." in main_of(done)
    assert "No place any more" in main_of(done)
    done = sara.post(of(cast, "col", "end/"), {"from_on": later, "reason": "left"}, follow=True)
    last = later - timedelta(days=1)
    assert f"Col keeps the place until {last.day} {last:%B %Y} in Renaisi." in main_of(done)


@pytest.mark.parametrize(
    ("what", "sent", "field"),
    [
        ("role/", {}, "role"),
        ("role/", {"role": "finance", "reason": "cover"}, "role"),
        ("role/", {"role": "manager", "reason": "because"}, "reason"),
        ("clearance/", {"reason": "not_needed"}, "reason"),
        ("clearance/", {}, "reason"),
        ("end/", {"from_on": "31/02/2026", "reason": "left"}, "from_on"),
        ("end/", {"from_on": "2020-01-01", "reason": "left"}, "from_on"),
        ("end/", {"from_on": "2099-01-01", "reason": "changed"}, "reason"),
        ("end/", {}, "reason"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    cast: Cast, what: str, sent: dict[str, str], field: str
) -> None:
    response = cast.client("sara").post(of(cast, "ada", what), sent)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert told(cast) == []


def test_a_refusal_is_said_and_changes_nothing(cast: Cast) -> None:
    response = cast.client("sara").post(of(cast, "sara", "role/"), {"role": "viewer", "reason": "cover"})
    assert response.status_code == 422
    assert "Nobody changes their own place" in response.content.decode()
    assert told(cast) == []


@pytest.mark.parametrize("what", ["", "role/", "end/"])
def test_another_organisations_people_do_not_exist_for_a_provider(cast: Cast, what: str) -> None:
    mona = cast.client("mona")
    missing = mona.get(f"{PEOPLE}{uuid4()}/{what}")
    for name in ("ivo", "sara", "hana", "sam"):
        theirs = mona.get(of(cast, name, what))
        assert theirs.status_code == 404
        assert theirs.content == missing.content
        assert mona.post(of(cast, name, what), {"reason": "left"}).status_code in (404, 405)
    assert told(cast) == []


def test_another_primes_people_do_not_exist_for_this_one(cast: Cast) -> None:
    new_place(cast, "max", "meridian", "administrator")
    assert cast.client("max").get(of(cast, "ada")).status_code == 404
    assert cast.client("max").get(of(cast, "ada").replace("/serco/", "/meridian/")).status_code == 404
    assert names(cast.client("max").get("/meridian/workspace/people/")) == ["Max", "Rita", "Sam"]


def test_reading_pages_are_only_read(cast: Cast) -> None:
    sara = cast.client("sara")
    for address in ("/serco/workspace/people.csv", of(cast, "ada")):
        assert sara.post(address).status_code == 405
    for what in ("role/", "clearance/", "end/"):
        assert sara.delete(of(cast, "ada", what)).status_code == 405


def test_every_change_of_a_place_needs_a_fresh_second_factor(cast: Cast) -> None:
    cast.code("sara")
    sara = cast.client("sara")
    session = sara.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()
    for what in ("role/", "clearance/", "end/", "second-factor/"):
        assert sara.get(of(cast, "ada", what)).status_code == 302
        assert sara.post(of(cast, "ada", what), {"role": "manager", "reason": "cover"}).status_code == 302
    assert told(cast) == []
