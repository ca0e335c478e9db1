"""A referred person is joined with who they were only within the same controllers, or on a recorded basis."""

from datetime import date, timedelta

import pytest

from participants import vault
from participants.actions import sharing
from participants.models import Concern, ContactDetails, Identity, Participant, SharingBasis
from partners.models import AuditEntry, DomainEvent
from programmes.models import Contract
from referrals.actions import referral as actions
from referrals.models import Match, Referral
from tests.cast import Cast, looking_as
from tests.programmes.privacy import another, state
from tests.referrals.people import refer, sent


def refer_to(cast: Cast, contract: Contract, who: str = "jon", **changes: object) -> Referral:
    with looking_as(getattr(cast, who)) as viewer:
        return actions.submit(
            contract=contract, sent=sent(**changes), channel="form", by=viewer, at=viewer.now()
        )


def record_basis(cast: Cast, to: Contract, *, starts: int = 0, ends: int | None = None) -> SharingBasis:
    with looking_as(cast.sara) as sara:
        return sharing.record_basis(
            from_contract=cast.contract,
            to_contract=to,
            basis="sharing_agreement",
            agreement="DSA 12",
            starts_on=sara.today + timedelta(days=starts),
            ends_on=None if ends is None else sara.today + timedelta(days=ends),
            by=sara,
            at=sara.now(),
        )


def match_of(cast: Cast, referral: Referral) -> Match:
    with looking_as(cast.priya):
        return Match.objects.get(referral=referral)


def test_with_the_same_controllers_a_person_is_known_again(cast: Cast) -> None:
    second = another(cast)
    state(cast, cast.contract, "dwp", "serco")
    state(cast, second, "serco", "dwp")
    first = refer(cast)
    again = refer_to(cast, second)
    assert again.participant_id == first.participant_id
    assert match_of(cast, again).ground == "same_controllers"


def test_with_other_controllers_a_person_is_taken_in_anew_with_their_number(cast: Cast) -> None:
    second = another(cast)
    state(cast, cast.contract, "dwp", "serco")
    state(cast, second, "dwp")
    first = refer(cast)
    again = refer_to(
        cast,
        second,
        phone="07700 900999",
        circumstances={"employment_status": "inactive", "concerns": ["child_protection"]},
    )
    assert again.participant_id != first.participant_id
    match = match_of(cast, again)
    assert (match.ground, match.participant_id) == ("no_basis", first.participant_id)
    with looking_as(cast.system()):
        numbers = [vault.open_sealed(one) for one in Identity.objects.all()]
        assert numbers == ["QQ123456C", "QQ123456C"]
        assert ContactDetails.objects.get(participant=first.participant_id).phone == "+447700900123"
        of_first = Concern.objects.filter(participant=first.participant_id)
        assert list(of_first.values_list("code", flat=True)) == ["school_attendance"]


def test_within_its_own_contract_each_of_the_two_is_known_again(cast: Cast) -> None:
    second = another(cast)
    first = refer(cast)
    apart = refer_to(cast, second)
    assert refer(cast, "jon").participant_id == first.participant_id
    assert refer_to(cast, second, "hana").participant_id == apart.participant_id


def test_where_nobody_has_stated_the_controllers_people_are_kept_apart(cast: Cast) -> None:
    second = another(cast)
    first = refer(cast)
    again = refer_to(cast, second, number="")
    assert again.participant_id != first.participant_id
    match = match_of(cast, again)
    assert (match.ground, match.basis) == ("no_basis", "name")


def test_a_recorded_basis_joins_and_is_a_fact_of_the_event(cast: Cast) -> None:
    second = another(cast)
    state(cast, cast.contract, "dwp")
    state(cast, second, "serco")
    first = refer(cast)
    basis = record_basis(cast, second)
    again = refer_to(cast, second)
    assert again.participant_id == first.participant_id
    assert (match_of(cast, again).ground, match_of(cast, again).sharing_basis_id) == (
        "sharing_basis",
        basis.pk,
    )
    with looking_as(cast.priya):
        event = DomainEvent.objects.get(kind="referral.matched")
        assert event.facts["ground"] == "sharing_basis"
        assert event.facts["sharing_basis"] == str(basis.pk)
        assert AuditEntry.objects.filter(kind="referral.matched").count() == 1


@pytest.mark.parametrize(("starts", "ends"), [(1, None), (-9, -1)])
def test_a_basis_holds_from_its_first_to_its_last_day(cast: Cast, starts: int, ends: int | None) -> None:
    second = another(cast)
    first = refer(cast)
    record_basis(cast, second, starts=starts, ends=ends)
    assert refer_to(cast, second).participant_id != first.participant_id


def test_a_basis_goes_one_way(cast: Cast) -> None:
    second = another(cast)
    record_basis(cast, second)
    there = refer_to(cast, second)
    assert refer(cast).participant_id != there.participant_id


def test_the_referrer_reads_nothing_of_it(cast: Cast) -> None:
    second = another(cast)
    refer(cast)
    apart, new = refer_to(cast, second), refer_to(cast, second, number="", family_name="Nobody")
    with looking_as(cast.jon):
        assert not Match.objects.exists()
        assert not DomainEvent.objects.filter(kind="referral.matched").exists()
        kinds = [
            list(DomainEvent.objects.filter(subject_id=one.pk).order_by("id").values_list("kind", flat=True))
            for one in (apart, new)
        ]
        assert kinds[0] == kinds[1]


def test_a_number_of_somebody_else_within_the_circle_is_still_not_kept_twice(cast: Cast) -> None:
    refer(cast)
    other = refer(cast, given_name="Ayo", family_name="Diallo", born_on=date(2001, 1, 1))
    assert match_of(cast, other).ground == "not_the_same"
    with looking_as(cast.system()):
        assert Identity.objects.count() == 1
        assert Participant.objects.count() == 2


def test_a_basis_needs_two_contracts_and_days_in_order(cast: Cast) -> None:
    second = another(cast)
    with pytest.raises(sharing.SameContract):
        record_basis(cast, cast.contract)
    with pytest.raises(sharing.EndsBeforeStart):
        record_basis(cast, second, ends=-1)
    basis = record_basis(cast, second, starts=-9)
    with looking_as(cast.sara) as sara:
        sharing.end_basis(basis=basis, ends_on=sara.today - timedelta(days=1), by=sara, at=sara.now())
        assert DomainEvent.objects.filter(kind="sharing_basis.ended").count() == 1
