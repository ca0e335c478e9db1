"""Rows in bulk, past the models and under the same walls: copied into staging tables, and inserted from there.

PostgreSQL refuses COPY into a table behind row-level security; a temporary table has none, and what is inserted from it
meets every policy and constraint.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

Column = tuple[str, str, Any]
NEEDED = object()


class Bulk:
    """Rows on their way into the tables of some models, which are named in the order of their references."""

    def __init__(self, *tables: type[models.Model]) -> None:
        self.columns = {model: list(columns_of(model)) for model in tables}
        self.waiting: dict[type[models.Model], list[str]] = {model: [] for model in tables}

    def add(self, model: type[models.Model], **values: Any) -> None:
        """Have a row written at the next flush; what is not given has the default of its field."""
        line = [as_copied(values.pop(name, default)) for name, _, default in self.columns[model]]
        if values:
            raise TypeError(f"{model.__name__} has no {', '.join(values)}")
        self.waiting[model].append("\t".join(line))

    def flush(self) -> int:
        """Write what waits, in the running transaction; returns how many rows."""
        written = 0
        with connection.cursor() as cursor:
            for model, lines in self.waiting.items():
                if not lines:
                    continue
                table, staging = model._meta.db_table, f"staging_{model._meta.model_name}"
                names = ", ".join(f'"{column}"' for _, column, _ in self.columns[model])
                cursor.execute(
                    f"create temporary table if not exists {staging} (like {table}) on commit drop"
                )
                cursor.copy_expert(f"copy {staging} ({names}) from stdin", StringIO("\n".join(lines) + "\n"))
                cursor.execute(f"insert into {table} ({names}) select {names} from {staging}")
                cursor.execute(f"truncate {staging}")
                written += len(lines)
                lines.clear()
        return written


def columns_of(model: type[models.Model]) -> Iterable[Column]:
    """Name, column and default of each field; NEEDED where a row must give it."""
    for field in model._meta.concrete_fields:
        if field.generated:  # PostgreSQL's own to fill
            continue
        is_given = field.primary_key or (field.default is NOT_PROVIDED and not field.null and not field.blank)
        empty = field.get_default() if field.has_default() else None if field.null else ""
        yield field.attname, str(field.column), NEEDED if is_given else empty


def as_copied(value: Any) -> str:
    """A value in the text format of COPY."""
    match value:
        case None:
            return r"\N"
        case bool():
            return "t" if value else "f"
        case str():
            return value.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")
        case int() | Decimal() | UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return r"\\x" + value.hex()
        case dict() | list() | tuple():
            return as_copied(json.dumps(value))
        case _:
            raise TypeError(f"{value!r} has no form for COPY")
