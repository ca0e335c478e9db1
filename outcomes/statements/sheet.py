"""A statement as rows of a spreadsheet: a line each, sums in pounds and in pence."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from outcomes.models import Statement
from outcomes.statements.lines import Line, Whole

HEADER: Final = (
    *("Reference", "Name", "Milestone", "Number", "Kind", "Reached on", "Claimable from"),
    *("Amount in pounds", "Amount in pence", "Illustrative", "Price from", "Why"),
)


def name_of(statement: Statement) -> str:
    """What the file is called, without its ending."""
    return f"statement-{statement.organisation.slug}-{statement.contract.code}-{statement.month:%Y-%m}"


def rows(whole: Whole, *, shows_names: bool) -> Iterator[list[Any]]:
    """The rows under HEADER, and one for what is shown to named people only."""
    for line in whole.lines:
        yield _row(line, shows_names=shows_names)
    rest = whole.withheld
    if rest.count:
        yield [*[""] * 7, *_amount(rest.pence), _yes(rest.illustrative), "", str(rest)]


def _row(line: Line, *, shows_names: bool) -> list[Any]:
    return [
        line.reference,
        str(line.participant or "") if shows_names else "",
        *(line.label, line.ordinal, line.kind, line.reached_on, line.claimable_from),
        *_amount(line.pence),
        _yes(line.illustrative),
        line.source,
        line.why,
    ]


def _amount(pence: int) -> tuple[Decimal, int]:
    """In pounds and in pence."""
    return (Decimal(pence) / 100).quantize(Decimal("0.01")), pence


def _yes(value: bool) -> str:
    return "yes" if value else "no"
