"""No withheld count can be worked out: not from the totals, nor from two publications held against each other.

The attacker knows nothing of the engine. It writes every published figure as a sum of single counts, and looks for
whole numbers that fit them all.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outcomes import suppression
from outcomes.suppression import OUTSIDE, Count, exposed, is_small, ratio_is_publishable, withheld

Single = tuple[int, int]
WHOLE = "whole"


@dataclass(frozen=True)
class Figure:
    """A figure of the table: the single counts (provider, month) that it is the sum of."""

    count: Count[Hashable]
    of: frozenset[Single]


def publication(
    table: Sequence[Sequence[int]], first: int, last: int, *, ends: bool = True
) -> Iterator[Figure]:
    """Months first to last (excluded) of a table of months by providers, with totals, and what there is to date."""
    providers, to_date = range(len(table[0])), ("to date", last)
    for month in range(first, last):
        for one in providers:
            count: Count[Hashable] = Count(
                ("month", month, one), table[month][one], out_of=(to_date, one), into=("month", month)
            )
            yield Figure(count, frozenset([(one, month)]))
        count = Count(("month", month), sum(table[month]), out_of=("month", month), into=(to_date, WHOLE))
        yield Figure(count, frozenset((one, month) for one in providers))
    after = OUTSIDE if ends else ("to date", len(table))
    for one in providers:
        of = frozenset((one, month) for month in range(last))
        count = Count((to_date, one), total(table, of), out_of=_in(after, one), into=(to_date, one))
        yield Figure(count, of)
    of = frozenset((one, month) for one in providers for month in range(last))
    yield Figure(
        Count((to_date, WHOLE), total(table, of), out_of=(to_date, WHOLE), into=_in(after, WHOLE)), of
    )


def _in(after: object, one: object) -> object:
    return after if after is OUTSIDE else (after, one)


def total(table: Sequence[Sequence[int]], of: frozenset[Single]) -> int:
    """The true sum of some single counts."""
    return sum(table[month][one] for one, month in of)


def decided(figures: Sequence[Figure], threshold: int) -> list[Figure]:
    """What the engine decides of the figures that are still to be decided."""
    hidden = withheld([figure.count for figure in figures], threshold)
    return [
        replace(figure, count=replace(figure.count, shown=figure.count.key not in hidden))
        if figure.count.shown is None
        else figure
        for figure in figures
    ]


def two_publications(table: Sequence[Sequence[int]], split: int, threshold: int) -> list[Figure]:
    """The months before the split are published, then the rest; what was decided stays."""
    first = decided(list(publication(table, 0, split)), threshold)
    shown = {figure.count.key: figure.count.shown for figure in first}
    again = [
        replace(figure, count=replace(figure.count, shown=shown[figure.count.key]))
        for figure in publication(table, 0, split, ends=False)
    ]
    return decided([*again, *publication(table, split, len(table))], threshold)


class Attacker:
    """Looks for tables of whole numbers, none negative, that fit every figure shown."""

    def __init__(self, figures: Sequence[Figure], most: int) -> None:
        self.shown = [(figure.of, figure.count.amount) for figure in figures if figure.count.shown]
        self.singles = sorted(frozenset().union(*(figure.of for figure in figures)))
        self.most = most

    def finds(self, of: frozenset[Single], least: int, most: int) -> bool:
        """Whether some table fits in which these single counts add up to no less and no more than that."""
        sums = [*((one, amount, amount) for one, amount in self.shown), (of, least, most)]
        return self._fits(sums, 0)

    def _fits(self, sums: list[tuple[frozenset[Single], int, int]], at: int) -> bool:
        if any(most < 0 or (not of and least > 0) for of, least, most in sums):
            return False
        if at == len(self.singles):
            return True
        single = self.singles[at]
        highest = min([self.most, *(most for of, _, most in sums if single in of)])
        for value in range(highest + 1):
            left = [
                (of - {single}, least - value, most - value) if single in of else (of, least, most)
                for of, least, most in sums
            ]
            if self._fits(left, at + 1):
                return True
        return False


def given_away(figures: Sequence[Figure], threshold: int) -> list[object]:
    """The small figures that are shown, or of which the attacker knows more than the rule allows."""
    highest = max(figure.count.amount for figure in figures) + threshold
    attacker = Attacker(figures, highest)
    found = []
    for figure in figures:
        if is_small(figure.count.amount, threshold):
            free = attacker.finds(figure.of, 0, 0) and attacker.finds(figure.of, threshold, 10**6)
            if figure.count.shown or not free:
                found.append(figure.count.key)
    return found


def derived(figures: Sequence[Figure]) -> list[object]:
    """The withheld figures of which only one value fits."""
    attacker = Attacker(figures, max(figure.count.amount for figure in figures) + 3)
    return [
        figure.count.key
        for figure in figures
        if not figure.count.shown
        and not attacker.finds(figure.of, 0, figure.count.amount - 1)
        and not attacker.finds(figure.of, figure.count.amount + 1, 10**6)
    ]


def tables(months: int, providers: int, most: int) -> st.SearchStrategy[list[list[int]]]:
    """Months by providers."""
    month = st.lists(st.integers(0, most), min_size=providers, max_size=providers)
    return st.lists(month, min_size=months, max_size=months)


@settings(max_examples=150, deadline=None)
@given(tables(2, 3, 7))
def test_the_attacker_works_out_nothing_from_one_publication(table: list[list[int]]) -> None:
    figures = decided(list(publication(table, 0, 2)), 3)
    assert given_away(figures, 3) == []
    assert derived(figures) == []


@settings(max_examples=150, deadline=None)
@given(tables(3, 2, 6), st.integers(1, 2))
def test_nor_from_two_publications_held_against_each_other(table: list[list[int]], split: int) -> None:
    figures = two_publications(table, split, 3)
    assert given_away(figures, 3) == []
    assert derived(figures) == []


@settings(max_examples=100, deadline=None)
@given(tables(12, 5, 30), st.integers(1, 11))
def test_the_engines_own_audit_agrees_on_larger_tables(table: list[list[int]], split: int) -> None:
    figures = two_publications(table, split, 5)
    assert exposed([figure.count for figure in figures], 5) == []


@settings(max_examples=100, deadline=None)
@given(tables(2, 3, 7), st.data())
def test_the_audit_finds_what_the_attacker_finds(table: list[list[int]], data: st.DataObject) -> None:
    figures = [
        replace(figure, count=replace(figure.count, shown=data.draw(st.booleans())))
        for figure in publication(table, 0, 2)
    ]
    assert exposed([figure.count for figure in figures], 3) == given_away(figures, 3)


@given(tables(4, 4, 60))
def test_nothing_is_withheld_where_nothing_is_small(table: list[list[int]]) -> None:
    large = [[n if n == 0 else n + 4 for n in month] for month in table]
    assert withheld([figure.count for figure in publication(large, 0, 4)], 5) == frozenset()


@given(tables(4, 4, 40))
def test_every_small_count_is_withheld_and_every_nought_shown(table: list[list[int]]) -> None:
    figures = decided(list(publication(table, 0, 4)), 5)
    assert not [one for one in figures if one.count.shown and 1 <= one.count.amount <= 4]
    assert all(one.count.shown for one in figures if one.count.amount == 0)


def test_without_the_complementary_counts_the_attacker_works_a_small_one_out() -> None:
    table = [[2, 9, 8], [7, 7, 9]]
    primary = [
        replace(figure, count=replace(figure.count, shown=not is_small(figure.count.amount, 5)))
        for figure in publication(table, 0, 2)
    ]
    assert given_away(primary, 5) == derived(primary) == [("month", 0, 0)]
    figures = decided(list(publication(table, 0, 2)), 5)
    assert given_away(figures, 5) == []
    assert [one.count.key for one in figures if not one.count.shown] == [
        ("month", 0, 0),
        ("month", 0, 1),
        ("month", 1, 0),
        ("month", 1, 1),
    ]


def test_a_total_to_date_is_withheld_when_two_of_them_would_tell_a_month() -> None:
    table = [[9, 9], [3, 8]]
    figures = two_publications(table, 1, 5)
    shown = {one.count.key: one.count.shown for one in figures}
    assert shown[("to date", 1), 0]
    assert not shown["month", 1, 0]
    assert not shown[("to date", 2), 0]
    assert given_away(figures, 5) == []


def test_corrections_below_nought_are_small_too() -> None:
    table = [[20, 30], [-2, 9], [8, 12]]
    figures = two_publications(table, 1, 5)
    assert exposed([figure.count for figure in figures], 5) == []
    assert ("month", 1, 0) in {one.count.key for one in figures if not one.count.shown}


@pytest.mark.parametrize(
    ("part", "whole", "publishable"),
    [
        (5, 10, True),
        (0, 10, True),
        (10, 10, True),
        (4, 10, False),
        (6, 10, False),
        (0, 4, False),
        (0, 0, False),
        (0, 5, True),
    ],
)
def test_a_ratio_is_shown_when_neither_its_part_nor_the_rest_is_small(
    part: int, whole: int, publishable: bool
) -> None:
    assert ratio_is_publishable(part, whole, 5) is publishable


@given(tables(3, 3, 9))
def test_the_same_table_is_always_decided_alike(table: list[list[int]]) -> None:
    assume(any(0 < n < 5 for month in table for n in month))
    once = withheld([figure.count for figure in publication(table, 0, 3)], 5)
    assert once == suppression.withheld([figure.count for figure in publication(table, 0, 3)], 5)
