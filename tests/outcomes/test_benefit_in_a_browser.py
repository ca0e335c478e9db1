"""Days on benefit in Chromium: noted on a phone, and nothing bars anybody's way."""

from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browsing import bars, leave_by, sign_in
from tests.cast import Cast
from tests.outcomes.benefiting import ask_for_weeks_off_benefit, claim_benefit
from tests.outcomes.working import started_person, work
from tests.participants.people import ago


def test_days_are_noted_on_a_phone_and_say_what_they_took_away(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    ask_for_weeks_off_benefit(cast)
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=34)
    claim_benefit(cast, enrolment, since=120, until=40)
    sign_in(cast, page, live_server, "ada")
    page.set_viewport_size({"width": 390, "height": 844})
    work_tab = f"{live_server.url}/serco/participants/{person.reference}/work/"
    page.goto(work_tab)
    assert bars(page) == []
    leave_by(page.get_by_role("button", name="Note days on benefit"))
    assert bars(page) == []
    page.select_option("[name=benefit]", "universal_credit")
    page.fill("[name=starts_on]", ago(17).isoformat())
    page.fill("[name=ends_on]", ago(17).isoformat())
    page.get_by_role("button", name="Note days").click()
    page.wait_for_url(work_tab)
    assert "Days on benefit noted. Sustainment of" in page.inner_text("main")
    assert "Universal Credit" in page.inner_text("main")
    for link in ("Correct the days", "Withdraw the days"):
        page.goto(work_tab)
        page.get_by_role("link", name=link).first.click()
        page.wait_for_selector("form.baton-form")
        assert bars(page) == [], link
