"""Sending a referral: what is checked, decided and stored, and what a referrer can never tell."""

from datetime import date, timedelta
from typing import Any

import pytest

from participants import vault
from participants.models import Assignment, Concern, ContactDetails, Health, Identity, Participant
from partners.models import DomainEvent
from programmes.models import PaymentGroup, RuleSet, SupplyAgreement
from referrals.actions import referral as actions
from referrals.actions.referral import NotAcceptable
from referrals.models import AllocationBasis, DecisionFacts, EligibilityDecision, Match, Referral
from tests.cast import Cast, looking_as
from tests.referrals.people import ELIGIBLE, accept, again, offer_of, refer, sent


def refused(cast: Cast, **changes: Any) -> set[tuple[str, str]]:
    """The fields and codes for which a referral is refused, having left nothing behind."""
    with pytest.raises(NotAcceptable) as caught:
        refer(cast, **changes)
    with looking_as(cast.system()):
        assert not Referral.objects.exists()
        assert not Participant.objects.exists()
    return {(problem.field, problem.code) for problem in caught.value.problems}


def test_an_eligible_person_is_offered_to_a_provider_at_once(cast: Cast) -> None:
    referral = refer(cast)
    assert referral.status == "allocated"
    assert referral.payment_group == "all"
    with looking_as(cast.system()):
        kinds = DomainEvent.objects.order_by("at", "id").values_list("kind", flat=True)
        assert sorted(kinds) == ["referral.allocated", "referral.decided", "referral.received"]
        assignment = Assignment.objects.get()
        assert assignment.organisation_id == cast.organisation("renaisi")
        assert assignment.starts_on == cast.hana.today
        decision = EligibilityDecision.objects.get()
        assert decision.outcome == "eligible"
        assert [reason["result"] for reason in decision.reasons] == ["met"] * 3
        assert DecisionFacts.objects.get().facts["lives_in"] == "E09000012"
        figures = AllocationBasis.objects.get().candidates
        assert {figure["received"] for figure in figures} == {0}
        assert sum(figure["behind_hundredths"] for figure in figures) == 100


def test_what_is_sensitive_stands_in_tables_of_its_own(cast: Cast) -> None:
    circumstances = {**ELIGIBLE, "concerns": ["domestic_abuse", "own_health"]}
    referral = refer(cast, health_conditions="Asthma", circumstances=circumstances, number="qq 12 34 56 c")
    with looking_as(cast.system()):
        assert Health.objects.get().conditions == "Asthma"
        assert Concern.objects.get().code == "domestic_abuse"
        identity = Identity.objects.get()
        assert b"123456" not in bytes(identity.sealed)
        assert vault.open_sealed(identity) == "QQ123456C"
        details = ContactDetails.objects.get()
        assert (details.phone, details.postcode) == ("+447700900123", "E8 1EA")
        for event in DomainEvent.objects.all():
            assert "Zola" not in str(event.facts)
            assert "abuse" not in str(event.facts)
    with looking_as(cast.ada):
        assert "abuse" not in str(list(EligibilityDecision.objects.values()))
        assert not Concern.objects.exists()
        assert not DecisionFacts.objects.exists()
    with looking_as(cast.hana):
        assert Referral.objects.get() == referral
        assert not Participant.objects.exists()


def test_text_is_kept_in_its_composed_form(cast: Cast) -> None:
    refer(cast, given_name="  Zoe\N{COMBINING DIAERESIS} ", family_name="O’Neill")
    with looking_as(cast.system()):
        person = Participant.objects.get()
        assert person.given_name == "Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}"
        assert person.search_name == "o neill zoe"


def test_what_is_missing_is_asked_for(cast: Cast) -> None:
    referral = refer(cast, circumstances={"employment_status": "inactive"}, postcode="")
    assert referral.status == "need_to_know"
    with looking_as(cast.hana):
        decision = EligibilityDecision.objects.get()
        assert {missing["fact"] for missing in decision.missing} == {"lives_in", "concerns"}
        assert all(missing["question"].endswith("?") for missing in decision.missing)


def test_somebody_who_lives_elsewhere_is_not_eligible(cast: Cast) -> None:
    for place in ("elsewhere", "E09000007"):
        assert refer(cast, local_authority=place, number="").status == "not_eligible"


def test_where_a_person_lives_is_known_by_name_code_or_postcode(cast: Cast) -> None:
    for where in (
        {"local_authority": "tower hamlets"},
        {"local_authority": "e09000030"},
        {"postcode": "E14 6AB"},
        {"postcode": "E8 1EA", "local_authority": "Tower Hamlets"},
    ):
        changes: dict[str, Any] = {"postcode": "", "number": "", **where}
        referral = refer(cast, **changes)
        with looking_as(cast.system()):
            facts = DecisionFacts.objects.get(decision__referral=referral).facts
            assert facts["lives_in"] == "E09000030"
    assert refer(cast, postcode="SW1A 1AA").status == "need_to_know"


def test_bad_input_is_refused_by_field_and_leaves_nothing(cast: Cast) -> None:
    tomorrow = cast.hana.today + timedelta(days=1)
    assert refused(cast, born_on=date(1899, 12, 31)) == {("born_on", "too_long_ago")}
    assert refused(cast, born_on=tomorrow) == {("born_on", "in_future")}
    assert refused(cast, number="GB123456A", postcode="E8", phone="12") == {
        ("number", "invalid"),
        ("postcode", "invalid"),
        ("phone", "invalid"),
    }
    assert refused(cast, email="no", local_authority="Atlantis") == {
        ("email", "invalid"),
        ("local_authority", "unknown_area"),
    }
    assert refused(cast, payment_group="9") == {("payment_group", "invalid_choice")}
    assert refused(cast, given_name="Zo\x07la", safe_contact="a\x00b") == {
        ("given_name", "invalid"),
        ("safe_contact", "invalid"),
    }
    assert refused(cast, circumstances={"benefit": "universal_credit", "age": 30, "shoe_size": 5}) == {
        ("benefit", "invalid"),
        ("age", "unknown_field"),
        ("shoe_size", "invalid"),
    }


def test_a_closed_contract_takes_nobody(cast: Cast) -> None:
    with looking_as(cast.system()):
        cast.contract.ends_on = cast.hana.today - timedelta(days=1)
        cast.contract.save(update_fields=["ends_on"])
    assert refused(cast) == {("contract", "not_open")}


def test_numbers_with_invented_prefixes_are_for_demos_only(cast: Cast, settings: Any) -> None:
    settings.ALLOW_INVENTED_NUMBERS = False
    assert refused(cast, phone="") == {("number", "invalid")}


def test_a_contract_without_rules_takes_nobody(cast: Cast) -> None:
    with looking_as(cast.system()):
        cast.contract.code = "bare"
        bare = type(cast.contract)(
            tenant=cast.serco,
            programme=cast.contract.programme,
            commissioner=cast.contract.commissioner,
            code="bare",
            name="Bare",
            starts_on=cast.contract.starts_on,
            ends_on=cast.contract.ends_on,
            allotted_days=1,
            clock="referral",
        )
        bare.save(force_insert=True)
    with pytest.raises(actions.NoRules), looking_as(cast.hana):
        actions.submit(contract=bare, sent=sent(), channel="form", by=cast.hana, at=cast.hana.now())


def test_a_contract_with_several_groups_asks_for_the_group(cast: Cast) -> None:
    with looking_as(cast.system()):
        PaymentGroup.objects.create(tenant=cast.serco, contract=cast.contract, code="two", name="Two")
    referral = refer(cast)
    assert referral.status == "need_to_know"
    with looking_as(cast.hana):
        assert [one["fact"] for one in EligibilityDecision.objects.get().missing] == ["payment_group"]
    assert refer(cast, payment_group="two").status == "allocated"


def test_a_decision_names_its_version_and_a_new_version_changes_no_old_one(cast: Cast) -> None:
    old = refer(cast)
    with looking_as(cast.system()):
        nobody = {
            "all": [
                {
                    "fact": "age",
                    "at_least": 99,
                    "code": "age",
                    "says": dict.fromkeys(("met", "not_met", "missing"), "Age."),
                }
            ]
        }
        RuleSet.objects.create(
            tenant=cast.serco, contract=cast.contract, version=2, rules=nobody, made_at=cast.hana.now()
        )
    assert refer(cast, number="", given_name="Ayo").status == "not_eligible"
    assert again(cast, old).status == "allocated"
    with looking_as(cast.system()):
        assert old.decisions.get().rule_set.version == 1


def shape(cast: Cast, referral: Referral) -> Any:
    """Everything that a referrer can read of a referral, without what differs between any two."""
    with looking_as(cast.hana):
        row = Referral.objects.filter(pk=referral.pk).values().get()
        decision = EligibilityDecision.objects.filter(referral=referral).values().get()
    differs = ("id", "reference", "received_at", "decided_at", "referral_id", "participant_id")
    return [
        {name: value for name, value in found.items() if name not in differs} for found in (row, decision)
    ]


def test_a_known_person_is_not_taken_in_twice_and_the_answer_is_the_same(cast: Cast) -> None:
    first = refer(cast)
    by_number = refer(cast, "jon", given_name="Zolla", phone="020 7946 0018")
    by_name = refer(cast, "hana", number="")
    assert shape(cast, first) == shape(cast, by_name)
    with looking_as(cast.system()):
        person = Participant.objects.get()
        assert person.given_name == "Zola"
        assert ContactDetails.objects.get().phone == "+442079460018"
        assert {(m.basis, m.on_this_contract) for m in Match.objects.all()} == {
            ("number", True),
            ("name", True),
        }
        assert Assignment.objects.count() == 1
        reasons = {offer_of(cast, one).reason for one in (by_number, by_name)}
        assert reasons == {"Already with you on this contract: join this referral to the existing record."}
    with looking_as(cast.jon):
        assert not Match.objects.exists()
    with looking_as(cast.priya):
        assert Match.objects.count() == 2
    with looking_as(cast.ada):
        assert not Match.objects.exists()


def test_a_known_person_does_not_count_towards_anybodys_share(cast: Cast) -> None:
    refer(cast)
    refer(cast, "jon")
    refer(cast, given_name="Ayo", number="")
    with looking_as(cast.system()):
        newest = AllocationBasis.objects.order_by("-id").first()
        assert newest is not None
        assert sorted(figure["received"] for figure in newest.candidates) == [0, 0, 1]


def test_a_wrong_number_does_not_make_two_people_one(cast: Cast) -> None:
    refer(cast)
    other = refer(cast, given_name="Ayo", family_name="Diallo", born_on=date(2001, 1, 1))
    with looking_as(cast.system()):
        assert Participant.objects.count() == 2
        assert Identity.objects.count() == 1
        match = Match.objects.get()
        assert match.participant_id != other.participant_id


def test_namesakes_with_different_numbers_are_two_people(cast: Cast) -> None:
    refer(cast)
    refer(cast, number="QQ654321A")
    with looking_as(cast.system()):
        assert Participant.objects.count() == 2


def test_the_public_page_and_a_name_alone_never_change_how_a_person_is_reached(cast: Cast) -> None:
    refer(cast)
    refer(cast, number="", phone="020 7946 0018")
    with looking_as(cast.hana):
        actions.submit(
            contract=cast.contract,
            sent=sent(phone="020 7946 0018"),
            channel="self",
            by=cast.hana,
            at=cast.hana.now(),
        )
    with looking_as(cast.system()):
        assert ContactDetails.objects.get().phone == "+447700900123"


def test_a_known_person_waits_for_a_place_like_everybody_else(cast: Cast) -> None:
    refer(cast)
    with looking_as(cast.system()):
        SupplyAgreement.objects.update(capacity=0)
    assert refer(cast, "jon").status == "eligible"
    assert refer(cast, given_name="Ayo", number="").status == "eligible"


def test_a_referral_is_withdrawn_and_the_provider_lets_go(cast: Cast) -> None:
    referral = refer(cast)
    with looking_as(cast.hana):
        actions.withdraw(referral=referral, by=cast.hana, at=cast.hana.now())
    assert again(cast, referral).status == "withdrawn"
    with looking_as(cast.system()):
        assert Assignment.objects.get().ends_on == cast.hana.today
    with pytest.raises(actions.TooLateToWithdraw), looking_as(cast.hana):
        actions.withdraw(referral=referral, by=cast.hana, at=cast.hana.now())


def test_withdrawing_one_of_two_referrals_of_a_person_keeps_the_provider(cast: Cast) -> None:
    first = refer(cast)
    second = refer(cast, "jon")
    accept(cast, first)
    with looking_as(cast.jon):
        actions.withdraw(referral=second, by=cast.jon, at=cast.jon.now())
    with looking_as(cast.system()):
        assert Assignment.objects.get().ends_on is None


def test_what_was_missing_is_answered_and_decided_anew(cast: Cast) -> None:
    referral = refer(cast, circumstances={"employment_status": "inactive"}, postcode="")
    with looking_as(cast.hana):
        answered = actions.answer(
            referral=referral,
            circumstances={"concerns": ["domestic_abuse"]},
            local_authority="Hackney",
            payment_group="",
            by=cast.hana,
            at=cast.hana.now(),
        )
    assert answered.status == "allocated"
    with looking_as(cast.system()):
        assert [one.outcome for one in referral.decisions.order_by("id")] == ["need_to_know", "eligible"]
        assert Concern.objects.get().code == "domestic_abuse"
        assert DomainEvent.objects.filter(kind="referral.answered").count() == 1
    with pytest.raises(actions.NothingToAnswer), looking_as(cast.hana):
        actions.answer(
            referral=referral,
            circumstances={},
            local_authority="",
            payment_group="",
            by=cast.hana,
            at=cast.hana.now(),
        )
