"""Calendar months: contracts begin, promise and move by them."""

from calendar import monthrange
from datetime import date


def months_between(first: date, last: date) -> int:
    """The difference of calendar months: 0 within one month, below zero when last lies in an earlier one."""
    return (last.year - first.year) * 12 + last.month - first.month


def shifted(day: date, months: int) -> date:
    """The day so many months later. The last day of a month stays the last day; so does one that would not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    longest = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, longest if is_last else min(day.day, longest))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it has none such: how the law counts months."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_number(starts_on: date, number: int) -> tuple[date, date]:
    """The first and the last day of a month of a contract; 1 is the month of its first day."""
    first = shifted(starts_on.replace(day=1), number - 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])
