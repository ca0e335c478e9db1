"""Where a rate leads by the end of the contract year, and which is needed: counted by hand."""

from datetime import date
from fractions import Fraction

import pytest

from outcomes.performance.trajectory import Trajectory, Year
from programmes.models import Contract

CONTRACT = Contract(starts_on=date(2024, 9, 15), ends_on=date(2027, 3, 31))


@pytest.mark.parametrize(
    ("today", "first", "last", "gone"),
    [
        (date(2025, 8, 31), date(2024, 9, 1), date(2025, 8, 1), 12),
        (date(2025, 9, 1), date(2025, 9, 1), date(2026, 8, 1), Fraction(1, 30)),
        (date(2025, 11, 15), date(2025, 9, 1), date(2026, 8, 1), Fraction(5, 2)),
        # The contract ends before its third year does.
        (date(2026, 10, 31), date(2026, 9, 1), date(2027, 3, 1), 2),
        (date(2028, 1, 1), date(2026, 9, 1), date(2027, 3, 1), 7),
        (date(2024, 8, 1), date(2024, 9, 1), date(2025, 8, 1), 0),
    ],
)
def test_the_year_is_the_contracts_own(today: date, first: date, last: date, gone: Fraction) -> None:
    year = Year.of(CONTRACT, today)
    assert (year.first, year.last, year.gone) == (first, last, gone)


def test_the_words_are_worked_out_by_hand() -> None:
    year = Year.of(CONTRACT, date(2025, 12, 31))
    # 4 of 12 months gone: 137 / 4 = 34.25 a month; (500 - 137) / 8 = 45.4 a month are needed.
    assert str(Trajectory(year, 137, 500)) == (
        "At this rate 411 of 500 by 31 August 2026; 45 a month are needed, 34 now"
    )
    assert "3.4 a month are needed, 1.3 now" in str(Trajectory(year, 5, 32))
    assert "1 a month is needed" in str(Trajectory(year, 2, 10))


def test_what_is_reached_needs_nothing_more() -> None:
    year = Year.of(CONTRACT, date(2025, 12, 31))
    assert str(Trajectory(year, 500, 500)) == "500 of 500 for the year are reached already"


@pytest.mark.parametrize("today", [date(2025, 9, 29), date(2026, 8, 31), date(2028, 1, 1)])
def test_a_few_days_and_a_year_that_is_over_lead_nowhere(today: date) -> None:
    assert str(Trajectory(Year.of(CONTRACT, today), 3, 50)) == ""
