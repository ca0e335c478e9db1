"""The rule on weeks of enough hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

from outcomes.milestones.facts import Case, Hours, Runs, clipped
from outcomes.milestones.rule import (
    Known,
    Mark,
    Rule,
    check,
    check_number,
    is_number,
    job_open,
    tomorrow,
)
from outcomes.milestones.words import counted, listed, span

ALL_DAY = Decimal(168)


@dataclass(frozen=True, kw_only=True)
class HoursWeeks(Rule):
    """`weeks` weeks of at least `hours` hours within any `within_weeks` weeks in a row.

    Weeks run from Monday to Sunday and count when they lie wholly after the start; it is reached on the Sunday of the
    last one. A week holds the sum over the jobs of the hours of a week times the days of the job in it, divided by 7:
    a job's hours are taken to spread evenly over its days, since nobody records them day by day.
    """

    hours: int
    weeks: int
    within_weeks: int
    needs_a_job: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("hours", self.hours)
        check_number("weeks", self.weeks)
        check("within_weeks", is_number(self.within_weeks, self.weeks), "must not be fewer than weeks")

    def reach(self, known: Known) -> Iterator[Mark]:
        good = self._weeks_that_count(known)
        week = good.first_full(self.within_weeks, self.weeks)
        if week is None:
            return
        first = max(_first_week(known), week - self.within_weeks + 1)
        periods = listed(
            [
                f"{span(_monday(begins), _monday(ends) + 6)} ({counted(ends - begins + 1, 'week')})"
                for begins, ends in good.stretches(first, week)
            ]
        )
        held = f"{counted(self.weeks, 'week')} of {self.hours} hours or more"
        window = f"the {counted(week - first + 1, 'week')} from {span(_monday(first), _monday(week) + 6)}"
        yield date.fromordinal(_monday(week) + 6), f"{held} in {window}: {periods}."

    def goal(self, ordinal: int) -> str:
        return f"{self.weeks} weeks of {self.hours} hours in {self.within_weeks}"

    def provided(self, known: Known) -> str:
        return " if the job lasts" if known.has_work_ahead else ""

    def missing(self, known: Known, ordinal: int) -> str:
        last = _last_week(known)
        so_far = self._weeks_that_count(known).count(last - self.within_weeks + 1, last)
        window = f"in the last {self.within_weeks}"
        return f"{so_far} of {self.weeks} weeks of {self.hours} hours {window} so far; {job_open(known)}"

    def at_best(self, case: Case, at: date) -> Case:
        job = Hours(tomorrow(case, at), None, ALL_DAY)
        return replace(super().at_best(case, at), hours=(*case.hours, job))

    def _weeks_that_count(self, known: Known) -> Runs:
        """The numbers of the weeks that hold enough hours, up to the last that is over.

        Between two changes every week holds the same, so that the cost follows the jobs and not the weeks.
        """
        changes = _changes(known)
        held, good = Fraction(0), []
        for week, following in pairwise(sorted(changes)):
            held += changes[week]
            if held >= 7 * self.hours:
                good.append((week, following - 1))
        return Runs.of(good)


def _changes(known: Known) -> dict[int, Fraction]:
    """By how much a week holds more than the week before, times 7; by the numbers of the weeks."""
    first, last = _monday(_first_week(known)), _monday(_last_week(known)) + 6
    changes: defaultdict[int, Fraction] = defaultdict(Fraction)
    for job in known.case.hours:
        per_week = Fraction(job.per_week)
        for begins, ends in clipped((job,), first, last):
            week, final = _week(begins), _week(ends)
            parts = {week: _monday(week) + 7 - begins, final: ends - _monday(final) + 1}
            if week == final:
                parts = {week: ends - begins + 1}
            elif final > week + 1:
                changes[week + 1] += 7 * per_week
                changes[final] -= 7 * per_week
            for number, days in parts.items():
                changes[number] += days * per_week
                changes[number + 1] -= days * per_week
    return changes


def _week(day: int) -> int:
    """The number of the week that holds a day; ordinal 1 is a Monday."""
    return (day - 1) // 7


def _monday(week: int) -> int:
    return 7 * week + 1


def _first_week(known: Known) -> int:
    """The week after the one that holds the start: wholly after it, even where the start is a Monday."""
    return _week(known.start) + 1


def _last_week(known: Known) -> int:
    """The last week that is over."""
    return _week(known.today + 1) - 1
