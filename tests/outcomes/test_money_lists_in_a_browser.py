"""From a number to its people in a browser: who is in work before which milestone, and what is counted apart."""

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import bars, sign_in
from tests.cast import Cast
from tests.outcomes.claiming import claim, with_outcome
from tests.outcomes.test_forecasting import make
from tests.outcomes.test_in_sight import in_work
from tests.outcomes.test_statement_waits import agree, paid


def test_a_number_of_the_forecast_leads_to_its_people(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    person = in_work(cast, 88)
    in_work(cast, 20)
    make(cast)
    sign_in(cast, page, live_server, "mona")
    page.goto(f"{live_server.url}/serco/forecast/")
    table = page.get_by_role("table", name="People in work by days to go")
    expect(table).to_contain_text("Short job outcome")
    assert bars(page) == []
    table.locator("tbody tr td").nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People in work: 1")
    expect(page.locator("main tbody tr")).to_contain_text(person.reference)
    assert bars(page) == []


def test_what_is_with_the_supply_chain_and_how_long_payment_took_stand_under_their_lists(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    agree(cast)
    paid(cast, 200, 12)
    claim(cast, with_outcome(cast, related=True)[1])
    claim(cast, with_outcome(cast)[1])
    sign_in(cast, page, live_server, "frank")
    page.goto(f"{live_server.url}/serco/claims/all/")
    apart = page.get_by_role("table", name="Employers of the supply chain, counted apart")
    assert bars(page) == []
    apart.get_by_role("link", name="1", exact=True).click()
    expect(page.get_by_role("table", name="Claims", exact=True).locator("tbody tr")).to_have_count(1)
    page.goto(f"{live_server.url}/serco/statements/")
    waits = page.get_by_role("table", name="Days from sealed to paid")
    expect(waits).to_contain_text("1 of 1 within 30 days")
    assert bars(page) == []
