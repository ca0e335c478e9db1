"""Somebody found not eligible, in Chromium: the finding is made and taken back, and nothing bars the way."""

from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browsing import bars, sign_in
from tests.cast import Cast
from tests.outcomes.working import started_person, work


def test_a_finding_is_made_and_taken_back(cast: Cast, page: Page, live_server: LiveServer) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=120)
    sign_in(cast, page, live_server, "frank")
    page.goto(f"{live_server.url}/serco/participants/{person.reference}/money/")
    page.get_by_role("button", name="Found not eligible").click()
    page.get_by_role("button", name="Record the finding").click()
    page.wait_for_selector(".govuk-error-summary")
    assert bars(page) == []
    page.get_by_label("Does not live in one of the five boroughs.").check()
    page.get_by_label("What showed it").fill("The council tax bill")
    page.get_by_role("button", name="Record the finding").click()
    page.get_by_role("link", name="Take the finding back").wait_for()
    assert bars(page) == []
    page.get_by_role("link", name="Take the finding back").click()
    page.get_by_label("Why it is taken back").fill("It was a neighbour's")
    assert bars(page) == []
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("taken back on").wait_for()
    assert bars(page) == []
