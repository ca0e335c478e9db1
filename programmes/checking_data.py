"""Whether what a contract's file says of personal data holds together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from programmes.checking import Checker, Placed, placed
from programmes.ground import Ground
from programmes.lines import Path
from programmes.months import shifted
from programmes.tables import ContractFile, DataTable, PartyTable, PurposeTable, RetentionTable
from programmes.terms import DataRow, PartyRow, PurposeRow, RetentionRow

CONTROLLING = {"controller", "joint_controller"}


def data_rows(checker: Checker, tables: ContractFile, ground: Ground) -> list[Placed]:
    """The rows of a file's [data]; none where it has none, which the pages then say."""
    if tables.data is None:
        return []
    path: Path = ("data",)
    terms = DataRow(
        erasure=tables.data.erasure,
        retention_run=tables.data.retention_run,
        source=checker.words_of((*path, "source"), tables.data.source),
    )
    found = [
        list(parties(checker, tables.data.parties, tables.contract.commissioner)),
        list(purposes(checker, tables.data.purposes)),
        list(retention(checker, tables.data.retention, ground)),
    ]
    check_controllers(checker, tables.data)
    for rows in found:
        checker.keep_apart(rows)
    return [checker.fitting(path, terms), *(row for rows in found for row in rows)]


def parties(checker: Checker, tables: Iterable[PartyTable], commissioner: str) -> Iterator[Placed]:
    """Who controls or handles the data: "prime", "commissioner", "providers" or the short name of an organisation."""
    for (name, position), table in placed("parties", tables):
        path: Path = ("data", name, position)
        organisation_id = organisation(checker, (*path, "who"), table.who, commissioner)
        row = PartyRow(
            organisation_id=organisation_id,
            role=table.role,
            source=checker.words_of((*path, "source"), table.source),
        )
        if table.who == "providers" or organisation_id is not None:
            yield checker.fitting(path, row)


def organisation(checker: Checker, path: Path, who: str, commissioner: str) -> UUID | None:
    """The organisation meant; None for every provider, and where there is none such."""
    known = checker.workspace.organisations
    if who == "providers":
        return None
    if who == "prime":
        return next((pk for pk, kind in known.values() if kind == "prime"), None)
    slug = commissioner if who == "commissioner" else who
    if slug not in known:
        words = ", ".join(["prime", "commissioner", "providers", *sorted(known)])
        checker.fault(path, f"{who!r} is not an organisation of this workspace (known: {words})")
        return None
    return known[slug][0]


def check_controllers(checker: Checker, table: DataTable) -> None:
    """One controller, or several who are joint."""
    roles = [party.role for party in table.parties if party.role in CONTROLLING]
    path: Path = ("data", "parties")
    if not checker.was_read(path):
        return
    if not roles:
        checker.fault(path, "needs a controller")
    elif len(roles) > 1 and "controller" in roles:
        checker.fault(path, "several controllers are each a joint_controller")
    elif roles == ["joint_controller"]:
        checker.fault(path, "a joint_controller needs another")


def purposes(checker: Checker, tables: Iterable[PurposeTable]) -> Iterator[Placed]:
    """What the data is used for."""
    for (name, position), table in placed("purposes", tables):
        path: Path = ("data", name, position)
        row = PurposeRow(
            code=table.code,
            sentence=table.sentence,
            lawful_basis=table.lawful_basis,
            special_condition=table.special_condition,
            source=checker.words_of((*path, "source"), table.source),
        )
        yield checker.fitting(path, row)


def retention(checker: Checker, tables: Iterable[RetentionTable], ground: Ground) -> Iterator[Placed]:
    """How long records are kept; dates move with the contract."""
    for (name, position), table in placed("retention", tables):
        path: Path = ("data", name, position)
        length = table.weeks if table.months is None else table.months
        given = [value for value in (table.months, table.weeks, table.until) if value is not None]
        if len(given) != 1:
            checker.fault(path, "needs months, weeks or until, and only one of them")
        elif table.until is None and not table.counted_from:
            checker.fault((*path, "counted_from"), "is missing")
        elif table.until is not None and table.counted_from:
            checker.fault((*path, "counted_from"), "is not for a rule with until")
        elif (table.counted_from == "made") != (table.records == "ephemeral"):
            checker.fault((*path, "counted_from"), '"made" is for ephemeral records, and they for it')
        else:
            row = RetentionRow(
                records=table.records,
                length=length,
                unit="" if length is None else "weeks" if table.months is None else "months",
                counted_from=table.counted_from,
                keep_until=table.until and shifted(table.until, ground.moved_by),
                starts_from=table.starts_from and shifted(table.starts_from, ground.moved_by),
                source=checker.words_of((*path, "source"), table.source),
            )
            yield checker.fitting(path, row)
