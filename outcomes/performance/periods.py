"""Which months a page speaks of, and which cells of the facts lie in them. A month is its first day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Self

from django.db.models import Q

from programmes.measure import COUNTS, DAY_ZERO, HELD, Clock, Measure
from programmes.models import Contract

# What stands for as long as it is so.
STANDING: Final = (HELD, *COUNTS["unclaimed"])


def month_of(day: date) -> date:
    """The month of a day."""
    return day.replace(day=1)


def shift(month: date, months: int) -> date:
    """The month so many months later, or earlier."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)


def months_between(first: date, last: date) -> int:
    """How many months later `last` is."""
    return (last.year - first.year) * 12 + last.month - first.month


def _number(day: date) -> int:
    """How a standing fact counts a day."""
    return (day - DAY_ZERO).days


def standing_days(measure: Measure, today: date) -> tuple[date | None, date | None]:
    """From which day and until which what stands counts for the measure; the first is none for a measure of months."""
    if not measure.stands:
        return None, None
    since = DAY_ZERO if measure.lately is None else today - timedelta(days=measure.lately - 1)
    return since, today if measure.due else None


@dataclass(frozen=True)
class Window:
    """Which cells count: what happened in the months or, when `by` is given, what happened by that elapsed month to
    the people referred in them. The first and the last month belong to it; no month does when they are the wrong way
    round. within: only what happened within so many working days of the referral; group, area: only of that payment
    group or area.

    since: what stands today alone, whatever its month, and of that only whose day is this one or later; until: and
    that one or earlier, where it is given."""

    first: date
    last: date
    by: int | None = None
    within: int | None = None
    group: str = ""
    area: str = ""
    since: date | None = None
    until: date | None = None

    def cells(self) -> Q:
        """The condition on facts and on contributions alike."""
        narrowed = Q() if self.within is None else Q(days__lte=self.within)
        if self.group:
            narrowed &= Q(payment_group=self.group)
        if self.area:
            narrowed &= Q(area=self.area)
        if self.since is not None:
            days = Q(days__gte=_number(self.since)) & (
                Q(days__lte=_number(self.until)) if self.until else Q()
            )
            return Q(code__in=STANDING) & days & narrowed
        if self.by is None:
            return Q(month__range=(self.first, self.last)) & narrowed
        cohorts = Q(cohort_month__range=(self.first, self.last), elapsed_month__lte=self.by)
        # Follows from these; by it they are found in the order of months.
        return cohorts & Q(month__range=(self.first, shift(self.last, self.by))) & narrowed

    def holds(
        self, cohort_month: date, elapsed_month: int, days: int | None = None, group: str = "", area: str = ""
    ) -> bool:
        """The same of one cell."""
        if (self.group and group != self.group) or (self.area and area != self.area):
            return False
        if self.within is not None and (days is None or days > self.within):
            return False
        if self.since is not None:
            return days is not None and _number(self.since) <= days <= _number(self.until or date.max)
        if self.by is None:
            return self.first <= shift(cohort_month, elapsed_month) <= self.last
        return self.first <= cohort_month <= self.last and elapsed_month <= self.by

    @property
    def base(self) -> Self:
        """The cells of what a ratio is taken of, where its numerator counts in this window."""
        return replace(self, within=None, since=self.since and DAY_ZERO, until=None)

    @property
    def is_empty(self) -> bool:
        return self.last < self.first


@dataclass(frozen=True)
class Period:
    """What the reader chose, in words and in months; both months belong to it, and the last may not be over.

    begin is the first month of the contract. group and area are the codes of the only payment group and area that
    count; empty for all.
    """

    code: str
    label: str
    first: date
    last: date
    begin: date
    group: str = ""
    area: str = ""

    @property
    def only(self) -> dict[str, Any]:
        """What it is narrowed to, as arguments of an address; nothing where everybody counts."""
        return {name: code for name, code in (("group", self.group), ("area", self.area)) if code}

    @classmethod
    def chosen(cls, code: str, contract: Contract, today: date) -> Self:
        """The period of a code among `choices`. Raises KeyError for any other."""
        return {period.code: period for period in cls.choices(contract, today)}[code]

    @classmethod
    def choices(cls, contract: Contract, today: date) -> list[Self]:
        """What there is to choose from, the usual first; then the earlier contract years and every month of the
        contract so far, newest first."""
        begin, now = month_of(contract.starts_on), month_of(today)
        now = max(begin, now)
        year, in_year = divmod(months_between(begin, now), 12)
        months = [shift(now, -back) for back in range(months_between(begin, now) + 1)]
        earlier = [(n + 1, shift(begin, 12 * n)) for n in reversed(range(year))]
        return [
            cls("year", f"Contract year {year + 1} to date", shift(now, -in_year), now, begin),
            cls("3", "Last 3 months", shift(now, -2), now, begin),
            cls("12", "Last 12 months", shift(now, -11), now, begin),
            cls("all", "Since the beginning", begin, now, begin),
            *(
                cls(f"year-{number}", f"Contract year {number}", first, shift(first, 11), begin)
                for number, first in earlier
            ),
            *(cls(f"{month:%Y-%m}", f"{month:%B %Y}", month, month, begin) for month in months),
        ]

    def window(self, measure: Measure, today: date) -> Window:
        """The cells of a measure's numerator. On the cohort's clock only months whose time is over take part, perhaps
        none."""
        if measure.clock is Clock.COHORT:
            over = shift(month_of(today), -measure.months_after - 1)
            last = min(self.last, over)
            return Window(self.first, last, by=measure.months_after, within=measure.within, **self.only)
        if measure.stands:
            since, until = standing_days(measure, today)
            return Window(self.begin, month_of(today), since=since, until=until, **self.only)
        first = self.begin if measure.clock is Clock.TO_DATE else self.first
        return Window(first, self.last, within=measure.within, **self.only)
