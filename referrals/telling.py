"""How referrals read on a participant's timeline, and in a referral's own history."""

from collections.abc import Callable
from datetime import date
from typing import Any

from participants.timeline import Line, each
from partners.models import DomainEvent
from referrals.actions.start import DidNotStartReason
from referrals.models import HandBack, Match, Referral

# What the audit calls the pages.
PAGES = {
    "referral.answer_form": "the form to answer a referral",
    "referral.api": "a referral, through the API",
    "referral.inbox": "the inbox",
    "referral.list": "referrals",
    "referral.page": "a referral",
    "referral.questions": "what a referral still needs",
    "referral.sent": "their own referral, on the public page",
}
OUTCOMES = {
    "eligible": Line("Decision: eligible", tone="green"),
    "not_eligible": Line("Decision: not eligible"),
    "need_to_know": Line("Decision: more information needed", tone="amber"),
}


def day(facts: dict[str, Any], name: str) -> str:
    """A date among the facts, in words."""
    found = date.fromisoformat(facts[name])
    return f"{found.day} {found:%B %Y}"


LINES: dict[str, Callable[[dict[str, Any]], Line]] = {
    "referral.received": lambda facts: Line(
        "Referral received", Referral.Channel(facts["channel"]).label, "blue"
    ),
    "referral.decided": lambda facts: OUTCOMES[facts["outcome"]],
    "referral.answered": lambda facts: Line("What was missing was answered"),
    "referral.withdrawn": lambda facts: Line("Referral withdrawn"),
    "referral.allocated": lambda facts: Line("Offered to a provider"),
    "referral.accepted": lambda facts: Line(
        "Referral accepted", f"First appointment on {day(facts, 'first_appointment_on')}", "green"
    ),
    "referral.handed_back": lambda facts: Line(
        "Referral handed back", HandBack.Reason(facts["reason"]).label, "amber"
    ),
    "referral.started": lambda facts: Line(
        "Referral became a start", f"Started on {day(facts, 'started_on')}"
    ),
    "referral.did_not_start": lambda facts: Line(
        "Did not start", DidNotStartReason(facts["reason"]).label, "amber"
    ),
}


def in_the_workspace(event: DomainEvent) -> Line:
    """What the prime alone reads of a match."""
    facts = event.facts
    return Line(
        f"Known by: {Match.Basis(facts['known_by']).label.lower()}", Match.Ground(facts["ground"]).label
    )


matched = each(in_the_workspace)


def in_words(event: DomainEvent) -> Line:
    """What the event says; its facts say everything."""
    return LINES[event.kind](event.facts)
