"""The second factor: nothing personal without one, set up once, given once, and again before what is grave."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from partners import second_factor
from tests.cast import PASSWORD, Cast
from tests.test_addresses import audience_of, own_operations

SIGN_IN, CODE = "/account/login/", "/account/code/"
SET_UP = "/account/second-factor/"


def with_password(cast: Cast, name: str, client: Client | None = None) -> Client:
    """A browser in which the right password was entered, and no more."""
    client = client or Client()
    client.post(SIGN_IN, {"login": cast.with_password(name), "password": PASSWORD})
    return client


def enter(client: Client, code: str) -> bool:
    """Whether the code signed the person in."""
    client.post(CODE, {"code": code})
    return "_auth_user_id" in client.session


def set_up_an_app(client: Client) -> str:
    """Set up an authenticator app as its page asks; returns the secret."""
    client.get(SET_UP + "app/")
    secret: str = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert client.post(SET_UP + "app/", {"code": code})["Location"] == SET_UP + "recovery-codes/"
    return secret


def recovery_codes(client: Client) -> list[str]:
    """What the page of recovery codes shows now."""
    return re.findall(r"<code>(\d{8})</code>", client.get(SET_UP + "recovery-codes/").content.decode())


def stale(client: Client) -> None:
    """Let six minutes pass since the second factor was given."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 360
    session.save()


def test_who_has_no_second_factor_reaches_only_where_one_is_set_up(cast: Cast) -> None:
    ada = with_password(cast, "ada")
    assert ada.get("/serco/caseload/")["Location"].endswith(SET_UP)
    assert ada.get(SET_UP).status_code == 200
    assert ada.get(SET_UP + "app/").status_code == 200
    assert ada.get(SET_UP + "passkeys/add/").status_code == 200
    assert ada.get(SET_UP + "recovery-codes/")["Location"] == SET_UP


def test_no_page_of_any_workspace_answers_before_the_second_factor(cast: Cast) -> None:
    sara = with_password(cast, "sara")
    for route, pattern in own_operations():
        audience = audience_of(pattern)
        assert audience is not None
        if audience.public or pattern.pattern.converters or route.startswith("api/"):
            continue
        for answer in (
            sara.get("/serco" + reverse(str(pattern.name))),
            sara.post(f"/serco{reverse(str(pattern.name))}"),
        ):
            assert (answer.status_code, answer["Location"]) == (302, "/serco" + SET_UP), route


def test_the_api_knows_nobody_by_a_session(cast: Cast) -> None:
    for client in (with_password(cast, "hana"), cast.client("hana")):
        assert client.get("/serco/api/v1/referrals").status_code == 401


def test_a_fragment_asked_for_without_it_sends_the_whole_page_there(cast: Cast) -> None:
    answer = with_password(cast, "ada").get("/serco/caseload/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/serco" + SET_UP
    assert answer.content == b""


def test_a_session_without_a_second_factor_has_no_viewer_even_where_the_gate_is_gone(
    cast: Cast, settings: Any
) -> None:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if one != "partners.second_factor.required"]
    assert with_password(cast, "ada").get("/serco/caseload/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_door_and_shows_recovery_codes_once() -> None:
    from tests.cast import make_cast

    cast = make_cast()
    ada = with_password(cast, "ada")
    set_up_an_app(ada)
    assert len(recovery_codes(ada)) == 10
    assert recovery_codes(ada) == []
    assert ada.get("/serco/caseload/").status_code == 200
    assert [one.subject for one in mail.outbox] == ["An authenticator app was added"]
    assert mail.outbox[0].to == [cast.users["ada"].email]


def test_the_next_sign_in_asks_for_the_code(cast: Cast) -> None:
    code = cast.code("ada")
    ada = with_password(cast, "ada")
    assert "_auth_user_id" not in ada.session
    assert ada.get("/serco/caseload/").status_code == 302
    assert not enter(ada, "000000")
    assert enter(ada, code)
    assert ada.get("/serco/caseload/").status_code == 200


def test_a_code_is_taken_once_as_long_as_it_holds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    code = cast.code("ada")
    assert enter(with_password(cast, "ada"), code)
    assert not enter(with_password(cast, "ada"), code)
    assert not enter(with_password(cast, "ada"), f"{code[:3]} {code[3:]}")
    # allauth forgets a code after half a minute, when it still holds for the clock's tolerance.
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP._mark_code_used", lambda *_: True)
    assert not enter(with_password(cast, "ada"), code)
    assert enter(with_password(cast, "ada"), cast.code("ada"))


def test_a_recovery_code_is_taken_once(cast: Cast) -> None:
    ada = with_password(cast, "ada")
    set_up_an_app(ada)
    one, another, *_ = recovery_codes(ada)
    assert enter(with_password(cast, "ada"), one)
    assert not enter(with_password(cast, "ada"), one)
    assert enter(with_password(cast, "ada"), another)


def test_secrets_are_sealed_in_the_database_under_a_key_with_an_id(cast: Cast) -> None:
    secret = set_up_an_app(with_password(cast, "ada"))
    with connection.cursor() as cursor:
        cursor.execute("select data::text from mfa_authenticator")
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert secret not in kept
    found = Authenticator.objects.get(user=cast.users["ada"], type="totp").data["secret"]
    assert re.fullmatch(r"1:[A-Za-z0-9+/=]+", found)
    assert second_factor.SecondFactorAdapter().decrypt(found) == secret


def test_five_wrong_codes_end_the_trying_whatever_the_address(cast: Cast) -> None:
    code = cast.code("ada")
    for number in range(5):
        client = with_password(cast, "ada", Client(REMOTE_ADDR=f"192.0.2.{number}"))
        assert not enter(client, "000000")
    assert not enter(with_password(cast, "ada", Client(REMOTE_ADDR="192.0.2.99")), code)


def test_what_is_grave_asks_again_after_five_minutes_and_returns(cast: Cast) -> None:
    code = cast.code("sara")
    sara = with_password(cast, "sara")
    assert enter(sara, code)
    address = f"/serco/sign-in/{cast.organisation('renaisi')}/"
    assert sara.get(address).status_code == 200
    stale(sara)
    asked = sara.get(address)
    assert asked["Location"] == f"/serco/account/code/again/?next={address.replace('/', '%2F')}"
    answered = sara.post(asked["Location"], {"code": cast.code("sara")})
    assert answered["Location"] == address
    assert sara.get(address).status_code == 200


def test_what_was_sent_too_late_is_not_kept_but_its_page_comes_back(cast: Cast) -> None:
    cast.code("sara")
    sara = cast.client("sara")
    stale(sara)
    address = f"/serco/sign-in/{cast.organisation('renaisi')}/"
    sent = sara.post(address, {"issuer": "secret"}, headers={"Referer": f"http://testserver{address}"})
    assert sent["Location"].endswith(f"?next={address.replace('/', '%2F')}")
    assert "secret" not in str(sara.session.items())
    elsewhere = sara.post(address, {}, headers={"Referer": "https://elsewhere.example/"})
    assert elsewhere["Location"].endswith("?next=%2Fserco%2F")


def test_a_password_never_stands_for_a_second_factor(cast: Cast) -> None:
    cast.code("ada")
    ada = cast.client("ada")
    cast.with_password("ada")
    ada.force_login(cast.users["ada"])
    session = ada.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    for address in (SET_UP, SET_UP + "passkeys/add/", SET_UP + "app/", "/account/password/change/"):
        assert ada.get(address)["Location"].startswith("/account/code/again/"), address


def test_the_last_second_factor_stays(cast: Cast) -> None:
    cast.code("ada")
    ada = cast.client("ada")
    page = ada.get(SET_UP + "app/remove/").content.decode()
    assert "your only second factor" in page
    ada.post(SET_UP + "app/remove/")
    assert Authenticator.objects.filter(user=cast.users["ada"], type="totp").exists()
