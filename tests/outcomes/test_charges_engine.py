"""What a contract pays or keeps back by the month: fees, retention, caps and volume bands."""

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.charges import (
    Cap,
    DeliveryFee,
    Fee,
    ManagementFee,
    Month,
    Retention,
    RetentionRelease,
    VolumeBand,
    charged,
    contract_year,
    elapsed_months,
)
from programmes.months import shifted

APRIL = date(2026, 4, 1)


def month(number: int) -> date:
    """The first day of a month of the contract; 1 is April 2026."""
    return shifted(APRIL, number - 1)


def earned(*pence: int, **counts: int) -> list[Month]:
    return [Month(month(number), one, counts) for number, one in enumerate(pence, start=1)]


def month_by_month(fee: Fee, months: list[Month], last: int) -> list[int]:
    """What each month is charged, one after the other."""
    so_far: list[int] = []
    for number in range(1, last + 1):
        so_far.append(charged(fee, months, month(number), sum(so_far)).pence)
    return so_far


class TestDeliveryFee:
    def test_is_paid_in_equal_months_that_add_up_to_the_penny(self) -> None:
        fee = DeliveryFee(starts_on=APRIL, pence=1_000_00, months=3)
        assert month_by_month(fee, [], 5) == [333_33, 333_34, 333_33, 0, 0]

    def test_pays_the_first_part_month_by_its_days_and_the_rest_at_the_end(self) -> None:
        fee = DeliveryFee(starts_on=date(2026, 4, 16), pence=300_00, months=3)
        assert month_by_month(fee, [], 5) == [50_00, 100_00, 100_00, 50_00, 0]

    def test_pays_nothing_before_the_contract(self) -> None:
        assert DeliveryFee(starts_on=date(2026, 5, 1), pence=300_00, months=3).due([], APRIL).pence == 0

    def test_pays_whoever_joins_late_the_parts_that_are_left(self) -> None:
        fee = DeliveryFee(starts_on=APRIL, pence=300_00, months=3, joins_on=date(2026, 5, 17))
        assert fee.due([], month(1)).pence == 0
        assert fee.due([], month(2)).pence == round(100_00 * 15 / 31)
        assert fee.due([], month(9)).pence == round(100_00 * 46 / 31)

    def test_pays_whoever_leaves_up_to_the_end_of_that_month(self) -> None:
        fee = DeliveryFee(starts_on=APRIL, pence=300_00, months=3, leaves_on=date(2026, 5, 17))
        assert month_by_month(fee, [], 5) == [100_00, 100_00, 0, 0, 0]
        assert fee.due([], month(4)).why == (
            "2 of 3 equal months of £300.00, up to the agreement’s end in May 2026"
        )
        never = DeliveryFee(
            starts_on=APRIL, pence=300_00, months=3, joins_on=date(2026, 6, 1), leaves_on=APRIL
        )
        assert never.due([], month(9)).pence == 0

    @given(
        months=st.integers(1, 60),
        late=st.integers(0, 3000),
        number=st.integers(1, 80),
        further=st.integers(0, 40),
    )
    def test_never_pays_the_late_more_than_the_early_nor_less_with_time(
        self, months: int, late: int, number: int, further: int
    ) -> None:
        whole = DeliveryFee(starts_on=APRIL, pence=10**8, months=months)
        part = DeliveryFee(starts_on=APRIL, pence=10**8, months=months, joins_on=APRIL + timedelta(days=late))
        assert 0 <= part.due([], month(number)).pence <= whole.due([], month(number)).pence
        assert part.due([], month(number)).pence <= part.due([], month(number + further)).pence

    def test_says_how_it_was_worked_out(self) -> None:
        fee = DeliveryFee(starts_on=date(2026, 4, 16), pence=300_00, months=3)
        assert (
            charged(fee, [], month(2), 50_00).why == "1.5 of 3 equal months of £300.00, less £50.00 before."
        )

    @given(
        pence=st.integers(0, 10**12),
        months=st.integers(1, 60),
        day=st.dates(date(2011, 6, 1), date(2040, 1, 31)),
    )
    def test_never_pays_more_or_less_than_the_whole(self, pence: int, months: int, day: date) -> None:
        fee = DeliveryFee(starts_on=day, pence=pence, months=months)
        last = shifted(day.replace(day=1), months)
        steps = [fee.due([], shifted(day.replace(day=1), number)).pence for number in range(months + 1)]
        assert steps == sorted(steps)
        assert fee.due([], last).pence == pence


class TestManagementFee:
    FEE = ManagementFee(starts_on=APRIL, basis_points=1_250)

    def test_keeps_its_share_of_the_lines_of_the_month(self) -> None:
        months = earned(1_000_00, 333_33)
        assert [self.FEE.due(months, month(number)).pence for number in (1, 2, 3)] == [-125_00, -41_67, 0]

    def test_gives_back_its_share_of_what_was_clawed_back(self) -> None:
        months = earned(1_000_00, -1_000_00)
        assert [self.FEE.due(months, month(number)).pence for number in (1, 2)] == [-125_00, 125_00]

    @given(pence=st.integers(-(10**9), 10**9), others=st.integers(-(10**9), 10**9))
    def test_does_not_look_at_other_months(self, pence: int, others: int) -> None:
        alone = self.FEE.due([Month(month(3), pence)], month(3))
        assert self.FEE.due([*earned(others, others), Month(month(3), pence)], month(3)) == alone


class TestRetention:
    def test_holds_back_a_share_of_the_lines_of_the_month(self) -> None:
        held = Retention(starts_on=APRIL, basis_points=500)
        assert held.due(earned(1_000_00, 200_00), month(2)).pence == -10_00

    def test_frees_what_was_held_back_when_the_months_have_passed_and_no_more(self) -> None:
        freed = RetentionRelease(starts_on=APRIL, months=2)
        held = [Month(month(1), -50_00), Month(month(2), -10_00)]
        assert month_by_month(freed, held, 8) == [0, 0, 50_00, 10_00, 0, 0, 0, 0]


class TestCap:
    def test_takes_off_what_goes_beyond_and_gives_it_back_when_earnings_fall(self) -> None:
        cap = Cap(starts_on=APRIL, pence=1_500_00, per="contract")
        assert month_by_month(cap, earned(1_000_00, 1_000_00, -600_00), 3) == [0, -500_00, 500_00]

    def test_begins_anew_with_every_contract_year(self) -> None:
        cap = Cap(starts_on=APRIL, pence=1_000_00, per="contract_year")
        months = [Month(month(12), 1_200_00), Month(month(13), 900_00)]
        assert month_by_month(cap, months, 13)[11:] == [-200_00, 0]


class TestVolumeBand:
    BAND = VolumeBand(starts_on=APRIL, milestone="job_outcome", above=10, pence=50_00, per="contract_year")

    def test_pays_extra_for_each_one_above_the_number(self) -> None:
        months = [Month(month(1), 0, {"job_outcome": 9}), Month(month(2), 0, {"job_outcome": 4})]
        assert month_by_month(self.BAND, months, 2) == [0, 150_00]

    def test_takes_the_extra_back_when_an_outcome_is(self) -> None:
        months = [Month(month(1), 0, {"job_outcome": 11}), Month(month(2), 0, {"job_outcome": -2})]
        assert month_by_month(self.BAND, months, 2) == [50_00, -50_00]

    def test_ends_with_the_last_of_the_band(self) -> None:
        band = VolumeBand(
            starts_on=APRIL, milestone="job_outcome", above=10, last=12, pence=50_00, per="contract"
        )
        assert band.due([Month(month(1), 0, {"job_outcome": 40})], month(1)).pence == 100_00

    def test_counts_its_own_milestone_alone(self) -> None:
        assert self.BAND.due([Month(month(1), 0, {"start": 40})], month(1)).pence == 0


FEES = [
    RetentionRelease(starts_on=APRIL, months=3),
    Cap(starts_on=APRIL, pence=5_000, per="contract_year"),
    VolumeBand(starts_on=APRIL, milestone="start", above=3, pence=111, per="contract_year"),
]
MONTHS = st.lists(
    st.builds(
        Month,
        st.integers(1, 30).map(month),
        st.integers(-10_000, 10_000),
        st.fixed_dictionaries({"start": st.integers(-3, 9)}),
    ),
    max_size=12,
)


@pytest.mark.parametrize("fee", FEES, ids=lambda fee: fee.kind)
class TestWhatIsDueSoFar:
    @given(months=MONTHS, seed=st.integers())
    def test_does_not_mind_the_order_of_what_it_is_told(
        self, fee: Fee, months: list[Month], seed: int
    ) -> None:
        shuffled = random.Random(seed).sample(months, len(months))
        assert fee.due(months, month(30)) == fee.due(shuffled, month(30))

    @given(months=MONTHS)
    def test_comes_month_by_month_to_what_is_due_in_the_end(self, fee: Fee, months: list[Month]) -> None:
        assert sum(month_by_month(fee, months, 30)) == fee.due(months, month(30)).pence

    @given(months=MONTHS, late=MONTHS)
    def test_makes_good_in_the_next_month_what_comes_late(
        self, fee: Fee, months: list[Month], late: list[Month]
    ) -> None:
        before = sum(month_by_month(fee, months, 20))
        next_one = charged(fee, [*months, *late], month(21), before).pence
        assert before + next_one == fee.due([*months, *late], month(21)).pence

    def test_charges_nothing_where_nothing_was_earned(self, fee: Fee) -> None:
        assert month_by_month(fee, [], 12) == [0] * 12


def test_the_first_part_month_counts_by_its_days() -> None:
    assert elapsed_months(date(2026, 2, 15), date(2026, 2, 1)) == Fraction(1, 2)
    assert elapsed_months(date(2026, 2, 15), date(2026, 4, 1)) == Fraction(5, 2)


def test_a_contract_year_begins_with_the_month_of_the_first_day() -> None:
    assert contract_year(date(2026, 4, 16), date(2027, 3, 1)) == 1
    assert contract_year(date(2026, 4, 16), date(2027, 4, 1)) == 2
