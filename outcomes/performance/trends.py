"""The last months of each count, beside what was promised of them, drawn in the height of a line of text."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.utils.safestring import SafeString

from outcomes.performance import charts
from outcomes.performance.figures import Board, Sums
from outcomes.performance.periods import Period, Window, month_of, months_between, shift
from outcomes.performance.profiles import whole_number
from partners.viewer import Viewer
from programmes.measure import Measure
from programmes.models import Contract

MONTHS: Final = 12


def trends(board: Board, contract: Contract, period: Period, viewer: Viewer) -> dict[str, SafeString]:
    """A drawing for each count of the board, by its code: the last 12 months up to the end of the period, in one query.

    Nothing where there are fewer than two months.
    """
    last = min(period.last, month_of(viewer.today))
    number = min(MONTHS, months_between(period.begin, last) + 1)
    if number < 2:
        return {}
    windows = [
        Window(month, month, **period.only) for month in (shift(last, back) for back in range(1 - number, 1))
    ]
    counts = [measure for measure in board.measures if measure.profiled and not measure.is_ratio]
    codes = {code for measure in counts for code in measure.codes}
    sums = Sums.by_month(contract, windows, board.sums.beyond, codes)
    whose: Collection[UUID | None] = [board.whose.pk] if board.whose else board.sums.organisations
    return {measure.code: _drawn(measure, board, sums, whose, windows) for measure in counts}


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
