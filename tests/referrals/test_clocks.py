"""How long a referral has waited, against the contract's standards."""

from datetime import date

from programmes.models import Standard
from referrals.clocks import Clock, running

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)


def standard(limit: int, unit: str = "working_days") -> Standard:
    return Standard(code="start", limit=limit, unit=unit)


def test_working_days_are_counted_from_the_day_after() -> None:
    assert running(FRIDAY, FRIDAY, standard(2)) == Clock(0, 2, date(2026, 3, 10))
    assert running(FRIDAY, MONDAY, standard(2)).words == "day 1 of 2"
    assert running(FRIDAY, MONDAY, None).words == "day 1"


def test_days_are_counted_where_the_standard_says_so() -> None:
    assert running(FRIDAY, MONDAY, standard(10, "days")) == Clock(3, 10, date(2026, 3, 16), "days")


def test_a_clock_is_late_after_its_limit_and_turns_amber_before() -> None:
    assert [Clock(day, 3).tone for day in range(5)] == ["grey", "grey", "amber", "amber", "red"]
    assert [Clock(day, 3).is_late for day in (3, 4)] == [False, True]
    assert Clock(99).tone == "grey"
