"""One provider leads on a contract at a time, and chooses among its own people."""

import pytest

from participants.actions import assignment
from participants.models import Assignment
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, new_person


def test_a_provider_is_assigned_released_and_followed_by_another(cast: Cast) -> None:
    person = new_person(cast, since=30)
    with looking_as(cast.system()) as system:
        first = Assignment.objects.get()
        assignment.release(assignment=first, ends_on=ago(5))
        assignment.assign(
            participant=person,
            contract=cast.contract,
            organisation_id=cast.organisation("i2i"),
            starts_on=ago(4),
            by=system,
        )
        led = [
            assignment.lead_on(participant_id=person.pk, contract_id=cast.contract.pk, day=ago(days))
            for days in (31, 30, 5, 4, 0)
        ]
        i2i, renaisi = cast.organisation("i2i"), cast.organisation("renaisi")
        assert led == [None, renaisi, renaisi, i2i, i2i]


def test_two_providers_do_not_lead_at_once(cast: Cast) -> None:
    person = new_person(cast)
    with looking_as(cast.system()) as system, pytest.raises(assignment.AlreadyHeld):
        assignment.assign(
            participant=person,
            contract=cast.contract,
            organisation_id=cast.organisation("i2i"),
            starts_on=ago(0),
            by=system,
        )


def test_nobody_is_released_before_they_were_held(cast: Cast) -> None:
    new_person(cast, since=3)
    with looking_as(cast.system()), pytest.raises(assignment.ReleasedBeforeHeld):
        assignment.release(assignment=Assignment.objects.get(), ends_on=ago(4))


@pytest.mark.parametrize("name", ["col", "mona", "rita"])
def test_whoever_keeps_cases_at_the_provider_may_be_the_adviser(cast: Cast, name: str) -> None:
    person = new_person(cast, adviser=None)
    with looking_as(cast.mona) as mona:
        held = Assignment.objects.get()
        assignment.choose_adviser(assignment=held, adviser_id=cast.users[name].pk, by=mona, at=mona.now())
        assert Assignment.objects.get().adviser_id == cast.users[name].pk
        event = DomainEvent.objects.get(kind="assignment.adviser_chosen")
        assert event.participant_id == person.pk
        assert event.organisation_id == cast.organisation("renaisi")
        assert event.facts["adviser"] == str(cast.users[name].pk)


@pytest.mark.parametrize("name", ["ivo", "priya", "hana"])
def test_nobody_from_elsewhere_becomes_the_adviser(cast: Cast, name: str) -> None:
    held = hold(cast, new_person(cast, until=5), since=4)
    with looking_as(cast.mona) as mona, pytest.raises(assignment.NotAnAdviserHere):
        assignment.choose_adviser(assignment=held, adviser_id=cast.users[name].pk, by=mona, at=mona.now())
