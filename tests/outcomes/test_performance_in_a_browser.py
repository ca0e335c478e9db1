"""The performance page in Chromium: a change appears by itself, figures lead to people, nothing bars the way."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from partners import outbox
from tests.browsing import bars, jumps, sign_in
from tests.cast import Cast
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.referrals.people import refer


@pytest.fixture
def address(cast: Cast, live_server: LiveServer, page: Page) -> str:
    """The performance page of a contract with a past; Priya has signed in."""
    for days in (600, 420, 300):
        person_with_a_past(cast, days=days, in_work_for=days - 60)
    person_with_a_past(cast, days=250, provider="i2i")
    rebuilt(cast)
    sign_in(cast, page, live_server, "priya")
    page.wait_for_url("**/serco/performance/")
    return page.url


def test_the_pages_bar_nobodys_way(address: str, page: Page) -> None:
    people = "people/?contract=inspiring-families&period=all&measure="
    pages = ("comparison/?period=all", "cohorts/", "changes/", "measures/", "packs/", "packs/ask/")
    for path in ("?period=all", f"{people}job_outcomes", f"{people}earned", *pages):
        page.goto(address + path)
        for more in page.locator(".govuk-details__summary").all():
            more.click()
        assert bars(page) == [], path


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_a_page_comes(address: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("?period=all", "comparison/?period=all", "cohorts/", "people/?measure=starts&period=all"):
        page.goto(address + path)
        assert jumps(page) == 0, path


def test_a_figure_leads_to_its_people_and_they_to_their_pages(address: str, page: Page) -> None:
    page.goto(f"{address}?period=all")
    page.get_by_role("link", name="Renaisi, Starts: 3").click()
    expect(page.get_by_role("heading", name="Starts: 3")).to_be_visible()
    page.get_by_role("link", name="Amina Okafor").first.click()
    page.wait_for_url("**/serco/participants/PT-**")


def test_a_change_appears_by_itself(cast: Cast, address: str, page: Page) -> None:
    tile = page.locator(".baton-tile").first
    expect(tile).to_contain_text("Referrals")
    before = int(tile.locator(".baton-tile__value").inner_text())
    page.evaluate("document.querySelector('h1').dataset.same = 'yes'")
    refer(cast)
    outbox.work_off()
    # The page asks every few seconds; a busy machine answers late.
    expect(tile.locator(".baton-tile__value")).to_have_text(str(before + 1), timeout=20_000)
    expect(page.locator("#computed")).to_contain_text("ago")
    assert page.evaluate("document.querySelector('h1').dataset.same") == "yes"
