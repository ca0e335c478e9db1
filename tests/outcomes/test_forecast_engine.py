"""What the caseload is likely to earn, and the cash that it takes until then."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.forecast import Coming, Lasted, Survival, ahead, capital
from programmes.months import shifted

MAY = date(2026, 5, 1)
JOBS = st.lists(st.builds(Lasted, st.integers(1, 400), st.booleans()), max_size=40)


class TestSurvival:
    def test_is_the_share_of_jobs_that_last_longer(self) -> None:
        survival = Survival.of([Lasted(10, True), Lasted(20, True), Lasted(30, True), Lasted(40, True)])
        assert [survival.beyond(days) for days in (9, 10, 25, 40)] == [1.0, 0.75, 0.5, 0.0]

    def test_lets_a_job_that_still_lasts_count_for_as_long_as_it_is_known(self) -> None:
        # Of four, one ended on day 10; of the two still known on day 30, one ended: 3/4 of 1/2.
        survival = Survival.of([Lasted(10, True), Lasted(20, False), Lasted(30, True), Lasted(40, False)])
        assert survival.beyond(30) == pytest.approx(0.75 * 0.5)

    def test_gives_an_older_job_its_age_for_granted(self) -> None:
        survival = Survival.of([Lasted(10, True), Lasted(20, True), Lasted(30, True), Lasted(40, True)])
        assert survival.chance(0, 30) == pytest.approx(0.25)
        assert survival.chance(20, 10) == pytest.approx(0.5)

    def test_knows_nothing_beyond_the_longest_job(self) -> None:
        assert Survival.of([Lasted(10, True)]).chance(10, 5) == 0.0

    def test_takes_a_job_to_last_where_no_job_ever_ended(self) -> None:
        assert Survival.of([]).chance(5, 100) == 1.0

    @given(jobs=JOBS, so_far=st.integers(0, 400), more=st.integers(0, 400), further=st.integers(0, 100))
    def test_is_a_chance_that_never_rises_with_the_days(
        self, jobs: list[Lasted], so_far: int, more: int, further: int
    ) -> None:
        survival = Survival.of(jobs)
        assert 0 <= survival.chance(so_far, more + further) <= survival.chance(so_far, more) <= 1

    @given(jobs=JOBS, seed=st.integers())
    def test_does_not_mind_the_order_of_the_jobs(self, jobs: list[Lasted], seed: int) -> None:
        assert Survival.of(random.Random(seed).sample(jobs, len(jobs))) == Survival.of(jobs)


class TestTheMonthsAhead:
    def test_are_worth_what_is_likely_at_best_all_and_at_worst_what_was_reached(self) -> None:
        may, june = ahead([Coming(MAY, 1_000, 1, is_certain=True), Coming(MAY, 2_000, 0.25)], MAY, 2)
        assert (may.number, may.expected, may.best, may.worst) == (1.25, 1_500, 3_000, 1_000)
        assert (june.month, june.number, june.expected, june.best) == (date(2026, 6, 1), 0, 0, 0)

    def test_leave_out_what_comes_later(self) -> None:
        assert ahead([Coming(shifted(MAY, 2), 1_000, 1)], MAY, 2)[1].best == 0

    @given(
        st.lists(
            st.builds(
                Coming,
                st.integers(0, 5).map(lambda n: shifted(MAY, n)),
                st.integers(0, 10**9),
                st.floats(0, 1),
            )
        )
    )
    def test_lie_between_the_worst_and_the_best(self, coming: list[Coming]) -> None:
        for month in ahead(coming, MAY, 6):
            assert month.worst <= month.expected + 1
            assert month.expected <= month.best + 1


class TestCapital:
    EARNED = tuple(
        (shifted(MAY, number), pence) for number, pence in enumerate([0, 0, 500, 2_000, 2_000, 2_000])
    )

    def test_is_the_deepest_that_the_balance_falls(self) -> None:
        found = capital(self.EARNED, monthly_cost=600, days_to_pay=10)
        assert [one.balance for one in found.months] == [-600, -1_200, -1_800, -1_900, -500, 900]
        assert found.needed == 1_900
        assert found.turns == shifted(MAY, 5)

    def test_grows_with_the_days_until_payment(self) -> None:
        soon, late = (capital(self.EARNED, monthly_cost=600, days_to_pay=days).needed for days in (10, 45))
        assert late > soon

    def test_never_turns_where_the_cost_is_never_earned(self) -> None:
        assert capital(self.EARNED, monthly_cost=6_000, days_to_pay=10).turns is None

    def test_needs_nothing_where_nothing_is_spent(self) -> None:
        found = capital(self.EARNED, monthly_cost=0, days_to_pay=10)
        assert (found.needed, found.turns) == (0, MAY)

    def test_of_no_months_is_nothing(self) -> None:
        assert capital([], monthly_cost=100, days_to_pay=10).needed == 0
