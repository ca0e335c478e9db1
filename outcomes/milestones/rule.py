"""What every milestone rule has, and the facts as a rule sees them.

All dates are inclusive and weekends count. A job still open runs to `at`; days before the start never count; a day
with two jobs counts once; nothing is reached after `at`. Inside the rules a day is its ordinal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from operator import itemgetter
from typing import ClassVar, Self

from outcomes.milestones.facts import Case, Rate, Runs, Spell

DAY = timedelta(days=1)
LONGEST = 10_000  # weeks or days in a rule: enough for any programme, and no date runs off the calendar

Mark = tuple[date, str]
Rates = Mapping[str, Sequence[Rate]]


@dataclass(eq=False)
class Known:
    """The facts of a case as far as they are known at `at`, with overlapping and adjoining spells merged."""

    case: Case
    at: date
    rules: Mapping[str, Rule]
    _marks: dict[str, tuple[Mark, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, rules: Sequence[Rule], at: date) -> Self:
        """Raises ValueError when `rules` do not fit together: see `rules_from`."""
        return cls(case, at, by_code(rules))

    @cached_property
    def start(self) -> int:
        """The day of the start."""
        return self.case.started_on.toordinal()

    @cached_property
    def today(self) -> int:
        """The last day that counts."""
        return self.at.toordinal()

    @cached_property
    def work(self) -> Runs:
        """The days in work."""
        return Runs.of_days(self.case.spells, self.start, self.today)

    @cached_property
    def benefit(self) -> Runs:
        """The days on benefit."""
        return Runs.of_days(self.case.benefit_days, self.start, self.today)

    @cached_property
    def self_employed(self) -> Runs:
        """The days of evidenced self-employment."""
        return Runs.of_days(self.case.self_employed, self.start, self.today)

    def marks(self, code: str) -> tuple[Mark, ...]:
        """The days on which the milestone `code` was reached, in order, each with the reason in words."""
        rivals = self._rivals(code)
        firsts = [(self.marks_alone(one)[0][0], one) for one in rivals if self.marks_alone(one)]
        # On one day the rule that is listed first goes before the others.
        return self.marks_alone(code) if not firsts or min(firsts, key=itemgetter(0))[1] == code else ()

    def marks_alone(self, code: str) -> tuple[Mark, ...]:
        """The same, whether or not another of its kind came first (`one_of`)."""
        if code not in self._marks:
            self._marks[code] = () if self.case.not_eligible else tuple(self.rules[code].reach(self))
        return self._marks[code]

    def is_settled(self, code: str) -> bool:
        """Whether another of its kind was reached, so that it never will be."""
        return not self.marks(code) and any(self.marks_alone(one) for one in self._rivals(code))

    def _rivals(self, code: str) -> list[str]:
        """The codes of which only the first reached stands, this one included; none where it has no rivals."""
        kind = self.rules[code].one_of
        return [rule.code for rule in self.rules.values() if rule.one_of == kind] if kind else []

    def day_of(self, code: str, ordinal: int = 1) -> date | None:
        """The day on which the milestone `code` was reached for the `ordinal`th time, or None."""
        marks = self.marks(code)
        return marks[ordinal - 1][0] if ordinal <= len(marks) else None

    @property
    def has_work_ahead(self) -> bool:
        """Whether a job goes on after `at`, or begins later."""
        return any(spell.last is None or spell.last > self.at for spell in self.case.spells)


@dataclass(frozen=True, kw_only=True)
class Rule(ABC):
    """What every rule has: a code of its own, a label for people, and when it may be claimed.

    `claim_after_working_days` 15 means on the 15th working day after the day reached, 0 on that day itself. `reading`
    says in words how a parameter that the contract leaves open is read, and why. Of the rules with the same word in
    `one_of` only the first reached stands: one outcome that is reached in more than one way.
    """

    code: str
    label: str
    claim_after_working_days: int = 0
    reading: str = ""
    one_of: str = ""
    # Whether days in work alone decide it.
    needs_a_job: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name, words in (("code", self.code), ("label", self.label)):
            check(name, isinstance(words, str) and words != "", "must be words")
        check("claim_after_working_days", is_number(self.claim_after_working_days, 0), "must be 0 or more")
        for name, words in (("reading", self.reading), ("one_of", self.one_of)):
            check(name, isinstance(words, str), "must be words")

    @property
    def most(self) -> int:
        """How often it can be reached."""
        return 1

    @property
    def after(self) -> str:
        """The code of the milestone that it follows, if it follows one."""
        return ""

    @abstractmethod
    def reach(self, known: Known) -> Iterator[Mark]:
        """The days it is reached on, in order, each with the reason in words."""

    def goal(self, ordinal: int) -> str:
        """What the next one is called in a sentence."""
        return self.label

    def provided(self, known: Known) -> str:
        """On what a day to come depends, as the end of a clause."""
        return ""

    def missing(self, known: Known, ordinal: int) -> str:
        """How far it is and what is missing, for a milestone that is not in sight."""
        return f"{self.goal(ordinal)} is not reached; {job_open(known)}"

    def held_up(self, known: Known, at: date) -> str:
        """Which days up to `at` keep what comes next from counting, as a clause; `known` is of a day far ahead."""
        return ""

    def unjudged(self, known: Known) -> str:
        """Why nobody can tell whether it is reached; empty where one can."""
        return ""

    def at_best(self, case: Case, at: date) -> Case:
        """The case with the best that can still happen after `at`: here, work every day from tomorrow, off benefit."""
        past_benefit = (
            replace(spell, last=min(spell.last or at, at)) for spell in case.benefit_days if spell.first <= at
        )
        job = Spell(tomorrow(case, at))
        return replace(case, spells=(*case.spells, job), benefit_days=tuple(past_benefit))

    def with_rates(self, rates: Rates) -> Rule:
        """The rule with the hourly rates that it needs."""
        return self


def by_code(rules: Sequence[Rule]) -> dict[str, Rule]:
    """The rules by their codes. Raises ValueError: each has a code of its own, and what follows must have something
    to follow that follows nothing itself, and cannot stand in its place."""
    found = {rule.code: rule for rule in rules}
    check("code", len(found) == len(rules), "every milestone needs a code of its own")
    for rule in rules:
        if rule.after:
            followed = found.get(rule.after)
            sound = followed is not None and not followed.after
            check("follows", sound, f"{rule.after} is not an outcome that {rule.code} can follow")
            is_rival = followed is not None and rule.one_of != "" and rule.one_of == followed.one_of
            check("one_of", not is_rival, f"{rule.code} cannot stand for {rule.after}, which it follows")
    return found


def tomorrow(case: Case, at: date) -> date:
    """The first day that can still be better than it is: never before the start."""
    return max(at + DAY, case.started_on)


def job_open(known: Known) -> str:
    """Why days in work are lacking."""
    return "what is known so far does not reach it" if known.has_work_ahead else "no job is open"


def last_day_of(first: date, days: int) -> date:
    """The last day of a limit of `days` days that begins on `first`: the first day is day 1."""
    return first + (days - 1) * DAY


def is_number(value: object, least: int, most: int = LONGEST) -> bool:
    """Whether it is a whole number within these bounds."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def check(field_name: str, sound: bool, problem: str) -> None:
    """Raises ValueError that begins with the field, unless it is sound."""
    if not sound:
        raise ValueError(f"{field_name}: {problem}")


def check_number(field_name: str, value: object) -> None:
    """Raises ValueError unless it is a whole number that a rule can count to."""
    check(field_name, is_number(value, 1), "must be a whole number, 1 or more")
