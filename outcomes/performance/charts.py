"""Charts as Vega-Lite specifications, drawn to SVG on the server. Each stands beside a table of the same figures.

A specification is plain data: what is drawn, and under `usermeta` how it is called and how wide it is drawn.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.core.cache import caches
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Spec = dict[str, Any]

VEGA_LITE: Final = "6.4"
# Pixels: one drawing for a desk and one for a phone; the style sheet shows the one that fits.
WIDE: Final = 600
NARROW: Final = 330
FONT: Final = "Public Sans, Arial, DejaVu Sans, sans-serif"
INK: Final = "#14211f"
QUIET: Final = "#4a5a5a"
GRID: Final = "#e2e9e9"
BRAND: Final = "#0b5c63"
PALE: Final = "#a9cdcf"
PROFILE: Final = "Profile"
# Pixels of a drawing in a cell of a table.
SPARK_WIDTH, SPARK_HEIGHT = 72, 18
# So many providers can be named in a funnel without their names lying on each other.
FEW: Final = 6
# A step of exactly 1 lets the library draw halves where the axis is short, and the halves would be read as wholes.
WHOLE_STEPS: Final[Spec] = {"tickMinStep": 1.01}
LINES: Final = (BRAND, "#b34700", "#54319f", "#1d5fa8", "#a2195b", "#5a6b00")
CONFIG: Final[Spec] = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": QUIET,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": QUIET,
        "tickColor": QUIET,
    },
}


class Curve(NamedTuple):
    """A cohort: shares[n] is the ratio reached by elapsed month n, None from the month that is not mature on."""

    name: str
    shares: Sequence[float | None]


class Month(NamedTuple):
    """A month's amount and its profile (None where nothing is promised); the running month is not whole."""

    month: date
    amount: int
    profile: int | None = None
    whole: bool = True


def cohort_curve(curves: Sequence[Curve], profile: Sequence[float] = (), *, title: str, event: str) -> Spec:
    """Of all referred in a cohort, the share with the event by each elapsed month. A curve ends where it is not mature.

    At most six curves; each is named at its end. event is the vertical axis in words, such as "with a job outcome".
    """
    lines = [*curves, Curve(PROFILE, profile)] if profile else list(curves)
    points: list[Spec] = [
        {"name": line.name, "elapsed": elapsed, "share": share}
        for line in lines
        for elapsed, share in enumerate(line.shares)
        if share is not None
    ]
    highest = max((point["share"] for point in points), default=0)
    ends = _ends(lines, text=(highest or 1) * 0.07)
    x = _measure("elapsed", "Months since referral", **WHOLE_STEPS)
    # A name may stand under nought; a share may not.
    label = "datum.value < 0 ? '' : datum.label"
    y = _measure("share", f"Share {event}", format=".0%", labelExpr=label)
    y["scale"] = {} if highest else {"domainMax": 1}
    colours = {curve.name: LINES[n % len(LINES)] for n, curve in enumerate(curves)} | {PROFILE: QUIET}
    scale = {"domain": list(colours), "range": list(colours.values())}
    colour = {"field": "name", "type": "nominal", "legend": None, "scale": scale}
    dash = {"condition": {"test": f"datum.name === '{PROFILE}'", "value": [5, 4]}, "value": [1, 0]}
    name = {"align": "left", "dx": 7, "fontSize": 13, "fontWeight": 600}
    named = {"x": x, "y": {**y, "field": "height"}, "text": {"field": "name"}}
    return _spec(
        title,
        ". ".join(f"{end['name']}: {end['share']:.1%} by month {end['elapsed']}" for end in ends),
        height=300,
        padding={"left": 0, "top": 8, "bottom": 0, "right": 72},
        layer=[
            _layer("line", points, {"x": x, "y": y, "color": colour, "strokeDash": dash}, strokeWidth=2.5),
            _layer("point", ends, {"x": x, "y": y, "color": colour}, filled=True, size=40, opacity=1),
            # The white outline keeps a name readable where it lies on a line.
            _layer("text", ends, named, **name, stroke="white", strokeWidth=4),
            _layer("text", ends, {**named, "color": colour}, **name),
        ],
    )


def monthly_bars(months: Sequence[Month], *, title: str, unit: str) -> Spec:
    """A bar for each month, pale for the running one, and the profile as a stepped line. unit names what is counted."""
    rows = [month._asdict() | {"month": month.month.isoformat()} for month in months]
    axis = {"format": "%b %y", "labelOverlap": True, "grid": False}
    x = {"field": "month", "timeUnit": "utcyearmonth", "type": "temporal", "title": None, "axis": axis}
    y = _measure("amount", unit.capitalize(), format=",d", **WHOLE_STEPS)
    colour = {"condition": {"test": "datum.whole", "value": BRAND}, "value": PALE}
    profile = {"x": {**x, "bandPosition": 0.5}, "y": {**y, "field": "profile"}}
    promised = [month.profile for month in months if month.profile is not None]
    total = f"{sum(month.amount for month in months):,} {unit} in {len(months)} months"
    return _spec(
        title,
        f"{total}, profile {sum(promised):,}" if promised else total,
        height=240,
        layer=[
            _layer("bar", rows, {"x": x, "y": y, "color": colour}, cornerRadiusEnd=2),
            _layer("line", rows, profile, interpolate="step", color=INK, strokeWidth=2, strokeDash=[5, 4]),
        ],
    )


class Span(NamedTuple):
    """A month's money in pence: as expected, at worst and at best."""

    month: date
    expected: int
    worst: int
    best: int


def money_ahead(months: Sequence[Span], *, title: str) -> Spec:
    """A line of what is expected by month, in a band from the worst to the best, in pounds."""
    rows = [
        {"month": one.month.isoformat()}
        | {name: getattr(one, name) / 100 for name in ("expected", "worst", "best")}
        for one in months
    ]
    axis = {"format": "%b %y", "labelOverlap": True, "grid": False}
    x = {"field": "month", "timeUnit": "utcyearmonth", "type": "temporal", "title": None, "axis": axis}
    y = _measure("expected", "Pounds", format="~s")
    return _spec(
        title,
        f"£{sum(one.expected for one in months) / 100:,.2f} expected in {len(months)} months",
        height=260,
        layer=[
            _layer("area", rows, {"x": x, "y": {**y, "field": "worst"}, "y2": {"field": "best"}}, color=PALE),
            _layer("line", rows, {"x": x, "y": y}, color=BRAND, strokeWidth=2.5),
            _layer("point", rows, {"x": x, "y": y}, color=BRAND, filled=True, size=40, opacity=1),
        ],
    )


class Placed(NamedTuple):
    """A provider in a funnel: of how many people its share is, and whether that is more than chance."""

    name: str
    base: int
    share: float
    notable: bool


class Bound(NamedTuple):
    """A funnel's limits at so many people, as shares."""

    base: int
    outer_low: float
    inner_low: float
    inner_high: float
    outer_high: float


def funnel(
    placed: Sequence[Placed], bounds: Sequence[Bound], *, centre: float, title: str, base: str
) -> Spec:
    """Providers by how many people their rate is of, between the limits of chance. base names those people.

    Outside the limits a provider is named; where they are few, all are.
    """
    rows = [one._asdict() for one in placed]
    lines = [
        {"base": bound.base, "share": getattr(bound, limit), "limit": limit}
        for bound in bounds
        for limit in ("outer_low", "inner_low", "inner_high", "outer_high")
    ]
    x = _measure("base", base.capitalize(), format=",d", **WHOLE_STEPS)
    y = _measure("share", "Share", format=".0%")
    dash = {"condition": {"test": "indexof(datum.limit, 'outer') === 0", "value": [1, 0]}, "value": [5, 4]}
    colour = {"condition": {"test": "datum.notable", "value": LINES[1]}, "value": BRAND}
    named = [row for row in rows if row["notable"] or len(rows) <= FEW]
    name = {"dy": -12, "fontSize": 13, "fontWeight": 600}
    words = {"x": x, "y": y, "text": {"field": "name"}}
    above = f"{sum(one.notable for one in placed)} of {len(placed)} outside the limits of 95 %"
    return _spec(
        title,
        f"Everybody {centre:.1%}. {above}",
        height=300,
        layer=[
            _layer(
                "line",
                lines,
                {"x": x, "y": y, "detail": {"field": "limit"}, "strokeDash": dash},
                color=QUIET,
                strokeWidth=1.25,
            ),
            _layer("rule", [{"share": centre}], {"y": y}, color=INK, strokeWidth=1.25),
            _layer("point", rows, {"x": x, "y": y, "color": colour}, filled=True, size=70, opacity=1),
            _layer("text", named, words, **name, stroke="white", strokeWidth=4),
            _layer("text", named, words, **name, color=INK),
        ],
    )


class Controlled(NamedTuple):
    """A month in a control chart: its share (none of nobody), its limits, and whether it is more than chance."""

    month: date
    share: float | None
    low: float
    high: float
    notable: bool


def control(months: Sequence[Controlled], *, centre: float, title: str) -> Spec:
    """A rate by month between its control limits, around everybody's share; notable months stand out."""
    rows = [one._asdict() | {"month": one.month.isoformat()} for one in months]
    known = [row for row in rows if row["share"] is not None]
    axis = {"format": "%b %y", "labelOverlap": True, "grid": False}
    x = {"field": "month", "timeUnit": "utcyearmonth", "type": "temporal", "title": None, "axis": axis}
    y = _measure("share", "Share", format=".0%")
    colour = {"condition": {"test": "datum.notable", "value": LINES[1]}, "value": BRAND}
    limit = {"color": QUIET, "strokeWidth": 1.25, "strokeDash": [5, 4], "interpolate": "step"}
    return _spec(
        title,
        f"All months {centre:.1%}. {sum(one.notable for one in months)} of {len(months)} months more than chance",
        height=240,
        layer=[
            _layer("line", known, {"x": x, "y": {**y, "field": "low"}}, **limit),
            _layer("line", known, {"x": x, "y": {**y, "field": "high"}}, **limit),
            _layer("rule", [{"share": centre}], {"y": y}, color=INK, strokeWidth=1.25),
            _layer("line", known, {"x": x, "y": y}, color=BRAND, strokeWidth=2),
            _layer("point", known, {"x": x, "y": y, "color": colour}, filled=True, size=60, opacity=1),
        ],
    )


def sparkline(amounts: Sequence[int], profile: Sequence[int] = (), *, title: str) -> Spec:
    """The last months in the height of a line of text, for a tile; the profile is dashed."""
    drawn = [{"month": n, "amount": amount} for n, amount in enumerate(amounts)]
    promised = [{"month": n, "amount": amount} for n, amount in enumerate(profile)]
    place = {"x": _measure("month") | {"axis": None}, "y": _measure("amount") | {"axis": None}}
    return _spec(
        title,
        ", ".join(f"{amount:,}" for amount in amounts),
        height=28,
        widths=(120,),
        padding=3,
        layer=[
            _layer("line", promised, place, color=QUIET, strokeWidth=1.25, strokeDash=[3, 3]),
            _layer("line", drawn, place, color=BRAND, strokeWidth=2),
            _layer("point", drawn[-1:], place, color=BRAND, filled=True, size=34, opacity=1),
        ],
    )


def spark(amounts: Sequence[int], *, title: str) -> SafeString:
    """The last months in a cell of a table: one line, a few hundred bytes, and the numbers in its title."""
    highest, step = max([*amounts, 1]), SPARK_WIDTH / max(len(amounts) - 1, 1)
    points = " ".join(
        f"{n * step:.0f},{SPARK_HEIGHT * (1 - max(amount, 0) / highest):.0f}"
        for n, amount in enumerate(amounts)
    )
    return format_html(
        '<svg class="baton-spark" role="img" viewBox="-2 -2 {} {}" width="{}" height="{}"><title>{}: {}</title>'
        '<polyline points="{}"/></svg>',
        *(SPARK_WIDTH + 4, SPARK_HEIGHT + 4, SPARK_WIDTH + 4, SPARK_HEIGHT + 4),
        *(title, ", ".join(f"{amount:,}" for amount in amounts), points),
    )


def svg(spec: Spec) -> SafeString:
    """The drawing, one SVG for each of the widths. Kept by what it shows: the same specification is drawn once."""
    key = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()
    cache = caches["charts"]
    drawing: str | None = cache.get(key)
    if drawing is None:
        drawing = "".join(_drawn(spec, width) for width in spec["usermeta"]["widths"])
        cache.set(key, drawing, timeout=24 * 60 * 60)
    return mark_safe(drawing)  # drawn from our own specification; what it says is escaped by the drawing


def printed(spec: Spec) -> tuple[str, str]:
    """The drawing for paper, and what it shows in words."""
    meta = spec["usermeta"]
    return svg({**spec, "usermeta": {**meta, "widths": [WIDE]}}), f"{meta['title']}. {meta['description']}"


def _spec(
    title: str, description: str, *, height: int, widths: Sequence[int] = (WIDE, NARROW), **drawing: Any
) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": CONFIG,
        "autosize": {"type": "fit", "contains": "padding"},
        "height": height,
        "usermeta": {"title": title, "description": description, "widths": list(widths)},
        **drawing,
    }


def _measure(field: str, title: str | None = None, **axis: Any) -> Spec:
    return {"field": field, "type": "quantitative", "title": title, "axis": axis}


def _layer(kind: str, rows: Sequence[Spec], encoding: Spec, **mark: Any) -> Spec:
    return {"data": {"values": list(rows)}, "mark": {"type": kind, **mark}, "encoding": encoding}


def _ends(curves: Sequence[Curve], *, text: float) -> list[Spec]:
    """The last point of each curve, with the height at which its name can be read.

    Curves rise, so the space under them is free: there stand the names of those that end early. The names of those that
    reach the right edge stand beside it. No name is nearer to another than text, the height of a line.
    """
    reached = {curve.name: [share for share in curve.shares if share is not None] for curve in curves}
    reached = {name: shares for name, shares in reached.items() if shares}
    longest = max((len(shares) for shares in reached.values()), default=0)
    ends: list[Spec] = []
    for name, shares in sorted(reached.items(), key=lambda item: item[1][-1]):
        month = len(shares) - 1
        taken = [end["height"] for end in ends if end["elapsed"] == month]
        if len(shares) == longest:
            height = max([shares[-1], *(other + text for other in taken)])
        else:
            under = [others[month] for others in reached.values() if len(others) > month]
            height = min([*under, *taken]) - text
        ends.append({"name": name, "elapsed": month, "share": shares[-1], "height": height})
    return ends


def _drawn(spec: Spec, width: int) -> str:
    # Imported here: a process that has it loaded and then forks leaves a child that hangs.
    import vl_convert

    drawing = vl_convert.vegalite_to_svg({**spec, "width": width}, VEGA_LITE)
    meta = spec["usermeta"]
    opening = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="baton-chart__{}" role="img" aria-label="{}. {}" ',
        "narrow" if width == NARROW else "wide",
        meta["title"],
        meta["description"],
    )
    # One image with one description: what the library says of its parts would be read out mark by mark.
    # In its tags only: a name may hold the same letters.
    silent = re.sub(r"<[^>]*>", lambda tag: re.sub(r' (?:role|aria-\w+)="[^"]*"', "", tag[0]), drawing)
    return re.sub(r"^<svg .*?(?=viewBox=)", lambda _: opening, silent, count=1)
