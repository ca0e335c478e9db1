"""A table of a file as a dataclass: every key known, every value of its type, every fault named with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from programmes.lines import Path

Table = TypeVar("Table")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the field at a path, in words."""

    path: Path
    message: str

    @property
    def field(self) -> str:
        """The path as people write it: prices[3].pence; entries are counted from 1."""
        parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in self.path]
        return "".join(parts).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A kind of value: whether one is sound, what is wanted in words, and what stands in for one that is not."""

    is_sound: Callable[[Any], bool]
    wanted: str
    stand_in: Any


SCALARS: dict[Any, Scalar] = {
    str: Scalar(lambda value: isinstance(value, str), "must be a line of text", ""),
    int: Scalar(lambda value: type(value) is int and value >= 0, "must be a whole number, 0 or more", 1),
    date: Scalar(
        lambda value: isinstance(value, date) and not isinstance(value, datetime),
        "must be a date such as 2024-04-01, without quotes",
        date(2000, 1, 1),
    ),
    dict: Scalar(lambda value: isinstance(value, dict), "must be a table", {}),
}


def read_table(kind: type[Table], value: object, path: Path, faults: list[Fault]) -> Table:
    """The table as an instance of a dataclass. What is wrong is added to the faults, and something harmless stands in
    for it, so that everything else can be judged all the same."""
    if not isinstance(value, dict):
        faults.append(Fault(path, "must be a table"))
        return read_table(kind, {}, path, [])
    hints, given = get_type_hints(kind), {}
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    unknown = f"unknown field (known here: {', '.join(known)})"
    faults.extend(Fault((*path, name), unknown) for name in value.keys() - known.keys())
    for name, field in known.items():
        if name in value:
            given[name] = read_value(hints[name], value[name], (*path, name), faults)
        elif field.default is MISSING and field.default_factory is MISSING:
            faults.append(Fault((*path, name), "is missing"))
            given[name] = read_value(hints[name], None, path, [])
    return kind(**given)


def read_value(kind: Any, value: object, path: Path, faults: list[Fault]) -> Any:
    """One value as its type asks, else a fault and a value that stands in."""
    origin = get_origin(kind)
    if origin is UnionType:
        kind = next(member for member in get_args(kind) if member is not NoneType)
        return read_value(kind, value, path, faults)
    if is_dataclass(kind):
        return read_table(kind, value, path, faults)  # type: ignore[arg-type]
    if origin is tuple:
        entries = value if isinstance(value, list) else []
        if entries is not value:
            faults.append(Fault(path, "must be a list"))
        entry_kind = get_args(kind)[0]
        return tuple(read_value(entry_kind, one, (*path, at), faults) for at, one in enumerate(entries))
    scalar = SCALARS[origin or kind] if origin is not Literal else _one_of(get_args(kind))
    if scalar.is_sound(value):
        faults.extend(_unprintable(value, path))
        return value
    faults.append(Fault(path, scalar.wanted))
    return scalar.stand_in


def _one_of(choices: tuple[Any, ...]) -> Scalar:
    """A choice between codes, or a yes that must be said."""
    words = ", ".join(str(choice).lower() for choice in choices)
    return Scalar(
        lambda value: any(type(value) is type(choice) and value == choice for choice in choices),
        f"must be one of {words}" if len(choices) > 1 else f"must be {words}",
        choices[0],
    )


def _unprintable(value: object, path: Path) -> Iterator[Fault]:
    """Texts, however deep in a table, that no page could show and no database keep."""
    if isinstance(value, str) and not value.isprintable():
        yield Fault(path, "must be a line of text")
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from _unprintable(part, (*path, name))
