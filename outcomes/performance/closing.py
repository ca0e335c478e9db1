"""Everything that was ever shared of one count, as one table: what a month comes to is settled when it closes."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self
from uuid import UUID

from outcomes.models import ClosedCount, SharedMeasure
from outcomes.performance.periods import months_between, shift
from outcomes.suppression import OUTSIDE, Count
from programmes.measure import Measure
from programmes.models import Contract

# A part of the contract and, where that is one, its provider.
Whose = tuple[str, UUID | None]
# Span, month, and whose it is.
Key = tuple[str, date, Whose]
# A provider, or nobody yet, and a month.
Single = tuple[UUID | None, date]

MONTH: Final = str(SharedMeasure.Span.MONTH)
TO_DATE: Final = str(SharedMeasure.Span.TO_DATE)
WHOLE: Final[Whose] = (str(SharedMeasure.Part.WHOLE), None)
NOBODY: Final[Whose] = (str(SharedMeasure.Part.NOBODY), None)


def of_provider(provider: UUID | None) -> Whose:
    """A provider's part, or nobody's."""
    return (str(SharedMeasure.Part.PROVIDER), provider) if provider else NOBODY


@dataclass
class Table:
    """Single counts by provider and month, the month with which each sharing ended, and what was shown or withheld."""

    singles: dict[Single, int]
    ends: list[date]
    shown: dict[Key, bool]

    @classmethod
    def of(cls, measure: Measure, contract: Contract) -> Self:
        """As the last sharing left it, in two queries."""
        closed = ClosedCount.objects.filter(contract=contract, measure=measure.code)
        shared = SharedMeasure.objects.filter(
            contract=contract, measure=measure.code, audience=SharedMeasure.Audience.COMMISSIONER
        ).values_list("span", "month", "part", "organisation_id", "value")
        shown: dict[Key, bool] = {
            (span, month, (part, one)): value is not None for span, month, part, one, value in shared
        }
        return cls(
            singles={
                (provider, month): amount
                for provider, month, amount in closed.values_list("organisation_id", "month", "amount")
            },
            ends=sorted({month for span, month, _ in shown if span == TO_DATE}),
            shown=shown,
        )

    def close(
        self, first: date, last: date, found: Mapping[Single, int], who: Collection[UUID | None]
    ) -> dict[Single, int]:
        """Add the months from first to last; what changed in earlier ones since they were shared goes to the first.

        Returns the single counts that were added, of everybody in `who`, which holds all that were ever counted.
        """
        months = [shift(first, n) for n in range(months_between(first, last) + 1)]
        new = {(provider, month): found.get((provider, month), 0) for month in months for provider in who}
        for (provider, month), amount in found.items():
            new[provider, first] += amount * (month < first)
        for (provider, _), amount in self.singles.items():
            new[provider, first] -= amount
        self.singles |= new
        self.ends.append(last)
        return new

    def figures(self) -> Iterator[Count[Key]]:
        """Every figure with its totals: into its month and out of what there is to date of its provider."""
        begin = min(month for _, month in self.singles)
        for last, after in zip(self.ends, [*self.ends[1:], None], strict=True):
            yield from self._months(begin, last)
            yield from self._to_date(last, after)
            begin = shift(last, 1)

    def _months(self, first: date, last: date) -> Iterator[Count[Key]]:
        totals: Counter[date] = Counter()
        for (provider, month), amount in self.singles.items():
            if first <= month <= last:
                totals[month] += amount
                whose = of_provider(provider)
                yield self._count((MONTH, month, whose), amount, out_of=(last, whose), into=month)
        for month, amount in totals.items():
            yield self._count((MONTH, month, WHOLE), amount, out_of=month, into=(last, WHOLE))

    def _to_date(self, last: date, after: date | None) -> Iterator[Count[Key]]:
        totals: Counter[Whose] = Counter()
        for (provider, month), amount in self.singles.items():
            if month <= last:
                totals[of_provider(provider)] += amount
        for whose, amount in totals.items():
            further = (after, whose) if after else OUTSIDE
            yield self._count((TO_DATE, last, whose), amount, out_of=further, into=(last, whose))
        further = (after, WHOLE) if after else OUTSIDE
        yield self._count((TO_DATE, last, WHOLE), totals.total(), out_of=(last, WHOLE), into=further)

    def _count(self, key: Key, amount: int, *, out_of: object, into: object) -> Count[Key]:
        return Count(key, amount, out_of, into, self.shown.get(key))
