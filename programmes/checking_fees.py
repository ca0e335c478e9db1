"""Whether what a file says of money by the month holds together: each kind of fee has its own fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from programmes.ground import Ground
from programmes.lines import Path
from programmes.tables import FeeTable
from programmes.terms import FeeRow

if TYPE_CHECKING:
    from programmes.checking import Checker, Placed

# What each kind must say, and what it may say besides.
NEEDED: dict[str, tuple[str, ...]] = {
    "delivery_fee": ("months",),
    "management_fee": ("share_basis_points",),
    "retention": ("share_basis_points", "months"),
    "cap": ("per",),
    "volume_band": ("milestone", "per"),
    "actual_cost": ("months",),
}
ALLOWED: dict[str, tuple[str, ...]] = {
    "delivery_fee": ("pence", "share_basis_points", "per"),
    "management_fee": (),
    "retention": (),
    "cap": ("pence",),
    "volume_band": ("above", "pence", "up_to"),
    "actual_cost": (),
}
WHOLE = 10_000  # basis points in one
# Between the prime and its providers alone.
OF_PROVIDERS = ("management_fee", "retention", "cap")
SAID = ("pence", "share_basis_points", "months", "milestone", "above", "up_to", "per")


def fee_rows(checker: Checker, tables: Iterable[FeeTable], ground: Ground) -> Iterator[Placed]:
    """The rows of a file's [[fees]]; one without an amount stands, and nothing is charged by it."""
    for position, table in enumerate(tables):
        path: Path = ("fees", position)
        if checker.was_read(path):
            _check(checker, path, table, ground)
        source, confidence = checker.cited(path, table)
        row = FeeRow(
            side=table.side,
            organisation_id=checker.organisation((*path, "provider"), table.provider, "provider"),
            kind=table.kind,
            rounding=table.rounding,
            illustrative=checker.illustrative,
            source=source,
            confidence=confidence,
            **{name: getattr(table, name) for name in SAID},
        )
        yield checker.fitting(path, row)


def _check(checker: Checker, path: Path, table: FeeTable, ground: Ground) -> None:
    for name, message in (*_fields(table), *_sense(table)):
        checker.fault((*path, name), message)
    known = dict.fromkeys(code for milestones in ground.most.values() for code in milestones)
    if table.milestone and table.milestone not in known:
        message = f"{table.milestone!r} is not a milestone here (known: {', '.join(known)})"
        checker.fault((*path, "milestone"), message)


def _fields(table: FeeTable) -> Iterator[tuple[str, str]]:
    """What is missing of the kind, and what does not belong to it."""
    needed = NEEDED[table.kind]
    for name in SAID:
        said: Any = getattr(table, name)
        if name in needed and said in (None, "", 0):
            yield name, f"is missing: a {table.kind} needs {' and '.join(needed)}"
        elif said not in (None, "") and name not in (*needed, *ALLOWED[table.kind]):
            yield name, f"is not a field of a {table.kind}"


def _sense(table: FeeTable) -> Iterator[tuple[str, str]]:
    """What the fields come to together."""
    share = table.share_basis_points
    if share is not None and share > WHOLE:
        yield "share_basis_points", f"must be at most {WHOLE}"
    if table.side == "commissioner" and (table.provider or table.kind in OF_PROVIDERS):
        yield "side", 'must be "provider" for this term'
    is_shared = table.kind == "delivery_fee" and share is not None
    if is_shared and (table.side == "commissioner" or table.pence is not None):
        yield "share_basis_points", "is a provider's part of the commissioner's fee, without pence"
    if table.kind == "delivery_fee" and table.per and (table.side, table.per) != ("provider", "contract"):
        yield "per", 'may be "contract" alone, and of a provider\'s fee'
    if table.above is not None and table.up_to is not None and table.up_to <= table.above:
        yield "up_to", "must be more than above"
