"""A claim in Chromium: ticked, made, paid, and taken back when the job is corrected; nothing bars the way."""

from datetime import date

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from participants.models import Participant
from tests.browsing import bars, leave_by, sign_in
from tests.cast import Cast
from tests.outcomes.claiming import needs
from tests.outcomes.evidencing import accept, prove
from tests.outcomes.settling import agree, of_month, pay, sealed
from tests.outcomes.working import started_person, work
from tests.participants.people import ago

REACHED = 71  # days ago, by a job that began 90 days earlier


@pytest.fixture
def amina(cast: Cast, live_server: LiveServer) -> Participant:
    """Somebody in work, with a proven outcome for which the provider was paid."""
    agree(cast)
    person, enrolment = started_person(cast)
    needs(cast, "short_job_outcome", any_of=["payslip", "employer_letter"])
    job = work(cast, enrolment, since=REACHED + 90)
    accept(cast, prove(cast, enrolment, days=REACHED, kind="employer_letter", job=job))
    for days in (200, REACHED):
        pay(cast, sealed(cast, of_month(cast, ago(days))), invoice="")
    return person


def opened(cast: Cast, browser: Browser, live_server: LiveServer, name: str, path: str, width: int) -> Page:
    """A page in a browser of this person's own."""
    page = browser.new_page(viewport={"width": width, "height": 844})
    sign_in(cast, page, live_server, name)
    page.goto(f"{live_server.url}/serco/{path}")
    return page


def row(page: Page, key: str) -> Locator:
    """The row of the summary with this key."""
    found = page.locator(".baton-summary__row")
    return found.filter(has=page.get_by_text(key, exact=True))


def said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def test_from_the_claim_to_the_clawback(
    cast: Cast, amina: Participant, browser: Browser, live_server: LiveServer
) -> None:
    frank = opened(cast, browser, live_server, "frank", "claims/", width=1280)
    claim_and_pay(frank, amina)
    ada = opened(cast, browser, live_server, "ada", f"participants/{amina.reference}/work/", width=390)
    ada.get_by_role("link", name="Correct the job at Tesco").click()
    ada.get_by_label("Last day").fill(ago(90).isoformat())
    assert bars(ada) == []
    ada.get_by_role("button", name="Correct").click()
    ada.wait_for_url("**/work/")
    frank.reload()
    expect(frank.get_by_role("heading", level=1)).to_contain_text("Short job outcome")
    warning = frank.locator(".govuk-warning-text")
    expect(warning).to_contain_text("A job was corrected")
    expect(warning).to_contain_text("What was paid goes back.")
    frank.get_by_role("button", name="Note a result").click()
    note(frank, "Taken back", pounds="1125.00")
    expect(warning).to_contain_text(f"The commissioner took it back on {said(ago(0))}.")
    expect(row(frank, "Taken back")).to_contain_text("£1,125.00")
    assert bars(frank) == []
    frank.goto(f"{live_server.url}/serco/statements/{of_month(cast, ago(0)).pk}/")
    line = frank.locator("#lines tbody tr")
    expect(line).to_contain_text("Reversed")
    expect(line).to_contain_text("A job was corrected")
    expect(line).to_contain_text("−£900.00")


def claim_and_pay(frank: Page, person: Participant) -> None:
    """Tick the outcome, claim it, and note what the commissioner paid under which reference."""
    frank.get_by_label(f"Short job outcome of {person.reference}").check()
    assert bars(frank) == []
    frank.get_by_role("button", name="Claim what is ticked").click()
    expect(frank.get_by_text("£1,125.00").first).to_be_visible()
    assert bars(frank) == []
    frank.get_by_role("button", name="Claim", exact=True).click()
    expect(frank.get_by_text("1 claim made.")).to_be_visible()
    assert bars(frank) == []
    frank.get_by_role("link", name=f"Short job outcome, {person.reference}", exact=True).click()
    leave_by(frank.get_by_role("button", name="Note a result"))
    assert bars(frank) == []
    note(frank, "Paid", pounds="1125.00", reference="DWP 7")
    expect(row(frank, "Paid")).to_contain_text("£1,125.00")


def note(frank: Page, result: str, *, pounds: str, reference: str = "") -> None:
    """Say what the commissioner's system says, today."""
    frank.get_by_label(result, exact=True).check()
    frank.get_by_label("On which day").fill(ago(0).isoformat())
    frank.get_by_label("How much was paid").fill(pounds)
    frank.get_by_label("Reference in the commissioner").fill(reference)
    frank.get_by_role("button", name="Save result").click()
