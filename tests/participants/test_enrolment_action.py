"""A person's time on a contract begins once, after the referral, and ends once."""

from datetime import timedelta

import pytest

from participants.actions import enrolment
from participants.models import Enrolment
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, new_person, start


def end(cast: Cast, started: Enrolment, *, days: int, reason: str = "completed") -> Enrolment:
    with looking_as(cast.ada) as ada:
        return enrolment.end(enrolment=started, ended_on=ago(days), reason=reason, by=ada, at=ada.now())


def test_a_start_is_told_with_the_provider_that_led_on_the_day(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=60, until=30)
    hold(cast, person, since=29)
    started = start(cast, person, days=40)
    with looking_as(cast.priya):
        event = DomainEvent.objects.get(kind="enrolment.started")
        assert event.organisation_id == cast.organisation("i2i")
        assert event.participant_id == person.pk
        assert event.on == ago(40)
        assert event.facts == {
            "enrolment": str(started.pk),
            "contract": str(cast.contract.pk),
            "started_on": ago(40).isoformat(),
            "payment_group": "all",
        }


def test_nobody_starts_tomorrow(cast: Cast) -> None:
    with pytest.raises(enrolment.StartInFuture):
        start(cast, new_person(cast), days=-1, referred=5)


def test_nobody_starts_before_they_are_referred(cast: Cast) -> None:
    with pytest.raises(enrolment.StartBeforeReferral):
        start(cast, new_person(cast), days=5, referred=4)


def test_nobody_starts_twice_on_one_contract(cast: Cast) -> None:
    person = new_person(cast)
    start(cast, person, days=5)
    with pytest.raises(enrolment.AlreadyEnrolled):
        start(cast, person, days=3)
    with looking_as(cast.ada):
        assert Enrolment.objects.count() == 1
        assert DomainEvent.objects.filter(kind="enrolment.started").count() == 1


def test_somebody_who_left_may_start_again_but_not_in_the_time_they_were_there(cast: Cast) -> None:
    person = new_person(cast, since=90)
    end(cast, start(cast, person, days=80), days=20)
    with pytest.raises(enrolment.AlreadyEnrolled):
        start(cast, person, days=20)
    start(cast, person, days=19)
    with looking_as(cast.ada):
        assert Enrolment.objects.filter(ended_on=None).count() == 1


def test_an_end_is_told_with_its_reason(cast: Cast) -> None:
    started = start(cast, new_person(cast), days=9)
    end(cast, started, days=0, reason="moved_away")
    with looking_as(cast.ada):
        event = DomainEvent.objects.get(kind="enrolment.ended")
        assert event.facts["reason"] == "moved_away"
        assert event.facts["ended_on"] == ago(0).isoformat()
        assert Enrolment.objects.get().ended_on == ago(0)


def test_an_end_lies_between_the_start_and_today_and_comes_once(cast: Cast) -> None:
    started = start(cast, new_person(cast), days=9)
    with pytest.raises(enrolment.EndInFuture):
        end(cast, started, days=-1)
    with pytest.raises(enrolment.EndBeforeStart):
        end(cast, started, days=10)
    end(cast, started, days=9)
    with pytest.raises(enrolment.AlreadyEnded):
        end(cast, started, days=1)


def test_today_is_the_day_of_the_moment_that_is_passed_in(cast: Cast) -> None:
    person = new_person(cast, since=90)
    with looking_as(cast.ada) as ada, pytest.raises(enrolment.StartInFuture):
        enrolment.start(
            participant=person,
            contract=cast.contract,
            payment_group="all",
            referred_on=ago(60),
            started_on=ago(40),
            by=ada,
            at=ada.now() - timedelta(days=41),
        )
