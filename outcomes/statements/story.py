"""Who did what about a statement, and what is asked about it: as far as the viewer may read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from outcomes.models import Adjustment, Journal, LineQuery, Paper, Statement
from outcomes.statements.lines import Line
from partners.templatetags.baton import on, pence
from partners.viewer import Viewer, acting_as


@dataclass(frozen=True)
class Happened:
    """One step; tone as in c-timeline-item."""

    at: datetime
    title: str
    who: str
    text: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Asked:
    """The questions about a statement: those the viewer may read, by line and about the whole; how many wait for an
    answer in all, and how many of those the viewer may not read."""

    queries: list[LineQuery]
    open: int

    @property
    def by_line(self) -> dict[UUID, list[LineQuery]]:
        found: defaultdict[UUID, list[LineQuery]] = defaultdict(list)
        for query in self.queries:
            if query.journal_id:
                found[query.journal_id].append(query)
        return dict(found)

    @property
    def about_all(self) -> list[LineQuery]:
        return [query for query in self.queries if query.journal_id is None]

    @property
    def unread(self) -> int:
        return self.open - sum(query.answered_at is None for query in self.queries)


def asked(statement: Statement, viewer: Viewer) -> Asked:
    """What was asked about a statement, oldest first. Counts past the walls: a question waits whoever it is about."""
    queries = LineQuery.objects.filter(statement=statement).select_related("asked_by", "answered_by")
    shown = list(queries.order_by("asked_at", "pk"))
    with acting_as(viewer.as_system("the open questions of a statement")):
        waiting = LineQuery.objects.filter(statement=statement, answered_at=None).count()
    return Asked(shown, waiting)


def with_queries(lines: Iterable[Line], found: Asked) -> list[tuple[Line, list[LineQuery]]]:
    """Each line with what was asked about it."""
    by_line = found.by_line
    return [(line, by_line.get(line.journal_id, [])) for line in lines]


def adjustments_of(statement: Statement) -> list[Adjustment]:
    """Those about its month and those that stand on it, oldest first; the prime alone reads them."""
    here = Journal.objects.filter(statement=statement, charge__isnull=False).values("charge")
    of_month = Adjustment.objects.filter(
        contract=statement.contract_id, organisation=statement.organisation_id, month=statement.month
    )
    standing = Adjustment.objects.filter(charge__in=here)
    return list((of_month | standing).select_related("asked_by", "decided_by").order_by("asked_at", "pk"))


def history(
    statement: Statement, found: Asked, adjustments: Iterable[Adjustment], paper: Paper | None
) -> list[Happened]:
    """Everything that was done, the newest first."""
    steps = [*_steps(statement, paper), *_questions(found), *_put_right(adjustments)]
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _steps(statement: Statement, paper: Paper | None) -> Iterator[Happened]:
    if statement.proposed_at:
        yield Happened(statement.proposed_at, "Proposed", str(statement.proposed_by))
    if statement.sealed_at:
        number = f"Statement {statement.number}" + (f", {paper.wording['number']}" if paper else "")
        came_to = f"{number}: {statement.line_count} lines, {pence(statement.total_pence)} without VAT."
        yield Happened(statement.sealed_at, "Sealed", str(statement.sealed_by), came_to, "blue")
    if statement.paid_at:
        said = f"On {on(statement.paid_on)}, reference {statement.payment_reference}."
        yield Happened(statement.paid_at, "Paid", str(statement.paid_by), said, "green")


def _questions(found: Asked) -> Iterator[Happened]:
    for query in found.queries:
        about = "a line" if query.journal_id else "the statement"
        yield Happened(query.asked_at, f"Asked about {about}", str(query.asked_by), query.words, "amber")
        if query.answered_at:
            said = f"{query.get_outcome_display()}. {query.answer}"
            yield Happened(query.answered_at, "Answered", str(query.answered_by), said)


def _put_right(adjustments: Iterable[Adjustment]) -> Iterator[Happened]:
    for one in adjustments:
        said = f"{pence(one.pence)}: {one.get_reason_display()}. {one.words}"
        yield Happened(one.asked_at, "Adjustment asked for", str(one.asked_by), said, "amber")
        if one.decided_at:
            why = one.refused_because or f"{pence(one.pence)}."
            title = f"Adjustment {one.get_decision_display().lower()}"
            yield Happened(one.decided_at, title, str(one.decided_by), why)
