"""The second look: drawn so that it can be drawn again, judged by another, answered, opened for a time, taken back."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from outcomes.actions import claim as claims
from outcomes.actions import recovery
from outcomes.actions import sample as samples
from outcomes.models import AuditGrant, Charge, Entry, Job, Journal, Recovery, Sample, SampleItem
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, settle, with_outcome
from tests.outcomes.sampling import claimed_before, draw, items, judge, let_in, paid_before, recover
from tests.outcomes.working import end
from tests.participants.people import ago

PAID = 90_000  # what a provider is paid for a short job outcome in the cast's contract


def reply(cast: Cast, item: SampleItem, by: str = "mona", later: int = 0) -> SampleItem:
    with looking_as(getattr(cast, by)) as viewer:
        at = viewer.now() + timedelta(days=later)
        return samples.reply(item=item, words="It is on the second page.", by=viewer, at=at)


def decide(cast: Cast, item: SampleItem, verdict: str) -> None:
    with looking_as(cast.priya) as priya:
        samples.decide(item=item, verdict=verdict, by=priya, at=priya.now())


def withdraw_work(cast: Cast, item: SampleItem) -> None:
    """The job behind a drawn claim turns out to have been short, so that its milestone is reversed."""
    with looking_as(cast.system()):
        person = item.participant_id
        job = Job.objects.get(participant=person, voided_at=None)
    end(cast, job, days=119)


def half_wrong(cast: Cast, paid: int) -> tuple[Sample, SampleItem, SampleItem]:
    """So many paid claims, two of them drawn: the first is found to be an error, the second sound."""
    paid_before(cast, paid)
    sample = draw(cast, 2)
    wrong, sound = items(cast, sample)
    judge(cast, wrong)
    judge(cast, sound, "sound")
    return sample, wrong, sound


class TestDrawing:
    def test_the_seed_draws_the_same_claims_again(self, cast: Cast) -> None:
        claimed_before(cast, 5)
        first = draw(cast, 2)
        again = draw(cast, 2, seed=first.seed)
        other = draw(cast, 5)
        assert [one.claim_id for one in items(cast, first)] == [one.claim_id for one in items(cast, again)]
        assert (first.population, other.size) == (5, 5)

    def test_what_was_turned_down_is_not_drawn(self, cast: Cast) -> None:
        rejected, _ = claimed_before(cast, 2)
        settle(cast, rejected, "rejected", reason="late")
        assert draw(cast, 1).population == 1

    def test_a_period_that_is_not_over_is_refused(self, cast: Cast) -> None:
        claimed_before(cast, 1)
        with pytest.raises(samples.PeriodNotOver):
            draw(cast, 1, claimed_to=ago(0))

    @pytest.mark.parametrize("size", [0, 2])
    def test_more_than_there_is_is_refused(self, cast: Cast, size: int) -> None:
        claimed_before(cast, 1)
        with pytest.raises(samples.NothingToDraw):
            draw(cast, size)


class TestJudging:
    def test_nobody_judges_their_own_claim(self, cast: Cast) -> None:
        claimed_before(cast, 1)
        [item] = items(cast, draw(cast, 1))
        with pytest.raises(samples.OwnClaim):
            judge(cast, item, by="frank")
        assert judge(cast, item).finding == "error"

    def test_nobody_overturns_an_error_in_their_own_claim(self, cast: Cast) -> None:
        claimed_before(cast, 1)
        [item] = items(cast, draw(cast, 1))
        judge(cast, item)
        reply(cast, item)
        with looking_as(cast.frank) as frank, pytest.raises(samples.OwnClaim):
            samples.decide(item=item, verdict="overturned", by=frank, at=frank.now())

    def test_the_provider_answers_once_and_in_time(self, cast: Cast) -> None:
        claimed_before(cast, 2)
        sound, wrong = items(cast, draw(cast, 2))
        judge(cast, sound, "sound")
        judge(cast, wrong)
        with pytest.raises(samples.NothingToAnswer):
            reply(cast, sound)
        with pytest.raises(samples.NothingToAnswer):
            reply(cast, wrong, later=samples.TO_REPLY_DAYS + 1)
        assert reply(cast, wrong).reply
        with pytest.raises(samples.TooLate):
            reply(cast, wrong)
        with pytest.raises(samples.TooLate):
            judge(cast, wrong, "sound")

    def test_an_answer_is_decided_once(self, cast: Cast) -> None:
        claimed_before(cast, 1)
        [item] = items(cast, draw(cast, 1))
        with pytest.raises(samples.TooLate):
            decide(cast, item, "upheld")
        judge(cast, item)
        reply(cast, item)
        decide(cast, item, "overturned")
        with pytest.raises(samples.TooLate):
            decide(cast, item, "upheld")

    def test_the_days_to_answer_count_from_the_finding(self, cast: Cast) -> None:
        claimed_before(cast, 1)
        [item] = items(cast, draw(cast, 1))
        found = judge(cast, item, later=40)
        assert found.reply_by == ago(-40 - samples.TO_REPLY_DAYS)
        with pytest.raises(samples.NothingToAnswer):
            reply(cast, item, later=40 + samples.TO_REPLY_DAYS + 1)
        assert reply(cast, item, later=40 + samples.TO_REPLY_DAYS).reply

    def test_a_finding_that_is_changed_gives_the_days_anew(self, cast: Cast) -> None:
        claimed_before(cast, 1)
        [item] = items(cast, draw(cast, 1))
        judge(cast, item)
        assert judge(cast, item, "sound", later=1).reply_by is None
        assert judge(cast, item, later=2).reply_by == ago(-2 - samples.TO_REPLY_DAYS)


class TestAuditor:
    def test_only_somebody_of_the_commissioner_is_let_in(self, cast: Cast) -> None:
        claimed_before(cast, 1)
        sample = draw(cast, 1)
        for name in ("mona", "priya"):
            with pytest.raises(samples.NotAnAuditor):
                let_in(cast, sample, name)

    @pytest.mark.parametrize(("opens", "closes"), [(5, 1), (0, 5), (0, -200)])
    def test_and_for_a_time_alone(self, cast: Cast, opens: int, closes: int) -> None:
        claimed_before(cast, 1)
        with pytest.raises(samples.NotForSoLong):
            let_in(cast, draw(cast, 1), opens=opens, closes=closes)

    def test_the_walls_open_and_close_with_the_grant(self, cast: Cast) -> None:
        claimed_before(cast, 2)
        sample, other = draw(cast, 1), draw(cast, 1)
        grant = let_in(cast, sample)
        let_in(cast, other, opens=-5, closes=-9)

        def seen() -> int:
            with looking_as(cast.dee):
                return SampleItem.objects.count()

        assert seen() == 1
        with looking_as(cast.priya) as priya:
            samples.shut_out(grant=grant, by=priya, at=priya.now())
        assert seen() == 0
        with looking_as(cast.priya) as priya, pytest.raises(samples.AlreadyOpened):
            samples.shut_out(grant=AuditGrant.objects.get(pk=grant.pk), by=priya, at=priya.now())


class TestRecovery:
    def test_errors_are_taken_back_for_the_whole_population(self, cast: Cast) -> None:
        sample, _wrong, _sound = half_wrong(cast, 4)
        [made] = recover(cast, sample)
        assert (made.errors, made.error_pence, made.checked_pence) == (1, WORTH, 2 * WORTH)
        assert (made.population_pence, made.pence) == (4 * WORTH, 2 * WORTH)
        with looking_as(cast.system()):
            charged = Charge.objects.filter(kind="recovery").order_by("side")
            assert [(one.side, one.pence) for one in charged] == [
                ("commissioner", -2 * WORTH),
                ("provider", -2 * PAID),
            ]
            journals = Journal.objects.filter(charge__in=charged)
            assert all(sum(e.pence for e in Entry.objects.filter(journal=j)) == 0 for j in journals)
            assert journals.get(side="provider").statement is not None
        with pytest.raises(recovery.AlreadyRecovered):
            recover(cast, sample)

    def test_what_changed_since_it_was_read_is_not_taken_back(self, cast: Cast) -> None:
        sample, wrong, _sound = half_wrong(cast, 4)
        with looking_as(cast.system()):
            read = recovery.reckoned(sample).sums
        withdraw_work(cast, wrong)
        at = cast.frank.now() + timedelta(days=20)
        with looking_as(cast.frank) as frank, pytest.raises(recovery.Changed):
            recovery.recover(sample=sample, expected=read, by=frank, at=at)
        with looking_as(cast.system()):
            assert not Recovery.objects.exists()
        assert recover(cast, sample)

    def test_what_was_overturned_is_not_taken_back(self, cast: Cast) -> None:
        paid_before(cast, 1)
        sample = draw(cast, 1)
        [item] = items(cast, sample)
        judge(cast, item)
        reply(cast, item)
        with pytest.raises(recovery.NotJudged):
            recover(cast, sample)
        decide(cast, item, "overturned")
        with pytest.raises(recovery.NothingToRecover):
            recover(cast, sample)

    def test_nothing_is_taken_back_before_the_provider_could_answer(self, cast: Cast) -> None:
        paid_before(cast, 1)
        sample = draw(cast, 1)
        with pytest.raises(recovery.NotJudged):
            recover(cast, sample, later=30)
        judge(cast, items(cast, sample)[0], later=30)
        with pytest.raises(recovery.NotJudged):
            recover(cast, sample, later=30 + samples.TO_REPLY_DAYS)
        assert recover(cast, sample, later=30 + samples.TO_REPLY_DAYS + 1)

    def test_each_provider_bears_its_own_errors(self, cast: Cast) -> None:
        paid_before(cast, 2)
        paid_before(cast, 1, provider="i2i", adviser="ivo", by="ivo")
        sample = draw(cast, 3)
        for item in items(cast, sample):
            is_theirs = item.organisation_id == cast.organisation("i2i")
            judge(cast, item, "error" if is_theirs else "sound")
        [made] = recover(cast, sample)
        assert (made.organisation_id, made.pence) == (cast.organisation("i2i"), WORTH)

    def test_the_split_by_provider_is_the_whole_on_both_sides(self, cast: Cast) -> None:
        paid_before(cast, 2)
        paid_before(cast, 2, provider="i2i", adviser="ivo", by="ivo")
        sample = draw(cast, 3)
        for item in items(cast, sample):
            judge(cast, item)
        made = recover(cast, sample)
        assert sum(one.pence for one in made) == 4 * WORTH
        with looking_as(cast.system()):
            back = Charge.objects.filter(kind="recovery", side="commissioner")
            assert {one.organisation_id: -one.pence for one in back} == {
                one.organisation_id: one.pence for one in made
            }


class TestWhatIsNotTakenBackAgain:
    def test_what_was_never_paid(self, cast: Cast) -> None:
        paid_before(cast, 2)
        waits, refused = claimed_before(cast, 2)
        sample = draw(cast, 4)
        settle(cast, refused, "rejected", reason="late")
        for item in items(cast, sample):
            judge(cast, item, "error" if item.claim_id in (waits.pk, refused.pk) else "sound")
        with pytest.raises(recovery.NotJudged, match="not paid yet"):
            recover(cast, sample)
        settle(cast, waits, "rejected", reason="late")
        with pytest.raises(recovery.NothingToRecover):
            recover(cast, sample)

    def test_unpaid_claims_do_not_swell_the_population(self, cast: Cast) -> None:
        refused = claimed_before(cast, 2)
        paid_before(cast, 2)
        sample = draw(cast, 4)
        for item in items(cast, sample):
            judge(cast, item)
        for claim in refused:
            settle(cast, claim, "rejected", reason="late")
        [made] = recover(cast, sample)
        assert (made.errors, made.checked_pence) == (2, 2 * WORTH)
        assert (made.population_pence, made.pence) == (2 * WORTH, 2 * WORTH)

    def test_an_error_that_was_reversed_since_counts_for_those_nobody_looked_at_alone(
        self, cast: Cast
    ) -> None:
        sample, wrong, _sound = half_wrong(cast, 4)
        withdraw_work(cast, wrong)
        [made] = recover(cast, sample)
        # Half of what was checked was wrong, and two were not looked at; the error itself went back already.
        assert (made.population_pence, made.pence) == (3 * WORTH, WORTH)

    def test_nothing_goes_back_for_a_whole_sample_whose_errors_were_reversed(self, cast: Cast) -> None:
        sample, wrong, _sound = half_wrong(cast, 2)
        withdraw_work(cast, wrong)
        with pytest.raises(recovery.NothingToRecover):
            recover(cast, sample)

    def test_an_error_that_is_reversed_afterwards_goes_back_once(self, cast: Cast) -> None:
        sample, wrong, _sound = half_wrong(cast, 4)
        recover(cast, sample)

        def books() -> dict[str, int]:
            with looking_as(cast.system()):
                rows = Journal.objects.order_by().values_list("side").annotate(Sum("pence"))
                return dict(rows)

        before = books()
        withdraw_work(cast, wrong)
        assert books() == before
        with looking_as(cast.system()):
            charges = Charge.objects.filter(kind="recovery", pence__gt=0).order_by("side")
            assert [(one.side, one.pence) for one in charges] == [("commissioner", WORTH), ("provider", PAID)]

    def test_a_sound_claim_that_is_reversed_afterwards_goes_back_as_ever(self, cast: Cast) -> None:
        sample, _wrong, sound = half_wrong(cast, 4)
        recover(cast, sample)
        withdraw_work(cast, sound)
        with looking_as(cast.system()):
            assert not Charge.objects.filter(kind="recovery", pence__gt=0).exists()
            assert Journal.objects.filter(kind="reversal", pence=-WORTH).exists()

    def test_a_second_sample_of_the_same_days_takes_nothing_twice(self, cast: Cast) -> None:
        paid_before(cast, 2)
        first, second = draw(cast, 2), draw(cast, 2, seed="other")
        for sample in (first, second):
            for item in items(cast, sample):
                judge(cast, item)
        [made] = recover(cast, first)
        assert made.pence == 2 * WORTH
        with pytest.raises(recovery.NothingToRecover, match="taken back for before, and is left out"):
            recover(cast, second)

    def test_a_sample_of_more_days_leaves_those_out_and_says_so(self, cast: Cast) -> None:
        paid_before(cast, 1)
        with looking_as(cast.frank) as frank:
            _, milestone = with_outcome(cast)
            later = claims.claim(milestone=milestone, by=frank, at=frank.now() - timedelta(days=5))
        settle(cast, later, "paid", pence=WORTH)
        first = draw(cast, 1, claimed_from=ago(25), claimed_to=ago(15))
        second = draw(cast, 2)
        for sample in (first, second):
            for item in items(cast, sample):
                judge(cast, item)
        recover(cast, first)
        [made] = recover(cast, second)
        assert (made.population_pence, made.pence) == (WORTH, WORTH)
        with looking_as(cast.mona):
            charges = Charge.objects.filter(kind="recovery").order_by("made_at", "pk")
            assert [one.pence for one in charges] == [-PAID, -PAID]
            assert "left out" in list(charges)[-1].why
