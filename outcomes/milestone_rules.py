"""The rules by which milestones are reached, each with its definition, and the facts they look at.

All dates are inclusive and weekends count. A job still open runs to `at`; days before the start never count;
a day with two jobs counts once; nothing is reached after `at`. The cost follows the number of jobs, not the
number of days.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any, ClassVar, Literal

from outcomes.spells import DAY, Days, Spell

WEEK = timedelta(weeks=1)
LONGEST = 10_000  # weeks or days in a rule: enough for any programme, and no date runs off the calendar


@dataclass(frozen=True, slots=True)
class Case:
    """One enrolment: its dates, its jobs, and the spells on benefit where the contract asks for them.

    `allotted_until` is the last day of the time allotted on the programme (`last_day_of`); None means no
    such day.
    """

    started_on: date
    referred_on: date
    spells: tuple[Spell, ...] = ()
    allotted_until: date | None = None
    benefit_days: tuple[Spell, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a case as far as they are known at `at`, with overlapping and adjoining jobs merged."""

    case: Case
    at: date
    work: Days
    benefit: Days
    rules: Mapping[str, Rule]

    @classmethod
    def of(cls, case: Case, rules: Sequence[Rule], at: date) -> Known:
        """Raises ValueError when `rules` do not fit together: see `rules_from`."""
        work = Days.of(case.spells, case.started_on, at)
        benefit = Days.of(case.benefit_days, case.started_on, at)
        return cls(case, at, work, benefit, _by_code(rules))

    def day_of(self, code: str, ordinal: int = 1) -> date | None:
        """The day on which the milestone `code` was reached for the `ordinal`th time, or None."""
        reached = islice(self.rules[code].reach(self), ordinal - 1, None)
        return next((on for on, _ in reached), None)


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """What every rule has: a code of its own, a label for people, and when it may be claimed.

    `claim_after_working_days` 15 means on the 15th working day after the day reached, 0 on that day itself.
    """

    code: str
    label: str
    claim_after_working_days: int = 0
    needs_a_job: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name, words in (("code", self.code), ("label", self.label)):
            _check(name, isinstance(words, str) and words != "", "must be words")
        _check("claim_after_working_days", _is_number(self.claim_after_working_days, 0), "must be 0 or more")

    @property
    def most(self) -> int:
        """How often it can be reached."""
        return 1

    @abstractmethod
    def reach(self, known: Known) -> Iterator[tuple[date, str]]:
        """The days it is reached on, in order, each with the reason in words."""

    def goal(self, ordinal: int) -> str:
        """What the next one is called in a sentence."""
        return self.label

    def progress(self, known: Known, ordinal: int) -> str:
        """How far it is, for a milestone that is not in sight."""
        return f"{self.goal(ordinal)} is not reached"


@dataclass(frozen=True, kw_only=True)
class Start(Rule):
    """The day the person started."""

    needs_a_job: ClassVar[bool] = False

    def reach(self, known: Known) -> Iterator[tuple[date, str]]:
        if known.case.started_on <= known.at:
            yield known.case.started_on, f"Started on {spoken(known.case.started_on)}."


@dataclass(frozen=True, kw_only=True)
class JobStart(Rule):
    """The first day of the earliest job that begins on or after the start."""

    needs_a_job: ClassVar[bool] = False

    def reach(self, known: Known) -> Iterator[tuple[date, str]]:
        started_on = known.case.started_on
        begun = [spell.first for spell in known.case.spells if started_on <= spell.first <= known.at]
        if begun:
            yield min(begun), f"The first job to begin since the start began on {spoken(min(begun))}."


@dataclass(frozen=True, kw_only=True)
class WeeksInWork(Rule):
    """The first day on which the days in work since the start reach 7 times `weeks`.

    `until` is the last day that counts: a number of days from the start on (the start is day 1),
    `"allotted"` for the end of the time allotted, or None for no end.
    """

    weeks: int
    until: int | Literal["allotted"] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("weeks", _is_number(self.weeks, 1), "must be a whole number, 1 or more")
        sound = self.until in (None, "allotted") or _is_number(self.until, 1)
        _check("until", sound, 'must be a number of days or "allotted"')

    def reach(self, known: Known) -> Iterator[tuple[date, str]]:
        on = self._first_day(known.work)
        if on is not None and on <= (self._last_day(known.case) or known.at):
            first = self._counted_from(known, on)
            span = f"from {spoken(first)} to {spoken(on)}"
            yield on, f"{7 * self.weeks} days in work {span}: {_periods(known.work, first, on)}."

    def goal(self, ordinal: int) -> str:
        return f"{self.weeks} weeks"

    def progress(self, known: Known, ordinal: int) -> str:
        so_far = known.work.count(self._counted_from(known, known.at), known.at)
        return f"{so_far} of {7 * self.weeks} days in work so far"

    def _last_day(self, case: Case) -> date | None:
        if self.until == "allotted":
            return case.allotted_until
        return None if self.until is None else last_day_of(case.started_on, self.until)

    def _first_day(self, work: Days) -> date | None:
        return work.nth(7 * self.weeks)

    def _counted_from(self, known: Known, on: date) -> date:
        return known.case.started_on


@dataclass(frozen=True, kw_only=True)
class WeeksInWindow(WeeksInWork):
    """The first day on which the days in work in the `within_weeks` weeks up to it reach 7 times `weeks`."""

    within_weeks: int

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("within_weeks", _is_number(self.within_weeks, self.weeks), "must not be fewer than weeks")

    def goal(self, ordinal: int) -> str:
        return f"{self.weeks} weeks in {self.within_weeks}"

    def _first_day(self, work: Days) -> date | None:
        """Between two edges the count rises day by day, falls or stays; only a rise can reach the target.

        An edge is where a run of days in work enters or leaves the window, at either end of it.
        """
        window, target = self.within_weeks * WEEK, 7 * self.weeks
        turns = [*work.firsts, *(last + DAY for last in work.lasts)]
        edges = sorted({*turns, *(turn + window for turn in turns)})
        for edge, following in pairwise(edges):
            held = work.count(edge - window, edge - DAY)
            rises = work.count(edge, edge) > work.count(edge - window, edge - window)
            on = edge + (target - held - 1) * DAY
            if rises and on < following:
                return on
        return None

    def _counted_from(self, known: Known, on: date) -> date:
        return max(known.case.started_on, on - self.within_weeks * WEEK + DAY)


@dataclass(frozen=True, kw_only=True)
class Sustainment(Rule):
    """Four weeks in a row that count, again and again after the milestone `follows`, at most `max` times.

    Weeks are blocks of 7 days from the day after the last milestone. A week counts with at least one day
    in work and, with `off_benefit`, no day on benefit. A sustainment is reached on the last day of its
    fourth week. After a week that does not count, a new run starts on the first day in work after it;
    when that day falls after the time allotted, sustainments end for good. Source: House of Commons
    written answer of 10 July 2013 on Work Programme sustainment payments.
    """

    max: int
    follows: str
    off_benefit: bool = False
    claim_after_working_days: int = 15

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("max", _is_number(self.max, 1), "must be a whole number, 1 or more")
        _check("follows", isinstance(self.follows, str) and self.follows != "", "must be a milestone's code")
        _check("off_benefit", isinstance(self.off_benefit, bool), "must be true or false")

    @property
    def most(self) -> int:
        return self.max

    def reach(self, known: Known) -> Iterator[tuple[date, str]]:
        outcome_on = known.day_of(self.follows)
        if outcome_on is None:
            return
        allotted_until = known.case.allotted_until or date.max
        begins, in_a_row, times = outcome_on + DAY, 0, 0
        broken: tuple[date, str] | None = None
        while times < self.max and (ends := begins + WEEK - DAY) <= known.at:
            lack = self._lack(known, begins, ends)
            if lack:
                broken, back = (begins, lack), known.work.next_from(ends + DAY)
                # The day back lies after the week, so a week that itself ends too late is caught as well.
                if back is None or back > allotted_until:
                    return
                begins, in_a_row = back, 0
                continue
            begins, in_a_row = ends + DAY, in_a_row + 1
            if in_a_row == 4:
                yield ends, self._why(begins - 4 * WEEK, ends, broken)
                times, in_a_row, broken = times + 1, 0, None

    def _why(self, first: date, last: date, broken: tuple[date, str] | None) -> str:
        weeks = f"Each of the four weeks from {spoken(first)} to {spoken(last)} had {self._counting()}."
        if broken is None:
            return weeks
        week, lack = broken
        span = f"from {spoken(week)} to {spoken(week + WEEK - DAY)}"
        return f"{weeks} The week {span} had {lack}, so a new run began on {spoken(first)}."

    def goal(self, ordinal: int) -> str:
        return f"{self.label} {ordinal}"

    def progress(self, known: Known, ordinal: int) -> str:
        return f"{self.goal(ordinal)} asks for four weeks in a row, each with {self._counting()}"

    def _counting(self) -> str:
        return "a day in work" + (", and no day on benefit is recorded" if self.off_benefit else "")

    def _lack(self, known: Known, first: date, last: date) -> str:
        """Why the week does not count; empty when it does."""
        if known.work.count(first, last) == 0:
            return "no day in work"
        return "a day on benefit" if self.off_benefit and known.benefit.count(first, last) else ""


RULES: dict[str, type[Rule]] = {
    "start": Start,
    "job_start": JobStart,
    "weeks_in_work": WeeksInWork,
    "weeks_in_window": WeeksInWindow,
    "sustainment": Sustainment,
}


def rule_from(data: Mapping[str, Any]) -> Rule:
    """The rule that `data` describes: `{"rule": "weeks_in_work", "code": ..., "label": ..., "weeks": 26}`.

    `rule` is a name in RULES and the other fields are those of its class. Raises ValueError whose message
    begins with the name of the field that is wrong.
    """
    kind = RULES.get(str(data.get("rule"))) if isinstance(data, Mapping) else None
    if kind is None:
        raise ValueError(f"rule: must be one of {', '.join(RULES)}")
    given = {name: value for name, value in data.items() if name != "rule"}
    for name in given:
        _check(name, name in {field.name for field in fields(kind)}, f"not a field of {data['rule']}")
    for field in fields(kind):
        _check(field.name, field.name in given or field.default is not MISSING, "is missing")
    return kind(**given)


def rules_from(rows: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules of one payment group. Raises ValueError for the first wrong one ("milestones[2].weeks: ...").

    Each has a code of its own, and a sustainment follows a rule listed before it that is no sustainment.
    """
    rules: list[Rule] = []
    for position, row in enumerate(rows):
        try:
            rules.append(rule_from(row))
            _by_code(rules)
        except ValueError as problem:
            raise ValueError(f"milestones[{position}].{problem}") from None
    return tuple(rules)


def _by_code(rules: Sequence[Rule]) -> dict[str, Rule]:
    by_code = {rule.code: rule for rule in rules}
    _check("code", len(by_code) == len(rules), "every milestone needs a code of its own")
    for rule in rules:
        if isinstance(rule, Sustainment):
            followed = by_code.get(rule.follows)
            sound = followed is not None and not isinstance(followed, Sustainment)
            _check("follows", sound, f"{rule.follows} is not an outcome that {rule.code} can follow")
    return by_code


def last_day_of(first: date, days: int) -> date:
    """The last day of a limit of `days` days that begins on `first`: the first day is day 1."""
    return first + (days - 1) * DAY


def spoken(on: date) -> str:
    """A date for people: 14 March 2026."""
    return f"{on.day} {on:%B %Y}"


def days(number: int) -> str:
    """A number of days for people: 1 day, 9 days."""
    return f"{number} day" if number == 1 else f"{number} days"


def _periods(work: Days, first: date, last: date) -> str:
    """Which days counted; a long list of periods is cut in the middle."""
    runs = []
    for run in work.runs(first, last):
        ends = run.last or last
        span = spoken(ends) if run.first == ends else f"{spoken(run.first)} to {spoken(ends)}"
        runs.append(f"{span} ({days(work.count(run.first, ends))})")
    return ", ".join(runs if len(runs) <= 4 else [*runs[:2], f"{len(runs) - 3} more", runs[-1]])


def _is_number(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= LONGEST


def _check(field: str, sound: bool, problem: str) -> None:
    if not sound:
        raise ValueError(f"{field}: {problem}")
