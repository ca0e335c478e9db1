"""What a provider asks about a statement or one of its lines, and the prime's answer."""

from datetime import datetime
from typing import Any

from outcomes.models import Journal, LineQuery, Statement
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer


class NotOnIt(ActionError):
    """The line stands on another statement."""

    code = "not_on_it"


class AskedAlready(ActionError):
    """One question about a line at a time."""

    code = "asked_already"


class PaidAlready(ActionError):
    """What was paid is put right by an adjustment on a later statement."""

    code = "paid_already"


class Answered(ActionError):
    """Somebody was quicker; a new question may be asked."""

    code = "answered"


@action
def ask(*, statement: Statement, journal: Journal | None, words: str, by: Viewer, at: datetime) -> LineQuery:
    """Ask about a line, or about the whole statement (no journal), while it is not paid.

    Raises PaidAlready, NotOnIt or AskedAlready.
    """
    assert by.user_id is not None
    # Whoever is sealing it is waited for: it is sealed without the question, or not at all.
    held = Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
    if held.status == Statement.Status.PAID:
        raise PaidAlready("This statement is paid. Ask about the next one, where it can be put right.")
    if journal is not None and journal.statement_id != held.pk:
        raise NotOnIt("This line stands on another statement.")
    if LineQuery.objects.filter(statement=held, journal=journal, answered_at=None).exists():
        raise AskedAlready("This has been asked, and the answer is still to come.")
    query = LineQuery(
        tenant_id=by.tenant_id,
        statement=held,
        journal=journal,
        participant_id=journal.participant_id if journal else None,
        organisation_id=held.organisation_id,
        words=words,
        asked_by_id=by.user_id,
        asked_at=at,
    )
    query.save(force_insert=True)
    _record("line.queried", query, by, at)
    return query


@action
def answer(*, query: LineQuery, outcome: str, words: str, by: Viewer, at: datetime) -> LineQuery:
    """Answer with a LineQuery.Outcome and the words that both sides read. Raises Answered."""
    held = LineQuery.objects.select_for_update().get(pk=query.pk)
    if held.answered_at is not None:
        raise Answered("Somebody has answered this meanwhile.")
    held.outcome, held.answer, held.answered_by_id, held.answered_at = outcome, words, by.user_id, at
    held.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    _record("line.answered", held, by, at, outcome=outcome)
    return held


def _record(kind: str, query: LineQuery, by: Viewer, at: datetime, **facts: Any) -> None:
    """Without the participant: that somebody asked about money is no part of a person's story."""
    events.record(
        kind,
        query,
        by,
        at=at,
        wall=DomainEvent.Wall.MONEY,
        organisation_id=query.organisation_id,
        statement=query.statement_id,
        journal=query.journal_id,
        **facts,
    )
