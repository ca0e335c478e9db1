"""The pages on which people are invited."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from partners.models import Invitation
from tests.cast import Cast, looking_as
from tests.partners.placing import invited, link, main_of, newest_link, told

INVITATIONS = "/serco/workspace/invitations/"
NEW = f"{INVITATIONS}new/"
FILLED = {"email": "newt@example.org", "organisation": "renaisi", "role": "provider.adviser"}


def addresses(page: Any) -> list[str]:
    """Whose invitations are on the page."""
    assert page.status_code == 200, page.content
    return [invitation.email for invitation, _, _ in page.context["rows"]]


def test_the_primes_administrator_invites_into_any_organisation(cast: Cast) -> None:
    sara = cast.client("sara")
    assert "Nobody was invited yet" in main_of(sara.get(INVITATIONS))
    page = sara.post(NEW, FILLED, follow=True)
    assert "An invitation is on its way to newt@example.org." in main_of(page)
    assert addresses(page) == ["newt@example.org"]
    assert "Being sent" in main_of(page)
    newest_link()
    assert mail.outbox[0].to == ["newt@example.org"]
    assert "Waiting for an answer" in main_of(sara.get(INVITATIONS))
    with looking_as(cast.system()):
        made = Invitation.objects.select_related("organisation").get()
    assert (made.organisation.slug, made.role) == ("renaisi", "adviser")


def test_a_provider_invites_into_its_own(cast: Cast) -> None:
    mona = cast.client("mona")
    assert set(mona.get(NEW).context["form"].fields) == {"email", "role"}
    sent = {"email": "newt@example.org", "role": "provider.adviser", "organisation": "i2i"}
    assert addresses(mona.post(NEW, sent, follow=True)) == ["newt@example.org"]
    with looking_as(cast.system()):
        made = Invitation.objects.select_related("organisation").get()
    assert made.organisation.slug == "renaisi"


def test_neither_clearance_nor_the_primes_administration_is_offered(cast: Cast) -> None:
    form = cast.client("sara").get(NEW).context["form"]
    assert set(form.fields) == {"email", "organisation", "role"}
    offered = {
        role for _, group in form.fields["role"].choices if isinstance(group, list) for role, _ in group
    }
    assert "provider.administrator" in offered
    assert "prime.viewer" in offered
    assert "prime.administrator" not in offered


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"email": ""}, "email", ""),
        ({"email": "newt"}, "email", ""),
        ({"email": "ada@example.org"}, "email", "has a place in Renaisi already"),
        ({"organisation": ""}, "organisation", ""),
        ({"organisation": "meridian"}, "organisation", ""),
        ({"role": ""}, "role", ""),
        ({"role": "prime.finance"}, "role", "Renaisi is a subcontractor"),
        ({"role": "provider.finance"}, "role", ""),
        ({"role": "administrator"}, "role", ""),
        ({"role": "prime.administrator", "organisation": "serco"}, "role", ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    cast: Cast, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = cast.client("sara").post(NEW, {**FILLED, **changes})
    assert response.status_code == 422
    assert sentence in str(response.context["form"].errors[field])
    assert told(cast) == []


def test_a_second_invitation_of_the_same_address_is_refused(cast: Cast) -> None:
    invited(cast)
    response = cast.client("sara").post(NEW, FILLED)
    assert response.status_code == 422
    assert "has an invitation already" in response.content.decode()


def test_the_list_shows_where_each_stands_and_is_filtered_by_it(cast: Cast) -> None:
    sara = cast.client("sara")
    link(cast, email="open@example.org")
    revoked = invited(cast, email="revoked@example.org")
    sara.post(f"{INVITATIONS}{revoked.pk}/revoke/")
    invited(cast, email="sending@example.org")
    for state in ("open", "revoked", "sending"):
        assert addresses(sara.get(INVITATIONS, {"state": state})) == [f"{state}@example.org"]
    assert addresses(sara.get(INVITATIONS)) == [
        "sending@example.org",
        "revoked@example.org",
        "open@example.org",
    ]
    for state in ("accepted", "expired"):
        assert "No invitation is in this state" in main_of(sara.get(INVITATIONS, {"state": state}))
    assert len(addresses(sara.get(INVITATIONS, {"state": "lost"}))) == 3
    cast.serco.clock_offset = timedelta(days=8)
    cast.serco.save(update_fields=["clock_offset"])
    assert addresses(sara.get(INVITATIONS, {"state": "expired"})) == ["open@example.org"]


def test_sending_again_and_revoking_ask_first(cast: Cast) -> None:
    mona = cast.client("mona")
    first = link(cast)
    with looking_as(cast.mona):
        here = f"{INVITATIONS}{Invitation.objects.get().pk}/"
    assert "Send the invitation again?" in main_of(mona.get(f"{here}send/"))
    assert "Revoke the invitation?" in main_of(mona.get(f"{here}revoke/"))
    assert [event.kind for event in told(cast)] == ["invitation.made"]
    page = mona.post(f"{here}send/", follow=True)
    assert "on its way to newt@example.org again" in main_of(page)
    second = newest_link()
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert "is revoked" in main_of(mona.post(f"{here}revoke/", follow=True))
    assert Client().get(second).status_code == 404
    assert "answered or revoked in the meantime" in main_of(mona.post(f"{here}send/", follow=True))
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("name", "status"),
    [("priya", 403), ("ada", 403), ("hana", 404), ("dee", 404), ("sam", 404)],
)
def test_nobody_else_has_these_pages(cast: Cast, name: str, status: int) -> None:
    here = f"{INVITATIONS}{invited(cast).pk}/"
    client = cast.client(name)
    for address in (INVITATIONS, NEW, f"{here}send/", f"{here}revoke/"):
        assert client.get(address).status_code == status
    for address in (NEW, f"{here}send/", f"{here}revoke/"):
        assert client.post(address, FILLED).status_code == status
    assert len(told(cast)) == 1


def test_anothers_invitation_does_not_exist(cast: Cast) -> None:
    theirs = invited(cast, organisation=cast.organisations["i2i"])
    mona = cast.client("mona")
    assert addresses(mona.get(INVITATIONS)) == []
    for what in ("send/", "revoke/"):
        missing = mona.get(f"{INVITATIONS}{uuid4()}/{what}")
        assert missing.status_code == 404
        assert mona.get(f"{INVITATIONS}{theirs.pk}/{what}").content == missing.content
        assert mona.post(f"{INVITATIONS}{theirs.pk}/{what}").status_code == 404
    assert len(told(cast)) == 1


def test_the_wrong_way_to_ask_is_refused(cast: Cast) -> None:
    sara = cast.client("sara")
    here = f"{INVITATIONS}{invited(cast).pk}/"
    assert sara.post(INVITATIONS).status_code == 405
    for address in (NEW, f"{here}send/", f"{here}revoke/"):
        assert sara.delete(address).status_code == 405
    assert "/account/login/" in Client().get(NEW)["Location"]
