"""Signing in and out: the same answer to everyone, limits on trying, mail, cookies, and addresses behind proxies."""

import re
import subprocess
import sys
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.test.client import RequestFactory

from config import settings as settings_file
from partners.models import User
from partners.throttle import is_too_many
from tests.cast import PASSWORD, Cast

SIGN_IN = "/account/login/"


def tried(email: str, password: str = "wrong", address: str = "192.0.2.1") -> str:
    """What the sign-in page says to a try, without what differs from page to page."""
    page = Client(REMOTE_ADDR=address).post(SIGN_IN, {"login": email, "password": password}).content.decode()
    return re.sub(r'value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": "[^"]*"', "", page)


def test_the_answer_does_not_tell_whether_there_is_an_account(cast: Cast) -> None:
    cast.with_password("ada")
    assert tried("ada@example.org") == tried("nobody@example.org")
    reset = "/account/password/reset/"
    known, unknown = (
        Client().post(reset, {"email": one}) for one in ("ada@example.org", "nobody@example.org")
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_a_closed_account_answers_only_to_its_password(cast: Cast) -> None:
    User.objects.filter(pk=cast.users["ada"].pk).update(is_active=False)
    cast.with_password("ada")
    assert tried("ada@example.org") == tried("nobody@example.org")


def test_five_tries_at_one_account_are_all_from_whatever_address(cast: Cast) -> None:
    cast.with_password("ada")
    for number in range(5):
        assert "Too many failed" not in tried("ada@example.org", address=f"192.0.2.{number}")
    assert "Too many failed" in tried("ada@example.org", PASSWORD, address="192.0.2.77")
    for number in range(5):
        tried("nobody@example.org", address=f"198.51.100.{number}")
    assert "Too many failed" in tried("nobody@example.org", address="198.51.100.77")


def test_ten_tries_from_one_address_are_all_at_whatever_account(cast: Cast) -> None:
    cast.with_password("ada")
    for number in range(10):
        tried(f"somebody-{number}@example.org")
    assert "Too many failed" in tried("ada@example.org", PASSWORD)
    code = cast.code("ada")
    elsewhere = Client(REMOTE_ADDR="192.0.2.200")
    elsewhere.post(SIGN_IN, {"login": "ada@example.org", "password": PASSWORD})
    assert elsewhere.post("/account/code/", {"code": code}).status_code == 302


def test_a_stranger_in_front_of_a_proxy_cannot_choose_an_address(cast: Cast, settings: Any) -> None:
    def too_many(forwarded: str) -> bool:
        request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
        return is_too_many(request, "test", 1)

    assert not too_many("203.0.113.1")
    assert too_many("203.0.113.2"), "without trusted proxies nobody's word is taken"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert not too_many("made up, 203.0.113.1")
    assert too_many("made up anew, 203.0.113.1")
    assert not too_many("made up, 203.0.113.2")


def test_a_new_password_is_told_by_mail_and_ends_other_sessions(cast: Cast) -> None:
    ada, elsewhere = cast.client("ada"), cast.client("ada")
    cast.with_password("ada")
    ada, elsewhere = cast.client("ada"), cast.client("ada")
    new = "another long pass phrase"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert ada.post("/account/password/change/", sent).status_code == 302
    assert ada.get("/serco/caseload/").status_code == 200
    assert elsewhere.get("/serco/caseload/").status_code == 302
    [told] = mail.outbox
    assert (told.subject, told.to) == ("Your password was changed", ["ada@example.org"])
    assert "from the address 127.0.0.1" in told.body


def test_a_reset_password_still_needs_the_second_factor(cast: Cast) -> None:
    cast.with_password("ada")
    cast.code("ada")
    Client().post("/account/password/reset/", {"email": "ada@example.org"})
    found = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert found
    client, new = Client(), "another long pass phrase"
    form = client.get(found[1], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    client.post(SIGN_IN, {"login": "ada@example.org", "password": new})
    assert client.get("/serco/caseload/").status_code == 302
    assert client.post("/account/code/", {"code": cast.code("ada")}).status_code == 302
    assert client.get("/serco/caseload/").status_code == 200


def test_the_session_gets_another_name_at_sign_in(cast: Cast) -> None:
    code = cast.code("ada")
    client = Client()
    client.post(SIGN_IN, {"login": cast.with_password("ada"), "password": PASSWORD})
    before = client.session.session_key
    client.post("/account/code/", {"code": code})
    assert client.session.session_key != before


SETTINGS_OF = "from config import settings as s; print(*(getattr(s, name) for name in sys.argv[1:]), sep='|')"


def settings_with(*names: str, **environment: str) -> list[str]:
    """What the settings are in another environment."""
    import os

    command = [sys.executable, "-c", f"import sys; {SETTINGS_OF}", *names]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().split("|")


def test_over_https_cookies_belong_to_this_host_alone() -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    assert settings_with(*names, BATON_HTTPS="1") == ["__Host-sessionid", "__Host-csrftoken", "True", "True"]
    assert settings_file.SESSION_COOKIE_NAME == "sessionid"


def test_mail_goes_where_the_environment_says() -> None:
    names = (
        "EMAIL_BACKEND",
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
    )
    smtp = settings_with(*names, "EMAIL_USE_SSL", BATON_SMTP_URL="smtp://baton:p%40ss@mail.example.org")
    assert smtp[1:] == ["mail.example.org", "587", "baton", "p@ss", "True", "False"]
    assert smtp[0].endswith("smtp.EmailBackend")
    assert settings_with(*names, "EMAIL_USE_SSL", BATON_SMTP_URL="smtps://mail.example.org")[2:] == [
        "465",
        "",
        "",
        "False",
        "True",
    ]
    assert settings_with("EMAIL_BACKEND")[0].endswith("console.EmailBackend")


def test_the_cookies_that_are_set_are_closed_to_scripts(cast: Cast) -> None:
    client = Client()
    code = cast.code("ada")
    client.get(SIGN_IN)
    client.post(SIGN_IN, {"login": cast.with_password("ada"), "password": PASSWORD})
    client.post("/account/code/", {"code": code})
    assert set(client.cookies) == {"sessionid", "csrftoken"}
    for cookie in client.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
            True,
            "Lax",
            "/",
            "",
        )


@pytest.mark.parametrize(
    "address",
    ["/account/email/", "/account/reauthenticate/", "/account/confirm-email/", "/account/3rdparty/"],
)
def test_pages_of_the_library_that_nobody_needs_are_not_there(cast: Cast, address: str) -> None:
    assert cast.client("ada").get(address).status_code == 404
