"""Pages of a list by key: the same page stays the same page while rows come and go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class KeyPage:
    """Some rows, and what the addresses of the pages beside them ask for; empty where there is none."""

    rows: list[Any]
    before: str = ""
    after: str = ""


def by_key(found: QuerySet[Any], column: str, *, down: bool, asked: Mapping[str, str], size: int) -> KeyPage:
    """So many rows by a column that is never null, then by id; after or before the row that is asked for.

    What is asked for is "value~id" of a row, whether it is still there or not; what makes no sense is the first page.
    """
    backwards = "before" in asked
    key = _read(found, column, asked.get("before" if backwards else "after", ""))
    # Backwards through the list is the same list the other way round.
    falling = down != backwards
    if key is not None:
        sign = "lt" if falling else "gt"
        found = found.filter(
            Q(**{f"{column}__{sign}": key[0]}) | Q(**{column: key[0], f"pk__{sign}": key[1]})
        )
    way = "-" if falling else ""
    rows = list(found.order_by(f"{way}{column}", f"{way}pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    is_first, is_last = (not more, key is None) if backwards else (key is None, not more)
    return KeyPage(
        rows,
        before="" if is_first or not rows else _written(rows[0], column),
        after="" if is_last or not rows else _written(rows[-1], column),
    )


def _written(row: Any, column: str) -> str:
    return f"{getattr(row, column)}~{row.pk}"


def _read(found: QuerySet[Any], column: str, asked: str) -> tuple[Any, UUID] | None:
    value, _, pk = asked.rpartition("~")
    annotation = found.query.annotations.get(column)
    kind = annotation.output_field if annotation is not None else found.model._meta.get_field(column)
    try:
        return kind.to_python(value), UUID(pk)
    except (ValidationError, ValueError):
        return None
