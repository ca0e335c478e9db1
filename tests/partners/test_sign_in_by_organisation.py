"""Signing in with an organisation's own identity service: a real one, on this machine."""

import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from partners.actions.sign_in import NoSecret, end
from partners.models import DomainEvent, Membership, User
from partners.organisation_sign_in import calls, offers_for, service_of
from tests.cast import Cast, looking_as
from tests.partners.identity_service import CLIENT_ID, CLIENT_SECRET, IdentityService, new_key, running
from tests.partners.signing_in import ADA, FIND, agree, come_through, is_signed_in

ANOTHER = "https://somebody.else.example"


@pytest.fixture(scope="module")
def service() -> Iterator[IdentityService]:
    with running() as service:
        yield service


@pytest.fixture(autouse=True)
def as_renaisi(cast: Cast, service: IdentityService) -> None:
    """Ada of Renaisi is who comes, and everything is in order."""
    service.claims = dict(ADA)
    service.signs_with, service.names_itself = None, ""
    service.asked.clear()


def test_the_organisation_is_found_by_the_domain_alone(cast: Cast, service: IdentityService) -> None:
    agree(cast, service)
    known = Client().post(FIND, {"email": "ada@example.org"}).content.decode()
    unknown = Client().post(FIND, {"email": "nobody@EXAMPLE.org"}).content.decode()
    assert "Renaisi, for Serco" in known
    without_token = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", page) for page in (known, unknown)
    ]
    assert re.sub(r"X-CSRFToken.*?}", "", without_token[0]) == re.sub(
        r"X-CSRFToken.*?}", "", without_token[1]
    )
    elsewhere = Client().post(FIND, {"email": "ada@elsewhere.example"})
    assert elsewhere.status_code == 422
    assert "No organisation signs in with this address" in elsewhere.content.decode()


def test_who_has_a_place_is_let_in_and_asked_for_a_second_factor(
    cast: Cast, service: IdentityService
) -> None:
    agree(cast, service)
    code = cast.code("ada")
    ada = Client()
    assert come_through(cast, ada)["Location"] == "/account/code/"
    assert not is_signed_in(ada)
    ada.post("/account/code/", {"code": code})
    assert ada.get("/serco/caseload/").status_code == 200
    assert service.asked[0]["code_challenge_method"] == "S256"
    assert set(service.asked[0]["scope"].split()) == {"openid", "profile", "email"}


def test_who_has_no_second_factor_yet_sets_one_up_first(cast: Cast, service: IdentityService) -> None:
    agree(cast, service)
    ada = Client()
    come_through(cast, ada)
    assert is_signed_in(ada)
    assert ada.get("/serco/caseload/")["Location"] == "/serco/account/second-factor/"
    assert ada.get("/account/second-factor/app/").status_code == 200


def test_a_service_that_asks_for_a_second_factor_needs_no_other(cast: Cast, service: IdentityService) -> None:
    agree(cast, service, enforces_second_factor=True)
    service.claims["auth_time"] = int(time.time())
    ada = Client()
    come_through(cast, ada)
    assert ada.get("/serco/caseload/").status_code == 200


def test_what_is_grave_asks_the_service_again_and_goes_by_when_it_asked(
    cast: Cast, service: IdentityService
) -> None:
    agree(cast, service, "serco", enforces_second_factor=True)
    service.claims |= {"email": "sara@example.org", "auth_time": int(time.time()) - 600}
    sara = Client()
    come_through(cast, sara, "serco")
    page = f"/serco/sign-in/{cast.organisation('i2i')}/"
    again = sara.get(page)["Location"]
    assert again.startswith(f"/serco/account/organisation/{cast.organisation('serco')}/?next=")
    assert "auth_params=prompt%3Dlogin" in again
    service.claims["auth_time"] = int(time.time())
    back = come_through(cast, sara, "serco", "?" + again.partition("?")[2])
    assert service.asked[-1]["prompt"] == "login"
    assert back["Location"] == page
    assert sara.get(page).status_code == 200


def test_a_service_that_does_not_say_when_it_asked_is_never_fresh(
    cast: Cast, service: IdentityService
) -> None:
    agree(cast, service, "serco", enforces_second_factor=True)
    service.claims["email"] = "sara@example.org"
    sara = Client()
    come_through(cast, sara, "serco")
    assert sara.get("/serco/sign-in/").status_code == 200
    assert sara.get(f"/serco/sign-in/{cast.organisation('i2i')}/").status_code == 302


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"email": "ivo@example.org"}, "a place in another organisation"),
        ({"email": "stranger@example.org"}, "no account"),
        ({"email_verified": False}, "an address that nobody verified"),
        ({"email_verified": "true"}, "words instead of an answer"),
        ({"email": "col@elsewhere.example"}, "a place, but another domain"),
        ({"email": ""}, "no address"),
    ],
)
def test_nobody_else_is_let_in_and_no_account_is_made(
    cast: Cast, service: IdentityService, claims: dict[str, Any], why: str
) -> None:
    agree(cast, service)
    with looking_as(cast.system()) as system:
        Membership.objects.create(
            tenant=cast.serco,
            user=User.objects.create_user("col@elsewhere.example", name="Col"),
            organisation=cast.organisations["renaisi"],
            role="adviser",
            started_on=system.today,
        )
    accounts = User.objects.count()
    service.claims |= claims
    client = Client()
    refused = come_through(cast, client)
    assert (refused.status_code, is_signed_in(client)) == (403, False), why
    assert "You cannot sign in this way" in refused.content.decode()
    assert User.objects.count() == accounts


def test_a_closed_account_is_not_opened_by_it(cast: Cast, service: IdentityService) -> None:
    agree(cast, service)
    User.objects.filter(email="ada@example.org").update(is_active=False)
    client = Client()
    assert come_through(cast, client).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"signs_with": new_key()},
        {"names_itself": ANOTHER, "claims": {**ADA, "iss": ANOTHER}},
        {"claims": {**ADA, "aud": "another client"}},
        {"claims": {**ADA, "iss": ANOTHER}},
        {"claims": {**ADA, "exp": 1}},
    ],
    ids=["signature", "issuer of the service", "audience", "issuer of the token", "expired"],
)
def test_a_token_that_is_not_the_services_own_is_refused(
    cast: Cast, service: IdentityService, wrong: dict[str, Any]
) -> None:
    agree(cast, service)
    client = Client()
    leaving = client.post(f"{FIND}{cast.organisation('renaisi')}/")
    address = re.search(r'content="0;url=([^"]+)"', leaving.content.decode())
    assert address
    back = service.authorize(
        dict(part.split("=", 1) for part in unescape(address[1]).partition("?")[2].split("&"))
    )
    for name, value in wrong.items():
        setattr(service, name, value)
    answer = client.get(unquoted(back))
    assert (answer.status_code, is_signed_in(client)) == (401, False)


def unquoted(back: str) -> str:
    return unquote(back).removeprefix("http://testserver")


def test_a_code_that_another_browser_asked_for_is_refused(cast: Cast, service: IdentityService) -> None:
    agree(cast, service)
    mine, theirs = Client(), Client()
    leaving = mine.post(f"{FIND}{cast.organisation('renaisi')}/").content.decode()
    address = re.search(r'content="0;url=([^"]+)"', leaving)
    assert address
    query = dict(part.split("=", 1) for part in unescape(address[1]).partition("?")[2].split("&"))
    answer = theirs.get(unquoted(service.authorize(query)))
    assert (answer.status_code, is_signed_in(theirs)) == (401, False)


def test_it_opens_only_the_places_of_its_own_organisation(cast: Cast, service: IdentityService) -> None:
    agree(cast, service, enforces_second_factor=True)
    service.claims |= {"email": "rita@example.org", "auth_time": int(time.time())}
    rita = Client()
    come_through(cast, rita)
    assert rita.get("/serco/caseload/").status_code == 200
    assert rita.get("/meridian/caseload/").status_code == 404
    assert rita.get("/")["Location"] == "/serco/"


def test_it_cannot_change_how_somebody_signs_in_who_works_elsewhere_too(
    cast: Cast, service: IdentityService
) -> None:
    agree(cast, service, enforces_second_factor=True)
    service.claims |= {"email": "rita@example.org", "auth_time": int(time.time())}
    rita = Client()
    come_through(cast, rita)
    for address in ("second-factor/app/", "second-factor/passkeys/add/", "password/set/", "password/change/"):
        assert rita.get(f"/account/{address}").status_code == 403, address
    agree(cast, service)
    unproven = Client()
    come_through(cast, unproven)
    assert unproven.get("/account/second-factor/app/").status_code == 403
    assert not Authenticator.objects.filter(user=cast.users["rita"]).exists()


def test_its_end_ends_what_it_opened(cast: Cast, service: IdentityService) -> None:
    agreed = agree(cast, service, enforces_second_factor=True)
    ada = Client()
    come_through(cast, ada)
    assert ada.get("/serco/caseload/").status_code == 200
    with looking_as(cast.sara) as sara:
        end(service=agreed, by=sara, at=sara.now())
    assert ada.get("/serco/caseload/").status_code == 404
    assert Client().get(f"{FIND}{cast.organisation('renaisi')}/").status_code == 404
    assert offers_for("ada@example.org") == []


def test_an_organisation_without_one_and_nonsense_are_not_found(cast: Cast) -> None:
    for wanted in (cast.organisation("i2i"), "nonsense", "openid_connect"):
        assert Client().get(f"{FIND}{wanted}/").status_code == 404
        assert Client().get(f"{FIND}{wanted}/back/").status_code == 404


def test_nobodys_accounts_are_joined(cast: Cast, service: IdentityService) -> None:
    agree(cast, service)
    ada = cast.client("ada")
    refused = come_through(cast, ada, query="?process=connect")
    assert refused.status_code == 403


def test_the_secret_is_sealed_to_its_row(cast: Cast, service: IdentityService) -> None:
    agreed = agree(cast, service)
    with connection.cursor() as cursor:
        cursor.execute("select client_secret from wall.sign_in_service(%s)", [cast.organisation("renaisi")])
        assert CLIENT_SECRET.encode() not in bytes(cursor.fetchone()[0])
    found = service_of(str(cast.organisation("renaisi")))
    assert found is not None
    assert found.app().secret == CLIENT_SECRET
    assert found.service_id == agreed.pk


def test_terms_change_in_place_and_each_change_is_recorded(cast: Cast, service: IdentityService) -> None:
    first = agree(cast, service)
    second = agree(cast, service, client_secret="", domains=("renaisi.example",))
    assert (first.pk, second.domains) == (second.pk, ["renaisi.example"])
    found = service_of(str(cast.organisation("renaisi")))
    assert found is not None
    assert found.app().secret == CLIENT_SECRET
    with pytest.raises(NoSecret):
        agree(cast, service, "i2i", client_secret="")
    with looking_as(cast.sara):
        kinds = DomainEvent.objects.filter(subject_id=first.pk).order_by("id").values_list("kind", flat=True)
        assert list(kinds) == [
            "sign_in.set_up",
            "sign_in.confirmed",
            "sign_in.changed",
            "sign_in.confirmed",
        ]


def test_the_page_sets_it_up_after_asking_the_service(cast: Cast, service: IdentityService) -> None:
    sara, renaisi = cast.client("sara"), cast.organisation("renaisi")
    page = f"/serco/sign-in/{renaisi}/"
    assert f"http://testserver/account/organisation/{renaisi}/back/" in sara.get(page).content.decode()
    filled = {
        "issuer": service.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "domains": "Example.org\n@renaisi.example",
    }
    for wrong, words in (
        ({"issuer": "http://example.org"}, "must begin with https://"),
        ({"issuer": "http://127.0.0.1:9"}, "does not answer"),
        ({"domains": "gmail.com"}, "Anybody can have an address"),
        ({"domains": "nonsense"}, "is not a domain"),
        ({"client_secret": ""}, "Enter the client secret"),
    ):
        answer = sara.post(page, {**filled, **wrong})
        assert answer.status_code == 422, wrong
        assert words in unescape(answer.content.decode()), wrong
    assert sara.post(page, filled)["Location"] == "/serco/sign-in/"
    listed = sara.get("/serco/sign-in/").content.decode()
    assert "example.org, renaisi.example" in listed
    assert "Waits for confirmation" in listed
    assert CLIENT_SECRET not in sara.get(page).content.decode()
    assert sara.get(f"{page}end/").status_code == 200
    assert sara.post(f"{page}end/")["Location"] == "/serco/sign-in/"
    assert sara.get(f"{page}end/").status_code == 404


def test_in_production_no_call_goes_out_without_tls(settings: Any) -> None:
    assert {name for name in calls().adapters if name.startswith("http://")} == {
        "http://localhost:",
        "http://127.0.0.1:",
    }
    settings.HTTPS = True
    assert set(calls().adapters) == {"https://"}
