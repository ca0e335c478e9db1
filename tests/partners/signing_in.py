"""Signing in with an organisation's own identity service, for the tests of it."""

import re
from html import unescape
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.test import Client

from partners.actions.sign_in import Terms, confirm, set_up
from partners.models import SignInService
from tests.cast import Cast, looking_as
from tests.partners.identity_service import CLIENT_ID, CLIENT_SECRET, IdentityService
from tests.partners.placing import new_place

FIND = "/account/organisation/"
ADA = {"email": "ada@example.org", "email_verified": True}


class NoRedirect(HTTPRedirectHandler):
    """Says where a redirect leads instead of going there."""

    def redirect_request(self, *args: Any) -> Request | None:
        return None


def agree(cast: Cast, service: IdentityService, slug: str = "renaisi", **changed: Any) -> SignInService:
    """Serco's administrator sets the service up for an organisation, and another one confirms it."""
    waiting = propose(cast, service, slug, **changed)
    if "otto" not in cast.memberships:
        new_place(cast, "otto", "serco", "administrator")
    return confirm(service=waiting, by=cast.otto, at=cast.otto.now())


def propose(cast: Cast, service: IdentityService, slug: str = "renaisi", **changed: Any) -> SignInService:
    """Serco's administrator sets the service up for an organisation."""
    terms: dict[str, Any] = {
        "issuer": service.issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "domains": ("example.org",),
        "enforces_second_factor": False,
    }
    with looking_as(cast.sara) as sara:
        return set_up(
            organisation=cast.organisations[slug], terms=Terms(**{**terms, **changed}), by=sara, at=sara.now()
        )


def come_through(cast: Cast, client: Client, slug: str = "renaisi", query: str = "") -> Any:
    """Leave for the service, be sent back by it, and what Baton answers then."""
    leaving = client.post(f"{FIND}{cast.organisation(slug)}/{query}").content.decode()
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', leaving)
    assert found, leaving
    try:
        build_opener(NoRedirect).open(unescape(found[1]))
    except Exception as redirect:
        back: str = redirect.headers["Location"]  # type: ignore[attr-defined]
    return client.get(back.removeprefix("http://testserver"))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
