"""Offering a referral, and the provider's answer to it."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from participants.actions import enrolment
from participants.actions.assignment import NotAnAdviserHere
from participants.models import Assignment, Enrolment
from partners import outbox
from partners.models import DomainEvent
from programmes.models import SupplyAgreement
from referrals.actions import allocation, start
from referrals.models import Acceptance, Allocation, AllocationBasis, HandBack
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, again, offer_of, refer


def hand_back(cast: Cast, offer: Allocation, who: str = "ada") -> HandBack:
    viewer = getattr(cast, who)
    with looking_as(viewer):
        return allocation.hand_back(
            allocation=offer, reason="no_capacity", note="Full until May", by=viewer, at=viewer.now()
        )


def test_referrals_follow_the_agreed_shares(cast: Cast) -> None:
    for number in range(10):
        refer(cast, given_name=f"Person {number}", number="")
    with looking_as(cast.system()):
        given = [offer.organisation_id for offer in Allocation.objects.all()]
    counts = {slug: given.count(cast.organisation(slug)) for slug in ("renaisi", "i2i", "serco-delivery")}
    assert counts == {"renaisi": 6, "i2i": 3, "serco-delivery": 1}


def test_a_provider_reads_its_own_reason_and_nobody_elses_figures(cast: Cast) -> None:
    offer = offer_of(cast, refer(cast))
    with looking_as(cast.ada):
        assert "works in Hackney" in Allocation.objects.get().reason
        assert "60%" in offer.reason
        assert not AllocationBasis.objects.exists()
    with looking_as(cast.ivo):
        assert not Allocation.objects.exists()
    with looking_as(cast.hana):
        assert not Allocation.objects.exists()
    with looking_as(cast.priya):
        assert len(AllocationBasis.objects.get().candidates) == 3


def test_accepting_names_the_adviser_and_the_first_appointment(cast: Cast) -> None:
    referral = accept(cast, refer(cast))
    assert referral.status == "accepted"
    with looking_as(cast.ada):
        assert Acceptance.objects.get().first_appointment_on == cast.ada.today
        assert Assignment.objects.get().adviser_id == cast.ada.user_id
    with looking_as(cast.system()):
        accepted = DomainEvent.objects.get(kind="referral.accepted")
        assert accepted.organisation_id == cast.organisation("renaisi")
        assert accepted.participant_id == referral.participant_id
        assert accepted.facts["contract"] == str(cast.contract.pk)


def test_an_offer_is_answered_once(cast: Cast) -> None:
    referral = refer(cast)
    offer = offer_of(cast, referral)
    accept(cast, referral)
    with pytest.raises(allocation.NoLongerOffered):
        accept(cast, referral)
    with pytest.raises(allocation.NoLongerOffered):
        hand_back(cast, offer)


def test_an_offer_is_accepted_for_a_colleague_and_a_day_to_come(cast: Cast) -> None:
    offer = offer_of(cast, refer(cast))
    yesterday = cast.ada.today - timedelta(days=1)
    for adviser, day, refusal in (
        (cast.ada.user_id, yesterday, allocation.AppointmentInPast),
        (cast.ivo.user_id, cast.ada.today, NotAnAdviserHere),
    ):
        assert adviser is not None
        with pytest.raises(refusal), looking_as(cast.ada):
            allocation.accept(
                allocation=offer, adviser_id=adviser, first_appointment_on=day, by=cast.ada, at=cast.ada.now()
            )
    with looking_as(cast.system()):
        assert not Acceptance.objects.exists()


def test_what_is_handed_back_goes_to_somebody_else(cast: Cast) -> None:
    referral = refer(cast)
    hand_back(cast, offer_of(cast, referral))
    second = offer_of(cast, referral)
    assert again(cast, referral).status == "allocated"
    assert second.organisation_id == cast.organisation("i2i")
    with looking_as(cast.system()):
        kinds = list(DomainEvent.objects.filter(kind__startswith="referral.").values_list("kind", flat=True))
        assert kinds.count("referral.allocated") == 2
        assert "Full until May" not in str(list(DomainEvent.objects.values_list("facts")))
        basis = AllocationBasis.objects.get(allocation=second)
        assert {f["why_not"] for f in basis.candidates if not f["fits"]} == {"handed_back"}
        assert Assignment.objects.filter(ends_on=None).get().organisation_id == cast.organisation("i2i")


def test_what_everybody_handed_back_waits_for_a_place(cast: Cast) -> None:
    referral = refer(cast)
    for who in ("ada", "ivo", "ola"):
        hand_back(cast, offer_of(cast, referral), who)
    assert again(cast, referral).status == "eligible"
    with looking_as(cast.system()):
        assert not Assignment.objects.filter(ends_on=None).exists()


def test_who_waits_for_a_place_gets_the_next_one(cast: Cast) -> None:
    with looking_as(cast.system()):
        SupplyAgreement.objects.update(capacity=0)
    referral = refer(cast)
    assert referral.status == "eligible"
    with looking_as(cast.system()) as system:
        assert allocation.place_waiting(by=system, at=system.now()) == 0
        SupplyAgreement.objects.update(capacity=1)
        outbox.enqueue("waiting", system)
    outbox.work_off()
    assert again(cast, referral).status == "allocated"


def test_a_full_provider_is_passed_over_and_ended_cases_take_no_place(cast: Cast) -> None:
    with looking_as(cast.system()):
        SupplyAgreement.objects.exclude(
            organisation=cast.organisations["renaisi"]
        ).delete() if False else None
        SupplyAgreement.objects.exclude(organisation=cast.organisations["renaisi"]).update(capacity=0)
        SupplyAgreement.objects.filter(organisation=cast.organisations["renaisi"]).update(capacity=1)
    first = accept(cast, refer(cast))
    with looking_as(cast.ada):
        start.start(referral=first, started_on=cast.ada.today, by=cast.ada, at=cast.ada.now())
    second = refer(cast, given_name="Ayo", number="")
    assert second.status == "eligible"
    with looking_as(cast.ada):
        enrolment.end(
            enrolment=Enrolment.objects.get(),
            ended_on=cast.ada.today,
            reason="completed",
            by=cast.ada,
            at=cast.ada.now(),
        )
    outbox.work_off()
    assert again(cast, second).status == "allocated"


def test_who_comes_back_after_the_end_is_a_new_referral(cast: Cast) -> None:
    first = accept(cast, refer(cast))
    with looking_as(cast.ada):
        begun = start.start(referral=first, started_on=cast.ada.today, by=cast.ada, at=cast.ada.now())
        enrolment.end(enrolment=begun, ended_on=cast.ada.today, reason="left", by=cast.ada, at=cast.ada.now())
    second = refer(cast, "jon")
    with looking_as(cast.system()):
        assert not second.matches.get().on_this_contract
        assert offer_of(cast, second).reason.startswith("The provider that")
        assert Assignment.objects.filter(ends_on=None).count() == 1


def test_a_joined_referral_is_not_handed_back(cast: Cast) -> None:
    refer(cast)
    offer = offer_of(cast, refer(cast, "jon"))
    with pytest.raises(allocation.AlreadyWithYou):
        hand_back(cast, offer)


def test_a_joined_referral_goes_where_the_person_goes(cast: Cast) -> None:
    first, second = refer(cast), refer(cast, "jon")
    hand_back(cast, offer_of(cast, first))
    for referral in (first, second):
        assert again(cast, referral).status == "allocated"
        assert offer_of(cast, referral).organisation_id == cast.organisation("i2i")
    with looking_as(cast.system()):
        assert Assignment.objects.filter(ends_on=None).count() == 1


def test_a_person_who_was_accepted_by_another_referral_is_not_handed_back(cast: Cast) -> None:
    first, second = refer(cast), refer(cast, "jon")
    accept(cast, second)
    with pytest.raises(allocation.AlreadyWithYou):
        hand_back(cast, offer_of(cast, first))
    assert again(cast, second).status == "accepted"


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once(cast: Cast) -> None:
    with looking_as(cast.system()):
        SupplyAgreement.objects.exclude(organisation=cast.organisations["renaisi"]).update(capacity=0)
        SupplyAgreement.objects.filter(organisation=cast.organisations["renaisi"]).update(capacity=1)
    together, statuses = Barrier(2), []

    def send(name: str) -> None:
        together.wait()
        statuses.append(refer(cast, given_name=name, number="").status)
        connection.close()

    threads = [Thread(target=send, args=[name]) for name in ("Ayo", "Bola")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == ["allocated", "eligible"]
