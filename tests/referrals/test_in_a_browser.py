"""Referrals in Chromium: nothing bars the way, on a laptop or a phone, and nothing is asked of anybody else."""

import pytest
from playwright.sync_api import Page, Request
from pytest_django.live_server_helper import LiveServer

from referrals.models import Referral
from tests.browsing import bars, leave_by, sign_in
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, refer


@pytest.fixture
def elsewhere(page: Page, live_server: LiveServer) -> list[str]:
    """Whatever the page asks of another server, or is refused by its own content security policy."""
    found: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:")):
            found.append(request.url)

    page.on("request", note)
    page.on(
        "console", lambda message: found.append(message.text) if "Content Security" in message.text else None
    )
    return found


@pytest.mark.parametrize("name", ["hana", "ada", "priya"])
def test_the_pages_bar_nobodys_way(
    cast: Cast, page: Page, live_server: LiveServer, elsewhere: list[str], name: str
) -> None:
    started, waiting = accept(cast, refer(cast)), refer(cast, given_name="Ayo", number="", circumstances={})
    joined = refer(cast, "jon")
    paths = {
        "hana": ["", "new/", f"{waiting.reference}/", f"{waiting.reference}/answers/"],
        "ada": ["", f"{joined.reference}/", f"{joined.reference}/accept/", f"{started.reference}/start/"],
        "priya": ["", "?status=accepted", f"{started.reference}/", f"{waiting.reference}/"],
    }
    sign_in(cast, page, live_server, name)
    for path in paths[name]:
        page.goto(f"{live_server.url}/serco/referrals/{path}")
        assert bars(page) == [], path
    assert elsewhere == []


def test_a_person_asks_for_support_on_a_phone(
    cast: Cast, page: Page, live_server: LiveServer, elsewhere: list[str]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/serco/refer/inspiring-families/")
    assert bars(page) == []
    page.get_by_label("Your first name").fill("Zola")
    leave_by(page.get_by_role("button", name="Send"))
    assert bars(page) == []
    assert page.get_by_label("Your first name").input_value() == "Zola"
    page.get_by_label("Your last name").fill("Okafor")
    page.get_by_label("Your date of birth").fill("1990-05-17")
    page.get_by_label("Your e-mail address").fill("zola@example.org")
    page.get_by_label("Where you live").select_option("Hackney")
    page.get_by_label("No, and I am looking for work").check()
    page.get_by_label("My children miss school").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("You can take part.").wait_for()
    assert bars(page) == []
    with looking_as(cast.system()):
        assert Referral.objects.get().status == "allocated"
    assert elsewhere == []


def test_the_apis_pages_open_with_nothing_from_elsewhere(
    cast: Cast, page: Page, live_server: LiveServer, elsewhere: list[str]
) -> None:
    page.goto(f"{live_server.url}/serco/api/v1/docs/")
    page.get_by_text("Send a referral", exact=True).wait_for()
    page.get_by_text("Send a referral", exact=True).click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    assert elsewhere == []
