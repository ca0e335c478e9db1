"""Working days in England and Wales: weekends and bank holidays do not count."""

import socket
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.working_days import (
    Calendar,
    add_working_days,
    england_and_wales,
    is_working_day,
    working_days_between,
)

DAYS = st.dates(date(2012, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 3, 14), True),  # a Friday
        (date(2025, 3, 15), False),  # a Saturday
        (date(2025, 3, 16), False),  # a Sunday
        (date(2025, 12, 25), False),  # Christmas Day on a Thursday
        (date(2021, 12, 27), False),  # the substitute for a Christmas Day on a Saturday
        (date(2024, 12, 2), True),  # a holiday in Scotland only
        (date(2024, 2, 29), True),  # a Thursday that exists every four years
    ],
)
def test_a_working_day_is_a_weekday_that_is_no_holiday(on: date, expected: bool) -> None:
    assert is_working_day(on) is expected


def test_the_day_itself_is_not_counted() -> None:
    assert add_working_days(date(2025, 3, 12), 1) == date(2025, 3, 13)


def test_fifteen_working_days_are_three_weeks_when_nobody_has_a_holiday() -> None:
    assert add_working_days(date(2025, 3, 12), 15) == date(2025, 4, 2)


def test_easter_and_christmas_push_the_day_back() -> None:
    assert add_working_days(date(2025, 4, 17), 1) == date(2025, 4, 22)
    assert add_working_days(date(2025, 12, 24), 2) == date(2025, 12, 30)


def test_counting_from_a_weekend_begins_on_monday() -> None:
    assert add_working_days(date(2025, 3, 15), 1) == date(2025, 3, 17)


def test_no_working_days_later_is_the_day_itself() -> None:
    assert add_working_days(date(2025, 3, 15), 0) == date(2025, 3, 15)


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        add_working_days(date(2025, 3, 15), -1)
    assert working_days_between(date(2025, 3, 20), date(2025, 3, 17)) == 0


def test_days_between_leave_out_the_first_and_take_in_the_last() -> None:
    assert working_days_between(date(2025, 3, 12), date(2025, 3, 13)) == 1
    assert working_days_between(date(2025, 3, 14), date(2025, 3, 16)) == 0
    assert working_days_between(date(2025, 4, 17), date(2025, 4, 22)) == 1


def test_an_unpublished_year_knows_weekends_only() -> None:
    assert is_working_day(date(2011, 12, 26))
    assert not is_working_day(date(2011, 12, 25))


def test_the_calendar_is_read_once_and_never_from_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a call went out")

    with monkeypatch.context() as offline:
        offline.setattr(socket.socket, "connect", refuse)
        england_and_wales.cache_clear()
        assert len(england_and_wales().holidays) > 100
        assert england_and_wales() is england_and_wales()


@given(on=DAYS, n=st.integers(1, 40))
def test_adding_and_counting_agree(on: date, n: int) -> None:
    later = add_working_days(on, n)
    assert is_working_day(later)
    assert working_days_between(on, later) == n


@given(first=DAYS, days=st.integers(0, 900))
def test_the_count_equals_looking_at_every_day(first: date, days: int) -> None:
    every_day = [first + timedelta(days=passed) for passed in range(1, days + 1)]
    assert working_days_between(first, first + timedelta(days=days)) == sum(map(is_working_day, every_day))


def test_an_engine_can_be_given_a_calendar_of_its_own() -> None:
    calendar = Calendar(frozenset({date(2025, 3, 13)}))
    assert calendar.add_working_days(date(2025, 3, 12), 1) == date(2025, 3, 14)
