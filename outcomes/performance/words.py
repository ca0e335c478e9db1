"""Figures as people read them: in tiles, in cells, in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from outcomes.performance.curves import Cohort
from outcomes.performance.figures import Figure, Row
from outcomes.performance.forms import NOBODY
from outcomes.performance.periods import Period, Window
from partners.templatetags.baton import MINUS, NOTHING, count, pence, percent
from programmes.measures import BY_CODE, Unit
from programmes.models import Contract

NOT_YET: Final = "not yet"
# What fits a table beside the comparison with the profile; the tiles and the file have every measure.
COLUMNS: Final = tuple(
    BY_CODE[code] for code in ("referrals", "starts", "start_rate", "job_starts", "job_outcomes")
)
STATUS_RULE: Final = (
    "On profile: at or above the profile to date, in which the running month counts by its days so far. Just below: up"
    " to a tenth short of it. Behind: further short. Too few to judge: the profile, or what a rate is taken of, is"
    " below 10."
)


@dataclass(frozen=True)
class Links:
    """The addresses of the people behind the figures of one contract and period."""

    contract: Contract
    period: Period

    @staticmethod
    def point(cohort: Cohort, elapsed: int) -> dict[str, str]:
        """The arguments of `people` for a point of a curve."""
        return {"cohort": f"{cohort.first:%Y-%m}", "by": str(elapsed)}

    def people(self, measure: str, provider: str = "", point: dict[str, str] | None = None) -> str:
        """Behind a figure of the period, or of a point of a curve."""
        query = {"contract": self.contract.code, "measure": measure, "provider": provider}
        return f"{reverse('performance_people')}?{urlencode(query | (point or {'period': self.period.code}))}"


@dataclass(frozen=True)
class Tile:
    """What c-tile shows."""

    label: str
    value: str
    href: str
    profile: str
    note: str
    rag: str
    status: str
    illustrative: bool
    pending: bool


@dataclass(frozen=True)
class Cell:
    """A figure in the table: what it is called, its words and its people; of a rate, how many of how many."""

    label: str
    value: str
    href: str
    of: str


@dataclass(frozen=True)
class Line:
    """A provider's line in the table: its figures, and how it stands against its profile."""

    name: str
    cells: list[Cell]
    against: str
    headline: Figure


def said(value: int | Fraction | None, unit: Unit) -> str:
    """A figure in words; a dash where there is none."""
    if isinstance(value, Fraction) or unit is Unit.RATIO:
        return percent(None if value is None else float(value))
    return pence(value) if unit is Unit.PENCE else count(value)


def worded(figure: Figure) -> str:
    """The value of a figure in words; not yet where it is not known."""
    return NOT_YET if figure.value is None else said(figure.value, figure.measure.unit)


def against_profile(figure: Figure) -> str:
    """How far above or below its profile a figure is; of a rate in percentage points."""
    difference = figure.difference
    if difference is None:
        return ""
    size = (
        f"{float(abs(difference)) * 100:.1f} points"
        if figure.measure.is_ratio
        else count(int(abs(difference)))
    )
    return f"{size} {'below' if difference < 0 else 'above'} profile" if difference else "Exactly on profile"


def tile(figure: Figure, links: Links) -> Tile:
    """A figure of the whole contract as a tile."""
    measure = figure.measure
    of = f"{count(figure.amount)} of {count(figure.base)} {measure.denominator}" if figure.base else ""
    return Tile(
        label=measure.label,
        value=worded(figure),
        href=links.people(measure.code),
        profile="" if figure.profile is None else f"Profile to date {said(figure.profile, measure.unit)}",
        note=". ".join(filter(None, (of, against_profile(figure)))),
        rag=figure.status.rag,
        status=figure.status.text,
        illustrative=figure.illustrative,
        pending=figure.value is None,
    )


def line(row: Row, links: Links) -> Line:
    """A provider's figures as a line of the table."""
    slug = row.organisation.slug if row.organisation else NOBODY
    figures = [row.figures[measure.code] for measure in COLUMNS if measure.code in row.figures]
    cells = [cell(figure, slug, links) for figure in figures]
    return Line(row.name, cells, signed(row.headline.difference), row.headline)


def cell(figure: Figure, provider: str, links: Links) -> Cell:
    """A provider's figure in the table."""
    return Cell(
        label=figure.measure.label,
        value=worded(figure),
        href=links.people(figure.measure.code, provider),
        of=f"{count(figure.amount)} of {count(figure.base)}" if figure.base else "",
    )


def spreadsheet_line(row: Row) -> list[str | int | float | None]:
    """A provider's figures as numbers."""
    values = [figure.value for figure in row.figures.values()]
    headline = row.headline
    return [
        row.name,
        *(float(value) if isinstance(value, Fraction) else value for value in values),
        None if headline.profile is None else int(headline.profile),
        None if headline.difference is None else int(headline.difference),
        headline.status.text,
    ]


def signed(difference: Fraction | None) -> str:
    """A difference with its sign; a dash where there is none."""
    if difference is None:
        return NOTHING
    return f"{MINUS if difference < 0 else '+' if difference else ''}{abs(int(difference)):,}"


def in_order(rows: Sequence[Row], sort: str) -> list[Row]:
    """Sorted by "provider", by a measure or "against", with a minus descending; who has no such figure comes last."""
    column, down = sort.removeprefix("-"), sort.startswith("-")

    def key(row: Row) -> Fraction | int | str | None:
        if column == "against":
            return row.headline.difference
        return row.figures[column].value if column in row.figures else row.name.casefold()

    providers = [row for row in rows if row.organisation]
    known = sorted((row for row in providers if key(row) is not None), key=key, reverse=down)  # type: ignore[arg-type]
    return [
        *known,
        *(row for row in providers if key(row) is None),
        *(row for row in rows if not row.organisation),
    ]


def months(window: Window) -> str:
    """The months of a window in words."""
    if window.is_empty:
        return "No month's time is over yet"
    first, last = f"{window.first:%B %Y}", f"{window.last:%B %Y}"
    span = first if first == last else f"{first} to {last}"
    if window.by is None:
        return span
    months_after = f"{window.by} month{'' if window.by == 1 else 's'}"
    return f"Referred in {span}, and counted up to {months_after} after the month of referral"


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: 3 seconds ago."""
    seconds = max(0, int((now - then).total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}{'s' * (seconds // size > 1)} ago"
    return "just now" if seconds < 1 else f"{seconds} second{'s' * (seconds > 1)} ago"
