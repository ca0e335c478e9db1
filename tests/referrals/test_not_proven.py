"""Whoever knows a name and a birthday pulls nobody's history to another provider through the public page."""

from typing import Any

from django.test import Client

from participants.models import Participant
from partners.models import DomainEvent
from programmes.models import Contract
from referrals.actions import referral as actions
from referrals.models import Match, Referral
from tests.cast import Cast, looking_as
from tests.participants.restricting import restrict
from tests.programmes.privacy import another, state
from tests.referrals.people import refer
from tests.referrals.test_matching import match_of, refer_to
from tests.referrals.test_restricted_apart import level_of, person_of
from tests.referrals.test_self_referral_view import FILLED


def refer_oneself(cast: Cast, code: str = "second", **different: Any) -> Referral:
    """What the public page makes of what was filled in."""
    page = Client().post(f"/serco/refer/{code}/", {**FILLED, **different}, follow=True)
    assert page.status_code == 200
    with looking_as(cast.system()):
        return Referral.objects.order_by("-received_at", "-pk")[0]


def two_contracts(cast: Cast) -> Contract:
    """Another contract with the same controllers."""
    second = another(cast)
    for contract in (cast.contract, second):
        state(cast, contract, "dwp", "serco")
    return second


def test_a_name_and_date_of_birth_given_in_public_join_nobody(cast: Cast) -> None:
    two_contracts(cast)
    known = refer(cast, number="")
    own = refer_oneself(cast)
    assert own.participant_id != known.participant_id
    match = match_of(cast, own)
    assert (match.ground, match.basis, match.participant_id, match.on_this_contract) == (
        "not_proven",
        "name",
        known.participant_id,
        False,
    )


def test_they_do_through_anybody_whose_work_it_is(cast: Cast) -> None:
    second = two_contracts(cast)
    known = refer(cast, number="")
    assert refer_to(cast, second, number="").participant_id == known.participant_id


def test_a_number_given_in_public_is_proof(cast: Cast) -> None:
    two_contracts(cast)
    known = refer(cast)
    own = refer_oneself(cast, number="QQ123456C")
    assert (own.participant_id, match_of(cast, own).ground) == (known.participant_id, "same_controllers")


def test_whoever_is_open_on_the_same_contract_is_a_duplicate_as_ever(cast: Cast) -> None:
    known = refer(cast, number="")
    again = refer_oneself(cast, "inspiring-families")
    assert again.participant_id == known.participant_id
    match = match_of(cast, again)
    assert (match.ground, match.on_this_contract) == ("same_contract", True)


def test_whoever_was_on_the_same_contract_before_and_is_not_open_is_taken_in_anew(cast: Cast) -> None:
    known = refer(cast, number="")
    with looking_as(cast.hana) as hana:
        actions.withdraw(referral=known, by=hana, at=hana.now())
    own = refer_oneself(cast, "inspiring-families")
    assert (own.participant_id != known.participant_id, match_of(cast, own).ground) == (True, "not_proven")


def test_sent_twice_it_is_one_person(cast: Cast) -> None:
    two_contracts(cast)
    refer(cast, number="")
    own = refer_oneself(cast)
    assert refer_oneself(cast).participant_id == own.participant_id
    with looking_as(cast.system()):
        assert Participant.objects.count() == 2


def test_whom_the_public_page_brought_does_not_stand_in_for_the_person_known(cast: Cast) -> None:
    """Nor makes them one of two namesakes, so that nobody would be recognised any more."""
    second = two_contracts(cast)
    known = refer(cast, number="")
    refer_oneself(cast)
    assert refer_to(cast, second, number="").participant_id == known.participant_id


def test_of_two_strangers_with_one_name_the_one_who_is_open_here_is_not_taken_for_the_other(
    cast: Cast,
) -> None:
    second = another(cast)
    refer(cast, number="QQ123456C")
    refer_to(cast, second, number="QQ123457D")
    for contract in (cast.contract, second):
        state(cast, contract, "dwp", "serco")
    own = refer_oneself(cast)
    with looking_as(cast.system()):
        assert Participant.objects.count() == 3
        assert not Match.objects.filter(referral=own).exists()


def test_the_public_page_answers_the_same(cast: Cast) -> None:
    two_contracts(cast)
    refer(cast, number="")
    pages = []
    for typed in ({}, {"given_name": "Ayo", "family_name": "Diallo"}):
        text = Client().post("/serco/refer/second/", {**FILLED, **typed}, follow=True).content.decode()
        with looking_as(cast.system()):
            reference = Referral.objects.order_by("-received_at", "-pk")[0].reference
        pages.append(text[text.index("<main") : text.index("</main>")].replace(reference, "RF"))
    assert pages[0] == pages[1]


def test_the_prime_sees_that_it_may_be_the_same_person(cast: Cast) -> None:
    two_contracts(cast)
    known, own = refer(cast, number=""), refer_oneself(cast)
    page = cast.client("sara").get("/serco/data-protection/kept-apart/").content.decode()
    for referral in (known, own):
        assert person_of(cast, referral).reference in page
    with looking_as(cast.system()):
        assert DomainEvent.objects.get(kind="referral.matched").facts["ground"] == "not_proven"
    assert own.reference in page
    assert "May be the same person" in page
    assert "Record a basis" not in page


def test_a_restriction_follows_whoever_may_be_the_same_person(cast: Cast) -> None:
    two_contracts(cast)
    known = refer(cast, number="")
    restrict(cast, person_of(cast, known), "ada")
    assert level_of(cast, person_of(cast, refer_oneself(cast))) == 2
