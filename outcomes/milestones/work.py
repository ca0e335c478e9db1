"""Rules on the start, on jobs and on days in work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from outcomes.milestones.facts import Case, Runs, Spell
from outcomes.milestones.rule import (
    Known,
    Mark,
    Rule,
    check,
    check_number,
    is_number,
    job_open,
    last_day_of,
    tomorrow,
)
from outcomes.milestones.words import days, periods, span, spoken


@dataclass(frozen=True, kw_only=True)
class Start(Rule):
    """The day the person started."""

    def reach(self, known: Known) -> Iterator[Mark]:
        if known.case.started_on <= known.at:
            yield known.case.started_on, f"Started on {spoken(known.case.started_on)}."


@dataclass(frozen=True, kw_only=True)
class JobStart(Rule):
    """The first day of the earliest job that begins on or after the start."""

    def reach(self, known: Known) -> Iterator[Mark]:
        started_on = known.case.started_on
        begun = [spell.first for spell in known.case.spells if started_on <= spell.first <= known.at]
        if begun:
            yield min(begun), f"The first job to begin since the start began on {spoken(min(begun))}."


@dataclass(frozen=True, kw_only=True)
class WeeksInWork(Rule):
    """The first day on which the days in work since the start reach 7 times `weeks`.

    `until` is the last day that counts: a number of days from the start on (the start is day 1), `"allotted"` for the
    end of the time allotted, or None for no end.
    """

    weeks: int
    until: int | Literal["allotted"] | None = None
    needs_a_job: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("weeks", self.weeks)
        sound = self.until in (None, "allotted") or is_number(self.until, 1)
        check("until", sound, 'must be a number of days or "allotted"')

    def reach(self, known: Known) -> Iterator[Mark]:
        full = self._full(known.work)
        if full is None:
            return
        on = date.fromordinal(full)
        if on <= (self._last_day(known.case) or known.at):
            first = self._counted_from(known, full)
            begins = spoken(date.fromordinal(first))
            counted = periods(known.work, first, full)
            yield on, f"{7 * self.weeks} days in work from {begins} to {spoken(on)}: {counted}."

    def goal(self, ordinal: int) -> str:
        return f"{self.weeks} weeks"

    def provided(self, known: Known) -> str:
        return " if the job lasts" if known.has_work_ahead else ""

    def missing(self, known: Known, ordinal: int) -> str:
        so_far = known.work.count(self._counted_from(known, known.today), known.today)
        return f"{so_far} of {7 * self.weeks} days in work so far; {job_open(known)}"

    def _last_day(self, case: Case) -> date | None:
        if self.until == "allotted":
            return case.allotted_until
        return None if self.until is None else last_day_of(case.started_on, self.until)

    def _full(self, work: Runs) -> int | None:
        return work.nth(7 * self.weeks)

    def _counted_from(self, known: Known, last: int) -> int:
        return known.start


@dataclass(frozen=True, kw_only=True)
class WeeksInWindow(WeeksInWork):
    """The first day on which the days in work in the `within_weeks` weeks up to it reach 7 times `weeks`."""

    within_weeks: int

    def __post_init__(self) -> None:
        super().__post_init__()
        check("within_weeks", is_number(self.within_weeks, self.weeks), "must not be fewer than weeks")

    def goal(self, ordinal: int) -> str:
        return f"{self.weeks} weeks in {self.within_weeks}"

    def _full(self, work: Runs) -> int | None:
        return work.first_full(7 * self.within_weeks, 7 * self.weeks)

    def _counted_from(self, known: Known, last: int) -> int:
        return max(known.start, last - 7 * self.within_weeks + 1)


@dataclass(frozen=True, kw_only=True)
class SelfEmployedDays(Rule):
    """The first day on which the days of evidenced self-employment since the start reach `days`.

    Days count up to `within_days` days from the start on; a day counts once however often it is evidenced.
    """

    days: int
    within_days: int
    needs_a_job: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("days", self.days)
        check("within_days", is_number(self.within_days, self.days), "must not be fewer than days")

    def reach(self, known: Known) -> Iterator[Mark]:
        full = known.self_employed.nth(self.days)
        if full is not None and full <= self.last_day(known.case).toordinal():
            counted = periods(known.self_employed, known.start, full)
            within = span(known.start, full)
            yield date.fromordinal(full), f"{days(self.days)} of self-employment from {within}: {counted}."

    def last_day(self, case: Case) -> date:
        """The last day that counts."""
        return last_day_of(case.started_on, self.within_days)

    def goal(self, ordinal: int) -> str:
        return f"{days(self.days)} of self-employment"

    def provided(self, known: Known) -> str:
        return " if the self-employment lasts" if self._goes_on(known) else ""

    def missing(self, known: Known, ordinal: int) -> str:
        so_far = known.self_employed.count(known.start, known.today)
        left = f"{self.days - so_far} to go by {spoken(self.last_day(known.case))}"
        why = (
            "what is known so far does not reach it" if self._goes_on(known) else "no self-employment is open"
        )
        return f"{so_far} of {days(self.days)} of self-employment so far; {left}; {why}"

    def _goes_on(self, known: Known) -> bool:
        return any(spell.last is None or spell.last > known.at for spell in known.case.self_employed)

    def at_best(self, case: Case, at: date) -> Case:
        work = Spell(tomorrow(case, at))
        best = super().at_best(case, at)
        return replace(best, self_employed=(*case.self_employed, work))
