"""The diary of a provider: a week, by day, of one adviser or of everybody."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.appointments import from_appointments
from participants.diary import Week
from participants.models import Appointment, Participant
from tests.cast import Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.people import ago, new_person

DIARY = "/serco/diary/"


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=60)


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def of(day: date, **other: str) -> dict[str, str]:
    return {"day": day.isoformat(), **other}


def test_a_week_begins_on_monday_and_ends_on_sunday() -> None:
    week = Week.of(date(2026, 3, 8))
    assert (week.monday, week.sunday) == (date(2026, 3, 2), date(2026, 3, 8))
    assert (Week.of(week.before).sunday, Week.of(week.after).monday) == (date(2026, 3, 1), date(2026, 3, 9))


def test_an_adviser_begins_with_their_own_and_sees_everybodys(cast: Cast, amina: Participant) -> None:
    bella = new_person(cast, given="Bella", adviser="col")
    booked(cast, amina)
    booked(cast, bella, at(ago(-1), "12:00"), adviser_id=cast.users["col"].pk)
    mine = words(cast.client("ada").get(DIARY, of(ago(-1))))
    assert "Amina" in mine
    assert "Bella" not in mine
    everybodys = words(cast.client("ada").get(DIARY, of(ago(-1), adviser="everyone")))
    assert everybodys.index("Amina") < everybodys.index("Bella")
    assert "Bella" in words(cast.client("mona").get(DIARY, of(ago(-1))))


def test_it_shows_the_week_that_is_asked_for_and_no_other(cast: Cast, amina: Participant) -> None:
    booked(cast, amina, at(ago(-14)))
    ada = cast.client("ada")
    assert "No appointments in this week" in words(ada.get(DIARY))
    assert "Amina" in words(ada.get(DIARY, of(ago(-14))))
    assert "Amina" not in words(ada.get(DIARY, of(ago(-21))))


@pytest.mark.parametrize("day", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_that_makes_no_sense_is_this_week(cast: Cast, amina: Participant, day: str) -> None:
    booked(cast, amina, at(Week.of(ago(0)).monday))
    assert "Amina" in words(cast.client("ada").get(DIARY, {"day": day}))


def test_what_was_moved_is_gone_and_what_was_missed_stays(cast: Cast, amina: Participant) -> None:
    ada = cast.client("ada")
    moved, missed = booked(cast, amina, at(ago(-1)), at(ago(8)))
    new = {
        "on": ago(-1).isoformat(),
        "begins": "15:00",
        "minutes": "30",
        "adviser": str(cast.users["ada"].pk),
    }
    ada.post(f"{DIARY}{moved.pk}/move/", new)
    ada.post(f"{DIARY}{missed.pk}/outcome/", {"outcome": "missed", "why": "forgot"})
    page = words(ada.get(DIARY, of(ago(-1))))
    assert "15:00 to 15:30" in page
    assert "10:30 to 11:00" not in page
    earlier = words(ada.get(DIARY, of(ago(8))))
    assert "Did not attend" in earlier
    assert f"?again={missed.pk}" in earlier


def test_it_is_narrowed_to_a_place(cast: Cast, amina: Participant) -> None:
    bella = new_person(cast, given="Bella")
    booked(cast, amina)
    booked(cast, bella, at(ago(-1), "12:00"), place="Bow Road")
    page = words(cast.client("ada").get(DIARY, of(ago(-1), place="Bow Road")))
    assert "Bella" in page
    assert "Amina" not in page
    assert "Amina" in words(cast.client("ada").get(DIARY, of(ago(-1), place="Atlantis")))


def test_competitors_and_those_who_see_nobody_have_no_diary_of_it(cast: Cast, amina: Participant) -> None:
    booked(cast, amina)
    assert "Amina" not in words(cast.client("ivo").get(DIARY, of(ago(-1), adviser="everyone")))
    for name in ("priya", "dee", "hana"):
        assert cast.client(name).get(DIARY).status_code == 404, name


def test_a_full_week_costs_as_many_queries_as_one_appointment(cast: Cast, amina: Participant) -> None:
    monday = Week.of(ago(-7)).monday
    booked(cast, amina, at(monday))
    ada = cast.client("ada")
    ada.get(DIARY, of(monday))
    with CaptureQueriesContext(connection) as few:
        ada.get(DIARY, of(monday))
    for n in range(20):
        person = new_person(cast, given=f"Person {n}")
        booked(cast, person, at(monday + timedelta(days=n % 5), f"{11 + n // 5}:00"))
    with CaptureQueriesContext(connection) as many:
        words(ada.get(DIARY, of(monday)))
    assert len(many) == len(few)


def asked(cast: Cast, *people: Participant, by: str = "ada") -> list[str]:
    with looking_as(getattr(cast, by)) as viewer:
        found = from_appointments(viewer, [one.pk for one in people], viewer.today)
        return [need.sentence for of_person in found.values() for need in of_person]


def test_the_caseload_asks_what_came_of_one_that_is_over_until_somebody_says(
    cast: Cast, amina: Participant
) -> None:
    [one] = booked(cast, amina, at(ago(2)))
    assert asked(cast, amina) == [f"Say what came of the appointment on {ago(2).day} {ago(2):%B}"]
    assert asked(cast, amina, by="ivo") == []
    cast.client("ada").post(f"{DIARY}{one.pk}/outcome/", {"outcome": "kept"})
    assert asked(cast, amina) == []


def test_the_caseload_says_that_there_is_one_today(cast: Cast, amina: Participant) -> None:
    with looking_as(cast.ada) as ada:
        soon = ada.now() + timedelta(minutes=1)
    booked(cast, amina, soon, minutes=480)
    with looking_as(cast.system()):
        day = Appointment.objects.get().starts_on
    with looking_as(cast.ada) as ada:
        found = from_appointments(ada, [amina.pk], day)
    assert [need.code for need in found[amina.pk]] == ["appointment_today"]
