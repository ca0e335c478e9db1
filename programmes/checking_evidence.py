"""Whether what a file says of evidence and claims holds together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from programmes.ground import Ground
from programmes.lines import Path
from programmes.tables import EvidenceTable
from programmes.terms import EvidenceRow

if TYPE_CHECKING:
    from programmes.checking import Checker, Placed


def evidence_rows(checker: Checker, tables: Iterable[EvidenceTable], ground: Ground) -> Iterator[Placed]:
    """The rows of a file's [[evidence]], one for each payment group named."""
    for position, table in enumerate(tables):
        path: Path = ("evidence", position)
        if checker.was_read(path):
            _check(checker, path, table, ground)
        source, confidence = checker.cited(path, table)
        for group in checker.groups(path, table.payment_groups, ground):
            row = EvidenceRow(
                milestone=table.milestone,
                payment_group=group,
                all_of=table.all_of,
                any_of=table.any_of,
                dated_within_days=table.dated_within_days,
                claimed=table.claimed,
                claim_within_days=table.claim_within_days,
                illustrative=checker.illustrative,
                source=source,
                confidence=confidence,
            )
            yield checker.fitting(path, row)


def _check(checker: Checker, path: Path, table: EvidenceTable, ground: Ground) -> None:
    known = dict.fromkeys(code for milestones in ground.most.values() for code in milestones)
    if table.milestone not in known:
        message = f"{table.milestone!r} is not a milestone here (known: {', '.join(known)})"
        checker.fault((*path, "milestone"), message)
    if not (table.all_of or table.any_of) and table.claimed == "by_claim":
        checker.fault(path, "needs all_of or any_of, unless the commissioner pays without a claim")
    if set(table.all_of) & set(table.any_of):
        checker.fault((*path, "any_of"), "names what all_of asks for already")
    if table.claimed == "automatic" and table.claim_within_days is not None:
        checker.fault((*path, "claim_within_days"), "is for milestones that the prime claims")
