"""Somebody who was erased is not brought in again by the next export of the portal, which still names them."""

import os
from typing import Any

from participants.actions import erasure, subject_request
from participants.models import Participant
from partners import rotation
from referrals import portal
from referrals.actions import referral as actions
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.outcomes.importing import as_csv, checked, imported, said
from tests.outcomes.test_import_referrals import HEADER, counts, found, row
from tests.participants.people import new_person

ERASED = (2, "left", "Erased here, not taken in again.")


def erase(cast: Cast, referral: Referral) -> None:
    """Withdrawn by its referrer, and then erased by two people."""
    assert referral.participant is not None
    with looking_as(cast.jon) as jon:
        actions.withdraw(referral=referral, by=jon, at=jon.now())
    with looking_as(cast.sara) as sara:
        request = subject_request.open_request(
            participant=referral.participant,
            kind="erasure",
            received_on=sara.today,
            note="By letter",
            by=sara,
            at=sara.now(),
        )
    with looking_as(cast.priya) as priya:
        erasure.carry_out(request=request, by=priya, at=priya.now())


def brought(cast: Cast, *rows: list[Any]) -> list[Referral]:
    imported(cast, "referrals", as_csv(HEADER, *rows), by="cleo")
    return found(cast)


def test_the_next_export_does_not_bring_the_erased_in_again(cast: Cast) -> None:
    [referral] = brought(cast, row("P-1", number="QQ123456C"))
    erase(cast, referral)
    before = counts(cast)
    again = checked(cast, "referrals", as_csv(HEADER, row("P-1", number="QQ123456C"), row("P-2")), by="cleo")
    assert said(cast, again) == [ERASED, (3, "new", said(cast, again)[1][2])]
    # Whoever else the row may name now: of the erased nothing more is said.
    other = checked(cast, "referrals", as_csv(HEADER, row("P-1", days=9, given="Eve")), by="cleo")
    assert said(cast, other) == [ERASED]
    assert counts(cast) == before


def test_a_new_referral_of_the_same_person_is_a_new_person(cast: Cast) -> None:
    [referral] = brought(cast, row("P-1"))
    erase(cast, referral)
    assert {one.participant_id for one in brought(cast, row("P-9"))} > {referral.participant_id}
    with looking_as(cast.system()):
        assert Participant.objects.filter(given_name="Zola").count() == 1


def test_the_id_itself_is_gone_and_its_mark_says_nothing(cast: Cast) -> None:
    [referral] = brought(cast, row("PRAP-CANARY"))
    erase(cast, referral)
    with looking_as(cast.system()):
        kept = Referral.objects.values().get(pk=referral.pk)
    assert kept["external_reference"] == ""
    assert kept["portal_mark"] == portal.mark("PRAP-CANARY", cast.serco.pk)
    assert "CANARY" not in str(kept)
    assert portal.mark("PRAP-CANARY", cast.serco.pk) != portal.mark("PRAP-CANARY", cast.meridian.pk)


def test_another_referrer_may_use_the_same_id(cast: Cast) -> None:
    [referral] = brought(cast, row("P-1"))
    erase(cast, referral)
    with looking_as(cast.system()):
        known = portal.known(cast.contract, referral.organisation_id, "P-1")
        assert known is not None
        assert portal.is_erased(known)
        assert portal.known(cast.contract, cast.organisation("hackney-childrens-services"), "P-1") is None


def test_what_came_by_another_way_has_no_mark(cast: Cast) -> None:
    new_person(cast)
    with looking_as(cast.system()):
        assert not Referral.objects.exclude(portal_mark="").exists()


def test_a_new_key_makes_marks_anew_and_the_old_one_stays_for_the_erased(cast: Cast, settings: Any) -> None:
    erased, kept = brought(cast, row("P-1"), row("P-2", given="Eve"))
    erase(cast, erased)
    with looking_as(cast.system()):
        # What came before there were marks gets one on the same day.
        Referral.objects.filter(pk=kept.pk).update(portal_mark="")
    old = max(settings.FIELD_KEYS)
    settings.FIELD_KEYS = {**settings.FIELD_KEYS, old + 1: os.urandom(32)}
    rotation.rotate()
    assert rotation.counts()["Marks of the portal"] == {old + 1: 1}
    assert rotation.counts()["Marks of the portal, of the erased"] == {old: 1}
    assert "Marks of the portal, of the erased" in rotation.staying()
    run = checked(cast, "referrals", as_csv(HEADER, row("P-1"), row("P-2", given="Eve")), by="cleo")
    assert [outcome for _, outcome, _ in said(cast, run)] == ["left", "same"]
