"""What the commissioner pays by its own data is kept as a claim that nobody made: reconciled, valued, taken back."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from outcomes.accrual import recompute
from outcomes.actions import claim as actions
from outcomes.claims import reading
from outcomes.claims.due import due
from outcomes.models import Claim, Job, Unclaimed
from participants.models import Enrolment
from partners import outbox
from partners.models import DomainEvent
from programmes.models import Price
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, again, claim, commissioner_pays, needs, settle, sums, with_outcome
from tests.outcomes.importing import as_csv, checked, imported
from tests.outcomes.test_cash import months, whole
from tests.outcomes.working import correct, reached
from tests.participants.people import ago

PAYMENTS = ("Claim reference", "Date", "Pence", "Participant", "Milestone")


@pytest.fixture
def automatic(cast: Cast) -> Cast:
    """The commissioner pays short job outcomes by its own data."""
    needs(cast, "short_job_outcome", claimed="automatic")
    return cast


def kept(cast: Cast) -> list[Claim]:
    """The claims, after the worker did what it was asked."""
    outbox.work_off()
    with looking_as(cast.system()):
        return list(Claim.objects.order_by("claimed_at", "pk"))


def of(cast: Cast, enrolment: Enrolment) -> str:
    with looking_as(cast.system()):
        return enrolment.participant.reference


def paid(cast: Cast, *rows: Any) -> Any:
    return imported(cast, "payments", as_csv(PAYMENTS, *rows), by="frank")


def test_it_is_kept_once_as_soon_as_it_is_reached(automatic: Cast) -> None:
    _, milestone = with_outcome(automatic)
    [one] = kept(automatic)
    assert (one.milestone_id, one.state, one.claimed_by_id) == (milestone.pk, "claimed", None)
    assert one.claimed_on == milestone.claimable_from
    assert sums(automatic, one).pence == WORTH
    with looking_as(automatic.system()) as system:
        assert DomainEvent.objects.filter(kind="claim.made", subject_id=one.pk).count() == 1
        outbox.enqueue("keep_unclaimed", system)
    assert kept(automatic) == [one]


def test_nobody_claims_or_keys_it(automatic: Cast) -> None:
    _, milestone = with_outcome(automatic)
    with pytest.raises(actions.NotClaimable, match="without a claim"):
        claim(automatic, milestone)
    outbox.work_off()
    with pytest.raises(actions.ClaimedAlready):
        claim(automatic, milestone)
    with looking_as(automatic.frank) as frank:
        assert not due(frank.today).filter(pk=milestone.pk).exists()
        assert not reading.to_key(Q()).exists()
    [one] = kept(automatic)
    page = automatic.client("frank").get(f"/serco/claims/{one.pk}/").content.decode()
    assert "the commissioner pays it without a claim" in page
    assert "None known" in page


def test_a_payment_finds_it_by_participant_and_milestone_and_later_ones_by_the_reference(
    automatic: Cast,
) -> None:
    enrolment, _ = with_outcome(automatic)
    [one] = kept(automatic)
    row = ["H-1", ago(0), WORTH, of(automatic, enrolment), "Short job outcome"]
    assert paid(automatic, row).counts == {"new": 1}
    after = again(automatic, one)
    assert (after.state, after.reference, after.paid_on) == ("paid", "H-1", ago(0))
    assert checked(automatic, "payments", as_csv(PAYMENTS, row), by="frank").counts == {"same": 1}
    with looking_as(automatic.system()):
        assert not Unclaimed.objects.exists()


@pytest.mark.parametrize("milestone", ["job_start", "sustained_job_outcome"])
def test_a_payment_for_something_else_stays_there_only(automatic: Cast, milestone: str) -> None:
    enrolment, _ = with_outcome(automatic)
    [one] = kept(automatic)
    paid(automatic, ["H-1", ago(0), WORTH, of(automatic, enrolment), milestone])
    assert again(automatic, one).state == "claimed"
    with looking_as(automatic.system()):
        assert Unclaimed.objects.count() == 1


def test_a_reversal_takes_it_back_and_what_is_earned_again_is_kept_again(automatic: Cast) -> None:
    enrolment, _ = with_outcome(automatic)
    [one] = kept(automatic)
    settle(automatic, one, "paid", pence=WORTH, reference="H-1")
    correct(automatic, newest_job(automatic, enrolment), since=30)
    assert "short_job_outcome" not in reached(automatic, enrolment)
    assert [claim.state for claim in kept(automatic)] == ["clawback"]
    correct(automatic, newest_job(automatic, enrolment), since=120)
    assert [claim.state for claim in kept(automatic)] == ["clawback", "claimed"]


def newest_job(cast: Cast, enrolment: Enrolment) -> Any:
    with looking_as(cast.system()):
        return Job.objects.get(enrolment=enrolment, voided_at=None)


def test_one_that_the_commissioner_turns_down_is_not_kept_anew(automatic: Cast) -> None:
    with_outcome(automatic)
    [one] = kept(automatic)
    settle(automatic, one, "rejected", reason="out_of_work")
    with looking_as(automatic.system()) as system:
        outbox.enqueue("keep_unclaimed", system)
    assert [claim.state for claim in kept(automatic)] == ["rejected"]


def test_without_a_price_it_is_worth_something_once_there_is_one(automatic: Cast) -> None:
    price(automatic, None)
    enrolment, _ = with_outcome(automatic)
    [one] = kept(automatic)
    assert sums(automatic, one).pence is None
    price(automatic, 1_234)
    with looking_as(automatic.system()) as system:
        recompute(enrolments=[enrolment], by=system, at=system.now())
    assert sums(automatic, one).pence == 1_234


def price(cast: Cast, pence: int | None) -> None:
    """From now on the commissioner pays so much for a short job outcome, or nobody knows how much."""
    with looking_as(cast.system()) as system:
        before = Price.objects.filter(side="commissioner", milestone="short_job_outcome", withdrawn_at=None)
        before.update(withdrawn_at=system.now())
    commissioner_pays(cast, pence)


def test_it_is_in_the_commissioners_cash(automatic: Cast) -> None:
    with_outcome(automatic)
    before = whole(months(automatic, "frank", "commissioner"), "Claimed, not paid yet")
    kept(automatic)
    after = whole(months(automatic, "frank", "commissioner"), "Claimed, not paid yet")
    assert after - before == WORTH


def test_the_night_keeps_what_was_missed(cast: Cast) -> None:
    _, milestone = with_outcome(cast)
    outbox.work_off()
    needs(cast, "short_job_outcome", claimed="automatic")
    assert kept(cast) == []
    outbox.tick()
    assert [one.milestone_id for one in kept(cast)] == [milestone.pk]


def test_where_nothing_is_paid_so_nothing_is_asked_for(cast: Cast) -> None:
    with_outcome(cast)
    assert kept(cast) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patience")
def test_workers_that_keep_it_at_the_same_time_keep_it_once(automatic: Cast) -> None:
    milestones = [with_outcome(automatic)[1] for _ in range(8)]
    start, failures = Barrier(6), []

    def keep() -> None:
        try:
            start.wait()
            with looking_as(automatic.system()) as system:
                actions.keep_unclaimed(milestones=milestones, by=system, at=system.now())
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    crowd = [Thread(target=keep) for _ in range(6)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert failures == []
    assert len(kept(automatic)) == len(milestones)
