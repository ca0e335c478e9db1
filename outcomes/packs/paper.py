"""A pack as a tagged PDF.

Rendered in a worker alone: a process that has used typst must not fork afterwards.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from outcomes.packs.contents import Contents, Line
from outcomes.performance import beyond, charts, words
from outcomes.performance.disclosure import rule_on
from outcomes.performance.figures import Figure, Row
from outcomes.performance.queries import label_of, months_of
from partners.papers import printed
from partners.templatetags.baton import NOTHING, at, count, on
from partners.viewer import london_date

TEMPLATE: Final = Path(__file__).with_name("paper.typ")
Drawing = tuple[str, str]


def drawings(contents: Contents) -> list[Drawing]:
    """The charts as SVG, each with what it shows in words: counts by month, cohorts, providers compared."""
    specs = [
        charts.monthly_bars(
            [
                charts.Month(month, amount, profile)
                for month, amount, profile in zip(one.months, one.amounts, one.profile, strict=True)
            ],
            title=f"{one.measure.label} by month",
            unit=one.measure.label.lower(),
        )
        for one in contents.courses
        if any(one.amounts)
    ]
    if contents.cohorts:
        drawn = [charts.Curve(one.name, [float(share) for share in one.shares]) for one in contents.cohorts]
        specs.append(charts.cohort_curve(drawn, title="Job outcomes by cohort", event="with a job outcome"))
    if contents.compared and (funnel := contents.compared.funnel):
        specs.append(funnel)
    return [charts.printed(spec) for spec in specs]


def rendered(contents: Contents, drawn: Iterable[Drawing]) -> bytes:
    """The PDF."""
    return printed(TEMPLATE, {**told(contents), "charts": list(drawn)})


def told(contents: Contents) -> dict[str, Any]:
    """What the paper says, in words."""
    whose = contents.whose.name if contents.whose else "All providers"
    headline = next((row.headline.measure.label for row in contents.providers), "")
    return {
        "title": f"Performance pack, {contents.month:%B %Y}",
        "contract": contents.contract.name,
        "whose": whose,
        "made": f"Made {at(contents.at)}",
        "state": "The figures of this month are published."
        if contents.is_published
        else "This month is not closed yet: its figures are provisional.",
        "spans": [span.label for span in contents.spans],
        "groups": [
            {"title": title, "lines": found}
            for title, units in words.GROUPS
            if (found := [_line(one) for one in contents.lines if one.measure.unit in units])
        ],
        "columns": [one.label for one in words.COLUMNS if _has(contents.providers, one.code)],
        "headline": headline,
        "providers": [_provider(row) for row in words.in_order(contents.providers, "")],
        "standing": [
            [one.measure.label, words.worded(one), words.of_how_many(one) or contents.held_by_each(one)]
            for one in contents.standing
        ],
        "before": [
            [one.measure.label, words.worded(one.then), words.worded(one.now), words.moved(one.then, one.now)]
            for one in contents.before
        ],
        "queried": [
            [label_of(one), one.organisation.name, months_of(one), one.get_state_display(), on(one.asked_at)]
            for one in contents.queried
        ],
        "months": [f"{month:%b %Y}" for month in contents.courses[0].months] if contents.courses else [],
        "courses": [[one.measure.label, *map(count, one.amounts)] for one in contents.courses],
        "meanings": [[one.label, one.definition] for one in contents.measures],
        "status_rule": words.status_rule(contents.bands),
        "who_counts": beyond.said(rule_on(london_date(contents.at)).threshold).partition(" The list")[0],
    }


def _line(line: Line) -> dict[str, Any]:
    """A measure in words: the month and the year to date with their profile, and the longer times."""
    return {"label": line.measure.label, "cells": [_cell(one) for one in line.figures]}


def _cell(figure: Figure | None) -> dict[str, str]:
    if figure is None:
        return dict.fromkeys(("of", "profile", "illustrative", "rag", "status"), "") | {"value": NOTHING}
    profile = figure.profile
    return {
        "value": words.worded(figure),
        "of": words.of_how_many(figure),
        "profile": "" if profile is None else words.said(profile, figure.measure.unit),
        "illustrative": "illustrative" if figure.illustrative else "",
        "rag": figure.status.rag,
        "status": figure.status.text,
    }


def _has(providers: Iterable[Row], code: str) -> bool:
    return any(code in row.figures for row in providers)


def _provider(row: Row) -> dict[str, Any]:
    figures = [row.figures[one.code] for one in words.COLUMNS if one.code in row.figures]
    headline = row.headline
    return {
        "name": row.name,
        "cells": [[words.worded(one), words.of_how_many(one)] for one in figures],
        "against": words.signed(headline.difference) if row.organisation else NOTHING,
        "illustrative": "illustrative" if headline.illustrative else "",
        "reached": "" if headline.reached is None else f"{int(headline.reached)}%",
        "rag": headline.status.rag,
        "status": headline.status.text,
    }
