"""From a request to a viewer: who is let in where, and as what."""

from django.test import Client

from partners.models import User
from tests.cast import Cast


def test_a_stranger_is_asked_to_sign_in(cast: Cast) -> None:
    response = Client().get("/serco/")
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_a_person_of_another_tenant_finds_nothing_here(cast: Cast) -> None:
    assert cast.client("sam").get("/serco/").status_code == 404
    assert cast.client("sam").get("/nowhere/").status_code == 404


def test_one_place_is_entered_at_once_and_two_are_offered(cast: Cast) -> None:
    assert cast.client("ada").get("/")["Location"] == "/serco/"
    page = cast.client("rita").get("/").content.decode()
    assert "for Serco" in page
    assert "for Meridian" in page


def test_a_place_is_chosen_only_from_ones_own(cast: Cast) -> None:
    rita = cast.client("rita")
    theirs = rita.post("/places/choose/", {"place": cast.memberships["ada"].pk})
    assert theirs.status_code == 404
    assert rita.post("/places/choose/", {"place": cast.memberships["rita"].pk})["Location"] == "/meridian/"
    assert rita.get("/places/choose/").status_code == 405


def test_each_kind_of_person_lands_on_their_own_first_page(cast: Cast) -> None:
    for name, first in (
        ("priya", "/serco/performance/"),
        ("ada", "/serco/caseload/"),
        ("hana", "/serco/referrals/new/"),
    ):
        assert cast.client(name).get("/serco/")["Location"] == first


def test_personal_pages_are_not_stored_and_every_answer_has_an_id(cast: Cast) -> None:
    response = cast.client("ada").get("/serco/places/")
    assert response["Cache-Control"] == "no-store"
    assert len(response["X-Request-Id"]) == 32
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_nobody_makes_an_account_for_themselves(cast: Cast) -> None:
    page = Client().post("/account/signup/", {"email": "eve@example.org", "password1": "a long pass phrase"})
    assert "Accounts are by invitation" in page.content.decode()
    assert not User.objects.filter(email="eve@example.org").exists()


def test_the_service_says_that_it_is_alive(cast: Cast) -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
