"""Handing people over to another adviser: all of them or none, with what is booked, and taken up by that one."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from participants.actions import handover as handovers
from participants.actions.assignment import NotAnAdviserHere
from participants.actions.holding import NotHeld
from participants.handing_over import from_handovers
from participants.models import Appointment, Assignment, Handover, Participant
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.handing_over import SUMMARY, given
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=60)


def take_up(cast: Cast, one: Handover, by: str = "col", **said: Any) -> Handover:
    with looking_as(getattr(cast, by)) as viewer:
        return handovers.take_up(handover=one, **{"told_on": ago(0), **said}, by=viewer, at=viewer.now())


def asked(cast: Cast, person: Participant, of: str) -> list[str]:
    with looking_as(getattr(cast, of)) as viewer:
        return [need.code for need in from_handovers(viewer, [person.pk], viewer.today).get(person.pk, [])]


def test_people_are_given_with_what_is_booked_and_what_was_is_left(cast: Cast, amina: Participant) -> None:
    bella = new_person(cast, given="Bella", since=60)
    coming, past = booked(cast, amina, at(ago(-1)), at(ago(1)))
    done = given(cast, amina, bella)
    assert {one.participant_id for one in done} == {amina.pk, bella.pk}
    with looking_as(cast.system()):
        advisers = set(Assignment.objects.values_list("adviser_id", flat=True))
        assert advisers == {cast.users["col"].pk}
        with_whom = dict(Appointment.objects.values_list("pk", "adviser_id"))
        assert with_whom == {coming.pk: cast.users["col"].pk, past.pk: cast.users["ada"].pk}
        told = DomainEvent.objects.get(kind="handover.given", participant_id=amina.pk)
        assert told.facts["appointments"] == 1
        assert told.facts["from_adviser"] == str(cast.users["ada"].pk)
        assert "Mornings" not in str(told.facts)


def test_an_appointment_with_somebody_else_stays_with_them(cast: Cast, amina: Participant) -> None:
    [one] = booked(cast, amina, adviser_id=cast.users["mona"].pk)
    given(cast, amina)
    with looking_as(cast.system()):
        assert Appointment.objects.get(pk=one.pk).adviser_id == cast.users["mona"].pk


def test_the_new_adviser_is_asked_until_they_say_that_they_told_the_person(
    cast: Cast, amina: Participant
) -> None:
    [one] = given(cast, amina)
    assert asked(cast, amina, "col") == ["handover"]
    assert asked(cast, amina, "ada") == []
    taken = take_up(cast, one, told_on=ago(1))
    assert (taken.told_on, taken.summary) == (ago(1), SUMMARY)
    assert asked(cast, amina, "col") == []


@pytest.mark.parametrize("by", ["ada", "mona"])
def test_nobody_takes_up_what_was_given_to_somebody_else(cast: Cast, amina: Participant, by: str) -> None:
    [one] = given(cast, amina)
    with pytest.raises(handovers.TakenUpBefore):
        take_up(cast, one, by=by)


def test_it_is_taken_up_once_and_not_after_the_next_one(cast: Cast, amina: Participant) -> None:
    [one] = given(cast, amina)
    given(cast, amina, to="mona")
    with pytest.raises(handovers.TakenUpBefore):
        take_up(cast, one)
    [back] = given(cast, amina)
    take_up(cast, back)
    with pytest.raises(handovers.TakenUpBefore):
        take_up(cast, back)


def test_the_person_is_told_before_it_is_taken_up(cast: Cast, amina: Participant) -> None:
    [one] = given(cast, amina)
    with pytest.raises(handovers.ToldInFuture):
        take_up(cast, one, told_on=ago(-1))


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"to": "ada"}, handovers.WithThemAlready),
        ({"to": "ivo"}, NotAnAdviserHere),
        ({"by": "priya"}, NotHeld),
    ],
)
def test_where_one_cannot_be_given_nobody_is(
    cast: Cast, amina: Participant, other: dict[str, str], refusal: type[Exception]
) -> None:
    bella = new_person(cast, given="Bella", adviser="mona")
    with pytest.raises(refusal, match="PT-"):
        given(cast, amina, bella, **other)
    with looking_as(cast.system()):
        assert not Handover.objects.exists()
        assert {one.adviser_id for one in Assignment.objects.all()} == {
            cast.users["ada"].pk,
            cast.users["mona"].pk,
        }


def test_whom_named_people_alone_see_is_given_only_to_them(cast: Cast, amina: Participant) -> None:
    restrict(cast, amina, "ada", "mona")
    with pytest.raises(NotAnAdviserHere, match="named"):
        given(cast, amina)
    assert given(cast, amina, to="mona")


def test_whose_contact_details_are_hidden_is_given_only_to_those_who_reach_them(
    cast: Cast, amina: Participant
) -> None:
    restrict(cast, amina, "ada", "mona", level=1)
    with pytest.raises(NotAnAdviserHere, match="reach"):
        given(cast, amina)
    assert given(cast, amina, to="mona")


def test_nobody_is_given_by_giving_nobody(cast: Cast, amina: Participant) -> None:
    with pytest.raises(handovers.NobodyChosen):
        given(cast)


def test_somebody_without_an_adviser_is_given_one(cast: Cast) -> None:
    person = new_person(cast, adviser=None)
    [one] = given(cast, person)
    assert one.from_adviser_id is None


def test_the_database_lets_nobody_rewrite_what_was_said(cast: Cast, amina: Participant) -> None:
    [one] = given(cast, amina)
    with looking_as(cast.system()), pytest.raises(ProgrammingError), transaction.atomic():
        Handover.objects.filter(pk=one.pk).update(summary="Something else")
    with looking_as(cast.ivo):
        assert not Handover.objects.exists()
