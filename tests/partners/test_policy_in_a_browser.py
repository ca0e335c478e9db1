"""A real browser under the policy: what is ours runs, what is not does not, and the browser tells of it."""

import logging

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import sign_in
from tests.cast import Cast
from tests.participants.people import new_person

INLINE = """
const script = document.createElement("script");
script.textContent = "window.ran = true";
document.body.append(script);
const other = document.createElement("script");
other.src = "/static/baton.js";
document.body.append(other);
document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = true'>");
"""


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console says of a policy."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "olicy" in message.text else None)
    return said


def test_our_pages_run_under_it_and_what_is_injected_does_not(
    cast: Cast, live_server: LiveServer, page: Page, complaints: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    person = new_person(cast)
    sign_in(cast, page, live_server, "ada")
    page.goto(f"{live_server.url}/serco/participants/{person.reference}/")
    # The tabs come by htmx, and the menu's module has imported its own.
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.get_by_role("button", name="Add a document")).to_be_visible()
    assert page.evaluate("document.body.classList.contains('govuk-frontend-supported')")
    assert complaints == []
    with caplog.at_level(logging.WARNING), page.expect_response("**/csp-report"):
        page.evaluate(INLINE)
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert complaints
    assert "broken on /participants/<str:reference>/" in caplog.text
    assert person.reference not in caplog.text


def test_the_api_is_explained_under_it(
    cast: Cast, live_server: LiveServer, page: Page, complaints: list[str]
) -> None:
    page.goto(f"{live_server.url}/serco/api/v1/docs/")
    page.locator(".opblock-summary-control").first.click()
    expect(page.get_by_text("payment_group").first).to_be_visible()
    assert complaints == []


def test_nothing_leads_anywhere_on_paper(cast: Cast, live_server: LiveServer, page: Page) -> None:
    page.goto(f"{live_server.url}/account/login/")
    page.emulate_media(media="print")
    after = "getComputedStyle(document.querySelector('a.govuk-link'), '::after').content"
    assert page.evaluate(after) == "none"
