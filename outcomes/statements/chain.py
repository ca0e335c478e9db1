"""Sealed statements as a chain: each digest takes in every word of its lines and the digest of the one before.

Whoever changes a stored line, a total or a number afterwards, past every guard of the database, breaks it.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from django.db.models import Sum

from outcomes.models import Journal, Statement, StatementLine


def digest(statement: Statement, lines: Iterable[StatementLine], before: str) -> str:
    """The SHA-256 of a statement (with number, total and count), its lines by position, and the digest before it.

    Each part is one line of JSON, so that nothing can move from one part into the next.
    """
    head = (statement.number, statement.contract_id, statement.organisation_id, statement.month)
    sums = (statement.line_count, statement.total_pence)
    parts = [(before,), (*head, *sums), *(_words_of(line) for line in lines)]
    return sha256("\n".join(json.dumps(part, default=str) for part in parts).encode()).hexdigest()


def _words_of(line: StatementLine) -> tuple[Any, ...]:
    return (
        line.position,
        *(line.journal_id, line.participant_id, line.reference, line.label, line.ordinal, line.kind),
        *(line.reached_on, line.claimable_from, line.pence, line.source, line.why, line.illustrative),
    )


def verify() -> Iterator[str]:
    """A sentence for everything that is not as it was sealed, in the viewer's workspace. Runs as the system."""
    sealed = Statement.objects.exclude(number=None).select_related("previous").order_by("number")
    known: set[object] = set()
    for expected, statement in enumerate(sealed, start=1):
        if statement.number != expected:
            yield f"Statement {expected} is missing: {statement.number} follows {expected - 1}."
            return
        yield from (f"Statement {expected}: {problem}" for problem in _problems(statement, known))
        known.add(statement.pk)


def _problems(statement: Statement, known: set[object]) -> Iterator[str]:
    lines = list(StatementLine.objects.filter(statement=statement).order_by("position"))
    pence = sum(line.pence for line in lines)
    booked = Journal.objects.filter(statement=statement).aggregate(total=Sum("pence"))["total"] or 0
    if (len(lines), pence) != (statement.line_count, statement.total_pence):
        yield (
            f"its {len(lines)} lines come to {pence} pence,"
            f" and it was sealed with {statement.line_count} lines of {statement.total_pence} pence."
        )
    if booked != pence:
        yield f"its lines come to {pence} pence, and the ledger to {booked}."
    if statement.previous_id and statement.previous_id not in known:
        yield "the one before it was sealed after it."
    before = statement.previous.digest if statement.previous else ""
    if digest(statement, lines, before) != statement.digest:
        yield "its digest is not that of its lines."
