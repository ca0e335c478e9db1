"""The desk in Chromium: a contact is saved in one tap on a phone, tabs open in place, and nothing bars the way."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from participants.models import Appointment, Contact, Participant
from tests.browsing import bars, jumps, sign_in
from tests.cast import Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.assessed import asked, assessed
from tests.participants.handing_over import given
from tests.participants.people import ago, keep, log, new_person, start
from tests.participants.worrying import worried


@pytest.fixture
def amina(cast: Cast, live_server: LiveServer, page: Page) -> Participant:
    """Somebody who has started, was spoken to and needs something; Ada has signed in."""
    person = new_person(cast, since=60)
    start(cast, person, days=40)
    log(cast, person, cast.ada, days=20, note="Wants to bake", next_step="Send adverts", next_on=ago(1))
    keep(cast, person, cast.ada)
    sign_in(cast, page, live_server, "ada")
    return person


def test_the_pages_bar_nobodys_way(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    own = f"participants/{amina.reference}/"
    documents = (f"{own}documents/new/", f"{own}documents/")
    plan = (f"{own}plan/", f"{own}plan/agree/")
    one, other = booked(cast, amina, at(ago(0), "00:01"), at(ago(-3)))
    diary = ("diary/", f"diary/{one.pk}/outcome/", f"diary/{other.pk}/outcome/", f"diary/{other.pk}/move/")
    appointments = (*diary, f"{own}appointments/", f"{own}appointments/book/")
    caseload = ("caseload/", "caseload/?need=silence", own)
    template = asked(cast)
    assessed(cast, amina, template, days=30, cv=1, childcare=0)
    assessed(cast, amina, template, cv=2, childcare=1)
    answers = (f"{own}assessments/", f"{own}assessments/{template.pk}/new/")
    for path in (*caseload, *plan, *answers, *documents, *appointments, f"{own}contacts/new/"):
        page.goto(f"{live_server.url}/serco/{path}")
        assert bars(page) == [], path
    page.fill("[name=contacted_on]", ago(-1).isoformat())
    page.click("#contact button")
    page.wait_for_selector(".govuk-error-summary")
    assert bars(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_jumps_while_a_page_comes(
    amina: Participant, page: Page, live_server: LiveServer, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("caseload/", f"participants/{amina.reference}/", "diary/"):
        page.goto(f"{live_server.url}/serco/{path}")
        assert jumps(page) == 0, path


def test_a_contact_is_saved_in_one_tap_from_the_caseload_on_a_phone(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/serco/caseload/?sort=name")
    page.get_by_role("button", name="Log contact with Amina Okafor").click()
    save = page.get_by_role("button", name="Save").first
    box = save.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844
    save.click()
    page.wait_for_url("**/serco/caseload/?sort=name")
    assert page.get_by_text("Contact logged.").is_visible()
    with looking_as(cast.ada):
        assert Contact.objects.filter(contacted_on=ago(0)).count() == 1


def test_one_that_was_missed_is_booked_again_in_two_taps_on_a_phone(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    [one] = booked(cast, amina, at(ago(0), "00:01"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/serco/diary/")
    page.get_by_role("link", name="What came of it").click()
    page.get_by_label("The participant did not attend").check()
    page.get_by_label("Why not?").select_option("Travel")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Book again").click()
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("Appointment booked.").wait_for()
    with looking_as(cast.ada):
        again = Appointment.objects.get(state="booked")
    assert (again.starts_on, again.hours) == (ago(-7), one.hours)


def test_a_handover_bars_nobodys_way(cast: Cast, page: Page, live_server: LiveServer) -> None:
    person = new_person(cast, since=60)
    sign_in(cast, page, live_server, "mona")
    for path in ("caseload/hand-over/", f"caseload/hand-over/?adviser={cast.users['ada'].pk}"):
        page.goto(f"{live_server.url}/serco/{path}")
        assert bars(page) == [], path
    given(cast, person, to="mona")
    page.goto(f"{live_server.url}/serco/participants/{person.reference}/take-up/")
    assert bars(page) == []


def test_a_concern_bars_nobodys_way(
    cast: Cast, amina: Participant, page: Page, live_server: LiveServer
) -> None:
    report = worried(cast, amina, in_danger=True)
    own = f"participants/{amina.reference}/"
    for path in (f"{own}concern/", f"{own}safety/", "safeguarding/", f"safeguarding/{report.pk}/"):
        page.goto(f"{live_server.url}/serco/{path}")
        assert bars(page) == [], path
    page.context.clear_cookies()
    sign_in(cast, page, live_server, "sara")
    for path in ("safeguarding/", f"safeguarding/{report.pk}/", f"safeguarding/{report.pk}/decide/"):
        page.goto(f"{live_server.url}/serco/{path}")
        assert bars(page) == [], path
    page.click("#decision button")
    page.wait_for_selector(".govuk-error-summary")
    assert bars(page) == []


def test_a_tab_opens_in_place_and_the_address_follows(
    amina: Participant, page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/serco/participants/{amina.reference}/")
    page.evaluate("document.querySelector('h1').dataset.same = 'yes'")
    page.get_by_role("link", name="Timeline").click()
    page.wait_for_url("**/timeline/")
    assert page.evaluate("document.querySelector('h1').dataset.same") == "yes"
    page.get_by_label("Show").select_option("Contacts")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/timeline/?kind=Contacts")
    assert page.get_by_text("Wants to bake").is_visible()
    assert not page.get_by_text("Started on Inspiring").is_visible()
