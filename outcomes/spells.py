"""Spells and the days they cover: interval arithmetic, whose cost follows the number of spells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of days, both ends included; `last` None means still open.

    Raises ValueError when it ends before it begins.
    """

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError("last: a spell cannot end before it begins")


@dataclass(frozen=True, slots=True)
class Days:
    """A set of days, kept as runs in order that neither overlap nor touch.

    Run number i is `firsts[i]` to `lasts[i]`, both included, with `before[i]` days of the set before it.
    """

    firsts: tuple[date, ...]
    lasts: tuple[date, ...]
    before: tuple[int, ...]

    @classmethod
    def of(cls, spells: Iterable[Spell], first: date, last: date) -> Days:
        """The days of `spells` from `first` to `last`, each once; an open spell runs to `last`."""
        runs: list[list[date]] = []
        for spell in sorted(spells, key=lambda spell: spell.first):
            begins, ends = max(spell.first, first), min(spell.last or last, last)
            if begins > ends:
                continue
            if runs and begins <= runs[-1][1] + DAY:
                runs[-1][1] = max(runs[-1][1], ends)
            else:
                runs.append([begins, ends])
        lengths = [(ends - begins).days + 1 for begins, ends in runs]
        return cls(
            tuple(begins for begins, _ in runs),
            tuple(ends for _, ends in runs),
            tuple(accumulate(lengths, initial=0))[:-1],
        )

    def count(self, first: date, last: date) -> int:
        """How many days of the set lie from `first` to `last`."""
        return self._up_to(last) - self._up_to(first - DAY)

    def nth(self, n: int) -> date | None:
        """The `n`th day of the set (1 is the earliest), or None when it has fewer."""
        run = bisect_left(self.before, n) - 1
        if run < 0:
            return None
        on = self.firsts[run] + (n - self.before[run] - 1) * DAY
        return on if on <= self.lasts[run] else None

    def next_from(self, on: date) -> date | None:
        """The first day of the set on or after `on`, or None."""
        run = bisect_left(self.lasts, on)
        return max(self.firsts[run], on) if run < len(self.firsts) else None

    def runs(self, first: date, last: date) -> Iterator[Spell]:
        """The runs of days from `first` to `last`, in order."""
        for begins, ends in zip(self.firsts, self.lasts, strict=True):
            if begins <= last and ends >= first:
                yield Spell(max(begins, first), min(ends, last))

    def _up_to(self, on: date) -> int:
        run = bisect_right(self.firsts, on) - 1
        if run < 0:
            return 0
        return self.before[run] + (min(self.lasts[run], on) - self.firsts[run]).days + 1
