"""Which column of a sheet is which field of a kind: guessed from the headings, and read row by row."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outcomes.imports.sheet import Row, Sheet
from outcomes.imports.values import Reader, Wrong, folded


@dataclass(frozen=True)
class Field:
    """One thing that a row may say. headings: what people call its column; required: an empty cell is refused."""

    code: str
    label: str
    read: Reader
    headings: tuple[str, ...] = ()
    required: bool = True
    hint: str = ""


@dataclass(frozen=True)
class Kind:
    """What is imported: its fields, and the groups of fields of which one must have a column and each row a value."""

    code: str
    label: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()

    def field(self, code: str) -> Field:
        return next(one for one in self.fields if one.code == code)


# From the code of a field to the heading of its column; a field without a column is not there.
Columns = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """A row as values by field, without what is empty; or what is wrong with it, as sentences."""

    number: int
    values: Mapping[str, Any]
    problems: tuple[str, ...] = ()


def guessed(kind: Kind, headings: Iterable[str], remembered: Columns) -> dict[str, str]:
    """The column of each field: what was chosen the last time where it is there, else the heading that says so.

    No column is guessed for two fields.
    """
    by_name = {folded(heading): heading for heading in headings if heading}
    found: dict[str, str] = {}
    for field in kind.fields:
        names = [remembered.get(field.code, ""), field.label, *field.headings]
        free = (by_name[folded(name)] for name in names if folded(name) in by_name)
        heading = next((one for one in free if one not in found.values()), None)
        if heading:
            found[field.code] = heading
    return found


def missing(kind: Kind, columns: Columns) -> list[str]:
    """What still needs a column, as sentences."""
    alone = [field.label for field in kind.fields if field.required and field.code not in columns]
    groups = [
        " or ".join(kind.field(code).label for code in group)
        for group in kind.one_of
        if not any(code in columns for code in group)
    ]
    return [f"Choose the column of “{label}”." for label in [*alone, *groups]]


def lines(kind: Kind, sheet: Sheet, columns: Columns) -> Iterator[Line]:
    """Every row of the sheet as values, in the order of the file."""
    places = {code: sheet.headings.index(heading) for code, heading in columns.items()}
    for row in sheet.rows:
        yield line(kind, row, places)


def line(kind: Kind, row: Row, places: Mapping[str, int]) -> Line:
    """One row as values. places: from the code of a field to the place of its cell."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in kind.fields:
        cell = row.cells[places[field.code]] if field.code in places else ""
        try:
            if cell:
                values[field.code] = field.read(cell)
            elif field.required:
                problems.append(f"{field.label} is empty. Fill it in.")
        except Wrong as wrong:
            problems.append(f"{field.label} {wrong}")
    told = {code for code in places if row.cells[places[code]]}
    for group in kind.one_of:
        if not told & set(group):
            labels = " or ".join(kind.field(code).label for code in group if code in places)
            problems.append(f"{labels} is empty. Fill it in.")
    return Line(row.line, {} if problems else values, tuple(problems))


def repeated(found: Iterable[Line]) -> tuple[dict[int, int], dict[int, int]]:
    """The lines that say what an earlier one says, and those that say something else under the same row key.

    Each with the number of that earlier line.
    """
    seen: dict[tuple[Any, ...], int] = {}
    keys: dict[tuple[Any, ...], int] = {}
    same: dict[int, int] = {}
    clashing: dict[int, int] = {}
    for one in found:
        if one.problems:
            continue
        earlier = seen.setdefault(tuple(sorted(one.values.items())), one.number)
        # Events of a journey may be numbered apart.
        key = (one.values.get("event"), one.values.get("row_key"))
        keyed = keys.setdefault(key, one.number) if key[1] else one.number
        if earlier != one.number:
            same[one.number] = earlier
        elif keyed != one.number:
            clashing[one.number] = keyed
    return same, clashing


def together(found: Iterable[Line], about: Callable[[Line], Iterable[Hashable]]) -> list[list[Line]]:
    """The lines in groups: those that are about the same thing, directly or by way of others, are in one group.

    Groups stand in the order of their first lines, and lines in that of the file. about: what a line is about; a line
    about nothing stands alone.
    """
    above: dict[Hashable, Hashable] = {}

    def topmost(thing: Hashable) -> Hashable:
        while above.setdefault(thing, thing) != thing:
            above[thing] = thing = above[above[thing]]
        return thing

    first_of: list[tuple[Line, Hashable]] = []
    for one in found:
        things = [topmost(thing) for thing in about(one)] or [topmost(object())]
        above.update(dict.fromkeys(things, things[0]))
        first_of.append((one, things[0]))
    groups: dict[Hashable, list[Line]] = {}
    for one, thing in first_of:
        groups.setdefault(topmost(thing), []).append(one)
    return list(groups.values())
