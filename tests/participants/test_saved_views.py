"""Views of the caseload: filters that somebody comes back to, under a name of their own."""

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from participants.actions.saved_view import MOST
from participants.models import SavedView
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.people import new_person

CASELOAD, VIEWS = "/serco/caseload/", "/serco/caseload/views/"


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def save(cast: Cast, name: str, query: str, who: str = "ada") -> Any:
    return cast.client(who).post(VIEWS, {"name": name, "query": query}, follow=True)


def kept(cast: Cast) -> list[tuple[str, str]]:
    with looking_as(cast.system()):
        return list(SavedView.objects.order_by("name").values_list("name", "query"))


def the_id(cast: Cast) -> UUID:
    with looking_as(cast.system()):
        return SavedView.objects.get().pk


@pytest.fixture(autouse=True)
def somebody(cast: Cast) -> None:
    new_person(cast)


def test_filters_are_saved_under_a_name_and_stand_among_the_tabs(cast: Cast) -> None:
    page = save(cast, "Silent ones", "adviser=everyone&need=silence&page=3")
    assert kept(cast) == [("Silent ones", "adviser=everyone&need=silence")]
    assert page.redirect_chain == [(f"{CASELOAD}?adviser=everyone&need=silence", 302)]
    assert "View saved" in words(page)
    assert re.search('aria-current="page" ?>Silent ones', words(page))
    assert "Silent ones" in words(cast.client("ada").get(CASELOAD))


def test_the_form_to_save_stands_where_filters_are_in_use_and_nowhere_else(cast: Cast) -> None:
    ada = cast.client("ada")
    assert "Save these filters as a view" not in words(ada.get(CASELOAD))
    assert "Save these filters as a view" in words(ada.get(f"{CASELOAD}?need=silence"))


def test_the_words_of_a_search_are_never_kept(cast: Cast) -> None:
    save(cast, "Okafor", "search=okafor&need=silence")
    [(_, query)] = kept(cast)
    assert "okafor" not in query


def test_the_same_name_stands_for_what_was_saved_last(cast: Cast) -> None:
    save(cast, "Mine", "need=silence")
    save(cast, "Mine", "need=missed")
    [(_, query)] = kept(cast)
    assert query.endswith("need=missed")


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "Enter a name"), ("x" * 41, "40 characters"), ("a\0b", "Null")]
)
def test_a_name_that_will_not_do_is_said_and_nothing_is_kept(cast: Cast, name: str, sentence: str) -> None:
    assert sentence in words(save(cast, name, "need=silence"))
    assert kept(cast) == []


def test_what_makes_no_sense_is_left_out(cast: Cast) -> None:
    save(cast, "Odd", "need=nonsense&sort=name&another=thing")
    assert kept(cast) == [("Odd", f"adviser={cast.users['ada'].pk}&sort=name")]


def test_nobody_has_more_than_they_can_find(cast: Cast) -> None:
    for number in range(MOST):
        save(cast, f"View {number}", "need=silence")
    assert f"You have {MOST} views" in words(save(cast, "One more", "need=silence"))
    assert len(kept(cast)) == MOST


def test_one_is_removed(cast: Cast) -> None:
    save(cast, "Silent ones", "need=silence")
    page = cast.client("ada").post(f"{VIEWS}{the_id(cast)}/remove/", follow=True)
    assert "The view “Silent ones” is removed." in words(page)
    assert kept(cast) == []
    with looking_as(cast.system()):
        kinds = DomainEvent.objects.filter(kind__startswith="caseload.").order_by("at")
        assert [one.kind for one in kinds] == ["caseload.view_saved", "caseload.view_removed"]
        assert "Silent" not in str([one.facts for one in kinds])


def test_a_colleagues_views_are_their_own(cast: Cast) -> None:
    save(cast, "Silent ones", "need=silence")
    mona = cast.client("mona")
    assert "Silent ones" not in words(mona.get(CASELOAD))
    for one in (the_id(cast), uuid4()):
        assert mona.post(f"{VIEWS}{one}/remove/").status_code == 404
    assert len(kept(cast)) == 1


@pytest.mark.parametrize("name", ["priya", "hana", "dee", "sam"])
def test_only_providers_have_a_caseload_to_view(cast: Cast, name: str) -> None:
    assert cast.client(name).post(VIEWS, {"name": "Mine", "query": ""}).status_code == 404


def test_whoever_comes_by_a_link_is_sent_to_the_caseload(cast: Cast) -> None:
    assert cast.client("ada").get(VIEWS)["Location"] == CASELOAD
    assert cast.client("ada").put(VIEWS).status_code == 405
