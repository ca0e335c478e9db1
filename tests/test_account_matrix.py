"""Every page about one's own account, on what is somebody else's: it does not exist, and nothing of it changes.

An account belongs to no workspace, so that the other matrix, of the workspaces' operations, cannot ask these.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import URLPattern, get_resolver

from partners.models import User
from tests.cast import Cast
from tests.partners.test_second_factor_removal import passkey
from tests.partners.test_second_factor_reset import reset
from tests.partners.test_sessions import signed_in
from tests.test_addresses import THIRD_PARTY, operations
from tests.test_endpoint_matrix import without_varying

NOTHING = "999999999"


def passkey_of(cast: Cast, name: str) -> str:
    return re.findall(r"\d+", passkey(cast, name))[0]


def browser_of(cast: Cast, name: str) -> str:
    """Where the person is signed in besides."""
    cast.with_password(name)
    key = signed_in(cast, name).session.session_key
    return str(UserSession.objects.get(session_key=key).pk)


def reset_link_of(cast: Cast, name: str) -> str:
    cast.code(name)  # there is a second factor to reset
    return reset(cast, name, by="ines" if name == "ivo" else "mona").rstrip("/").rpartition("/")[2]


# What the parameter of an operation names, by the name of the operation. One that is not here is red.
THINGS: dict[str, Callable[[Cast, str], str]] = {
    "mfa_edit_webauthn": passkey_of,
    "mfa_remove_webauthn": passkey_of,
    "end_session": browser_of,
    "follow_second_factor_link": reset_link_of,
}
# Reviewed: these ask who one is and know nobody yet; what they answer is the same whoever asks, see the tests of
# signing in by organisation and of forgotten passwords.
BEFORE_SIGNING_IN = {
    "account_reset_password_from_key",
    "openid_connect_login",
    "openid_connect_callback",
}


def account_operations() -> list[tuple[str, URLPattern]]:
    every = operations(get_resolver().url_patterns)
    return [(route, pattern) for route, pattern in every if route.startswith(THIRD_PARTY)]


def named_by_an_id() -> dict[str, str]:
    """The routes of the operations that take an id, by their names."""
    return {
        str(pattern.name): re.sub(r"<[^>]+>", "{}", route)
        for route, pattern in account_operations()
        if pattern.pattern.converters or pattern.name in BEFORE_SIGNING_IN
    }


def kept() -> list[Any]:
    """All that these operations could change."""
    return [
        list(Authenticator.objects.order_by("pk").values_list("pk", "user", "type", "data")),
        set(UserSession.objects.values_list("pk", "user")),
        list(User.objects.order_by("pk").values_list("pk", "email", "password", "reset_at", "reset_digest")),
    ]


def answer(client: Client, method: str, address: str) -> Any:
    return client.get(address) if method == "GET" else client.post(address, {"name": "Taken over"})


def test_every_operation_that_takes_an_id_is_listed() -> None:
    assert set(named_by_an_id()) == set(THINGS) | BEFORE_SIGNING_IN


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", THINGS)
def test_what_is_somebody_elses_does_not_exist(cast: Cast, name: str, method: str) -> None:
    route = "/" + named_by_an_id()[name]
    theirs, nothing = route.format(THINGS[name](cast, "ivo")), route.format(NOTHING)
    ada = cast.client("ada")
    before = kept()
    as_nothing = without_varying(answer(ada, method, nothing))
    as_theirs = without_varying(answer(ada, method, theirs)).replace(theirs.encode(), nothing.encode())
    assert as_theirs == as_nothing
    assert kept() == before


@pytest.mark.parametrize("name", THINGS)
def test_what_is_ones_own_is_found(cast: Cast, name: str) -> None:
    address = ("/" + named_by_an_id()[name]).format(THINGS[name](cast, "ada"))
    ada = cast.client("ada")
    statuses = {answer(ada, method, address).status_code for method in ("GET", "POST")}
    assert statuses & {200, 302}


def test_no_page_of_the_account_has_a_word_of_anybody_else(cast: Cast) -> None:
    for owner in ("ivo", "mona"):
        passkey(cast, owner)
        browser_of(cast, owner)
    ada = cast.client("ada")
    words = [word for who in ("ivo", "mona") for word in (cast.users[who].email, cast.users[who].name)]
    for route, pattern in account_operations():
        if pattern.name == "account_logout" or str(pattern.name) in named_by_an_id():
            continue
        for method in ("GET", "POST"):
            response = answer(ada, method, f"/{route}")
            assert response.status_code < 500, (method, route)
            body = response.content.decode()
            assert [word for word in words if word in body] == [], (method, route)
