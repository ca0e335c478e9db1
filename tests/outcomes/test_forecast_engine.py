"""What the caseload is likely to earn, and the cash that it takes until then."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from outcomes.forecast import Capital, Coming, ahead, capital, paid_in
from programmes.months import shifted

MAY = date(2026, 5, 1)
TODAY = date(2026, 5, 20)


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


class TestTheDayOfPayment:
    def test_counts_from_the_end_of_the_month(self) -> None:
        october = date(2026, 10, 1)
        paid = {days: paid_in(october, days, TODAY).month for days in (0, 1, 30, 31, 60)}
        assert paid == {0: 10, 1: 11, 30: 11, 31: 12, 60: 12}

    def test_brings_one_month_in_each(self) -> None:
        months = [shifted(MAY, number) for number in range(24)]
        assert [paid_in(month, 30, TODAY) for month in months] == [shifted(month, 1) for month in months]

    def test_is_not_in_the_past(self) -> None:
        assert paid_in(date(2026, 1, 1), 30, TODAY) == MAY

    @given(month=st.integers(-5, 12), days=st.integers(0, 360), more=st.integers(0, 60))
    def test_never_comes_earlier_by_waiting_longer(self, month: int, days: int, more: int) -> None:
        of = shifted(MAY, month)
        assert max(of, MAY) <= paid_in(of, days, TODAY) <= paid_in(of, days + more, TODAY)


class TestCapital:
    RECEIVED = dict(zip([shifted(MAY, number) for number in range(3, 6)], [500, 2_000, 2_000], strict=True))

    def found(self, cost: int) -> Capital:
        return capital(self.RECEIVED, first=MAY, months=6, monthly_cost=cost)

    def test_is_the_deepest_that_the_balance_falls(self) -> None:
        found = self.found(600)
        assert [one.balance for one in found.months] == [-600, -1_200, -1_800, -1_900, -500, 900]
        assert found.needed == 1_900
        assert found.turns == shifted(MAY, 5)

    def test_says_what_is_spent_until_the_first_payment(self) -> None:
        assert (self.found(600).paid_from, self.found(600).until_paid) == (shifted(MAY, 3), 1_800)
        nothing = capital({}, first=MAY, months=6, monthly_cost=600)
        assert (nothing.paid_from, nothing.until_paid) == (None, 3_600)

    def test_never_turns_where_the_cost_is_never_earned(self) -> None:
        assert self.found(6_000).turns is None

    def test_needs_nothing_where_nothing_is_spent(self) -> None:
        assert (self.found(0).needed, self.found(0).turns) == (0, MAY)

    @given(
        received=st.dictionaries(st.integers(0, 5).map(lambda n: shifted(MAY, n)), st.integers(0, 10**6)),
        cost=st.integers(0, 10**6),
    )
    def test_is_what_keeps_the_balance_from_falling_below_nothing(
        self, received: dict[date, int], cost: int
    ) -> None:
        found = capital(received, first=MAY, months=6, monthly_cost=cost)
        assert all(one.balance + found.needed >= 0 for one in found.months)
        assert found.balance == sum(received.values()) - 6 * cost
