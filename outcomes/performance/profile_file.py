"""A profile as a file: its columns, what is wrong with its rows, and the same profile written out again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from outcomes.imports import values
from outcomes.imports.columns import Columns, Field, Kind, Line, lines
from outcomes.imports.sheet import Sheet
from outcomes.imports.values import Wrong, folded
from outcomes.performance.periods import month_of
from outcomes.performance.profiles import LABELS, Promise
from partners.models import Organisation
from programmes.models import Contract

WHOLE: Final = "Whole contract"
HEADER: Final = ("Provider", "Month", "Measure", "Number")
MONTH: Final = re.compile(r"(?:(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})|([A-Za-z]{3,9})[ -](\d{4}|\d{2}))")


def month(text: str) -> date:
    """A month: 2026-04, 04/2026, April 2026, Apr-26, or any day of it; returns its first day."""
    found = MONTH.fullmatch(text)
    try:
        if found is None:
            return month_of(values.day(text))
        year_first, number, number_first, year_last, name, year = found.groups()
        if name:
            return values.day(f"1 {name} {year}")
        return date(int(year_first or year_last), int(number or number_first), 1)
    except (ValueError, Wrong):
        raise Wrong("is not a month. Write it as 2026-04 or April 2026.") from None


PROFILE: Final = Kind(
    "profile",
    "Profile",
    (
        Field(
            "provider",
            "Provider",
            values.words(120),
            ("subcontractor", "organisation", "supplier", "partner"),
            required=False,
            hint=f"Its name here. Empty or “{WHOLE}”: the contract as a whole.",
        ),
        Field("month", "Month", month, ("period", "profile month"), hint="Such as 2026-04 or April 2026."),
        Field(
            "measure",
            "Measure",
            values.one_of({folded(label): code for code, label in LABELS.items()}),
            ("kpi", "figure", "metric"),
            hint=f"One of: {', '.join(LABELS.values())}.",
        ),
        Field(
            "amount",
            "Number",
            values.count,
            ("amount", "target", "profile", "value"),
            hint="A whole number.",
        ),
    ),
)


@dataclass(frozen=True)
class Read:
    """A file that was read: what it promises, and what is wrong, by line."""

    promises: list[Promise]
    problems: list[tuple[int, str]]


def read(sheet: Sheet, columns: Columns, contract: Contract, providers: Iterable[Organisation]) -> Read:
    """What the rows promise. A row must be of a provider on the contract, of a month of the contract, and said once."""
    by_name: dict[str, UUID | None] = {"": None, folded(WHOLE): None}
    for one in providers:
        by_name |= {folded(one.name): one.pk, folded(one.slug): one.pk}
    seen: dict[tuple[Any, ...], int] = {}
    promises, problems = [], []
    for line in lines(PROFILE, sheet, columns):
        wrong = [*line.problems, *(() if line.problems else _wrong(line, contract, by_name, seen))]
        problems += [(line.number, sentence) for sentence in wrong]
        if not wrong:
            said = line.values
            whose = by_name[folded(said.get("provider", ""))]
            promises.append(Promise(whose, said["measure"], said["month"], said["amount"]))
    return Read(promises, problems)


def _wrong(
    line: Line, contract: Contract, by_name: Mapping[str, UUID | None], seen: dict[tuple[Any, ...], int]
) -> Iterator[str]:
    said = line.values
    name = folded(said.get("provider", ""))
    if name not in by_name:
        yield "Provider is not one of this contract. Write its name as it stands here."
        return
    first, last = month_of(contract.starts_on), month_of(contract.ends_on)
    if not first <= said["month"] <= last:
        yield f"Month is outside the contract, which runs from {first:%B %Y} to {last:%B %Y}."
    earlier = seen.setdefault((by_name[name], said["measure"], said["month"]), line.number)
    if earlier != line.number:
        yield f"Line {earlier} has the number for this provider, month and measure already."


def written(promises: Iterable[Promise], names: Mapping[UUID, str]) -> Iterator[list[Any]]:
    """The rows of a file that can be loaded again. names: of the providers, by id."""
    order = list(LABELS)
    rows = [one for one in promises if one.measure in LABELS]
    for one in sorted(rows, key=lambda one: (order.index(one.measure), _name(one, names), one.month)):
        yield [_name(one, names) or WHOLE, f"{one.month:%Y-%m}", LABELS[one.measure], one.amount]


def _name(promise: Promise, names: Mapping[UUID, str]) -> str:
    """The provider's name; empty for the whole."""
    return "" if promise.organisation_id is None else names.get(promise.organisation_id, "")
