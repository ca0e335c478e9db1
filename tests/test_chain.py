"""The whole chain, walked once in a real browser with the real processes behind it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIRequestContext, Browser, Page, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from tests.cast import PASSWORD, Cast
from tests.processes import at_work, manage

PATIENCE = 30_000  # milliseconds: Celery refreshes the figures within seconds, on a busy machine within more
REFERRAL: dict[str, Any] = {
    "contract": "inspiring-families",
    "external_reference": "HCS-1",
    "person": {
        "given_name": "Amara",
        "family_name": "Whitlock",
        "date_of_birth": "1991-07-14",
        "national_insurance_number": "QQ 65 43 21 A",
        "contact": {"postcode": "E8 1EA", "local_authority": "Hackney", "phone": "07700 900321"},
    },
    "circumstances": {"employment_status": "unemployed", "concerns": ["school_attendance"]},
}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def council(playwright: Playwright, live_server: LiveServer, cast: Cast) -> Iterator[APIRequestContext]:
    """Hackney children's services' own system, with its key."""
    key = cast.keys["hackney-childrens-services"]
    context = playwright.request.new_context(
        base_url=live_server.url, extra_http_headers={"Authorization": f"Bearer {key}"}
    )
    yield context
    context.dispose()


def sign_in(browser: Browser, live_server: LiveServer, cast: Cast, name: str, width: int = 1280) -> Page:
    """A browser window of the person's, signed in by e-mail, password and a one-time code."""
    page = browser.new_page(
        viewport={"width": width, "height": 844}, base_url=live_server.url, locale="en-GB"
    )
    page.goto("/account/login/")
    check(page)
    code = cast.code(name)
    page.locator("input[name=login]").fill(cast.with_password(name))
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    check(page)
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/serco/"))
    return page


def check(page: Page) -> None:
    """No serious or critical violation of the accessibility rules, and no page wider than its window."""
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == [], page.url
    window = page.viewport_size
    assert window is not None
    assert page.locator("html").evaluate("element => element.scrollWidth") <= window["width"], page.url


def tile(page: Page, label: str) -> int:
    """The figure on a tile of the performance page."""
    found = page.locator(".baton-tile").filter(has=page.get_by_text(label, exact=True))
    return int(found.locator(".baton-tile__value").inner_text().replace(",", ""))


def expect_tile(page: Page, label: str, figure: int) -> None:
    """The figure appears by itself: the page asks again every few seconds."""
    found = page.locator(".baton-tile").filter(has=page.get_by_text(label, exact=True))
    expect(found.locator(".baton-tile__value")).to_have_text(str(figure), timeout=PATIENCE)


def refer(council: APIRequestContext) -> str:
    """The council's call: the decision and its reasons come back at once. Returns the referral's reference."""
    incomplete = {
        **REFERRAL,
        "external_reference": "HCS-0",
        "circumstances": {"employment_status": "unemployed"},
    }
    incomplete["person"] = {
        **REFERRAL["person"],
        "family_name": "Incomplete",
        "national_insurance_number": None,
    }
    asked = council.post("/serco/api/v1/referrals", data=incomplete, headers={"Idempotency-Key": "chain-0"})
    assert asked.status == 201, asked.text()
    assert asked.json()["decision"]["outcome"] == "need_to_know"
    assert [one["fact"] for one in asked.json()["decision"]["missing"]] == ["concerns"]
    answer = council.post("/serco/api/v1/referrals", data=REFERRAL, headers={"Idempotency-Key": "chain-1"})
    assert answer.status == 201, answer.text()
    decision = answer.json()["decision"]
    assert decision["outcome"] == "eligible"
    assert {reason["code"] for reason in decision["reasons"]} == {"area", "out_of_work", "family_concern"}
    assert "school" not in str(decision).lower()
    return str(answer.json()["reference"])


def take_on(ada: Page, reference: str) -> None:
    """The adviser accepts from the inbox."""
    ada.goto("/serco/referrals/")
    check(ada)
    ada.get_by_role("link", name="Amara Whitlock").first.click()
    check(ada)
    ada.get_by_role("button", name="Accept").first.click()
    check(ada)
    ada.get_by_label("Adviser").select_option(label="Ada")
    ada.get_by_label("First appointment").fill(ada.evaluate("new Date().toISOString().slice(0, 10)"))
    ada.get_by_role("button", name="Accept").click()
    expect(ada.locator(".govuk-notification-banner").first).to_be_visible()


def log_a_call(ada: Page) -> None:
    """On the phone: from the caseload to a logged call."""
    ada.goto("/serco/caseload/")
    check(ada)
    ada.get_by_role("button", name="Log contact").first.click()
    check(ada)
    ada.get_by_label("Note").fill("Rang; wants evening work.")
    ada.get_by_role("button", name="Save").first.click()
    expect(ada.locator(".govuk-notification-banner").first).to_be_visible()


def start_and_find_work(ada: Page) -> None:
    """The start and the job are recorded from the participant's page."""
    today = ada.evaluate("new Date().toISOString().slice(0, 10)")
    ada.goto("/serco/caseload/")
    ada.get_by_role("link", name="Amara Whitlock").first.click()
    check(ada)
    ada.get_by_role("button", name="Record the start").first.click()
    check(ada)
    ada.locator("input[type=date]").first.fill(today)
    ada.get_by_role("button", name=re.compile("start", re.I)).last.click()
    ada.goto("/serco/caseload/")
    ada.get_by_role("link", name="Amara Whitlock").first.click()
    ada.get_by_role("button", name="Record a job").first.click()
    check(ada)
    ada.get_by_label("Employer", exact=True).fill("Marlow Foods")
    ada.get_by_label("Job title").fill("Baker")
    ada.get_by_label("Hours a week").fill("30")
    ada.get_by_label("First day in work").fill(today)
    ada.get_by_role("button", name=re.compile("job|save", re.I)).last.click()
    expect(ada.locator(".govuk-notification-banner").first).to_be_visible()
    check(ada)


def test_from_a_councils_call_to_a_figure_and_a_line_on_the_statement(
    browser: Browser, live_server: LiveServer, cast: Cast, council: APIRequestContext
) -> None:
    with at_work():
        reference = refer(council)
        priya = sign_in(browser, live_server, cast, "priya")
        priya.goto("/serco/performance/")
        expect_tile(priya, "Referrals", 2)
        before = tile(priya, "Job outcomes")
        ada = sign_in(browser, live_server, cast, "ada", width=390)
        take_on(ada, reference)
        log_a_call(ada)
        start_and_find_work(ada)
        expect_tile(priya, "Job starts", 1)
        check(priya)
        manage("clock", "serco", "--days", "100")
        priya.goto("/serco/performance/")
        expect_tile(priya, "Job outcomes", before + 1)
        check(priya)
        priya.locator(".baton-tile").filter(has=priya.get_by_text("Job outcomes", exact=True)).click()
        expect(priya.locator("main")).to_contain_text("Whitlock")
        check(priya)
        mona = sign_in(browser, live_server, cast, "mona")
        read_the_statement(mona)
    status = council.get(f"/serco/api/v1/referrals/{reference}").json()
    assert status["status"] == "started"
    assert "Whitlock" not in str(status)


def read_the_statement(mona: Page) -> None:
    """The provider's manager finds the line, in pence, on the statement of the month."""
    mona.goto("/serco/statements/")
    check(mona)
    expect(mona.locator("main")).to_contain_text("£900.00")
    mona.locator("main table tbody tr").filter(has_text="£900.00").get_by_role("link").first.click()
    expect(mona.locator("main")).to_contain_text("Short job outcome")
    check(mona)
    csv = mona.request.get(f"{mona.url.rstrip('/')}.csv")
    assert csv.ok, csv.status
    assert "90000" in csv.text()
