"""How long people waited: histograms of working days, from which a median or any other part of them is read.

Histograms add up over providers and months, as medians do not.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from outcomes.performance.beyond import NOBODY_BEYOND, Beyond
from outcomes.performance.known import Known, signed
from outcomes.performance.periods import Window
from programmes.models import Contract

Histogram = Counter[int]


def quantile(waits: Mapping[int, int], part: Fraction) -> int | None:
    """The fewest days within which that part of the people were done; None of nobody.

    As PostgreSQL's percentile_disc: a number of days that somebody did wait. waits: people by days, none below 0.
    """
    people, so_far = sum(waits.values()), 0
    for days in sorted(waits):
        so_far += waits[days]
        if people and so_far >= part * people:
            return days
    return None


@dataclass(frozen=True)
class Waits:
    """The waits in some windows, by provider and code."""

    histograms: Mapping[tuple[UUID | None, str, Window], Histogram]
    beyond: Beyond = NOBODY_BEYOND

    @classmethod
    def of(
        cls,
        contract: Contract,
        asked: Collection[tuple[str, Window]],
        beyond: Beyond = NOBODY_BEYOND,
        known: Known | None = None,
    ) -> Self:
        """Read the codes in their windows in one query, and of a past moment in two more; in none where nothing is
        asked."""
        asked = {(code, window) for code, window in asked if not window.is_empty}
        if not asked:
            return cls({}, beyond)
        windows = list(dict.fromkeys(window for _, window in asked))
        totals = {f"in_{n}": Sum("amount", filter=window.cells()) for n, window in enumerate(windows)}
        cells = reduce(or_, (window.cells() & Q(code=code) for code, window in asked))

        def ask(table: QuerySet[Any]) -> Iterable[tuple[Any, ...]]:
            rows = table.filter(cells, days__isnull=False).order_by()
            return rows.values_list("organisation_id", "code", "days").annotate(**totals)

        found: defaultdict[tuple[UUID | None, str, Window], Histogram] = defaultdict(Counter)
        for sign, (organisation_id, code, days, *amounts) in signed(contract, ask, known):
            for window, amount in zip(windows, amounts, strict=True):
                if amount and (code, window) in asked:
                    found[organisation_id, code, window][days] += sign * amount
        return cls(found, beyond)

    def shown(
        self, organisations: Iterable[UUID | None], codes: Collection[str], window: Window
    ) -> Histogram:
        """The waits of these providers' people as the viewer may be shown them: of few, without restricted ones."""
        total: Histogram = Counter()
        left: Histogram = Counter()
        for organisation_id in organisations:
            mine = sum(
                (self.histograms.get((organisation_id, code, window), Counter()) for code in codes), Counter()
            )
            hidden = self.beyond.waits(organisation_id, codes, window)
            if mine.total() < self.beyond.threshold:
                mine, hidden = mine - hidden, Counter()
            total, left = total + mine, left + hidden
        return total - left if total.total() < self.beyond.threshold else total
