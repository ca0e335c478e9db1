"""A restriction follows whoever is kept apart from a restricted person: a live risk is a vital interest."""

from datetime import date

import pytest

from participants.actions import lowering, restriction
from participants.models import NamedAccess, Participant, Restriction, RestrictionReason
from partners.actions import membership
from partners.models import DomainEvent, Membership
from programmes.models import Contract
from referrals.models import Match, Referral
from tests.cast import Cast, looking_as
from tests.participants.restricting import restrict
from tests.programmes.privacy import another
from tests.referrals.people import refer
from tests.referrals.test_matching import refer_to


def person_of(cast: Cast, referral: Referral) -> Participant:
    assert referral.participant_id is not None
    with looking_as(cast.system()):
        return Participant.objects.get(pk=referral.participant_id)


def known(cast: Cast, *names: str, level: int = 2) -> Participant:
    """Somebody whom Ada restricted on the first contract, with these others named."""
    person = person_of(cast, refer(cast))
    restrict(cast, person, "ada", *names, level=level)
    return person


def level_of(cast: Cast, person: Participant) -> int:
    with looking_as(cast.system()):
        found = restriction.in_force(person)
        return found.level if found else 0


def named(cast: Cast, person: Participant) -> set[str]:
    with looking_as(cast.system()):
        return {access.user.name.lower() for access in restriction.named(person)}


def lower(cast: Cast, person: Participant) -> None:
    with looking_as(cast.mona) as mona:
        lowering.ask_lowering(participant=person, to=0, words="He is in prison.", by=mona, at=mona.now())
    with looking_as(cast.sara) as sara:
        lowering.agree_lowering(participant=person, to=0, by=sara, at=sara.now())


@pytest.mark.parametrize("level", [1, 2])
def test_whoever_is_taken_in_anew_is_restricted_alike(cast: Cast, level: int) -> None:
    known(cast, "sara", level=level)
    apart = person_of(cast, refer_to(cast, another(cast)))
    assert level_of(cast, apart) == level
    assert named(cast, apart) == {"ada", "sara"}
    with looking_as(cast.sara):
        [why] = RestrictionReason.objects.filter(participant=apart)
        assert (why.cause, why.words) == ("elsewhere", "")
        made = Restriction.objects.get(participant=apart)
        event = DomainEvent.objects.get(participant_id=apart.pk, kind="participant.restricted")
        assert (made.raised_by_id, event.by_user_id, event.organisation_id) == (None, None, None)
        assert event.facts == {"level": level}


def test_nobody_who_is_not_named_sees_whoever_was_taken_in(cast: Cast) -> None:
    known(cast, "sara")
    apart = person_of(cast, refer_to(cast, another(cast)))
    for name in ("priya", "ivo", "ines", "mona", "col"):
        with looking_as(getattr(cast, name)):
            assert not Participant.objects.filter(pk=apart.pk).exists(), name
    with looking_as(cast.sara):
        assert Participant.objects.filter(pk=apart.pk).exists()


def test_a_number_of_somebody_of_another_name_restricts_as_well(cast: Cast) -> None:
    known(cast)
    other = refer(cast, given_name="Ayo", family_name="Diallo", born_on=date(2001, 1, 1))
    assert level_of(cast, person_of(cast, other)) == 2


def test_whoever_has_no_place_any_more_is_not_named_anew(cast: Cast) -> None:
    known(cast, "sara", "mona")
    with looking_as(cast.system()) as system:
        Membership.objects.filter(user=cast.users["ada"]).update(ended_on=system.today, ended_at=system.now())
    assert named(cast, person_of(cast, refer_to(cast, another(cast)))) == {"sara", "mona"}


def test_a_level_that_is_raised_later_is_raised_on_the_other_too(cast: Cast) -> None:
    person = person_of(cast, refer(cast))
    apart = person_of(cast, refer_to(cast, another(cast)))
    for level in (1, 2):
        restrict(cast, person, "ada", "sara", level=level)
        assert level_of(cast, apart) == level
    assert named(cast, apart) == {"ada", "sara"}


def test_it_goes_from_whoever_was_taken_in_to_whoever_was_known_and_on(cast: Cast) -> None:
    first = refer(cast)
    apart = [person_of(cast, refer_to(cast, another(cast, code))) for code in ("second", "third")]
    restrict(cast, apart[1], "ada")
    assert [level_of(cast, one) for one in (person_of(cast, first), *apart)] == [2, 2, 2]


def test_whoever_was_joined_has_no_other(cast: Cast) -> None:
    person = person_of(cast, refer(cast))
    refer(cast, "jon")
    restrict(cast, person)
    with looking_as(cast.system()):
        assert Restriction.objects.count() == 1


def test_a_question_to_lower_falls_when_the_other_is_raised_further(cast: Cast) -> None:
    person = known(cast, "sara", "mona", level=1)
    apart = person_of(cast, refer_to(cast, another(cast)))
    with looking_as(cast.mona) as mona:
        lowering.ask_lowering(participant=apart, to=0, words="Safe.", by=mona, at=mona.now())
    restrict(cast, person, "ada", level=2)
    with looking_as(cast.system()):
        assert not Restriction.objects.filter(participant=apart, lowering_asked_at__isnull=False).exists()


def test_lowering_stays_each_ones_own(cast: Cast) -> None:
    person = known(cast, "mona", "sara")
    apart = person_of(cast, refer_to(cast, another(cast)))
    lower(cast, person)
    assert (level_of(cast, person), level_of(cast, apart)) == (0, 2)
    lower(cast, apart)
    assert level_of(cast, apart) == 0


def test_a_restriction_withheld_by_the_second_referrer_reaches_whoever_was_known(cast: Cast) -> None:
    person = person_of(cast, refer(cast))
    refer_to(cast, another(cast), contact_withheld=True, phone="", postcode="", local_authority="Hackney")
    assert level_of(cast, person) == 1


def test_the_referrer_is_told_the_same_of_a_restricted_person_as_of_anybody(cast: Cast) -> None:
    known(cast, "sara")
    second: Contract = another(cast)
    apart = refer_to(cast, second)
    nobody = refer_to(cast, second, number="", given_name="Ayo", family_name="Diallo")
    assert apart.status == nobody.status
    with looking_as(cast.jon):
        assert not Restriction.objects.exists()
        assert not NamedAccess.objects.exists()
        assert not Match.objects.exists()
        kinds = [
            list(DomainEvent.objects.filter(subject_id=one.pk).order_by("id").values_list("kind", flat=True))
            for one in (apart, nobody)
        ]
        assert kinds[0] == kinds[1]
        assert not DomainEvent.objects.filter(kind="participant.restricted").exists()


def test_a_place_that_ends_ends_both_namings(cast: Cast) -> None:
    person = known(cast, "sara")
    apart = person_of(cast, refer_to(cast, another(cast)))
    with looking_as(cast.sara) as sara:
        membership.end(
            membership=cast.memberships["ada"],
            from_on=sara.today,
            reason="left",
            by=sara,
            at=sara.now(),
        )
    assert named(cast, person) == named(cast, apart) == {"sara"}
