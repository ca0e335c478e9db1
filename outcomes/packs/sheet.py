"""A pack as a workbook: numbers as numbers, shares from 0 to 1, so that they can be worked on."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from outcomes.packs.contents import Contents
from outcomes.performance import words
from outcomes.performance.figures import Figure
from partners.exports import Sheet, workbook


def rendered(contents: Contents) -> bytes:
    """The workbook: figures, providers, months and meanings, each on its own sheet."""
    spans = [span.label for span in contents.spans]
    each = [
        head for span in spans for head in (span, f"{span}: taken of", f"{span}: profile", f"{span}: status")
    ]
    sheets = [
        Sheet("About", ("What", "Value"), _about(contents)),
        Sheet("Figures", ("Figure", "Shown as", *each), _figures(contents)),
        Sheet("Months", ("Figure", "Month", "Number", "Profile"), _months(contents)),
        Sheet("As it stood", ("Figure", "Value", "Taken of"), _standing(contents)),
        Sheet("Meanings", ("Figure", "Meaning"), _meanings(contents)),
    ]
    if contents.providers:
        heads = ("Provider", "Figure", spans[1], "Taken of", "Profile", "Status")
        sheets.insert(2, Sheet("Providers", heads, _providers(contents)))
    return workbook(sheets)


def _about(contents: Contents) -> Iterator[list[Any]]:
    yield ["Contract", contents.contract.name]
    yield ["Provider", contents.whose.name if contents.whose else "All providers"]
    yield ["Month", contents.month]
    yield ["Made at (UTC)", contents.at.isoformat(timespec="seconds")]
    yield ["Published", "yes" if contents.is_published else "no: its figures are provisional"]


def _figures(contents: Contents) -> Iterator[list[Any]]:
    for line in contents.lines:
        cells = (_numbers(one) if one else [None, None, None, ""] for one in line.figures)
        yield [line.measure.label, line.measure.unit, *(cell for four in cells for cell in four)]


def _providers(contents: Contents) -> Iterator[list[Any]]:
    for row in contents.providers:
        for figure in row.figures.values():
            yield [row.name, figure.measure.label, *_numbers(figure)]


def _months(contents: Contents) -> Iterator[list[Any]]:
    for one in contents.courses:
        for month, amount, profile in zip(one.months, one.amounts, one.profile, strict=True):
            yield [one.measure.label, month, amount, profile]


def _standing(contents: Contents) -> Iterator[list[Any]]:
    for one in contents.standing:
        yield [one.measure.label, *_numbers(one)[:2]]


def _meanings(contents: Contents) -> Iterator[list[Any]]:
    for measure in contents.measures:
        yield [measure.label, measure.definition]


def _numbers(figure: Figure) -> list[Any]:
    """The value, what it is taken of, the profile and the status."""
    profile = float(figure.profile) if isinstance(figure.profile, Fraction) else figure.profile
    return [words.number(figure), figure.base, profile, figure.status.text]
