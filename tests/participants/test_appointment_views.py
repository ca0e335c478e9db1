"""The tab of appointments, booking and moving one, and saying what came of it."""

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import Appointment, Contact, Participant
from tests.cast import Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict

State = Appointment.State


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=60)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def tab(person: Participant) -> str:
    return f"/serco/participants/{person.reference}/appointments/"


def said(cast: Cast, **other: str) -> dict[str, str]:
    usual = {
        "contract": "inspiring-families",
        "about": "Review meeting",
        "channel": "in_person",
        "on": ago(-1).isoformat(),
        "begins": "10:30",
        "minutes": "30",
        "adviser": str(cast.users["ada"].pk),
        "place": "Mare Street",
        "every": "0",
    }
    return {**usual, **other}


def appointments() -> list[Appointment]:
    return list(Appointment.objects.order_by("starts_at"))


def test_one_is_booked_and_stands_on_the_tab_and_the_timeline(cast: Cast, amina: Participant) -> None:
    ada = cast.client("ada")
    assert "Nothing is booked" in words(ada.get(tab(amina)))
    assert ada.post(f"{tab(amina)}book/", said(cast)).status_code == 302
    page = words(ada.get(tab(amina)))
    assert "10:30 to 11:00" in page
    assert "In person, Mare Street" in page
    person = words(ada.get(f"/serco/participants/{amina.reference}/timeline/"))
    assert "Appointment booked" in person
    assert "Next appointment" in person


def test_a_series_is_booked_at_the_same_hour_whatever_the_clocks_do(cast: Cast, amina: Participant) -> None:
    answer = cast.client("ada").post(f"{tab(amina)}book/", said(cast, every="2", times="12"))
    assert answer.status_code == 302
    with looking_as(cast.ada):
        found = appointments()
    assert len(found) == 12
    assert {one.hours for one in found} == {"10:30 to 11:00"}
    assert {(two.starts_on - one.starts_on).days for one, two in pairwise(found)} == {14}


@pytest.mark.parametrize(
    ("wrong", "words_of_it"),
    [
        ({"about": ""}, "What is it about?"),
        ({"begins": "half past"}, "Enter a time, such as 10:30"),
        ({"on": ago(1).isoformat()}, "Choose a time that is still to come."),
        ({"on": ago(-500).isoformat()}, "within a year"),
        ({"channel": "letter"}, "letter"),
        ({"minutes": "7"}, "7"),
        ({"every": "1"}, "Enter how many appointments"),
        ({"every": "1", "times": "13"}, "12"),
        ({"link": "not a link"}, "valid URL"),
        ({"adviser": str(uuid4())}, "Select a valid choice"),
        ({"adviser": "nobody"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_booked(
    cast: Cast, amina: Participant, wrong: dict[str, str], words_of_it: str
) -> None:
    answer = cast.client("ada").post(f"{tab(amina)}book/", said(cast, **wrong))
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert words_of_it in words(answer)
    with looking_as(cast.ada):
        assert appointments() == []


def test_a_clash_is_said_with_a_box_that_books_it_all_the_same(cast: Cast, amina: Participant) -> None:
    booked(cast, new_person(cast, given="Bella"))
    ada = cast.client("ada")
    first = ada.get(f"{tab(amina)}book/")
    assert 'type="checkbox"' not in words(first)
    refused = ada.post(f"{tab(amina)}book/", said(cast))
    assert refused.status_code == 422
    assert "Ada has another appointment" in words(refused)
    assert 'type="checkbox" name="despite_clash"' in words(refused)
    assert ada.post(f"{tab(amina)}book/", said(cast, despite_clash="on")).status_code == 302


def test_one_that_was_missed_is_booked_again_in_two_steps(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina, at(ago(1)))
    ada = cast.client("ada")
    missed = {"outcome": "missed", "why": "travel", "note": "The bus was late."}
    assert ada.post(f"/serco/diary/{one.pk}/outcome/", missed).status_code == 302
    again = f"{tab(amina)}book/?again={one.pk}"
    assert f"book/?again={one.pk}" in words(ada.get(tab(amina)))
    form = words(ada.get(again))
    assert f'value="{one.starts_on + timedelta(days=7)}"' in form
    assert 'value="10:30"' in form
    assert 'value="Mare Street"' in form


def test_one_that_took_place_becomes_a_contact(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina, at(ago(1)))
    kept = {"outcome": "kept", "note": "Brought the CV.", "next_step": "Call", "next_on": ago(-2).isoformat()}
    answer = cast.client("ada").post(f"/serco/diary/{one.pk}/outcome/", {**kept, "next": "/serco/caseload/"})
    assert answer.headers["Location"] == "/serco/caseload/"
    with looking_as(cast.ada):
        assert (Contact.objects.get().note, appointments()[0].state) == ("Brought the CV.", State.KEPT)


@pytest.mark.parametrize(
    ("wrong", "words_of_it"),
    [
        ({"outcome": ""}, "What came of it?"),
        ({"outcome": "missed", "why": ""}, "Choose one of these"),
        ({"outcome": "missed", "why": "adviser"}, "Choose one of these"),
        ({"outcome": "cancelled", "why": "forgot"}, "Choose one of these"),
        ({"outcome": "kept", "next_on": ago(-3).isoformat()}, "Say what the next step is."),
        ({"outcome": "kept", "next_step": "Call", "next_on": ago(3).isoformat()}, "cannot be in the past"),
    ],
)
def test_an_outcome_that_makes_no_sense_is_said(
    cast: Cast, amina: Participant, wrong: dict[str, str], words_of_it: str
) -> None:
    [one] = booked(cast, amina, at(ago(1)))
    answer = cast.client("ada").post(f"/serco/diary/{one.pk}/outcome/", wrong)
    assert answer.status_code == 422
    assert words_of_it in words(answer)
    with looking_as(cast.ada):
        assert appointments()[0].state == State.BOOKED


def test_one_is_moved_or_called_off(cast: Cast, amina: Participant) -> None:
    one, other = booked(cast, amina, at(ago(-1)), at(ago(-2)))
    ada = cast.client("ada")
    new = {
        "on": ago(-3).isoformat(),
        "begins": "14:00",
        "minutes": "60",
        "adviser": str(cast.users["col"].pk),
    }
    assert ada.post(f"/serco/diary/{one.pk}/move/", new).status_code == 302
    called_off = {"outcome": "cancelled", "why": "work"}
    assert ada.post(f"/serco/diary/{other.pk}/outcome/", called_off).status_code == 302
    page = words(ada.get(tab(amina)))
    assert "14:00 to 15:00" in page
    assert "Moved" in page
    assert "At work or at an interview" in page
    too_late = ada.post(f"/serco/diary/{one.pk}/move/", new)
    assert too_late.status_code == 422
    assert "It says “moved” of this appointment already." in words(too_late)


def test_nobody_says_that_what_is_still_to_come_took_place(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina)
    ada = cast.client("ada")
    form = words(ada.get(f"/serco/diary/{one.pk}/outcome/"))
    assert "Cancel the appointment" in form
    assert "It took place" not in form
    for outcome in ("kept", "missed"):
        answer = ada.post(f"/serco/diary/{one.pk}/outcome/", {"outcome": outcome, "why": "work"})
        assert answer.status_code == 422
        assert "still to come" in words(answer)


def test_who_may_open_and_who_may_write(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina)
    for name, see, write in (("ada", 200, 200), ("priya", 200, 404), ("ivo", 404, 404), ("dee", 404, 404)):
        client = cast.client(name)
        assert client.get(tab(amina)).status_code == see, name
        for address in (
            f"{tab(amina)}book/",
            f"/serco/diary/{one.pk}/move/",
            f"/serco/diary/{one.pk}/outcome/",
        ):
            assert client.get(address).status_code == write, (name, address)
            assert client.post(address, {"next": "/"}).status_code == (422 if write == 200 else 404), (
                name,
                address,
            )
    assert "Book an appointment" not in words(cast.client("priya").get(tab(amina)))


def test_whoever_holds_the_person_no_more_changes_nothing(cast: Cast) -> None:
    person = new_person(cast, since=60, until=None)
    [one] = booked(cast, person)
    with looking_as(cast.system()):
        person.assignments.update(ends_on=ago(1))
    assert cast.client("ada").get(f"/serco/diary/{one.pk}/move/").status_code == 404


def test_of_somebody_whom_named_people_alone_see_nobody_else_opens_it(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina)
    restrict(cast, amina, "ada", "sara")
    assert cast.client("ada").get(tab(amina)).status_code == 200
    assert cast.client("col").get(tab(amina)).status_code == 404
    assert cast.client("col").get(f"/serco/diary/{one.pk}/move/").status_code == 404


def test_when_and_where_somebody_will_be_is_hidden_like_their_contact_details(
    cast: Cast, amina: Participant
) -> None:
    [one] = booked(cast, amina)
    restrict(cast, amina, "ada", "sara", level=1)
    assert "Mare Street" in words(cast.client("ada").get(tab(amina)))
    for name in ("col", "mona", "priya"):
        page = cast.client(name).get(tab(amina))
        assert page.status_code == 200
        assert "Mare Street" not in words(page), name
        assert "10:30 to 11:00" not in words(page), name
        assert "Not shown to you" in words(page), name
    refused = cast.client("col").post(f"{tab(amina)}book/", said(cast))
    assert refused.status_code == 422
    assert "Only those who are named" in words(refused)
    not_to_col = cast.client("ada").post(f"{tab(amina)}book/", said(cast, adviser=str(cast.users["col"].pk)))
    assert "Choose somebody who is named to reach this person." in words(not_to_col)
    assert cast.client("col").get(f"/serco/diary/{one.pk}/move/").status_code == 404


def test_the_tab_costs_the_same_for_many(cast: Cast, amina: Participant) -> None:
    booked(cast, amina)
    ada = cast.client("ada")
    ada.get(tab(amina))
    with CaptureQueriesContext(connection) as few:
        ada.get(tab(amina))
    booked(cast, amina, *(at(ago(-n)) for n in range(2, 22)))
    with CaptureQueriesContext(connection) as many:
        ada.get(tab(amina))
    assert len(many) == len(few)
