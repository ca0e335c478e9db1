"""Money put right by hand: one person asks, another approves, and it stands on the earliest open statement."""

from datetime import datetime
from typing import Any

from outcomes.actions.charge import place
from outcomes.models import Adjustment, Charge, Journal, Statement
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer


class Nothing(ActionError):
    """An adjustment of nothing adjusts nothing."""

    code = "nothing"


class AskedByYou(ActionError):
    """Whoever asked does not decide."""

    code = "asked_by_you"


class Decided(ActionError):
    """Somebody was quicker."""

    code = "decided"


@action
def ask(*, statement: Statement, pence: int, reason: str, words: str, by: Viewer, at: datetime) -> Adjustment:
    """Ask for so many pence, below zero taken away, about the month of a statement; the provider will read the words.

    Raises Nothing.
    """
    assert by.user_id is not None
    if pence == 0:
        raise Nothing("An adjustment is more or less than nothing.")
    adjustment = Adjustment(
        tenant_id=by.tenant_id,
        contract_id=statement.contract_id,
        organisation_id=statement.organisation_id,
        month=statement.month,
        pence=pence,
        reason=reason,
        words=words,
        asked_by_id=by.user_id,
        asked_at=at,
    )
    adjustment.save(force_insert=True)
    _record("adjustment.asked", adjustment, by, at)
    return adjustment


@action
def approve(*, adjustment: Adjustment, by: Viewer, at: datetime) -> Adjustment:
    """Post it on the statement of its month, or on the earliest open one after it where that is sealed.

    Raises Decided or AskedByYou.
    """
    held = _to_decide(adjustment, by)
    charge = Charge(
        tenant_id=held.tenant_id,
        contract_id=held.contract_id,
        organisation_id=held.organisation_id,
        side=Journal.Side.PROVIDER,
        kind=Charge.Kind.ADJUSTMENT,
        month=held.month,
        pence=held.pence,
        why=f"{held.get_reason_display()}, for {held.month:%B %Y}: {held.words}",
        made_at=at,
    )
    held.charge = place(charge=charge, by=by, at=at)
    _decide(held, Adjustment.Decision.APPROVED, by, at)
    _record(
        "adjustment.approved", held, by, at, statement=Journal.objects.get(charge=held.charge).statement_id
    )
    return held


@action
def refuse(*, adjustment: Adjustment, because: str, by: Viewer, at: datetime) -> Adjustment:
    """Let it be, with the reason. Raises Decided or AskedByYou."""
    held = _to_decide(adjustment, by)
    held.refused_because = because
    _decide(held, Adjustment.Decision.REFUSED, by, at)
    _record("adjustment.refused", held, by, at)
    return held


def _to_decide(adjustment: Adjustment, by: Viewer) -> Adjustment:
    held = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    if held.decision:
        raise Decided("Somebody has decided this meanwhile.")
    if held.asked_by_id == by.user_id:
        raise AskedByYou("You asked for this adjustment. Somebody else has to decide.")
    return held


def _decide(held: Adjustment, decision: Adjustment.Decision, by: Viewer, at: datetime) -> None:
    held.decision, held.decided_by_id, held.decided_at = decision, by.user_id, at
    held.save(update_fields=["decision", "decided_by", "decided_at", "refused_because", "charge"])


def _record(kind: str, adjustment: Adjustment, by: Viewer, at: datetime, **facts: Any) -> None:
    """For the prime alone: of one that was approved, the provider reads the line."""
    events.record(
        kind,
        adjustment,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=adjustment.organisation_id,
        contract=adjustment.contract_id,
        month=adjustment.month,
        pence=adjustment.pence,
        reason=adjustment.reason,
        **facts,
    )
