"""Pay and evidence in Chromium: recorded on a phone, decided by a manager, and nothing bars anybody's way."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from participants.models import Participant
from tests.browsing import bars, sign_in
from tests.cast import Cast
from tests.outcomes.evidencing import accept, ask_for_facts, pay, prove, reject
from tests.outcomes.working import started_person, work
from tests.participants.people import ago, keep


@pytest.fixture
def amina(cast: Cast, live_server: LiveServer, page: Page) -> Participant:
    """Somebody with two jobs, pay that counts and pay that does not, and evidence in every state."""
    ask_for_facts(cast)
    person, enrolment = started_person(cast)
    paper = keep(cast, person, cast.ada, title="Payslip of May")
    job = work(cast, enrolment, since=90, until=40, employer="Serco Leisure")
    work(cast, enrolment, since=30, employer="Amina's Alterations", kind="self_employed")
    first = pay(cast, enrolment, days=60, pence=41_250, period_from=ago(89), period_to=ago(61))
    pay(cast, enrolment, days=40, pence=12_000, not_qualifying_because="pay_in_lieu")
    accept(cast, prove(cast, enrolment, days=60, earning=first, document=paper))
    prove(cast, enrolment, days=90, kind="employer_letter", job=job, words="Signed by the shop manager")
    reject(
        cast, prove(cast, enrolment, days=20, kind="progress_measure", definition="cv"), reason="not_signed"
    )
    prove(cast, enrolment, days=200, kind="concern")
    return person


def test_the_pages_bar_nobodys_way(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    sign_in(cast, page, live_server, "mona")
    own = f"{live_server.url}/serco/participants/{amina.reference}"
    for path in ("work/", "jobs/new/", "earnings/new/", "evidence/new/"):
        page.goto(f"{own}/{path}")
        assert bars(page) == [], path
    for link in ("Accept or reject", "Replace", "Withdraw", "Correct"):
        page.goto(f"{own}/work/")
        page.get_by_role("link", name=link).last.click()
        page.wait_for_selector("form.baton-form")
        assert bars(page) == [], link


def test_pay_is_recorded_and_proved_on_a_phone_and_a_manager_accepts_it(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    sign_in(cast, page, live_server, "ada")
    page.set_viewport_size({"width": 390, "height": 844})
    work_tab = f"{live_server.url}/serco/participants/{amina.reference}/work/"
    page.goto(work_tab)
    page.get_by_role("button", name="Record earnings").first.click()
    page.fill("[name=gross_pence]", "700 pounds")
    page.fill("[name=paid_on]", ago(10).isoformat())
    page.get_by_role("button", name="Record earnings").click()
    assert page.locator("#id_gross_pence_error").is_visible()
    assert bars(page) == []
    page.fill("[name=gross_pence]", "£700.00")
    page.get_by_role("button", name="Record earnings").click()
    page.wait_for_url("**/work/")
    assert page.get_by_text("Earnings outcome reached on").first.is_visible()
    day = f"{ago(10).day} {ago(10):%B %Y}"
    page.get_by_role("link", name=f"Add evidence of the payment of {day}").click()
    page.get_by_role("button", name="Record evidence").click()
    page.wait_for_url("**/work/")
    page.context.clear_cookies()
    sign_in(cast, page, live_server, "mona")
    page.goto(work_tab)
    page.get_by_role("link", name="Accept or reject Payslip").first.click()
    page.get_by_label("Yes, accept it").check()
    page.get_by_role("button", name="Save decision").click()
    page.wait_for_url("**/work/")
    assert page.get_by_text("Decision saved.").is_visible()
