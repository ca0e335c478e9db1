"""Figures as people read them: in tiles, in cells, in a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from outcomes.performance.changes import Change
from outcomes.performance.curves import Cohort
from outcomes.performance.figures import Figure, Row
from outcomes.performance.forms import NOBODY
from outcomes.performance.periods import Period, Window, months_between
from outcomes.performance.profiles import Bands
from partners.templatetags.baton import MINUS, NOTHING, count, on, pence, percent
from programmes.measure import DAY_ZERO, Measure, Unit
from programmes.measures import BY_CODE
from programmes.models import Contract

NOT_YET: Final = "not yet"
# What fits a table beside the comparison with the profile; the tiles and the file have every measure.
COLUMNS: Final = tuple(
    BY_CODE[code] for code in ("referrals", "starts", "start_rate", "job_starts", "job_outcomes")
)
# The figures of the whole contract, by what they are expressed in.
GROUPS: Final = (
    ("Numbers", (Unit.COUNT, Unit.PENCE)),
    ("Rates", (Unit.RATIO,)),
    ("Waits, in working days", (Unit.DAYS,)),
)
TODAY: Final = "As it stands"


@dataclass(frozen=True)
class Links:
    """The addresses of the people behind the figures of one contract and period; of figures as they were known at a
    moment, of what moved them since. queried: those of open questions, by provider and measure."""

    contract: Contract
    period: Period
    whose: str = ""
    known_at: datetime | None = None
    queried: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @staticmethod
    def point(cohort: Cohort, elapsed: int) -> dict[str, str]:
        """The arguments of `people` for a point of a curve."""
        months = months_between(cohort.first, cohort.last) + 1
        return {"cohort": f"{cohort.first:%Y-%m}", "months": str(months), "by": str(elapsed)}

    def of_provider(self, slug: str) -> str:
        """The same figures of one provider alone."""
        query = {"contract": self.contract.code, "period": self.period.code, "provider": slug}
        return f"{reverse('performance')}?{urlencode(query | self.period.only)}"

    def changes(self) -> str:
        """What changed lately of the same figures."""
        whose = {"provider": self.whose} if self.whose else {}
        query = {"contract": self.contract.code} | whose | self.period.only
        return f"{reverse('changes')}?{urlencode(query)}"

    def people(self, measure: str, provider: str = "", point: dict[str, str] | None = None) -> str:
        """Behind a figure of the period, or of a point of a curve."""
        query = {"contract": self.contract.code, "measure": measure, "provider": provider or self.whose}
        query |= self.period.only
        query |= point or {"period": self.period.code}
        if self.known_at:
            return f"{reverse('moves')}?{urlencode(query | {'since': self.known_at.isoformat()})}"
        return f"{reverse('performance_people')}?{urlencode(query)}"


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
    rule: str
    trajectory: str
    illustrative: bool
    pending: bool
    trend: str = ""
    queried: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure in the table: what it is called, its words and its people; of a rate, how many of how many; and the
    address of an open question about it."""

    label: str
    value: str
    href: str
    of: str
    queried: str


@dataclass(frozen=True)
class Line:
    """A provider's line in the table: its figures, how it stands against its profile, the page of it alone, and the
    drawing of its last months."""

    name: str
    href: str
    cells: list[Cell]
    against: str
    headline: Figure
    trend: str


def status_rule(bands: Bands) -> str:
    """How figures are judged, in a sentence or two."""
    return (
        f"On profile: at {bands.amber_below}% of the profile to date or above it; the running month counts by its days"
        f" so far. Just below: from {bands.red_below}%. Behind: less than that. Too few to judge: the profile, or what"
        " a rate is taken of, is below 10."
    )


def said(value: int | Fraction | None, unit: Unit) -> str:
    """A figure in words; a dash where there is none."""
    if isinstance(value, Fraction) or unit is Unit.RATIO:
        return percent(None if value is None else float(value))
    if unit is Unit.DAYS and value is not None:
        return f"{count(value)} day{'' if value == 1 else 's'}"
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


def of_how_many(figure: Figure) -> str:
    """What a rate is taken of: 12 of 30. Nothing of any other figure."""
    return f"{count(figure.amount)} of {count(figure.base)}" if figure.base else ""


def per_adviser(caseload: int, advisers: int) -> str:
    """How many people that is for each adviser who holds anybody: 31.4 for each of 10 advisers. Nothing without any."""
    if not advisers:
        return ""
    whom = "the one adviser" if advisers == 1 else f"each of {count(advisers)} advisers"
    return f"{caseload / advisers:.1f} for {whom}"


def in_groups(
    figures: Iterable[Figure], links: Links, trends: Mapping[str, str], notes: Mapping[str, str]
) -> list[tuple[str, list[Tile]]]:
    """The figures of the whole contract as tiles: how many, what share and how long, each under its title. trends: the
    drawings of the last months, and notes: what else is said of a figure, by the measure's code."""
    titles = {unit: title for title, units in GROUPS for unit in units}
    found: dict[str, list[Tile]] = {title: [] for title in (*titles.values(), TODAY)}
    for figure in figures:
        title = TODAY if figure.measure.stands else titles[figure.measure.unit]
        found[title].append(tile(figure, links, trends, notes.get(figure.measure.code, "")))
    return [(title, tiles) for title, tiles in found.items() if tiles]


def tile(figure: Figure, links: Links, trends: Mapping[str, str], note: str = "") -> Tile:
    """A figure of the whole contract as a tile."""
    measure = figure.measure
    of = f"{of_how_many(figure)} {measure.of_what}" if figure.base else ""
    if measure.quantile is not None and figure.days is not None:
        of = f"{count(figure.amount)} {measure.numerator.replace('_', ' ')}"
    return Tile(
        label=measure.label,
        value=worded(figure),
        href=links.people(measure.code),
        profile="" if figure.profile is None else f"Profile to date {said(figure.profile, measure.unit)}",
        note=". ".join(filter(None, (of, note, against_profile(figure)))),
        rag=figure.status.rag,
        status=figure.status.text,
        rule=figure.rule,
        trajectory=str(figure.trajectory or ""),
        illustrative=figure.illustrative,
        pending=figure.value is None,
        trend=trends.get(measure.code, ""),
        queried=links.queried.get((links.whose, measure.code), ""),
    )


def line(row: Row, links: Links, trends: Mapping[UUID, str]) -> Line:
    """A provider's figures as a line of the table. trends: the drawings of the last months, by provider."""
    slug = row.organisation.slug if row.organisation else NOBODY
    figures = [row.figures[measure.code] for measure in COLUMNS if measure.code in row.figures]
    cells = [cell(figure, slug, links) for figure in figures]
    href = links.of_provider(slug) if row.organisation else ""
    trend = trends.get(row.organisation.pk, "") if row.organisation else ""
    return Line(row.name, href, cells, signed(row.headline.difference), row.headline, trend)


def cell(figure: Figure, provider: str, links: Links) -> Cell:
    """A provider's figure in the table."""
    return Cell(
        label=figure.measure.label,
        value=worded(figure),
        href=links.people(figure.measure.code, provider),
        of=of_how_many(figure),
        queried=links.queried.get((provider, figure.measure.code), ""),
    )


def number(figure: Figure) -> int | float | None:
    """A figure as a number: a share from 0 to 1, money in pence."""
    return float(figure.value) if isinstance(figure.value, Fraction) else figure.value


def spreadsheet_line(row: Row) -> list[str | int | float | None]:
    """A provider's figures as numbers."""
    headline = row.headline
    return [
        row.name,
        *(number(figure) for figure in row.figures.values()),
        None if headline.profile is None else int(headline.profile),
        None if headline.difference is None else int(headline.difference),
        headline.status.text,
    ]


def signed(difference: Fraction | None) -> str:
    """A difference with its sign; a dash where there is none."""
    if difference is None:
        return NOTHING
    return f"{MINUS if difference < 0 else '+' if difference else ''}{abs(int(difference)):,}"


def moved(then: Figure, now: Figure) -> str:
    """By how much a figure moved, with its sign; of a rate in percentage points."""
    if then.value is None or now.value is None:
        return f"{worded(then)} to {worded(now)}"
    difference = Fraction(now.value) - Fraction(then.value)
    if now.measure.is_ratio:
        return f"{MINUS if difference < 0 else '+'}{float(abs(difference)) * 100:.1f} points"
    if now.measure.unit is Unit.PENCE:
        return f"{MINUS if difference < 0 else '+'}{pence(int(abs(difference)))}"
    return signed(difference)


def change(change: Change) -> str:
    """Such as: −3 job outcomes (2 added, 5 taken back)."""
    noun = change.measure.label.lower()
    if abs(change.net) == 1:
        noun = noun.removesuffix("s")
    said = f"{signed(Fraction(change.net))} {noun}"
    if not change.taken_back:
        return said
    return f"{said} ({count(change.added)} added, {count(change.taken_back)} taken back)"


def in_order(rows: Sequence[Row], sort: str) -> list[Row]:
    """Sorted by "provider", a measure, "against" or "status" (the part of the profile), with a minus descending; who
    has no such figure comes last."""
    column, down = sort.removeprefix("-"), sort.startswith("-")

    def key(row: Row) -> Fraction | int | str | None:
        if column == "against":
            return row.headline.difference
        if column == "status":
            return row.headline.reached if row.headline.rule else None
        return row.figures[column].value if column in row.figures else row.name.casefold()

    providers = [row for row in rows if row.organisation]
    known = sorted((row for row in providers if key(row) is not None), key=key, reverse=down)  # type: ignore[arg-type]
    return [
        *known,
        *(row for row in providers if key(row) is None),
        *(row for row in rows if not row.organisation),
    ]


def months(window: Window, measure: Measure | None = None) -> str:
    """The months of a window in words, perhaps of a measure whose days are not those on which people were reached."""
    if window.is_empty:
        return "No month's time is over yet"
    if window.since is not None:
        if measure and measure.due and window.until:
            return f"As it stands: claimable on {on(window.until)} or before"
        return standing(window.since, window.until)
    first, last = f"{window.first:%B %Y}", f"{window.last:%B %Y}"
    span = first if first == last else f"{first} to {last}"
    if window.by is None:
        return span
    months_after = f"{window.by} month{'' if window.by == 1 else 's'}"
    return f"Referred in {span}, and counted up to {months_after} after the month of referral"


def standing(since: date, until: date | None) -> str:
    """The days on which people were reached last, in words."""
    if until is None:
        return "As it stands" if since == DAY_ZERO else f"Reached last on {on(since)} or after"
    if since == DAY_ZERO:
        return f"Reached last on {on(until)} or before"
    return f"Reached last from {on(since)} to {on(until)}"


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: 3 seconds ago."""
    seconds = max(0, int((now - then).total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}{'s' * (seconds // size > 1)} ago"
    return "just now" if seconds < 1 else f"{seconds} second{'s' * (seconds > 1)} ago"
