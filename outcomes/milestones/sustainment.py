"""The rule on staying in work after an outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import ClassVar

from outcomes.milestones.facts import Runs
from outcomes.milestones.rule import Known, Mark, Rule, check, check_number, is_number, job_open
from outcomes.milestones.words import counted, days, listed, span, spoken


@dataclass(frozen=True, kw_only=True)
class Sustainment(Rule):
    """Four weeks in a row that count, again and again after the milestone `follows`, at most `max` times.

    Weeks are blocks of 7 days from the day after the last milestone. A week counts with at least `least_days` days in
    work and, with `off_benefit`, no day on benefit. A sustainment is reached on the last day of its fourth week. After
    a week that does not count, a new run starts on the first day in work after it; when that day falls after the time
    allotted, sustainments end for good. Source: House of Commons written answer of 10 July 2013 on Work Programme
    sustainment payments, which leaves open how many days of a week must be worked.
    """

    max: int
    follows: str
    least_days: int
    off_benefit: bool = False
    claim_after_working_days: int = 15
    needs_a_job: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("max", self.max)
        check("follows", isinstance(self.follows, str) and self.follows != "", "must be a milestone's code")
        check("least_days", is_number(self.least_days, 1, 7), "must be a number of days, 1 to 7")
        check("off_benefit", isinstance(self.off_benefit, bool), "must be true or false")

    @property
    def most(self) -> int:
        return self.max

    @property
    def after(self) -> str:
        return self.follows

    def reach(self, known: Known) -> Iterator[Mark]:
        in_a_row, times = 0, 0
        broken: tuple[int, str] | None = None
        for begins, lack in self._weeks(known):
            if lack:
                broken, in_a_row = (begins, lack), 0
                continue
            in_a_row += 1
            if in_a_row == 4:
                yield date.fromordinal(begins + 6), self._why(begins - 21, broken)
                times, in_a_row, broken = times + 1, 0, None
                if times == self.max:
                    return

    def _weeks(self, known: Known, *, leap: bool = True) -> Iterator[tuple[int, str]]:
        """The first day of each week that is over, and why it does not count; empty where it does.

        leap: whether weeks that one spell on benefit spoils are left out but for the first and the last.
        """
        outcome_on = known.day_of(self.follows)
        if outcome_on is None:
            return
        allotted_until = (known.case.allotted_until or date.max).toordinal()
        begins = outcome_on.toordinal() + 1
        while begins + 6 <= known.today:
            lack = self._lack(known, begins)
            yield begins, lack
            if not lack:
                begins += 7
                continue
            # The day back lies after the week, so a week that itself ends too late is caught as well.
            back = known.work.next_from(begins + 7)
            if back is None or back > allotted_until:
                return
            begins = self._past_benefit(known, back) if leap else back

    def _lack(self, known: Known, begins: int) -> str:
        """Why the week from this day on does not count; empty when it does."""
        worked = known.work.count(begins, begins + 6)
        if worked < self.least_days:
            return f"only {days(worked)} in work" if worked else "no day in work"
        claimed = known.benefit.stretches(begins, begins + 6) if self.off_benefit else ()
        named = " and ".join(span(first, last) for first, last in claimed)
        return f"a day on benefit ({named})" if named else ""

    def _past_benefit(self, known: Known, back: int) -> int:
        """The last of the whole weeks in work that one spell on benefit spoils from this day on: not to walk them."""
        if not self.off_benefit:
            return back
        spoilt = min(known.work.unbroken_from(back), known.benefit.unbroken_from(back)) // 7
        return back + 7 * max(spoilt - 1, 0)

    def _why(self, first: int, broken: tuple[int, str] | None) -> str:
        weeks = f"Each of the four weeks from {span(first, first + 27)} had {self._counting()}."
        if broken is None:
            return weeks
        week, lack = broken
        back = spoken(date.fromordinal(first))
        return f"{weeks} The week from {span(week, week + 6)} had {lack}, so a new run began on {back}."

    def _counting(self) -> str:
        worked = "a day in work" if self.least_days == 1 else f"{self.least_days} days in work or more"
        return worked + (", and no day on benefit is recorded" if self.off_benefit else "")

    def held_up(self, known: Known, at: date) -> str:
        reached = (on.toordinal() for on, _ in known.marks_alone(self.code) if on <= at)
        since, today = max(reached, default=0), at.toordinal()
        begun = takewhile(lambda week: week[0] <= today, self._weeks(known, leap=False))
        weeks = [
            first for first, lack in begun if lack and first > since and self._works_enough(known, first)
        ]
        claimed = (one for first in weeks for one in known.benefit.stretches(first, min(first + 6, today)))
        named = listed([span(first, last) for first, last in Runs.of(claimed).stretches(since, today)])
        verb = "does" if len(weeks) == 1 else "do"
        return f"{counted(len(weeks), 'week')} {verb} not count: benefit on {named}" if named else ""

    def _works_enough(self, known: Known, first: int) -> bool:
        return known.work.count(first, first + 6) >= self.least_days

    def goal(self, ordinal: int) -> str:
        return f"{self.label} {ordinal}"

    def provided(self, known: Known) -> str:
        return " if the job lasts" if known.has_work_ahead else ""

    def missing(self, known: Known, ordinal: int) -> str:
        asked = f"{self.goal(ordinal)} asks for four weeks in a row, each with {self._counting()}"
        return f"{asked}; {job_open(known)}"
