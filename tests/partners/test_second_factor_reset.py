"""A lost phone: somebody who manages people resets the second factor; a link with the password leads to a new one."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from partners import outbox, second_factor_reset
from partners.actions import second_factor as actions
from partners.actions.membership import OwnPlace, PlaceEnded
from partners.invitations import digest_of
from partners.logs import SECRET_ADDRESS
from partners.models import User
from tests.cast import PASSWORD, Cast, looking_as
from tests.partners.placing import ended, main_of, new_place, newest_link, told
from tests.partners.test_sessions import signed_in

SIGN_IN, APP, INDEX = "/account/login/", "/account/second-factor/app/", "/account/second-factor/"


def reset(cast: Cast, name: str = "ada", by: str = "mona", reason: str = "lost") -> str:
    """Reset somebody's second factor, and return the link in the e-mail."""
    viewer = getattr(cast, by)
    actions.reset(membership=cast.memberships[name], reason=reason, by=viewer, at=viewer.now())
    return newest_link()


def with_password(cast: Cast, name: str = "ada") -> Client:
    """A browser in which the person signed in by password alone."""
    client = Client()
    client.post(SIGN_IN, {"login": cast.with_password(name), "password": PASSWORD})
    return client


def set_up(client: Client) -> Any:
    """Set up an app as its page asks; the answer to the first code."""
    page = client.get(APP)
    if page.status_code != 200:
        return page
    secret = client.session["mfa.totp.secret"]
    return client.post(APP, {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})


def has_one(cast: Cast, name: str = "ada") -> bool:
    return Authenticator.objects.filter(user=cast.users[name]).exists()


@pytest.fixture
def ada(cast: Cast) -> Cast:
    """Ada has an app, recovery codes and a browser in which she is signed in."""
    cast.code("ada")
    cast.client("ada").post("/account/second-factor/recovery-codes/new/")
    return cast


def test_everything_that_opened_the_account_is_gone_at_once(ada: Cast) -> None:
    ada.with_password("ada")
    here = signed_in(ada, "ada")
    assert here.get("/serco/caseload/").status_code == 200
    key = here.session.session_key
    reset(ada)
    assert not Session.objects.filter(pk=key).exists()
    assert here.get("/serco/caseload/").status_code == 302
    assert not has_one(ada)


def test_the_link_and_the_password_lead_to_a_new_one_and_then_the_link_is_used_up(ada: Cast) -> None:
    path = reset(ada)
    client = with_password(ada)
    assert client.get(path)["Location"] == INDEX
    assert client.get(INDEX).status_code == 200
    assert set_up(client).status_code == 302
    assert client.get("/serco/caseload/").status_code == 200
    ada.users["ada"].refresh_from_db()
    assert (ada.users["ada"].reset_at, ada.users["ada"].reset_digest) == (None, "")
    assert client.get(path).status_code == 404


def test_who_opens_the_link_first_signs_in_and_comes_back_to_it(ada: Cast) -> None:
    path = reset(ada)
    client = Client()
    asked = client.get(path)
    assert asked["Location"].startswith(f"{SIGN_IN}?next={path}")
    sent = {"login": ada.with_password("ada"), "password": PASSWORD, "next": path}
    assert client.post(asked["Location"], sent)["Location"] == path
    assert client.get(path)["Location"] == INDEX


def test_the_password_alone_leads_to_nothing(ada: Cast) -> None:
    reset(ada)
    client = with_password(ada)
    assert client.get("/serco/caseload/")["Location"].endswith(INDEX)
    for address in (INDEX, APP, "/account/second-factor/passkeys/add/"):
        waiting = client.get(address)
        assert waiting.status_code == 403
        assert "Open the link in your e-mail" in waiting.content.decode()
        assert client.post(address).status_code == 403
    assert not has_one(ada)


def test_the_link_alone_leads_to_nothing(ada: Cast) -> None:
    path = reset(ada)
    stranger, col = Client(), with_password(ada, "col")
    assert stranger.get(path)["Location"].startswith(SIGN_IN)
    assert stranger.get(APP)["Location"].startswith(SIGN_IN)
    assert col.get(path).status_code == 404
    set_up(col)
    assert has_one(ada, "col")
    assert not has_one(ada)


def test_a_link_followed_in_another_browser_opens_this_one_not(ada: Cast) -> None:
    path = reset(ada)
    with_password(ada).get(path)
    assert set_up(with_password(ada)).status_code == 403


def test_it_holds_for_a_day(ada: Cast) -> None:
    path = reset(ada)
    client = with_password(ada)
    client.get(path)
    User.objects.filter(pk=ada.users["ada"].pk).update(reset_expires_at=timezone.now())
    assert set_up(client).status_code == 403
    assert client.get(path).status_code == 404
    ada.users["ada"].refresh_from_db()
    assert timedelta(hours=24) == second_factor_reset.VALID


def test_sending_another_ends_the_first_also_where_it_was_followed(ada: Cast) -> None:
    first = reset(ada)
    client = with_password(ada)
    client.get(first)
    second = reset(ada, reason="no_link")
    assert second != first
    again = with_password(ada)
    assert again.get(first).status_code == 404
    assert set_up(again).status_code == 403
    again.get(second)
    assert set_up(again).status_code == 302


def test_the_mail_says_what_happened_and_names_no_programme_nor_anybody(ada: Cast) -> None:
    path = reset(ada)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ada@example.org"], "Set up your second factor again")
    assert "signed out everywhere" in message.body
    for name in ("Serco", "Renaisi", "Inspiring", "Mona", "Ada"):
        assert name not in message.body
    token = path.rstrip("/").rpartition("/")[2]
    ada.users["ada"].refresh_from_db()
    assert ada.users["ada"].reset_digest == digest_of(token)


def test_the_same_work_twice_sends_one_mail(ada: Cast) -> None:
    reset(ada)
    with looking_as(ada.system()) as system:
        outbox.enqueue(second_factor_reset.CONSUMER, system, ada.users["ada"].pk)
    outbox.work_off()
    assert len(mail.outbox) == 1


def test_it_is_told_once_with_a_code(ada: Cast) -> None:
    reset(ada)
    (event,) = told(ada)
    assert (event.kind, event.by_user_id) == ("second_factor.reset", ada.mona.user_id)
    assert event.facts == {"user": str(ada.users["ada"].pk), "reason": "lost"}
    assert event.organisation_id == ada.organisation("renaisi")


def test_who_may_not_is_refused(ada: Cast) -> None:
    ada.code("mona")
    with pytest.raises(OwnPlace):
        reset(ada, "mona", by="mona")
    with pytest.raises(actions.NothingToReset):
        reset(ada, "col")
    ended(ada, "ada")
    with pytest.raises(PlaceEnded):
        reset(ada)


def test_a_provider_resets_nobody_who_works_for_another_in_the_workspace(ada: Cast) -> None:
    new_place(ada, "ada", "serco", "administrator")
    with pytest.raises(actions.NotYoursAlone):
        reset(ada)
    assert has_one(ada)
    reset(ada, by="sara")
    assert not has_one(ada)


def test_the_page_asks_why_and_says_what_it_does(ada: Cast) -> None:
    here = f"/serco/workspace/people/{ada.memberships['ada'].pk}/"
    mona = ada.client("mona")
    assert f"{here}second-factor/" in main_of(mona.get(here))
    assert "speak with them" in main_of(mona.get(f"{here}second-factor/"))
    assert mona.post(f"{here}second-factor/").status_code == 422
    done = mona.post(f"{here}second-factor/", {"reason": "lost"}, follow=True)
    assert "An e-mail with a link is on its way to Ada." in main_of(done)
    assert "Reset: they set up a new one" in main_of(done)
    assert f"{here}second-factor/" in main_of(done)
    col = f"/serco/workspace/people/{ada.memberships['col'].pk}/"
    assert "second-factor" not in main_of(mona.get(col))
    refused = mona.post(f"{col}second-factor/", {"reason": "lost"})
    assert "They have no second factor" in main_of(refused)


@pytest.mark.parametrize(
    ("name", "status"), [("col", 403), ("priya", 403), ("ines", 404), ("hana", 404), ("sam", 404)]
)
def test_nobody_else_has_the_page(ada: Cast, name: str, status: int) -> None:
    here = f"/serco/workspace/people/{ada.memberships['ada'].pk}/second-factor/"
    client = ada.client(name)
    assert client.get(here).status_code == status
    assert client.post(here, {"reason": "lost"}).status_code == status
    assert has_one(ada)


def test_the_token_is_not_written_to_the_log(ada: Cast) -> None:
    path = reset(ada)
    assert re.fullmatch(r"/account/second-factor/reset/[\w-]{43}/", path)
    assert SECRET_ADDRESS.sub(r"\1...", path) == "/account/second-factor/reset/.../"
