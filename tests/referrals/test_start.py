"""The start, and what came to nothing."""

from datetime import date, timedelta

import pytest

from participants.actions.enrolment import StartInFuture
from participants.models import Assignment, Enrolment
from partners import outbox
from partners.models import DomainEvent
from partners.viewer import Viewer
from referrals.actions import start
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, again, refer


def begin(cast: Cast, referral: Referral, on: date | None = None) -> Enrolment:
    with looking_as(cast.ada):
        return start.start(referral=referral, started_on=on or cast.ada.today, by=cast.ada, at=cast.ada.now())


def test_the_start_begins_the_enrolment(cast: Cast) -> None:
    referral = accept(cast, refer(cast))
    begun = begin(cast, referral)
    assert again(cast, referral).status == "started"
    assert begun.payment_group == "all"
    assert begun.referred_on == referral.received_on
    with looking_as(cast.system()):
        told = DomainEvent.objects.get(kind="referral.started")
        assert told.facts["enrolment"] == str(begun.pk)
        assert DomainEvent.objects.get(kind="enrolment.started").participant_id == referral.participant_id


def test_a_start_lies_between_the_offer_and_today(cast: Cast) -> None:
    referral = accept(cast, refer(cast))
    for days, refusal in ((1, StartInFuture), (-1, start.StartBeforeAllocation)):
        with pytest.raises(refusal):
            begin(cast, referral, cast.ada.today + timedelta(days=days))
    with looking_as(cast.system()):
        assert not Enrolment.objects.exists()


def test_only_an_accepted_referral_starts_and_only_once(cast: Cast) -> None:
    referral = refer(cast)
    with pytest.raises(start.NotAccepted):
        begin(cast, referral)
    begin(cast, accept(cast, referral))
    with pytest.raises(start.NotAccepted):
        begin(cast, referral)


def test_what_came_to_nothing_ends_the_assignment(cast: Cast) -> None:
    referral = accept(cast, refer(cast))
    with looking_as(cast.ada):
        start.did_not_start(referral=referral, reason="declined", by=cast.ada, at=cast.ada.now())
    assert again(cast, referral).status == "did_not_start"
    with looking_as(cast.system()):
        assert Assignment.objects.get().ends_on == cast.ada.today
        assert DomainEvent.objects.get(kind="referral.did_not_start").facts["reason"] == "declined"


def test_two_referrals_of_one_person_come_to_nothing_together(cast: Cast) -> None:
    first, second = accept(cast, refer(cast)), accept(cast, refer(cast, "jon"))
    with looking_as(cast.ada):
        start.did_not_start(referral=first, reason="moved_away", by=cast.ada, at=cast.ada.now())
    assert again(cast, second).status == "did_not_start"
    with looking_as(cast.system()):
        assert DomainEvent.objects.filter(kind="referral.did_not_start").count() == 2
        assert Assignment.objects.get().ends_on == cast.ada.today


def test_a_referral_that_waits_for_its_answer_outlives_another_that_came_to_nothing(cast: Cast) -> None:
    first, second = accept(cast, refer(cast)), refer(cast, "jon")
    with looking_as(cast.ada):
        start.did_not_start(referral=first, reason="moved_away", by=cast.ada, at=cast.ada.now())
    assert again(cast, second).status == "allocated"
    assert accept(cast, second).status == "accepted"


def test_two_referrals_of_one_person_start_together_and_count_once(cast: Cast) -> None:
    first, second = accept(cast, refer(cast)), accept(cast, refer(cast, "jon"))
    begin(cast, first)
    assert again(cast, second).status == "started"
    with looking_as(cast.system()):
        assert Enrolment.objects.count() == 1
        assert DomainEvent.objects.filter(kind="enrolment.started").count() == 1


def test_joining_somebody_who_started_shows_a_start_on_the_day_of_the_appointment(cast: Cast) -> None:
    begin(cast, accept(cast, refer(cast)))
    joined = accept(cast, refer(cast, "jon"))
    assert joined.status == "accepted"
    outbox.work_off()
    assert again(cast, joined).status == "accepted"
    with looking_as(Viewer.system(cast.serco.pk, "test")) as system:
        outbox.enqueue("waiting", system)
    outbox.work_off()
    assert again(cast, joined).status == "started"
    with looking_as(cast.system()):
        assert Enrolment.objects.count() == 1
