"""Raising a concern for somebody's safety, and what those who are cleared for safeguarding do about it."""

from datetime import datetime
from typing import Any

from participants.actions.holding import NotHeld
from participants.deadlines import deadlines
from participants.models import Assignment, Participant, SafeguardingDecision, SafeguardingReport
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date

Kind, Outcome = SafeguardingReport.Kind, SafeguardingDecision.Outcome


class SayWhatYouDid(ActionError):
    """Somebody is in danger, and nothing is said of what was done."""

    code = "say_what_you_did"


class NotCleared(ActionError):
    """Only those who are cleared for safeguarding answer a concern."""

    code = "not_cleared"


class LookedAtBefore(ActionError):
    """Somebody has acknowledged it."""

    code = "looked_at_before"


class DecidedBefore(ActionError):
    """It is decided."""

    code = "decided_before"


class ReasonNeeded(ActionError):
    """A decision is read by others later."""

    code = "reason_needed"


@action
def raise_concern(
    *, participant: Participant, kind: str, words: str, did: str, in_danger: bool, by: Viewer, at: datetime
) -> SafeguardingReport:
    """Raise a concern of a Kind: what was seen or said, and what the writer did, which may be empty where nobody is in
    danger now. By a provider that holds the person today, or the prime. Nobody is restricted by it.

    Raises NotHeld or SayWhatYouDid.
    """
    assert by.organisation_id is not None
    assert by.user_id is not None
    today = london_date(at)
    held = Assignment.objects.in_force(today).filter(participant=participant, organisation=by.organisation_id)
    if by.kind != "prime" and not held.exists():
        raise NotHeld("Your organisation does not work with this person any more.")
    if in_danger and not did:
        raise SayWhatYouDid("Say what you did. If somebody is in danger, call 999 first.")
    due = deadlines(today, in_danger=in_danger)
    report = SafeguardingReport(
        tenant_id=by.tenant_id,
        participant=participant,
        organisation_id=by.organisation_id,
        kind=Kind(kind),
        words=words,
        did=did,
        in_danger=in_danger,
        raised_by_id=by.user_id,
        raised_at=at,
        acknowledge_by=due.acknowledge_by,
        decide_by=due.decide_by,
    )
    report.save(force_insert=True)
    _tell("safeguarding.raised", report, by, at, concern=report.kind, in_danger=in_danger)
    return report


@action
def acknowledge(*, report: SafeguardingReport, by: Viewer, at: datetime) -> SafeguardingReport:
    """Say that one has read it and sees to it. Raises NotCleared or LookedAtBefore."""
    report = _held_fast(report, by)
    if report.acknowledged_at is not None:
        raise LookedAtBefore("Somebody has acknowledged this concern already.")
    report.acknowledged_by_id, report.acknowledged_at = by.user_id, at
    report.save(update_fields=["acknowledged_by", "acknowledged_at"])
    _tell("safeguarding.acknowledged", report, by, at)
    return report


@action
def decide(
    *, report: SafeguardingReport, outcome: str, words: str, by: Viewer, at: datetime
) -> SafeguardingDecision:
    """Decide what comes of it, an Outcome, and say why; whoever decides at once has looked at it with that.

    Raises NotCleared, DecidedBefore or ReasonNeeded.
    """
    report = _held_fast(report, by)
    assert by.user_id is not None
    if report.decided_at is not None:
        raise DecidedBefore("This concern is decided already.")
    if not words:
        raise ReasonNeeded("Say why, and whom you told.")
    decision = SafeguardingDecision(
        tenant_id=by.tenant_id,
        participant_id=report.participant_id,
        organisation_id=report.organisation_id,
        report=report,
        outcome=Outcome(outcome),
        words=words,
        decided_by_id=by.user_id,
        decided_at=at,
    )
    decision.save(force_insert=True)
    if report.acknowledged_at is None:
        report.acknowledged_by_id, report.acknowledged_at = by.user_id, at
    report.decided_at = at
    report.save(update_fields=["acknowledged_by", "acknowledged_at", "decided_at"])
    _tell("safeguarding.decided", report, by, at, outcome=decision.outcome)
    return decision


def _held_fast(report: SafeguardingReport, by: Viewer) -> SafeguardingReport:
    """The row, so that two who answer wait for each other."""
    if not by.cleared:
        raise NotCleared("Only somebody who is cleared for safeguarding answers a concern.")
    return SafeguardingReport.objects.select_for_update(no_key=True).get(pk=report.pk)


def _tell(kind: str, report: SafeguardingReport, by: Viewer, at: datetime, **facts: Any) -> None:
    """Behind the safeguarding wall, so that no timeline of a provider tells of it."""
    events.record(
        kind,
        report,
        by,
        at=at,
        wall=DomainEvent.Wall.SAFEGUARDING,
        participant_id=report.participant_id,
        organisation_id=report.organisation_id,
        **facts,
    )
