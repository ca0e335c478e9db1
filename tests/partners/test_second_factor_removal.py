"""One second factor stays, also where two are removed at one moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from partners import second_factor
from tests.cast import Cast

APP = "/account/second-factor/app/remove/"
Question = Callable[[Any], bool]


def passkey(cast: Cast, name: str) -> str:
    """Give somebody a passkey; returns the address that removes it."""
    kept = Authenticator.objects.create(
        user=cast.users[name], type=Authenticator.Type.WEBAUTHN, data={"name": "A passkey", "credential": {}}
    )
    return f"/account/second-factor/passkeys/{kept.pk}/remove/"


def factors(cast: Cast, name: str) -> int:
    found = Authenticator.objects.filter(user=cast.users[name], type__in=second_factor.MAIN)
    return found.count()


def test_the_only_passkey_stays(cast: Cast) -> None:
    only = passkey(cast, "ada")
    answer = cast.client("ada").post(only, follow=True)
    assert "This is your only second factor" in answer.content.decode()
    assert factors(cast, "ada") == 1


def test_one_of_two_goes_and_recovery_codes_are_no_second_one(cast: Cast) -> None:
    cast.code("ada")
    first = passkey(cast, "ada")
    ada = cast.client("ada")
    ada.post(first)
    assert factors(cast, "ada") == 1
    ada.post("/account/second-factor/recovery-codes/new/")
    ada.post(APP)
    assert factors(cast, "ada") == 1


def both_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch, question: Question, patience: float = 1) -> int:
    """Remove app and passkey in two browsers that both ask before either removes; returns how many stay.

    patience: for how many seconds one of them waits for the other to have asked.
    """
    cast.code("ada")
    asked = threading.Barrier(2)

    def ask(user: Any) -> bool:
        answer = question(user)
        with suppress(threading.BrokenBarrierError):  # where the other one waits for this one's transaction
            asked.wait(timeout=patience)
        return answer

    monkeypatch.setattr(second_factor, "can_spare_one", ask)

    def remove(browser: Client, address: str) -> None:
        try:
            browser.post(address)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for address in (APP, passkey(cast, "ada")):
            pool.submit(remove, cast.client("ada"), address)
    return factors(cast, "ada")


def without_waiting(user: Any) -> bool:
    """The same question, with nobody held back."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=second_factor.MAIN).count() > 1


@pytest.mark.django_db(transaction=True)
def test_two_removals_at_one_moment_leave_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cast import make_cast

    assert both_at_once(make_cast(), monkeypatch, second_factor.can_spare_one) == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cast import make_cast

    assert both_at_once(make_cast(), monkeypatch, without_waiting, patience=60) == 0
