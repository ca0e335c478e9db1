"""By whom a chance is judged: jobs of the past, of the newest cohort that is old and large enough."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.cohorts import Chance, Cohorts, Lasted, Rule, Survival, rule_on

TODAY = date(2026, 5, 20)
RULE = Rule(date(2011, 6, 1), (3, 12), 3, 3)
JOBS = st.lists(st.builds(Lasted, st.integers(1, 400), st.booleans()), max_size=40)
BEGUN = st.lists(
    st.tuples(
        st.integers(0, 1500).map(lambda days: TODAY - timedelta(days=days)), st.floats(0, 1), st.booleans()
    ).map(lambda one: (one[0], Lasted(round((TODAY - one[0]).days * one[1]) + 1, one[2]))),
    max_size=40,
)


def cohorts(begun: list[tuple[date, Lasted]], least: int = 3) -> Cohorts:
    return Cohorts.of(begun, TODAY, ahead=365, rule=Rule(RULE.since, RULE.cohort_months, least, 3))


def jobs(first: date, *days: int) -> list[tuple[date, Lasted]]:
    """Jobs that began one after the other and ended after so many days."""
    return [(first + timedelta(days=number), Lasted(lasted, True)) for number, lasted in enumerate(days)]


class TestSurvival:
    def test_is_the_share_of_jobs_that_last_longer(self) -> None:
        survival = Survival.of([Lasted(10, True), Lasted(20, True), Lasted(30, True), Lasted(40, True)])
        assert [survival.beyond(days) for days in (9, 10, 25, 40)] == [1.0, 0.75, 0.5, 0.0]
        assert [survival.got_to(days) for days in (0, 10, 25, 40)] == [4, 3, 2, 0]

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


class TestCohorts:
    def test_the_newest_quarter_that_was_watched_long_enough_judges(self) -> None:
        long_ago, last_year, now = date(2023, 1, 9), date(2025, 1, 9), date(2026, 4, 6)
        found = cohorts([*jobs(long_ago, 10, 10, 10), *jobs(last_year, 50, 90, 90), *jobs(now, 5, 5, 5)])
        share, rests_on = found.chance(0, 60)
        assert share == pytest.approx(2 / 3)
        assert rests_on == 3

    def test_the_quarter_must_have_been_watched_for_as_long_as_is_asked(self) -> None:
        found = cohorts([*jobs(date(2023, 1, 9), 40, 60, 90, 200), *jobs(date(2025, 1, 9), 90, 90, 90)])
        # The first quarter of 2025 ended 415 days ago: it was watched for 50 days and a year, and not for 51.
        assert found.judging(50).jobs == 3
        assert found.judging(51).jobs == 4
        # Of 2023 a single job lasted longer than 90 days.
        assert found.judging(90) == found.whole

    def test_a_year_judges_where_no_quarter_of_it_is_large_enough(self) -> None:
        spread = [(date(2024, month, 5), Lasted(100, True)) for month in (2, 5, 8, 11)]
        assert cohorts([*spread, *jobs(date(2020, 3, 3), 1, 1, 1)]).chance(0, 50) == Chance(1.0, 4)

    def test_everybody_judges_where_no_cohort_is_large_enough(self) -> None:
        begun = [*jobs(date(2022, 1, 9), 10), *jobs(date(2024, 1, 9), 90)]
        assert cohorts(begun).chance(0, 50) == Chance(0.5, 2)

    @given(begun=BEGUN, so_far=st.integers(0, 500), more=st.integers(0, 365), further=st.integers(0, 100))
    def test_a_chance_is_never_above_one_and_more_days_to_go_are_never_more_likely(
        self, begun: list[tuple[date, Lasted]], so_far: int, more: int, further: int
    ) -> None:
        found = cohorts(begun)
        assert 0 <= found.chance(so_far, more + further).share <= found.chance(so_far, more).share <= 1

    @given(begun=BEGUN, so_far=st.integers(0, 500))
    def test_never_fewer_than_the_least_judge_but_all_together(
        self, begun: list[tuple[date, Lasted]], so_far: int
    ) -> None:
        found = cohorts(begun)
        judging = found.judging(so_far)
        assert judging == found.whole or judging.got_to(so_far) >= RULE.least
        assert judging.jobs <= len(begun)

    @given(begun=BEGUN, seed=st.integers())
    def test_the_order_does_not_matter(self, begun: list[tuple[date, Lasted]], seed: int) -> None:
        assert cohorts(random.Random(seed).sample(begun, len(begun))) == cohorts(begun)


def test_the_rule_of_the_file_is_dated() -> None:
    assert rule_on(date(2000, 1, 1)) == rule_on(date(2026, 1, 1))
    assert rule_on(date(2026, 1, 1)).least == 30
