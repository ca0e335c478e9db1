"""The last months of each count, beside what was promised of them, drawn in the height of a line of text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self
from uuid import UUID

from django.utils.safestring import SafeString

from outcomes.performance import charts
from outcomes.performance.figures import HEADLINES, Board, Sums
from outcomes.performance.periods import Period, Window, month_of, months_between, shift
from outcomes.performance.profiles import whole_number
from partners.viewer import Viewer
from programmes.measure import Measure
from programmes.models import Contract

MONTHS: Final = 12


@dataclass(frozen=True)
class Trends:
    """A drawing for each count of the board, by its code, and for each provider one of what providers are compared by,
    by the provider's id."""

    counts: dict[str, SafeString] = field(default_factory=dict)
    providers: dict[UUID, SafeString] = field(default_factory=dict)

    @classmethod
    def of(cls, board: Board, contract: Contract, period: Period, viewer: Viewer) -> Self:
        """The last 12 months up to the end of the period, in one query; nothing where there are fewer than two."""
        last = min(period.last, month_of(viewer.today))
        windows = latest(period.begin, last, **period.only)
        if len(windows) < 2:
            return cls()
        counts = {one.code: one for one in board.measures if one.profiled and not one.is_ratio}
        codes = {code for measure in counts.values() for code in measure.codes}
        sums = Sums.by_month(contract, windows, board.sums.beyond, codes)
        headline = next((counts[code] for code in HEADLINES if code in counts), None)
        whose: Collection[UUID | None] = [board.whose.pk] if board.whose else board.sums.organisations
        listed = () if board.whose else [one.pk for one in board.organisations]
        return cls(
            {code: _drawn(measure, board, sums, whose, windows) for code, measure in counts.items()},
            {pk: _of_provider(headline, sums, pk, windows) for pk in listed} if headline else {},
        )


def latest(begin: date, last: date, **only: Any) -> list[Window]:
    """The last 12 months up to one, none before the contract began, each on its own."""
    number = min(MONTHS, months_between(begin, last) + 1)
    months = (shift(last, back) for back in range(1 - number, 1))
    return [Window(month, month, **only) for month in months]


def _of_provider(measure: Measure, sums: Sums, whose: UUID, windows: Sequence[Window]) -> SafeString:
    amounts = [sums.shown([whose], measure.codes, window) for window in windows]
    months = f"{windows[0].first:%B %Y} to {windows[-1].first:%B %Y}"
    return charts.spark(amounts, title=f"{measure.label} by month, {months}")


def _drawn(
    measure: Measure, board: Board, sums: Sums, whose: Collection[UUID | None], windows: list[Window]
) -> SafeString:
    of = board.whose.pk if board.whose else None
    amounts = [sums.shown(whose, measure.codes, window) for window in windows]
    promised = [board.promised.count(of, measure.numerator, window) for window in windows]
    profile = [whole_number(one[0]) for one in promised if one]
    return charts.svg(
        charts.sparkline(
            amounts, profile if len(profile) == len(windows) else (), title=f"{measure.label} by month"
        )
    )
