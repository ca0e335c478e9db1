"""The calendar on an adviser's phone: when they have appointments, by a secret address, and nothing of anybody."""

import re
from datetime import UTC
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from icalendar import Calendar

from participants.actions import appointment
from participants.models import CalendarAddress, Participant
from partners.logs import without_secrets
from partners.models import DomainEvent, Membership, User
from tests.cast import Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict

PAGE = "/serco/diary/calendar/"


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast)


def address_of(cast: Cast, name: str = "ada") -> str:
    """The path of a new address."""
    page = cast.client(name).post(PAGE).content.decode()
    [found] = re.findall(r'value="https?://[^/"]+(/[^"]+\.ics)"', page)
    return str(found)


def events(answer: Any) -> list[Any]:
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_reads_the_times_without_signing_in(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina, at(ago(-1), "10:30"), channel="phone")
    answer = Client().get(address_of(cast))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = events(answer)
    assert event.decoded("dtstart") == one.starts_at.astimezone(UTC)
    assert event.decoded("dtend") == one.ends_at.astimezone(UTC)
    assert str(event["summary"]) == "Appointment by phone"
    assert str(event["url"]).endswith(f"/serco/diary/?day={one.starts_on.isoformat()}")


def test_nothing_of_anybody_is_in_it(cast: Cast, amina: Participant) -> None:
    booked(cast, amina, about="Debt advice", place="Mare Street")
    content = Client().get(address_of(cast)).content.decode()
    for secret in ("Amina", "Okafor", amina.reference, "Debt", "Mare", str(amina.pk), "Families", "Renaisi"):
        assert secret.lower() not in content.lower()


def test_only_what_is_booked_with_its_owner(cast: Cast, amina: Participant) -> None:
    mine, off = booked(cast, amina, at(ago(-1), "09:00"), at(ago(-1), "11:00"))
    booked(cast, amina, at(ago(-1), "14:00"), adviser_id=cast.users["mona"].pk, by="mona")
    with looking_as(cast.ada) as ada:
        appointment.cancel(appointment=off, why="unwell", by=ada, at=ada.now())
    found = [str(event["uid"]) for event in events(Client().get(address_of(cast)))]
    assert found == [f"{mine.pk}@baton"]


def test_what_a_restriction_hides_from_the_owner_is_hidden_here(cast: Cast, amina: Participant) -> None:
    booked(cast, amina)
    address = address_of(cast)
    assert len(events(Client().get(address))) == 1
    restrict(cast, amina, "mona", level=1)
    assert events(Client().get(address)) == []


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(cast: Cast) -> None:
    address = address_of(cast)
    secret = address.split("/")[-2]
    assert secret not in cast.client("ada").get(PAGE).content.decode()
    with looking_as(cast.system()):
        [kept] = CalendarAddress.objects.all()
        assert DomainEvent.objects.filter(kind="calendar.address_made").count() == 1
        assert secret not in str(list(DomainEvent.objects.values()))
    assert len(kept.digest) == 64
    assert secret not in kept.digest


def test_a_new_address_takes_the_place_of_the_one_before(cast: Cast) -> None:
    old, new = address_of(cast), address_of(cast)
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_an_ended_address_opens_nothing(cast: Cast) -> None:
    address = address_of(cast)
    ada = cast.client("ada")
    assert "opens nothing any more" in ada.post(PAGE, {"end": "yes"}, follow=True).content.decode()
    assert Client().get(address).status_code == 404
    assert "no address that could be ended" in ada.post(PAGE, {"end": "yes"}, follow=True).content.decode()


def test_it_opens_nothing_once_its_owner_has_left(cast: Cast) -> None:
    address = address_of(cast)
    with looking_as(cast.system()) as system:
        Membership.objects.filter(user=cast.users["ada"]).update(
            ended_on=system.today, ended_at=system.now(), end_reason="left"
        )
    assert Client().get(address).status_code == 404


def test_it_opens_nothing_while_its_owner_may_not_sign_in(cast: Cast) -> None:
    address = address_of(cast)
    User.objects.filter(pk=cast.users["ada"].pk).update(is_active=False)
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize(
    ("old", "new"), [("/serco/", "/meridian/"), (".ics", ".icsx"), ("baton.ics", "../baton.ics")]
)
def test_nothing_but_the_address_opens_it(cast: Cast, old: str, new: str) -> None:
    assert Client().get(address_of(cast).replace(old, new)).status_code == 404


def test_neither_another_secret_nor_another_person_opens_it(cast: Cast) -> None:
    address = address_of(cast)
    secret = address.split("/")[-2]
    strangers: list[UUID] = [cast.users["mona"].pk, cast.users["ivo"].pk, uuid4()]
    for somebody in strangers:
        assert Client().get(f"/serco/calendar/{somebody}/{secret}/baton.ics").status_code == 404
    assert Client().get(address.replace(secret, f"{secret}A")).status_code == 404


@pytest.mark.parametrize("name", ["priya", "hana", "dee", "sam"])
def test_only_those_who_keep_cases_make_one(cast: Cast, name: str) -> None:
    assert cast.client(name).get(PAGE).status_code == 404
    assert cast.client(name).post(PAGE).status_code == 404


def test_no_other_method(cast: Cast) -> None:
    assert Client().post(address_of(cast)).status_code == 405
    assert cast.client("ada").put(PAGE).status_code == 405


def test_the_secret_is_in_no_log(cast: Cast) -> None:
    address = address_of(cast)
    said = without_secrets(None, "", {"event": f"Internal Server Error: {address}"})["event"]
    assert address.split("/")[-2] not in said
