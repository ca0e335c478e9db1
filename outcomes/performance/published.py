"""A closed month as it was published, beside what it comes to now, as one viewer may be shown it.

What was published, and what it was restated to, is asked for anew as of that moment: so it leaves out whom a list of
this viewer leaves out, by the rule of every other page (outcomes.performance.beyond).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from outcomes.models import PublishedFigure, Restatement
from outcomes.performance.figures import Board, Figure, offered
from outcomes.performance.known import Known
from outcomes.performance.publishing import Part, windows_of
from outcomes.performance.sharing import definition_of
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.measure import Measure, Unit
from programmes.models import Contract

# The latest nights whose restatements are listed: each is asked for as of its moment.
NIGHTS: Final = 6


@dataclass(frozen=True)
class Beside:
    """One figure: as it was published, and now. defined_anew: it means something else by now, and what was published is
    worked out by what it means now."""

    then: Figure
    now: Figure
    published_at: datetime
    defined_anew: bool

    @property
    def measure(self) -> Measure:
        return self.now.measure

    @property
    def moved(self) -> bool:
        """Whether it is not what was published."""
        return not self.defined_anew and self.then.value != self.now.value


@dataclass(frozen=True)
class Restated:
    """What a figure came to before a night, and since."""

    at: datetime
    was: Figure
    now: Figure


def beside(
    contract: Contract, month: date, viewer: Viewer, whose: Organisation | None, *, money: bool
) -> list[Beside]:
    """The published figures of a month, in the order of the page: of one provider, or of everybody that is seen."""
    measures = [one for one in offered(contract, money=money) if one.unit is not Unit.PENCE or money]
    kept = {one.measure: one for one in _kept(contract, month, viewer, whose)}
    measures = [one for one in measures if one.code in kept]
    windows = windows_of(contract, month, measures, viewer.today)
    measures = [one for one in measures if one.code in windows]
    now = Board.within(contract, measures, windows, Known(viewer), whose=whose).whole
    by_moment: defaultdict[datetime, list[Measure]] = defaultdict(list)
    for measure in measures:
        by_moment[kept[measure.code].published_at].append(measure)
    then: dict[str, Figure] = {}
    for at, those in by_moment.items():
        then |= Board.within(contract, those, windows, Known(viewer, at), whose=whose).whole
    return [_beside(kept[one.code], then[one.code], now[one.code]) for one in measures]


def restatements(
    contract: Contract, month: date, viewer: Viewer, whose: Organisation | None, found: list[Beside]
) -> list[Restated]:
    """How the figures of a month came to what they are now, in the last nights in which any was restated; the last
    first. A night on which nothing moved that this viewer may be shown has no line."""
    kept = _kept(contract, month, viewer, whose)
    moments = Restatement.objects.filter(figure__in=[one.pk for one in kept]).order_by("-restated_at")
    nights = list(moments.values_list("restated_at", flat=True).distinct()[: NIGHTS + 1])[::-1]
    standing = {one.measure.code: one for one in found if not one.defined_anew}
    measures = [one.measure for one in standing.values()]
    windows = windows_of(contract, month, measures, viewer.today)
    before = {code: one.then for code, one in standing.items()}
    rows: list[Restated] = []
    for at in nights:
        after = Board.within(contract, measures, windows, Known(viewer, at), whose=whose).whole
        for code, figure in after.items():
            if at > standing[code].published_at:
                rows.append(Restated(at, before[code], figure))
                before[code] = figure
    shown = nights[-NIGHTS:]
    return [one for one in rows[::-1] if one.at in shown and one.was.value != one.now.value]


def _kept(
    contract: Contract, month: date, viewer: Viewer, whose: Organisation | None
) -> list[PublishedFigure]:
    found = PublishedFigure.objects.filter(contract=contract, month=month)
    provider: UUID | None = viewer.organisation_id if viewer.kind == "provider" else None
    provider = whose.pk if whose else provider
    if provider:
        return list(found.filter(part=Part.PROVIDER, organisation=provider))
    return list(found.filter(part=Part.WHOLE))


def _beside(kept: PublishedFigure, then: Figure, now: Figure) -> Beside:
    return Beside(then, now, kept.published_at, definition_of(now.measure) != kept.definition)
