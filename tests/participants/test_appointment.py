"""Appointments: booked once or again and again, moved, kept, missed and cancelled, and what nobody may say of them."""

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from participants.actions import appointment as appointments
from participants.actions import contact
from participants.actions.assignment import NotAnAdviserHere
from participants.actions.holding import NotHeld
from participants.models import Appointment, Contact, Participant
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict

State = Appointment.State


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=60)


def close(cast: Cast, one: Appointment, verb: str, by: str = "ada", **said: Any) -> Appointment:
    usual: dict[str, dict[str, Any]] = {
        "keep": {"minutes": 30, "note": "", "next_step": "", "next_on": None},
        "miss": {"why": "travel", "note": "", "next_step": "", "next_on": None},
        "cancel": {"why": "adviser"},
        "move": {
            "adviser_id": one.adviser_id,
            "starts_at": at(ago(-3)),
            "minutes": 45,
            "despite_clash": False,
        },
    }
    with looking_as(getattr(cast, by)) as viewer:
        done: Appointment = getattr(appointments, verb)(
            appointment=one, **{**usual[verb], **said}, by=viewer, at=viewer.now()
        )
        return done


def test_a_series_is_booked_each_on_its_day_at_the_same_hour(cast: Cast, amina: Participant) -> None:
    first, second = booked(cast, amina, at(ago(-1)), at(ago(-8)))
    assert (first.starts_on, second.starts_on) == (ago(-1), ago(-8))
    assert (first.state, first.hours, first.ends_at - first.starts_at) == (
        State.BOOKED,
        "10:30 to 11:00",
        timedelta(minutes=30),
    )
    with looking_as(cast.system()):
        told = DomainEvent.objects.filter(kind="appointment.booked")
        assert {event.subject_id for event in told} == {first.pk, second.pk}
        assert "meeting" not in "".join(str(event.facts) for event in told).lower()


def test_one_that_was_kept_is_a_contact(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina, at(ago(1)))
    kept = close(cast, one, "keep", note="Brought the CV.", next_step="Call the bakery", next_on=ago(-2))
    assert (kept.state, kept.closed_by_id) == (State.KEPT, cast.users["ada"].pk)
    with looking_as(cast.ada):
        logged = Contact.objects.get()
    assert kept.contact_id == logged.pk
    assert (logged.channel, logged.result, logged.contacted_on) == ("in_person", "attended", ago(1))
    assert (logged.note, logged.next_step, logged.minutes) == ("Brought the CV.", "Call the bakery", 30)


def test_one_that_was_missed_is_logged_as_that_with_its_reason(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina, at(ago(1)))
    missed = close(cast, one, "miss", why="unwell")
    assert (missed.state, missed.why) == (State.MISSED, "unwell")
    with looking_as(cast.ada):
        assert Contact.objects.get().result == "did_not_attend"


def test_one_that_is_moved_stays_as_it_was_and_another_stands_in_its_place(
    cast: Cast, amina: Participant
) -> None:
    [one] = booked(cast, amina)
    new = close(cast, one, "move")
    assert (new.starts_on, new.minutes, new.place, new.state) == (ago(-3), 45, "Mare Street", State.BOOKED)
    with looking_as(cast.system()):
        assert Appointment.objects.get(pk=one.pk).state == State.MOVED
        told = DomainEvent.objects.get(kind="appointment.moved")
        assert (told.subject_id, told.facts["from_at"]) == (new.pk, str(one.starts_at.astimezone(UTC)))


def test_a_cancelled_one_is_no_contact(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina)
    assert close(cast, one, "cancel").state == State.CANCELLED
    with looking_as(cast.system()):
        assert not Contact.objects.exists()


@pytest.mark.parametrize("verb", ["keep", "miss", "cancel", "move"])
def test_what_came_of_it_is_said_once(cast: Cast, amina: Participant, verb: str) -> None:
    [one] = booked(cast, amina, at(ago(1)))
    close(cast, one, "keep")
    with pytest.raises(appointments.NoLongerBooked, match="“kept”"):
        close(cast, one, verb)
    with looking_as(cast.system()):
        assert Contact.objects.count() == 1
        assert Appointment.objects.count() == 1


@pytest.mark.parametrize("verb", ["keep", "miss"])
def test_nobody_has_kept_or_missed_what_is_still_to_come(cast: Cast, amina: Participant, verb: str) -> None:
    [one] = booked(cast, amina)
    with pytest.raises(appointments.NotYet):
        close(cast, one, verb)


def test_what_the_contact_refuses_leaves_the_appointment_booked(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina, at(ago(1)))
    with pytest.raises(contact.NextStepInPast):
        close(cast, one, "keep", next_step="Call", next_on=ago(3))
    with looking_as(cast.system()):
        assert Appointment.objects.get().state == State.BOOKED


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"at": at(ago(-2))}, appointments.AppointmentInPast),
        ({"by": "ivo"}, NotHeld),
        ({"by": "priya"}, NotHeld),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    cast: Cast, amina: Participant, other: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        booked(cast, amina, **other)
    with looking_as(cast.system()):
        assert not Appointment.objects.exists()


def test_of_a_series_with_one_that_cannot_be_none_is_booked(cast: Cast, amina: Participant) -> None:
    with pytest.raises(appointments.AppointmentTooFar):
        booked(cast, amina, at(ago(-1)), at(ago(-400)))
    with looking_as(cast.system()):
        assert not Appointment.objects.exists()


def test_only_those_who_work_there_and_may_see_the_person_are_booked(cast: Cast, amina: Participant) -> None:
    with pytest.raises(NotAnAdviserHere):
        booked(cast, amina, adviser_id=cast.users["ivo"].pk)
    restrict(cast, amina, "ada", "sara")
    with pytest.raises(NotAnAdviserHere, match="named"):
        booked(cast, amina, adviser_id=cast.users["col"].pk)


def test_a_clash_is_said_and_can_be_booked_all_the_same(cast: Cast, amina: Participant) -> None:
    bella = new_person(cast, given="Bella", since=60)
    booked(cast, amina)
    with pytest.raises(appointments.Clash, match=r"Ada has another appointment on .* 10:30 to 11:00"):
        booked(cast, bella, at(ago(-1), "10:45"))
    assert booked(cast, bella, at(ago(-1), "11:00"))
    with pytest.raises(appointments.Clash, match="The participant"):
        booked(cast, amina, at(ago(-1), "10:00"), minutes=31, adviser_id=cast.users["col"].pk)
    assert booked(cast, bella, at(ago(-1), "10:45"), despite_clash=True)


def test_what_was_moved_or_cancelled_takes_up_no_time(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina)
    close(cast, one, "cancel")
    [other] = booked(cast, amina)
    close(cast, other, "move", starts_at=at(ago(-1), "10:45"))


def test_the_database_lets_nobody_rewrite_when_it_was(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina)
    with looking_as(cast.system()), pytest.raises(ProgrammingError), transaction.atomic():
        Appointment.objects.filter(pk=one.pk).update(starts_on=date(2020, 1, 1))
    with looking_as(cast.system()), pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=one.pk).update(state="kept")


def test_a_provider_sees_those_of_the_people_it_works_with(cast: Cast, amina: Participant) -> None:
    booked(cast, amina)
    with looking_as(cast.ivo):
        assert not Appointment.objects.exists()
    with looking_as(cast.priya):
        assert Appointment.objects.count() == 1


@given(
    st.integers(min_value=0, max_value=200),
    st.integers(min_value=5, max_value=90),
    st.integers(min_value=0, max_value=200),
    st.integers(min_value=5, max_value=90),
)
def test_two_overlap_where_they_share_a_minute(begins: int, many: int, other: int, others: int) -> None:
    day = at(date(2026, 3, 2), "09:00")
    one = Appointment(starts_at=day + timedelta(minutes=begins), minutes=many)
    two = Appointment(starts_at=day + timedelta(minutes=other), minutes=others)
    shared = set(range(begins, begins + many)) & set(range(other, other + others))
    assert one.overlaps(two) == two.overlaps(one) == bool(shared)
