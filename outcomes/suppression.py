"""Which counts of a table with totals to withhold, so that no small number can be read or worked out.

A count from 1 to below the threshold is small and withheld; nought is shown, always, since many a nought is known to be
one. Totals give withheld counts away, so
further counts are withheld until this rule holds: **for each small count, everything shown so far fits a table in which
it is nought, and one in which it reaches the threshold.** Nobody then knows more than that a number is withheld. The
rule is the audit of cell suppression by feasibility intervals as the Handbook on Statistical Disclosure Control has it
(Hundepool and others, chapter 4.4, sdctools.github.io/HandbookSDC), with the interval from nought to the threshold.
As there, the reader is taken to know the totals and that counts are not negative; what other tables say of the same
people, and the thought of why a count was chosen, are not weighed.

A table is a flow. Each count flows out of one sum and into another, and a sum takes in as much as it gives out: a
month takes in its providers' counts and gives out its total. Whoever changes one count has to change others along a
ring of withheld counts, so that the bounds which linear programming would find are found by following rings, and they
are exact for whole numbers. One table may hold all that was ever published of it, so that two publications held
against each other give away no more than either.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count as numbers
from typing import Final, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

# The sum of everything that no total is kept of.
OUTSIDE: Final = "outside"


@dataclass(frozen=True)
class Count(Generic[Key]):
    """A count of a table: it flows out of one sum and into another.

    shown is what an earlier publication decided, and stays so; none where it is still to be decided.
    """

    key: Key
    amount: int
    out_of: Hashable = OUTSIDE
    into: Hashable = OUTSIDE
    shown: bool | None = None


def is_small(amount: int, threshold: int) -> bool:
    """Whether a count is too small to be shown: not nought, and below the threshold."""
    return 0 < abs(amount) < threshold


def ratio_is_publishable(part: int, whole: int, threshold: int) -> bool:
    """Whether a ratio may be shown: neither the part, nor the rest, nor the whole is small, and there is a whole."""
    return whole >= threshold and not is_small(part, threshold) and not is_small(whole - part, threshold)


def withheld(counts: Iterable[Count[Key]], threshold: int) -> frozenset[Key]:
    """The keys of the undecided counts to withhold, as few people as possible behind those that are not small."""
    table = _Table(tuple(counts), threshold)
    free = {n for n, one in enumerate(table.counts) if one.shown is None and one.amount}
    hidden = {n for n, one in enumerate(table.counts) if one.shown is False}.union(table.small)
    before = set(hidden)
    proofs: dict[int, set[int]] = {}
    for one in table.small:
        proof = table.proof(one, hidden, free)
        # Where nothing protects it, nothing more is shown: that says no more than was known before.
        proofs[one] = free if proof is None else proof
        hidden |= proofs[one]
    for shown in sorted(hidden - before, key=lambda n: -table.counts[n].amount):
        hidden.remove(shown)
        anew = {one: table.proof(one, hidden) for one, proof in proofs.items() if shown in proof}
        if any(proof is None for proof in anew.values()):
            hidden.add(shown)
        else:
            proofs |= {one: proof for one, proof in anew.items() if proof is not None}
    return frozenset(table.counts[n].key for n in hidden & free)


def exposed(counts: Iterable[Count[Key]], threshold: int) -> list[Key]:
    """The audit of a decided table: the small counts that are shown, or that what is shown gives away."""
    table = _Table(tuple(counts), threshold, audited=True)
    hidden = {n for n, one in enumerate(table.counts) if not one.shown}
    return [
        table.counts[one].key for one in table.small if one not in hidden or table.proof(one, hidden) is None
    ]


# A way on from a sum: which count changes, whether it grows (1) or shrinks (-1), and the sum that it leads to.
_Step = tuple[int, int, Hashable]


class _Table(Generic[Key]):
    """The counts by number, those that are small, and from each sum the steps over counts that are not shown."""

    def __init__(self, counts: Sequence[Count[Key]], threshold: int, *, audited: bool = False) -> None:
        self.counts, self.threshold = counts, threshold
        self.small = [
            n
            for n, one in enumerate(counts)
            if is_small(one.amount, threshold) and (audited or not one.shown)
        ]
        self.steps: defaultdict[Hashable, list[_Step]] = defaultdict(list)
        for n, one in enumerate(counts):
            if not one.shown:
                self.steps[one.out_of].append((n, 1, one.into))
                self.steps[one.into].append((n, -1, one.out_of))

    def proof(self, one: int, hidden: set[int], free: Collection[int] = ()) -> set[int] | None:
        """Counts that keep a small one safe while they are withheld: with them it may be nought or the threshold.

        Taken from the withheld and the free counts, from these as few people as possible. None where there are none.
        """
        amount, found = self.counts[one].amount, set[int]()
        for change in (-max(amount, 0), self.threshold - amount):
            moved = self._moved(one, change, hidden | found, free)
            if moved is None:
                return None
            found |= moved
        return found

    def _moved(self, one: int, change: int, hidden: set[int], free: Collection[int]) -> set[int] | None:
        """What else differs in a table in which this count is changed so far; None where there is no such table."""
        amounts = [count.amount for count in self.counts]
        ends = self.counts[one].into, self.counts[one].out_of
        start, goal = ends if change > 0 else ends[::-1]
        left = abs(change)
        while left:
            ring = self._ring(start, goal, one, amounts, hidden, free)
            if ring is None:
                return None
            step = min([left, *(amounts[n] - self._least(n) for n, way in ring if way < 0)])
            for n, way in ring:
                amounts[n] += way * step
            left -= step
        return {n for n, count in enumerate(self.counts) if amounts[n] != count.amount}

    def _least(self, n: int) -> int:
        """A count shrinks to nought and not further."""
        return min(self.counts[n].amount, 0)

    def _ring(
        self,
        start: Hashable,
        goal: Hashable,
        without: int,
        amounts: Sequence[int],
        hidden: set[int],
        free: Collection[int],
    ) -> list[tuple[int, int]] | None:
        """The way from one sum to another that costs the fewest people, by Dijkstra's algorithm: withheld counts and
        those that differ already cost nothing."""
        order = numbers()
        came: dict[Hashable, _Step] = {}
        done: set[Hashable] = set()
        waiting: list[tuple[int, int, Hashable, _Step | None]] = [(0, next(order), start, None)]
        while waiting:
            cost, _, at, step = heappop(waiting)
            if at in done:
                continue
            done.add(at)
            if step is not None:
                came[at] = step
            if at == goal:
                return list(_way_back(came, start, goal))
            for n, way, to in self.steps[at]:
                if to in done or n == without or (way < 0 and amounts[n] == self._least(n)):
                    continue
                if n in hidden or (n in free and amounts[n] != self.counts[n].amount):
                    heappush(waiting, (cost, next(order), to, (n, way, at)))
                elif n in free:
                    heappush(waiting, (cost + abs(self.counts[n].amount), next(order), to, (n, way, at)))
        return None


def _way_back(came: dict[Hashable, _Step], start: Hashable, goal: Hashable) -> Iterator[tuple[int, int]]:
    while goal != start:
        n, way, goal = came[goal]
        yield n, way
