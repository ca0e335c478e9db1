"""Whole journeys at the desk in Chromium: by thumb on a phone, and by the keyboard alone."""

from datetime import date

from playwright.sync_api import Locator, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from participants.models import Appointment, Assignment, Contact, Plan
from tests.browsing import sign_in
from tests.cast import PASSWORD, Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.handing_over import SUMMARY
from tests.participants.people import ago, log, new_person, start
from tests.participants.planning import agreed

PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_TAPS = 4
MOST_TABS = 150
# What the element that has the focus is called: by its label, its own words or its value.
FOCUSED = """() => {
  const one = document.activeElement;
  const labels = [...(one.labels || [])].map(label => label.textContent).join(" ");
  const group = one.type === "radio" ? one.closest("fieldset")?.querySelector("legend")?.textContent ?? "" : "";
  return [one.getAttribute("aria-label"), labels, group, one.textContent].join(" ").replace(/\\s+/g, " ");
}"""


class Thumb:
    """Taps on a phone, counted."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.click()


def by_keyboard(page: Page, name: str, *keys: str) -> None:
    """Press Tab until what is called so has the focus, then these keys. AssertionError where it never has."""
    met = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUSED))
        if name in met[-1]:
            for key in keys:
                page.keyboard.press(key)
            return
    raise AssertionError(f"No way to {name} by the keyboard: {met}")


def type_day(page: Page, day: date) -> None:
    """Type a date in the order in which this browser asks for it."""
    met = []
    for order in ("%d%m%Y", "%m%d%Y"):
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
        page.keyboard.type(f"{day:{order}}")
        met.append(page.evaluate("document.activeElement.value"))
        if met[-1] == day.isoformat():
            return
    raise AssertionError(f"Neither order is that of this browser: {met}")


def test_from_sign_in_to_a_logged_call_in_four_taps_and_one_sentence(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    neediest = new_person(cast, given="Bella", family="Adeyemi", since=60)
    start(cast, neediest, days=50)
    log(cast, new_person(cast, since=60), cast.ada)
    page.set_viewport_size(PHONE)
    sign_in(cast, page, live_server, "ada")
    page.wait_for_url("**/serco/caseload/**")
    thumb = Thumb()
    top = page.get_by_role("button", name="Log contact with").first
    assert "Bella Adeyemi" in (top.text_content() or "")
    thumb.tap(top)
    note = page.get_by_label("Note")
    thumb.tap(note)
    note.type("She has an interview on Friday.")
    thumb.tap(page.get_by_role("button", name="Save").first)
    page.get_by_text("Contact logged.").wait_for()
    assert thumb.taps <= MOST_TAPS
    with looking_as(cast.ada):
        contact = Contact.objects.get(participant=neediest)
    assert (contact.channel, contact.result, contact.note) == (
        "phone",
        "attended",
        "She has an interview on Friday.",
    )


def test_a_handover_on_a_phone_moves_everything(cast: Cast, page: Page, live_server: LiveServer) -> None:
    person = new_person(cast, since=60)
    start(cast, person, days=50)
    agreed(cast, person)
    log(cast, person, cast.ada, next_step="Send adverts", next_on=ago(-3))
    one, other = booked(cast, person, at(ago(-1)), at(ago(-8)))
    page.set_viewport_size(PHONE)
    sign_in(cast, page, live_server, "mona")
    page.goto(f"{live_server.url}/serco/participants/{person.reference}/hand-over/")
    page.locator("#give [name=adviser]").select_option(str(cast.users["col"].pk))
    page.locator("#give [name=reason]").select_option("leaving")
    page.locator("#give [name=summary]").fill(SUMMARY)
    page.locator("#give button[type=submit]").click()
    page.get_by_text("given to Col").wait_for()
    page.context.clear_cookies()
    sign_in(cast, page, live_server, "col")
    page.goto(f"{live_server.url}/serco/participants/{person.reference}/take-up/")
    for words in (SUMMARY, "2 booked appointments, 2 open actions of the plan"):
        assert page.get_by_text(words).first.is_visible()
    with looking_as(cast.col):
        assert Assignment.objects.get(participant=person).adviser_id == cast.users["col"].pk
        moved = Appointment.objects.filter(pk__in=(one.pk, other.pk)).values_list("adviser", flat=True)
        assert set(moved) == {cast.users["col"].pk}


def sign_in_by_keyboard(cast: Cast, page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/account/login/")
    code = cast.code("ada")
    by_keyboard(page, "Email")
    page.keyboard.type(cast.with_password("ada"))
    by_keyboard(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=code]")
    by_keyboard(page, "ode")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/serco/caseload/**")


def log_by_keyboard(page: Page) -> None:
    by_keyboard(page, "Log contact with Amina Okafor", "Enter")
    page.wait_for_selector("[name=note]")
    by_keyboard(page, "Note")
    page.keyboard.type("Wants to bake.")
    by_keyboard(page, "Save", "Enter")
    page.get_by_text("Contact logged.").wait_for()


def book_by_keyboard(page: Page) -> None:
    by_keyboard(page, "Appointments", "Enter")
    page.get_by_role("button", name="Book an appointment").first.wait_for()
    by_keyboard(page, "Book an appointment", "Enter")
    page.wait_for_url("**/appointments/book/**")
    by_keyboard(page, "What is it about?")
    page.keyboard.type("Review meeting")
    by_keyboard(page, "Day")
    type_day(page, ago(-1))
    by_keyboard(page, "Begins at")
    page.keyboard.type("1030A")
    by_keyboard(page, "Book", "Enter")
    page.get_by_text("Appointment booked.").wait_for()


def agree_by_keyboard(page: Page) -> None:
    by_keyboard(page, "Plan", "Enter")
    page.get_by_role("button", name="Agree a plan").wait_for()
    by_keyboard(page, "Agree a plan", "Enter")
    page.wait_for_url("**/plan/agree/**")
    by_keyboard(page, "working towards")
    page.keyboard.type("Bake for a living")
    by_keyboard(page, "Action 1")
    page.keyboard.type("Ask the bakery")
    by_keyboard(page, "By when")
    type_day(page, ago(-7))
    by_keyboard(page, "Agree", "Enter")
    page.get_by_text("The plan is agreed.").wait_for()


def test_the_day_of_an_adviser_by_the_keyboard_alone(cast: Cast, page: Page, live_server: LiveServer) -> None:
    person = new_person(cast, since=60)
    start(cast, person, days=50)
    sign_in_by_keyboard(cast, page, live_server)
    log_by_keyboard(page)
    by_keyboard(page, "Amina Okafor", "Enter")
    page.wait_for_url(f"**/participants/{person.reference}/**")
    book_by_keyboard(page)
    agree_by_keyboard(page)
    with looking_as(cast.ada):
        assert Contact.objects.get().note == "Wants to bake."
        assert Appointment.objects.get().state == "booked"
        assert [one.what for one in Plan.objects.get().steps] == ["Ask the bakery"]
