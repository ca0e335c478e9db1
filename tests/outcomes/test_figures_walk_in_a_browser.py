"""From the overview into a cell, in Chromium, as the commissioner and, with the keyboard alone, as the prime."""

import re

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from outcomes.performance.periods import shift
from tests.browsing import bars, leave_by, sign_in
from tests.cast import Cast
from tests.outcomes.counted import begins, fill, shared
from tests.outcomes.performing import person_with_a_past, rebuilt

# The name of what has the focus, and whether one sees that it has it.
FOCUSED = """() => {
  const [one, style] = [document.activeElement, getComputedStyle(document.activeElement)];
  const seen = style.outlineStyle !== "none" || style.boxShadow !== "none";
  return [one.getAttribute("aria-label") || one.innerText || "", seen];
}"""


def test_the_commissioner_walks_from_totals_to_months_and_meets_nobody(
    cast: Cast, live_server: LiveServer, page: Page
) -> None:
    first = begins(cast, 6)
    for n in range(6):
        fill(cast, "referral", [(one, shift(first, n), 20) for one in ("renaisi", "i2i", "serco-delivery")])
        fill(cast, "start", [("renaisi", shift(first, n), 3 if n == 5 else 12), ("i2i", shift(first, n), 11)])
    shared(cast)
    sign_in(cast, page, live_server, "dee")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inspiring Families, east and north London")
    assert bars(page) == []
    leave_by(page.locator(".baton-tile__face", has=page.get_by_text("Starts", exact=True)))
    expect(page.get_by_role("heading", name="Starts by month")).to_be_visible()
    row = page.locator("#by-month tbody tr").first
    expect(row).to_contain_text("–")
    assert bars(page) == []
    hrefs = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
    assert hrefs
    assert not [href for href in hrefs if re.search(r"participants|people|referrals/|queries", href)]
    for path in ("performance/", "performance/people/?contract=inspiring-families&measure=starts"):
        answer = page.goto(f"{live_server.url}/serco/{path}")
        assert answer is not None
        assert answer.status == 404, path


def test_the_prime_reaches_the_people_behind_a_cell_by_the_keyboard(
    cast: Cast, live_server: LiveServer, page: Page
) -> None:
    for days in (600, 420):
        person_with_a_past(cast, days=days, in_work_for=days - 60)
    person_with_a_past(cast, days=250, provider="i2i")
    rebuilt(cast)
    sign_in(cast, page, live_server, "priya")
    answer = page.goto(f"{live_server.url}/serco/performance/?period=all")
    assert answer is not None
    assert len(answer.body()) < 100_000
    with page.expect_navigation():
        press(page, "Renaisi, Job outcomes: 2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Job outcomes: 2")
    assert bars(page) == []
    with page.expect_navigation():
        press(page, "Performance")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Inspiring Families")


def press(page: Page, link: str) -> None:
    """Tab until the link has the focus, which shows, and press Enter."""
    met = []
    for _ in range(200):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUSED))
        if met[-1] == [link, True]:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"No way to {link} by the keyboard: {met}")
