"""Rates are compared fairly: by how far chance alone takes them."""

from math import comb

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from outcomes.performance.comparison import (
    Rate,
    Signal,
    Verdict,
    adjusted,
    control_chart,
    interval,
    limits,
    pooled,
    verdict,
)

rates = st.integers(1, 400).flatmap(lambda n: st.builds(Rate, st.integers(0, n), st.just(n)))
shares = st.floats(0.02, 0.98)


def test_wilsons_interval_as_it_is_published() -> None:
    # Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I.
    for above, base, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        found = interval(Rate(above, base))
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(rates)
def test_an_interval_holds_its_rate_and_lies_between_nothing_and_all(rate: Rate) -> None:
    found = interval(rate)
    assert 0 <= found.low <= rate.share + 1e-12
    assert rate.share - 1e-12 <= found.high <= 1


def test_of_nobody_anything_may_be_true() -> None:
    assert interval(Rate(0, 0)) == (0, 1)
    assert verdict(Rate(0, 0), 0.4) is Verdict.WITHIN


@given(shares, st.integers(5, 300))
def test_a_funnel_narrows_and_its_inner_limits_lie_within_the_outer_ones(share: float, base: int) -> None:
    small, large = limits(share, base), limits(share, base * 16)
    for each in (small, large):
        assert 0 <= each.outer_low <= each.inner_low <= each.inner_high <= each.outer_high <= 1
    assert large.outer_high - large.outer_low < small.outer_high - small.outer_low


@given(st.integers(2, 60), shares)
def test_chance_alone_leaves_the_funnel_as_seldom_as_it_says(base: int, share: float) -> None:
    def probability(of: set[Verdict]) -> float:
        return sum(
            comb(base, k) * share**k * (1 - share) ** (base - k)
            for k in range(base + 1)
            if verdict(Rate(k, base), share) in of
        )

    # Between whole numbers the limits are drawn through the step, so that one step at most lies beyond the tail.
    steps = [comb(base, k) * share**k * (1 - share) ** (base - k) for k in range(base + 1)]
    assert probability({Verdict.FAR_BELOW}) <= 0.001 + max(steps)
    assert probability({Verdict.BELOW, Verdict.FAR_BELOW}) <= 0.025 + 1e-9
    assert probability({Verdict.FAR_ABOVE}) <= 0.001 + max(steps)


def test_ten_of_a_hundred_where_thirty_are_expected_is_far_below() -> None:
    assert verdict(Rate(10, 100), 0.3) is Verdict.FAR_BELOW
    assert verdict(Rate(21, 100), 0.3) is Verdict.WITHIN
    assert verdict(Rate(20, 100), 0.3) is Verdict.BELOW
    assert verdict(Rate(40, 100), 0.3) is Verdict.ABOVE
    assert verdict(Rate(50, 100), 0.3) is Verdict.FAR_ABOVE


def test_one_in_ten_of_ten_is_no_news() -> None:
    assert verdict(Rate(1, 10), 0.3) is Verdict.WITHIN


class TestControlChart:
    """Months of a hundred people each, three in ten of whom succeed."""

    @staticmethod
    def signals(*above: int) -> list[tuple[Signal, ...]]:
        # Enough quiet months that the last ones hardly move the centre.
        quiet = [30, 29, 31, 30] * 20
        _, points = control_chart([Rate(each, 100) for each in (*quiet, *above)])
        return [point.signals for point in points[len(quiet) :]]

    def test_quiet_months_say_nothing(self) -> None:
        assert self.signals(28, 33, 31, 29, 30) == [()] * 5

    def test_a_month_outside_the_limits_is_one(self) -> None:
        assert Signal.BEYOND in self.signals(50)[-1]
        assert Signal.BEYOND in self.signals(12)[-1]
        assert self.signals(43) == [()]

    def test_two_of_three_near_the_limit(self) -> None:
        assert self.signals(41, 30, 41)[-1] == (Signal.TWO_OF_THREE,)
        assert self.signals(41, 30, 19)[-1] == ()

    def test_four_of_five_to_one_side(self) -> None:
        assert self.signals(36, 37, 30, 36, 36)[-1] == (Signal.FOUR_OF_FIVE,)
        assert self.signals(36, 37, 36, 36, 24)[-1] == ()

    def test_eight_running_on_one_side(self) -> None:
        assert self.signals(*[32] * 8)[-1] == (Signal.EIGHT,)
        assert self.signals(*[32] * 4, 29, *[32] * 4)[-1] == ()

    def test_a_month_of_nobody_has_no_rate_and_ends_a_run(self) -> None:
        _, points = control_chart([*[Rate(32, 100)] * 7, Rate(0, 0), Rate(32, 100), *[Rate(10, 100)] * 9])
        assert points[7].signals == ()
        assert (points[7].low, points[7].high) == (0, 1)
        assert Signal.EIGHT not in points[8].signals

    def test_a_month_of_too_few_is_not_judged(self) -> None:
        months = [Rate(1, 20)] * 20 + [Rate(1, 1)]
        assert control_chart(months)[1][-1].signals
        assert not control_chart(months, least=10)[1][-1].signals

    @given(st.lists(rates, min_size=1, max_size=24))
    def test_the_centre_is_everybody_and_limits_hold_it(self, months: list[Rate]) -> None:
        centre, points = control_chart(months)
        assert centre == pooled(months).share
        assert all(0 <= point.low <= centre <= point.high <= 1 for point in points)


class TestCaseMix:
    """Two strata: people for whom work is near, and people for whom it is far."""

    NEAR, FAR = "near", "far"

    def test_who_does_as_well_in_each_stratum_is_as_good_whoever_is_sent(self) -> None:
        easy = {self.NEAR: Rate(80, 200), self.FAR: Rate(2, 20)}
        hard = {self.NEAR: Rate(8, 20), self.FAR: Rate(20, 200)}
        everybody = {self.NEAR: Rate(88, 220), self.FAR: Rate(22, 220)}
        one, other = adjusted(easy, everybody), adjusted(hard, everybody)
        assert one
        assert other
        assert pooled(list(easy.values())).share > 2 * pooled(list(hard.values())).share
        assert one.share == pytest.approx(other.share) == pytest.approx(110 / 440)
        assert one.expected > other.expected

    @given(st.dictionaries(st.integers(0, 5), rates, min_size=1))
    def test_everybody_adjusted_is_everybody(self, everybody: dict[int, Rate]) -> None:
        assume(pooled(list(everybody.values())).above)
        found = adjusted(everybody, everybody)
        assert found
        assert found.share == pytest.approx(pooled(list(everybody.values())).share)
        assert found.interval.low <= found.share <= found.interval.high + 1e-9

    def test_byars_interval_as_it_is_published(self) -> None:
        # Breslow and Day (1987), table 2.11: 40 observed deaths, exact limits 28.58 and 54.47.
        found = adjusted({"all": Rate(40, 400)}, {"all": Rate(40, 400)})
        assert found
        assert found.interval.low * 400 == pytest.approx(28.58, abs=0.05)
        assert found.interval.high * 400 == pytest.approx(54.47, abs=0.05)

    def test_nothing_is_expected_of_nobody(self) -> None:
        assert adjusted({}, {"all": Rate(1, 2)}) is None
        assert adjusted({"all": Rate(0, 5)}, {"all": Rate(0, 5)}) is None
