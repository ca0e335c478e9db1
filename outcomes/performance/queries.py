"""Figures that are queried: what each was when it was asked and is now, and where a figure bears the mark."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Self

from django.db.models import QuerySet
from django.urls import reverse

from outcomes.models import FigureQuery
from outcomes.performance import words
from outcomes.performance.curves import HALF_YEAR
from outcomes.performance.figures import Board, Figure, offered
from outcomes.performance.known import Known
from outcomes.performance.periods import Period, Window, months_between, standing_days
from partners.permissions import Permission, can
from partners.viewer import Viewer, london_date
from programmes.measure import DAY_ZERO, Measure
from programmes.measures import BY_CODE
from programmes.models import Area, Contract, PaymentGroup

SORTS: Final = {"asked": "asked_at", "figure": "measure", "provider": "organisation__name"}


def in_order(found: QuerySet[FigureQuery], sort: str) -> QuerySet[FigureQuery]:
    """Sorted by one of SORTS, with a minus descending; the oldest question first for anything else."""
    column = SORTS.get(sort.removeprefix("-"), SORTS["asked"])
    return found.order_by(f"-{column}" if sort.startswith("-") else column, "asked_at", "id")


def window_of(query: FigureQuery, measure: Measure, today: date) -> Window:
    """The cells of the figure, on that day where it is of what stands."""
    since, until = standing_days(measure, today)
    return Window(
        query.first,
        query.last,
        by=query.by,
        within=measure.within,
        group=query.payment_group,
        area=query.area,
        since=since,
        until=until,
    )


def label_of(query: FigureQuery) -> str:
    """What the figure is called; its code where the registry has it no more."""
    return BY_CODE[query.measure].label if query.measure in BY_CODE else query.measure


def months_of(query: FigureQuery) -> str:
    """Its months in words."""
    measure = BY_CODE.get(query.measure)
    since = DAY_ZERO if measure and measure.stands else None
    return words.months(Window(query.first, query.last, by=query.by, since=since))


def group_of(query: FigureQuery) -> str:
    """The names of its payment group and its area; all where it is of no single one."""
    group = PaymentGroup.objects.filter(contract=query.contract_id, code=query.payment_group).first()
    area = Area.objects.filter(contract=query.contract_id, code=query.area).first()
    names = (group.name if group else query.payment_group, area.name if area else query.area)
    return ", ".join(name for name in names if name) or "All"


@dataclass(frozen=True)
class Queried:
    """A queried figure as this viewer may be shown it: then, now, and the addresses of who is behind it and what moved.

    Both figures are read anew within the viewer's walls, so that neither tells more than the page of the figures does.
    None where the contract has the measure no more.
    """

    then: Figure | None = None
    now: Figure | None = None
    people: str = ""
    moves: str = ""

    @classmethod
    def of(cls, query: FigureQuery, viewer: Viewer) -> Self:
        """Read in a constant number of queries."""
        money = can(viewer, Permission.SEE_MONEY)
        measure = next(
            (one for one in offered(query.contract, money=money) if one.code == query.measure), None
        )
        if measure is None:
            return cls()
        period = _holding(query, measure, viewer)
        whose = query.organisation.slug if viewer.kind == "prime" else ""
        point = _point(query)
        now = words.Links(query.contract, period, whose)
        return cls(
            then=figure_of(query, measure, viewer, query.asked_at),
            now=figure_of(query, measure, viewer),
            people=now.people(measure.code, point=point),
            moves=replace(now, known_at=query.asked_at).people(measure.code, point=point),
        )

    @property
    def was(self) -> str:
        """What it was when it was asked, in words."""
        return words.worded(self.then) if self.then else ""

    @property
    def is_now(self) -> str:
        """What it is, and what moved."""
        if not self.then or not self.now:
            return ""
        same = (self.then.amount, self.then.base, self.then.days) == (
            self.now.amount,
            self.now.base,
            self.now.days,
        )
        moved = "unchanged" if same else words.moved(self.then, self.now)
        return f"{words.worded(self.now)} ({moved})"


def figure_of(
    query: FigureQuery, measure: Measure, viewer: Viewer, known_at: datetime | None = None
) -> Figure:
    """The figure as it is, or as it was known at a past moment."""
    day = london_date(known_at) if known_at else viewer.today
    windows = {measure.code: window_of(query, measure, day)}
    known = Known(viewer, known_at)
    board = Board.within(query.contract, [measure], windows, known, whose=query.organisation)
    return board.whole[measure.code]


def _holding(query: FigureQuery, measure: Measure, viewer: Viewer) -> Period:
    """The shortest period that one can choose today and that holds the months of the figure."""
    choices = Period.choices(query.contract, viewer.today)
    windows = [(one.window(measure, viewer.today), one) for one in choices]
    holding = [
        (months_between(window.first, window.last), place, period)
        for place, (window, period) in enumerate(windows)
        if window.first <= query.first and query.last <= window.last
    ]
    found = min(holding)[2] if holding else next(one for one in choices if one.code == "all")
    return replace(found, group=query.payment_group, area=query.area)


def _point(query: FigureQuery) -> dict[str, str] | None:
    """The arguments of a point of a cohort's curve; none for any other figure."""
    size = months_between(query.first, query.last) + 1
    if query.by is None or size not in (1, HALF_YEAR):
        return None
    return {"cohort": f"{query.first:%Y-%m}", "months": str(size), "by": str(query.by)}


def is_part_of(query: FigureQuery, window: Window) -> bool:
    """Whether the figure of a window has months, payment groups and areas of the queried one in it."""
    return (
        (query.by is None) == (window.by is None)
        and query.first <= window.last
        and window.first <= query.last
        and ("" in (query.payment_group, window.group) or query.payment_group == window.group)
        and ("" in (query.area, window.area) or query.area == window.area)
    )


def marks(contract: Contract, windows: Mapping[str, Window], viewer: Viewer) -> dict[tuple[str, str], str]:
    """Where an open question is about a figure or part of it: the address of the question, or of the list of them.

    By the provider's slug, empty for the whole, and the measure; read in one query. Nothing for whoever may not ask or
    answer.
    """
    if not can(viewer, Permission.QUERY_FIGURE):
        return {}
    found: defaultdict[tuple[str, str], list[FigureQuery]] = defaultdict(list)
    asked = FigureQuery.objects.filter(
        contract=contract, state=FigureQuery.State.OPEN, measure__in=list(windows)
    )
    for query in asked.select_related("organisation"):
        if is_part_of(query, windows[query.measure]):
            for whose in ("", query.organisation.slug):
                found[whose, query.measure].append(query)
    every = f"{reverse('figure_queries')}?contract={contract.code}"
    return {
        key: reverse("figure_query", args=[queries[0].pk]) if len(queries) == 1 else every
        for key, queries in found.items()
    }
