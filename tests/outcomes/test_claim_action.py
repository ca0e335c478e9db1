"""Claims to the commissioner: who is claimed when, what becomes of it, and what a reversal does to it."""

import re
from typing import Any

import pytest

from outcomes.accrual import recompute
from outcomes.actions import claim as claims
from outcomes.actions import unclaimed as strays
from outcomes.models import Claim, Milestone, Unclaimed
from partners.models import DomainEvent
from programmes.models import Price
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import (
    WORTH,
    again,
    claim,
    commissioner_pays,
    milestone_of,
    needs,
    settle,
    sums,
    with_outcome,
)
from tests.outcomes.evidencing import accept, prove
from tests.outcomes.working import correct, started_person, work
from tests.participants.people import ago


class TestClaiming:
    def test_a_claim_holds_what_the_books_hold(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        made = claim(cast, milestone)
        assert (made.state, made.claimed_on, made.claimed_by_id) == ("claimed", ago(0), cast.frank.user_id)
        assert made.organisation_id == cast.organisation("renaisi")
        assert not made.related_employer
        assert sums(cast, made).pence == WORTH

    def test_a_milestone_is_claimed_once(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        claim(cast, milestone)
        with pytest.raises(claims.ClaimedAlready):
            claim(cast, milestone, by="cleo")

    def test_what_the_commissioner_does_not_pay_for_is_not_claimed(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        with pytest.raises(claims.NotClaimable, match="does not pay"):
            claim(cast, milestone_of(cast, enrolment, "job_start"))

    def test_what_the_commissioner_pays_by_its_own_data_is_not_claimed(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        needs(cast, "short_job_outcome", claimed="automatic")
        with pytest.raises(claims.NotClaimable, match="without a claim"):
            claim(cast, milestone)

    def test_what_is_claimable_later_is_claimed_later(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        with looking_as(cast.system()):
            # The test owns its database: no action moves the day.
            before = Milestone(
                **{f.attname: getattr(milestone, f.attname) for f in Milestone._meta.concrete_fields}
            )
            before.pk, before.ordinal, before.claimable_from = None, 2, ago(-1)
            before = _as_new(before)
        with pytest.raises(claims.NotClaimable):
            claim(cast, before)

    def test_what_lacks_evidence_is_not_claimed_and_says_which(self, cast: Cast) -> None:
        enrolment, milestone = with_outcome(cast)
        needs(cast, "short_job_outcome", any_of=["payslip", "employer_letter"])
        with pytest.raises(claims.NotReady, match=r"Payslip or employer's letter is missing"):
            claim(cast, milestone)
        payslip = prove(cast, enrolment, days=40)
        with pytest.raises(claims.NotReady, match="waits for a decision"):
            claim(cast, milestone)
        accept(cast, payslip)
        assert claim(cast, milestone).state == "claimed"

    def test_a_job_with_the_chain_is_declared_by_itself(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast, related=True)
        assert claim(cast, milestone).related_employer


class TestPriceThatComesLater:
    def unpriced(self, cast: Cast) -> Milestone:
        """A milestone that the commissioner pays for, of which nobody knows how much."""
        with looking_as(cast.system()):
            # The test owns its database: a price that is not known yet has no pence.
            Price.objects.filter(side="commissioner", milestone="short_job_outcome").update(
                withdrawn_at=cast.system().now()
            )
        commissioner_pays(cast, None)
        return with_outcome(cast)[1]

    def priced(self, cast: Cast, milestone: Milestone) -> None:
        with looking_as(cast.system()) as system:
            Price.objects.filter(pence=None).update(withdrawn_at=system.now())
        commissioner_pays(cast, 1_234)
        with looking_as(cast.system()) as system:
            recompute(enrolments=[milestone.enrolment], by=system, at=system.now())

    def test_an_open_claim_is_worth_what_the_milestone_is(self, cast: Cast) -> None:
        milestone = self.unpriced(cast)
        made = claim(cast, milestone)
        assert sums(cast, made).pence is None
        self.priced(cast, milestone)
        assert sums(cast, made).pence == 1_234
        with looking_as(cast.system()):
            assert DomainEvent.objects.filter(kind="claim.valued", subject_id=made.pk).count() == 1

    def test_a_payment_that_came_first_is_held_against_it(self, cast: Cast) -> None:
        milestone = self.unpriced(cast)
        made = claim(cast, milestone)
        settle(cast, made, "paid", pence=1_000)
        self.priced(cast, milestone)
        assert (sums(cast, made).pence, sums(cast, made).paid_pence) == (1_234, 1_000)

    def test_what_was_turned_down_keeps_what_it_held(self, cast: Cast) -> None:
        milestone = self.unpriced(cast)
        first = claim(cast, milestone)
        settle(cast, first, "rejected", reason="late")
        second = claim(cast, milestone)
        self.priced(cast, milestone)
        assert (sums(cast, first).pence, sums(cast, second).pence) == (None, 1_234)


def _as_new(milestone: Milestone) -> Milestone:
    from partners.identifiers import uuid7

    milestone.pk = uuid7()
    milestone.save(force_insert=True)
    return Milestone.objects.select_related("enrolment").get(pk=milestone.pk)


class TestSettling:
    def test_validated_and_paid(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        made = claim(cast, milestone)
        settle(cast, made, "validated", reference="PRAP-1")
        assert (again(cast, made).state, again(cast, made).reference) == ("validated", "PRAP-1")
        settle(cast, made, "paid", pence=WORTH)
        assert (again(cast, made).state, sums(cast, made).paid_pence) == ("paid", WORTH)

    def test_a_payment_that_came_twice_is_taken_over_once(self, cast: Cast) -> None:
        made = claim(cast, with_outcome(cast)[1])
        settle(cast, made, "paid", pence=WORTH)
        with pytest.raises(claims.AlreadySettled):
            settle(cast, made, "paid", pence=WORTH)
        with pytest.raises(claims.AlreadySettled):
            settle(cast, made, "validated")

    def test_a_rejected_milestone_is_claimed_again_and_the_attempts_hang_together(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        first = claim(cast, milestone)
        settle(
            cast, first, "rejected", reference="PRAP-1", reason="wrong_dates", words="The end date is another"
        )
        stored = again(cast, first)
        assert (stored.state, stored.rejection_reason) == ("rejected", "wrong_dates")
        second = claim(cast, milestone)
        assert second.replaces_id == first.pk
        settle(cast, second, "paid", reference="PRAP-1", pence=WORTH)
        with pytest.raises(claims.NotOpen):
            settle(cast, first, "paid", pence=WORTH)
        with pytest.raises(claims.ClaimedAlready):
            claim(cast, milestone)

    @pytest.mark.parametrize(
        ("result", "more", "error"),
        [
            ("paid", {}, claims.SumMissing),
            ("paid", {"pence": 0}, claims.SumMissing),
            ("paid", {"pence": WORTH, "on": ago(-2)}, claims.WrongDay),
            ("validated", {"on": ago(1)}, claims.WrongDay),
            ("recovered", {}, claims.NotOpen),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, cast: Cast, result: str, more: dict[str, Any], error: type[Exception]
    ) -> None:
        made = claim(cast, with_outcome(cast)[1])
        with pytest.raises(error):
            settle(cast, made, result, **more)
        assert again(cast, made).state == "claimed"

    def test_a_reference_belongs_to_one_claim(self, cast: Cast) -> None:
        first, second = (claim(cast, with_outcome(cast)[1]) for _ in range(2))
        settle(cast, first, "validated", reference="PRAP-1")
        with pytest.raises(claims.ReferenceTaken):
            settle(cast, second, "validated", reference="PRAP-1")

    def test_a_withdrawn_claim_is_due_again(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        made = claim(cast, milestone)
        with looking_as(cast.frank) as frank:
            claims.withdraw(claim=made, why="Claimed too early", by=frank, at=frank.now())
        assert claim(cast, milestone).replaces_id == made.pk


class TestClawback:
    def test_a_paid_claim_goes_to_clawback_by_itself_and_says_why(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        made = claim(cast, milestone_of(cast, enrolment))
        settle(cast, made, "paid", pence=WORTH)
        correct(cast, job, since=120, until=60)
        stored = again(cast, made)
        assert (stored.state, stored.clawback_on) == ("clawback", ago(0))
        assert re.match(r"A job was corrected: .* no longer reached\.", stored.clawback_why)
        settle(cast, made, "recovered", pence=WORTH)
        assert (again(cast, made).recovered_on, sums(cast, made).recovered_pence) == (ago(0), WORTH)

    def test_what_is_still_earned_on_another_day_is_due_anew(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        made = claim(cast, milestone_of(cast, enrolment))
        correct(cast, job, since=110)
        assert again(cast, made).state == "clawback"
        moved = milestone_of(cast, enrolment)
        assert claim(cast, moved).milestone_id != made.milestone_id

    def test_a_payment_that_comes_too_late_is_kept_and_still_goes_back(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        made = claim(cast, milestone_of(cast, enrolment))
        correct(cast, job, since=120, until=60)
        settle(cast, made, "paid", pence=WORTH)
        assert (again(cast, made).state, sums(cast, made).paid_pence) == ("clawback", WORTH)

    def test_a_rejected_claim_stays_rejected(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        made = claim(cast, milestone_of(cast, enrolment))
        settle(cast, made, "rejected", reason="late")
        correct(cast, job, since=120, until=60)
        assert again(cast, made).state == "rejected"

    def test_nobody_claims_what_was_reversed(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        milestone = milestone_of(cast, enrolment)
        correct(cast, job, since=120, until=60)
        with pytest.raises(claims.NotInForce):
            claim(cast, milestone)


class TestUnclaimed:
    def keep(self, cast: Cast, **more: Any) -> Unclaimed:
        said: dict[str, Any] = {"reference": "PRAP-9", "result": "paid", "on": ago(0), "pence": WORTH}
        with looking_as(cast.frank) as frank:
            return strays.keep(contract=cast.contract, **{**said, **more}, by=frank, at=frank.now())

    def test_a_payment_that_nobody_claimed_is_kept_once(self, cast: Cast) -> None:
        row = self.keep(cast, row_key="file 1 row 7")
        assert (row.pence, row.explained_at) == (WORTH, None)
        with pytest.raises(strays.AlreadyKept):
            self.keep(cast, row_key="file 1 row 7")

    def test_it_settles_the_claim_that_it_turns_out_to_be_about(self, cast: Cast) -> None:
        row, made = self.keep(cast), claim(cast, with_outcome(cast)[1])
        with looking_as(cast.frank) as frank:
            strays.explain(row=row, claim=made, words="", by=frank, at=frank.now())
        stored = again(cast, made)
        assert (stored.state, stored.reference, sums(cast, made).paid_pence) == ("paid", "PRAP-9", WORTH)
        with looking_as(cast.frank) as frank, pytest.raises(strays.AlreadyExplained):
            strays.explain(row=row, claim=None, words="A bonus", by=frank, at=frank.now())

    def test_a_settling_that_fails_explains_nothing(self, cast: Cast) -> None:
        row, made = self.keep(cast, on=ago(400)), claim(cast, with_outcome(cast)[1])
        with looking_as(cast.frank) as frank, pytest.raises(claims.WrongDay):
            strays.explain(row=row, claim=made, words="", by=frank, at=frank.now())
        with looking_as(cast.system()):
            assert Unclaimed.objects.get(pk=row.pk).explained_at is None


def test_no_event_of_a_claim_says_what_the_commissioner_pays(cast: Cast) -> None:
    """A later provider of the case reads the event."""
    made = claim(cast, with_outcome(cast)[1])
    settle(cast, made, "paid", pence=WORTH)
    with looking_as(cast.system()):
        for event in DomainEvent.objects.filter(kind__startswith="claim."):
            assert not {name for name in event.facts if name.endswith("pence")}
            assert WORTH not in event.facts.values()


def test_a_provider_reads_its_claims_and_not_what_they_are_worth(cast: Cast) -> None:
    made = claim(cast, with_outcome(cast)[1])
    with looking_as(cast.mona):
        assert list(Claim.objects.values_list("pk", flat=True)) == [made.pk]
        assert not made.sums.model._default_manager.exists()
    with looking_as(cast.ines):
        assert not Claim.objects.exists()
