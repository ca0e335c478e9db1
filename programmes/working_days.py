"""Working days in England and Wales: the clock of every promise in a contract.

A working day is Monday to Friday and not a bank holiday. The holidays are the list that GOV.UK publishes,
read from the copy that ships with `govuk-bank-holidays`, never from the network. The copy begins in 2012 and
ends some two years after its release; for years outside it only weekends are known to be days off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days nobody is expected to work, handed to the engines so that they stay pure."""

    holidays: frozenset[date] = frozenset()

    def is_working_day(self, on: date) -> bool:
        """Whether `on` is a weekday and not a holiday."""
        return on.weekday() < 5 and on not in self.holidays

    def add_working_days(self, on: date, n: int) -> date:
        """The `n`th working day after `on`, that day excluded; `n = 0` is `on` itself.

        Raises ValueError when `n` is negative.
        """
        if n < 0:
            raise ValueError("working days are counted forwards: n must be 0 or more")
        while n:
            on += DAY
            n -= self.is_working_day(on)
        return on

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first`, up to and including `last`; 0 when `last` is not later."""
        if last <= first:
            return 0
        weekdays = _weekdays_up_to(last) - _weekdays_up_to(first)
        return weekdays - sum(first < holiday <= last and holiday.weekday() < 5 for holiday in self.holidays)


@cache
def england_and_wales() -> Calendar:
    """The calendar of England and Wales, read once per process."""
    published = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return Calendar(frozenset(holiday["date"] for holiday in published))


def is_working_day(on: date) -> bool:
    """Whether `on` is a working day in England and Wales."""
    return england_and_wales().is_working_day(on)


def add_working_days(on: date, n: int) -> date:
    """The `n`th working day in England and Wales after `on`, that day excluded; ValueError when `n < 0`."""
    return england_and_wales().add_working_days(on, n)


def working_days_between(first: date, last: date) -> int:
    """Working days in England and Wales after `first`, up to and including `last`."""
    return england_and_wales().working_days_between(first, last)


def _weekdays_up_to(on: date) -> int:
    weeks, days = divmod(on.toordinal(), 7)  # day 1 of the calendar, 1 January of the year 1, is a Monday
    return weeks * 5 + min(days, 5)
