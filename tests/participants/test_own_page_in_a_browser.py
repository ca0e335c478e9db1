"""A participant's own page in Chromium, as on an old phone: light, without a barrier, and a payslip in a few taps."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from participants.models import Document, Participant, PlanAction, Whose
from tests.browsing import bars, sign_in
from tests.cast import Cast, looking_as
from tests.participants.appointing import booked
from tests.participants.own_pages import NUMBER, link_of, made
from tests.participants.people import ago, new_person
from tests.participants.planning import agreed
from tests.partners.test_uploads import picture

LIGHT = 50_000


@pytest.fixture
def amina(cast: Cast, page: Page) -> Participant:
    person = new_person(cast)
    booked(cast, person)
    agreed(cast, person, PlanAction(0, "Ask the bakery", Whose.PARTICIPANT, ago(-7)))
    page.set_viewport_size({"width": 390, "height": 844})
    return person


def test_a_payslip_is_sent_from_the_phone(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    page.goto(live_server.url + link_of(made(cast, amina)))
    assert bars(page) == []
    page.get_by_label("Your number").fill(NUMBER)
    page.get_by_role("button", name="Open").click()
    page.get_by_role("heading", name="Hello Amina").wait_for()
    assert bars(page) == []
    page.get_by_role("link", name="Send a payslip").click()
    assert bars(page) == []
    sheet = {"name": "payslip.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.get_by_label("Picture or file").set_input_files(sheet)  # type: ignore[arg-type]
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Your adviser has it now").wait_for()
    with looking_as(cast.ada):
        assert Document.objects.get().kind == "work"
    page.get_by_role("link", name="Write to your adviser").click()
    assert bars(page) == []
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="New phone or e-mail").click()
    assert bars(page) == []


def test_the_first_page_is_light_and_asks_nobody_else(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    loaded: dict[str, int] = {}
    page.on("response", lambda response: loaded.update({response.url: len(response.body())}))
    page.goto(live_server.url + link_of(made(cast, amina)), wait_until="networkidle")
    page.get_by_label("Your number").fill(NUMBER)
    first = sum(loaded.values())
    assert 0 < first < LIGHT
    assert all(url.startswith(live_server.url) for url in loaded)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_works_without_any_script(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    page.goto(live_server.url + link_of(made(cast, amina)))
    assert page.locator("script").count() == 0


def test_the_advisers_side_bars_nobodys_way(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    sign_in(cast, page, live_server, "ada")
    own = f"{live_server.url}/serco/participants/{amina.reference}/own-page/"
    page.goto(own)
    assert bars(page) == []
    page.get_by_role("button", name="Make a link").click()
    assert bars(page) == []
    page.get_by_label("A number of 6 digits").fill(NUMBER)
    page.get_by_role("button", name="Make the link").click()
    page.get_by_label("Link to their own page").wait_for()
    assert bars(page) == []
