"""The page behind the link: it lets in whom the mail was for, and tells nobody else anything."""

import io
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from partners.actions import invitation as actions
from partners.logs import formatter
from partners.models import Invitation, User
from partners.places import places_of
from partners.views import joining
from tests.cast import PASSWORD, Cast, looking_as
from tests.partners.placing import link, main_of, newest_link

CHOSEN = {"name": "Newt Barrow", "password": PASSWORD}


def test_a_new_person_reads_who_invites_and_goes_on_to_a_second_factor(cast: Cast) -> None:
    path = link(cast)
    visitor = Client()
    text = main_of(visitor.get(path))
    for words in ("Renaisi invites you", "Serco", "adviser", "newt@example.org"):
        assert words in text
    assert "Sara" not in text
    page = visitor.post(path, CHOSEN, follow=True)
    assert page.status_code == 200
    assert any("/second-factor/" in address for address, _ in page.redirect_chain)
    user = User.objects.get(email="newt@example.org")
    assert [place.organisation_name for place in places_of(user.pk)] == ["Renaisi"]
    assert visitor.get("/serco/caseload/").status_code == 302
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": ""}, "password"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_still_opens(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    path = link(cast)
    response = Client().post(path, {**CHOSEN, **changes})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert PASSWORD not in response.content.decode()
    assert not User.objects.filter(email="newt@example.org").exists()
    assert Client().post(path, CHOSEN).status_code == 302


def test_somebody_with_an_account_signs_in_first_and_is_joined_when_they_say_so(cast: Cast) -> None:
    path = link(cast, email="ivo@example.org")
    text = main_of(Client().get(path))
    assert "Sign in to accept" in text
    assert f"next={path.replace('/', '%2F')}" in text or f"next={path}" in text
    assert Client().post(path, CHOSEN).status_code == 200
    ivo = cast.client("ivo")
    assert "You are signed in as Ivo" in main_of(ivo.get(path))
    assert len(places_of(cast.users["ivo"].pk)) == 1
    page = ivo.post(path, follow=True)
    assert "You have a place in Renaisi now." in page.content.decode()
    assert page.context["membership"].organisation_name == "Renaisi"
    assert ivo.get(path).status_code == 404


def test_whoever_signed_in_without_a_second_factor_gives_it_first(cast: Cast) -> None:
    path = link(cast, email="ivo@example.org")
    ivo = Client()
    ivo.force_login(cast.users["ivo"])
    assert ivo.post(path).status_code == 302
    assert len(places_of(cast.users["ivo"].pk)) == 1


def test_somebody_else_who_is_signed_in_is_told_to_sign_out(cast: Cast) -> None:
    path = link(cast)
    for client in (cast.client("ada"), cast.client("sam")):
        response = client.post(path)
        assert response.status_code == 422
        assert "sent to another address" in response.content.decode()
    assert Client().post(path, CHOSEN).status_code == 302


def test_no_link_that_opens_nothing_tells_why(cast: Cast) -> None:
    used, revoked, expired, replaced = (
        link(cast, email=f"{name}@example.org") for name in ("used", "revoked", "expired", "replaced")
    )
    Client().post(used, CHOSEN)
    with looking_as(cast.system()):
        by_address = {one.email.partition("@")[0]: one for one in Invitation.objects.all()}
        Invitation.objects.filter(pk=by_address["expired"].pk).update(
            expires_at=cast.sara.now() - timedelta(seconds=1)
        )
    actions.revoke(invitation=by_address["revoked"], by=cast.sara, at=cast.sara.now())
    actions.send_again(invitation=by_address["replaced"], by=cast.sara, at=cast.sara.now())
    newest_link()
    answers = {
        path: Client().get(path) for path in (used, revoked, expired, replaced, "/serco/invitations/x/")
    }
    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({answer.content for answer in answers.values()}) == 1
    assert {Client().post(path, CHOSEN).status_code for path in answers} == {404}
    assert Client().get("/invitations/x/").status_code == 404
    assert Client().get("/nowhere/invitations/x/").status_code == 404


def test_the_other_prime_cannot_open_this_ones_link(cast: Cast) -> None:
    path = link(cast)
    assert Client().get(path.replace("/serco/", "/meridian/")).status_code == 404
    assert Client().get(path).status_code == 200


def test_one_address_cannot_try_without_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST_FAILURES", 2)
    path = link(cast)
    tries = [Client().get(f"/serco/invitations/{n}/").status_code for n in range(3)]
    assert tries == [404, 404, 429]
    assert Client().get(path).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").get(path).status_code == 200


def test_opening_a_good_link_counts_for_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST_FAILURES", 1)
    path = link(cast)
    assert [Client().get(path).status_code for _ in range(3)] == [200, 200, 200]


def test_the_link_is_not_passed_on_and_not_written_to_the_log(cast: Cast) -> None:
    path = link(cast)
    answer = Client().get(path)
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-store"
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter())
    record: dict[str, Any] = {"name": "django.request", "levelname": "ERROR", "levelno": logging.ERROR}
    handler.handle(
        logging.makeLogRecord({**record, "msg": "%s: %s", "args": ("Internal Server Error", path)})
    )
    assert "/serco/invitations/..." in written.getvalue()
    assert path.rstrip("/").rpartition("/")[2] not in written.getvalue()


def test_the_wrong_way_to_ask_is_refused(cast: Cast) -> None:
    assert Client().delete(link(cast)).status_code == 405
