"""From the overview to a figure's people, a question about it and its answer, in Chromium; nothing bars the way."""

import re

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import bars, leave_by, sign_in
from tests.cast import Cast
from tests.outcomes.performing import person_with_a_past, rebuilt


def test_a_provider_queries_a_figure_and_the_prime_answers_it(
    cast: Cast, live_server: LiveServer, page: Page
) -> None:
    for days in (600, 420):
        person_with_a_past(cast, days=days, in_work_for=days - 60)
    rebuilt(cast)
    sign_in(cast, page, live_server, "mona")
    page.goto(f"{live_server.url}/serco/performance/?period=all")
    page.locator(".baton-tile__face", has=page.get_by_text("Starts", exact=True)).click()
    leave_by(page.get_by_role("button", name="This figure is wrong"))
    assert bars(page) == []
    page.get_by_label("What is wrong?").fill("Ask her on 07700 900123.")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("This looks like a telephone number").first).to_be_visible()
    assert bars(page) == []
    page.get_by_label("What is wrong?").fill("One of them started a week later.")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("link", name="This figure, or part of it, is queried")).to_be_visible()
    assert bars(page) == []
    page.context.clear_cookies()
    sign_in(cast, page, live_server, "priya")
    page.goto(f"{live_server.url}/serco/performance/?period=all")
    assert bars(page) == []
    page.get_by_role("link", name=re.compile("Queried.*Renaisi, Starts")).click()
    expect(page.get_by_text("One of them started a week later.")).to_be_visible()
    assert bars(page) == []
    leave_by(page.get_by_role("button", name="Answer"))
    assert bars(page) == []
    page.get_by_label("Answer").fill("Corrected: the start is dated a week later now.")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Corrected: the start is dated")).to_be_visible()
    page.goto(f"{live_server.url}/serco/performance/queries/")
    expect(page.get_by_role("cell", name="Answered")).to_be_visible()
    assert bars(page) == []
