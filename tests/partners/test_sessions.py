"""How long signing in lasts, where somebody is signed in, and how it ends."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from partners import sessions
from tests.cast import PASSWORD, Cast

PAGE = "/account/signed-in/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


def signed_in(cast: Cast, name: str, **environment: str) -> Client:
    """A browser in which the person signed in from the first page on."""
    code, client = cast.code(name), Client(**environment)  # type: ignore[arg-type]
    client.post("/account/login/", {"login": cast.users[name].email, "password": PASSWORD})
    client.post("/account/code/", {"code": code})
    return client


@pytest.fixture
def ada(cast: Cast) -> Client:
    cast.with_password("ada")
    return signed_in(cast, "ada", HTTP_USER_AGENT=FIREFOX)


def later(client: Client, **seconds: float) -> None:
    """Move what the session remembers into the past."""
    session = client.session
    for name, value in seconds.items():
        session[name] -= value
    session.save()


def is_in(client: Client) -> bool:
    return client.get("/serco/caseload/").status_code == 200


def test_half_an_hour_of_nothing_ends_it(ada: Client) -> None:
    assert is_in(ada)
    later(ada, seen_at=29 * 60)
    assert is_in(ada)
    later(ada, seen_at=31 * 60)
    assert not is_in(ada)
    assert "some time had passed" in ada.get("/account/login/").content.decode()
    assert not UserSession.objects.exists()


def test_being_busy_keeps_it_but_not_beyond_twelve_hours(ada: Client) -> None:
    assert is_in(ada)
    for _ in range(3):
        later(ada, seen_at=20 * 60, signed_in_at=20 * 60)
        assert is_in(ada)
    later(ada, signed_in_at=12 * 3600)
    assert not is_in(ada)


def test_the_limits_are_settings(ada: Client, settings: Any) -> None:
    assert is_in(ada)
    settings.IDLE_SECONDS = 60
    later(ada, seen_at=61)
    assert not is_in(ada)


def test_a_page_that_asks_by_itself_is_nobodys_activity(ada: Client) -> None:
    assert is_in(ada)
    later(ada, seen_at=20 * 60)
    assert ada.get("/serco/caseload/", headers={sessions.POLLING: "1"}).status_code == 200
    later(ada, seen_at=11 * 60)
    assert not is_in(ada)


def test_the_performance_page_says_that_it_asks_by_itself(cast: Cast) -> None:
    assert '"X-Polling": "1"' in cast.client("priya").get("/serco/performance/").content.decode()


def test_the_page_lists_every_browser_this_one_first(cast: Cast, ada: Client) -> None:
    phone = signed_in(cast, "ada", HTTP_USER_AGENT=CHROME, REMOTE_ADDR="192.0.2.9")
    page = phone.get(PAGE).content.decode()
    assert page.index("Chrome on Android") < page.index("Firefox on Windows")
    assert page.count("This browser") == 1
    assert "192.0.2.9" in page


def test_one_browser_is_signed_out_from_another(cast: Cast, ada: Client) -> None:
    phone = signed_in(cast, "ada", HTTP_USER_AGENT=CHROME)
    desk = UserSession.objects.get(user_agent=FIREFOX)
    assert phone.post(f"{PAGE}{desk.pk}/end/")["Location"] == PAGE
    assert not is_in(ada)
    assert is_in(phone)


def test_all_others_are_signed_out_at_once(cast: Cast, ada: Client) -> None:
    phone, tablet = signed_in(cast, "ada"), signed_in(cast, "ada")
    tablet.post(f"{PAGE}end-others/")
    assert [is_in(one) for one in (ada, phone, tablet)] == [False, False, True]


def test_nobody_ends_anothers_session(cast: Cast, ada: Client) -> None:
    of_ada = UserSession.objects.get()
    col = cast.client("col")
    assert col.post(f"{PAGE}{of_ada.pk}/end/").status_code == 404
    assert "Firefox" not in col.get(PAGE).content.decode()
    assert is_in(ada)


def test_everybodys_sessions_can_be_ended_from_within(cast: Cast, ada: Client) -> None:
    phone = signed_in(cast, "ada")
    assert sessions.end_all(cast.users["ada"].pk) == 2
    assert [is_in(ada), is_in(phone)] == [False, False]


def test_signing_out_forgets_the_session_and_tells_the_browser_to_forget(ada: Client, settings: Any) -> None:
    assert Session.objects.count() == 1
    key = ada.session.session_key
    answer = ada.post("/account/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(pk=key).exists()
    assert not UserSession.objects.exists()
    settings.HTTPS = True
    assert '"cookies"' in ada.post("/account/logout/")["Clear-Site-Data"]


def test_signing_out_is_open_before_the_second_factor(cast: Cast) -> None:
    client = Client()
    client.post("/account/login/", {"login": cast.with_password("ada"), "password": PASSWORD})
    assert "_auth_user_id" in client.session
    client.post("/account/logout/")
    assert "_auth_user_id" not in client.session
