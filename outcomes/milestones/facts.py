"""The facts of a case as the rules take them, and the interval arithmetic on them.

The cost follows the number of jobs and payments, never the number of days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of days, both ends included; `last` None means still open.

    Raises ValueError when it ends before it begins.
    """

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        _check_order(self)


@dataclass(frozen=True, slots=True)
class Hours:
    """A job and the hours that a week of it holds; `last` None means still open.

    Raises ValueError when it ends before it begins.
    """

    first: date
    last: date | None
    per_week: Decimal

    def __post_init__(self) -> None:
        _check_order(self)


@dataclass(frozen=True, slots=True)
class Pay:
    """Gross pay, in pence, on the day it was paid."""

    paid_on: date
    pence: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Pence for an hour of work from one day to another, both included; `effective_to` None means it holds still."""

    effective_from: date
    effective_to: date | None
    pence_per_hour: int

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of its days."""
        return self.effective_from <= day <= (self.effective_to or date.max)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is evidenced and accepted: its kind is the name of a rule, its definition what exactly it was."""

    kind: str
    definition: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class Case:
    """One enrolment: its dates, and everything known about it.

    `spells` are all days in work, as an employee or self-employed; `self_employed` only those of self-employment that
    are evidenced. `allotted_until` is the last day of the time allotted on the programme (`last_day_of`); None means
    no such day. `benefit_days` are the spells on benefit, where the contract asks for them. `not_eligible` says
    by which rule the person should never have started, where that was found: then nothing is reached.
    """

    started_on: date
    referred_on: date
    spells: tuple[Spell, ...] = ()
    allotted_until: date | None = None
    benefit_days: tuple[Spell, ...] = ()
    hours: tuple[Hours, ...] = ()
    pay: tuple[Pay, ...] = ()
    self_employed: tuple[Spell, ...] = ()
    steps: tuple[Step, ...] = ()
    not_eligible: str = ""


@dataclass(frozen=True, slots=True)
class Runs:
    """A set of whole numbers, kept as runs in order that neither overlap nor touch: days by their ordinals, or weeks.

    Run number i is `firsts[i]` to `lasts[i]`, both included, with `before[i]` numbers of the set before it.
    """

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]
    before: tuple[int, ...]

    @classmethod
    def of(cls, stretches: Iterable[tuple[int, int]]) -> Runs:
        """The numbers of the stretches, each once."""
        runs: list[list[int]] = []
        for first, last in sorted(stretches):
            if runs and first <= runs[-1][1] + 1:
                runs[-1][1] = max(runs[-1][1], last)
            else:
                runs.append([first, last])
        lengths = [last - first + 1 for first, last in runs]
        return cls(
            tuple(first for first, _ in runs),
            tuple(last for _, last in runs),
            tuple(accumulate(lengths, initial=0))[:-1],
        )

    @classmethod
    def of_days(cls, spells: Iterable[Spell], first: int, last: int) -> Runs:
        """The days of `spells` from one ordinal to another; an open spell runs to the last."""
        return cls.of(clipped(spells, first, last))

    def count(self, first: int, last: int) -> int:
        """How many numbers of the set lie from `first` to `last`."""
        return self._up_to(last) - self._up_to(first - 1)

    def nth(self, n: int) -> int | None:
        """The `n`th number of the set (1 is the lowest), or None when it has fewer."""
        run = bisect_left(self.before, n) - 1
        if run < 0:
            return None
        number = self.firsts[run] + n - self.before[run] - 1
        return number if number <= self.lasts[run] else None

    def next_from(self, number: int) -> int | None:
        """The lowest number of the set at or above `number`, or None."""
        run = bisect_left(self.lasts, number)
        return max(self.firsts[run], number) if run < len(self.firsts) else None

    def unbroken_from(self, number: int) -> int:
        """How many numbers of the set follow each other from `number` on; 0 when it is not in the set."""
        run = bisect_right(self.firsts, number) - 1
        return max(self.lasts[run] - number + 1, 0) if run >= 0 else 0

    def stretches(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The runs from `first` to `last`, in order."""
        for begins, ends in zip(self.firsts, self.lasts, strict=True):
            if begins <= last and ends >= first:
                yield max(begins, first), min(ends, last)

    def first_full(self, window: int, target: int) -> int | None:
        """The lowest number up to which `window` numbers in a row hold `target` of the set, or None.

        Between two edges the count rises one by one, falls or stays; only a rise can reach the target. An edge is
        where a run enters or leaves the window, at either end of it.
        """
        turns = [*self.firsts, *(last + 1 for last in self.lasts)]
        edges = sorted({*turns, *(turn + window for turn in turns)})
        for edge, following in pairwise(edges):
            held = self.count(edge - window, edge - 1)
            rises = self.count(edge, edge) > self.count(edge - window, edge - window)
            full = edge + target - held - 1
            if rises and full < following:
                return full
        return None

    def _up_to(self, number: int) -> int:
        run = bisect_right(self.firsts, number) - 1
        if run < 0:
            return 0
        return self.before[run] + min(self.lasts[run], number) - self.firsts[run] + 1


def clipped(spells: Iterable[Spell | Hours], first: int, last: int) -> Iterator[tuple[int, int]]:
    """What lies of each spell between two ordinals, as ordinals; an open spell runs to the last."""
    for spell in spells:
        begins = max(spell.first.toordinal(), first)
        ends = last if spell.last is None else min(spell.last.toordinal(), last)
        if begins <= ends:
            yield begins, ends


def _check_order(spell: Spell | Hours) -> None:
    if spell.last is not None and spell.last < spell.first:
        raise ValueError("last: a spell cannot end before it begins")
