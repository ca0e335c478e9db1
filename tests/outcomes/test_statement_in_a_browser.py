"""A statement in Chromium: asked about, answered, proposed, sealed and paid; and nothing bars the way."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from outcomes.models import Statement
from tests.browsing import bars, sign_in
from tests.cast import Cast
from tests.outcomes.settling import agree, ended, now, pay, propose, seal


@pytest.fixture
def statement(cast: Cast, live_server: LiveServer) -> Statement:
    agree(cast)
    return ended(cast)


def opened(cast: Cast, browser: Browser, live_server: LiveServer, name: str, statement: Statement) -> Page:
    """The statement in a browser of this person's own."""
    page = browser.new_page()
    sign_in(cast, page, live_server, name)
    page.goto(f"{live_server.url}/serco/statements/{statement.pk}/")
    return page


def test_from_a_question_to_the_payment(
    cast: Cast, statement: Statement, browser: Browser, live_server: LiveServer
) -> None:
    mona = opened(cast, browser, live_server, "mona", statement)
    mona.get_by_role("link", name="Ask about Start").click()
    mona.get_by_label("What do you want to know").fill("Is this the price of May?")
    mona.get_by_role("button", name="Ask").click()
    expect(mona.get_by_text("1 question to answer")).to_be_visible()
    frank = opened(cast, browser, live_server, "frank", statement)
    frank.get_by_role("link", name="Answer the question of Mona").click()
    frank.get_by_label("The line is right").check()
    frank.get_by_label("Answer", exact=True).fill("Yes, it is.")
    frank.get_by_role("button", name="Answer").click()
    frank.get_by_role("button", name="Propose for sealing").click()
    frank.get_by_role("button", name="Propose").click()
    expect(frank.get_by_text("Somebody else at the prime seals it")).to_be_visible()
    cleo = opened(cast, browser, live_server, "cleo", statement)
    cleo.get_by_role("button", name="Seal").click()
    expect(cleo.get_by_text("£600.00")).to_be_visible()
    cleo.get_by_role("button", name="Seal").click()
    expect(cleo.get_by_text("Sealed. Its lines are final.")).to_be_visible()
    frank.reload()
    frank.get_by_role("button", name="Mark as paid").click()
    frank.get_by_label("Payment reference").fill("BACS 7")
    frank.get_by_role("button", name="Mark as paid").click()
    expect(frank.get_by_text("Marked as paid.")).to_be_visible()
    assert now(cast, statement).status == "paid"
    mona.reload()
    expect(mona.get_by_text("Yes, it is.").first).to_be_visible()


def test_the_pages_bar_nobodys_way(
    cast: Cast, statement: Statement, page: Page, live_server: LiveServer
) -> None:
    sign_in(cast, page, live_server, "frank")
    here = f"{live_server.url}/serco/statements/{statement.pk}/"
    billing = f"{live_server.url}/serco/billing/"
    propose(cast, statement, by="cleo")
    forms = [f"{here}{step}/" for step in ("propose", "seal", "pay", "adjust")]
    for address in (here, *forms, billing, f"{billing}renaisi/vat/", f"{billing}renaisi/agreement/"):
        page.goto(address)
        assert bars(page) == [], address
    pay(cast, seal(cast, statement, by="frank"), invoice="")
    for address in (here, f"{live_server.url}/serco/statements/"):
        page.goto(address)
        assert bars(page) == [], address
