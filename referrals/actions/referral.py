"""A referral: sent, decided, answered where something was missing, withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from participants.actions import person
from participants.actions.restriction import contacts_withheld
from partners import events
from partners.acting import ActionError, action
from partners.identifiers import unused_reference
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date
from programmes import eligibility
from programmes.models import Contract, RuleSet
from referrals import portal
from referrals.actions.allocation import LIVE, allocate, let_go, locked, newest_facts
from referrals.actions.matching import keep, meet
from referrals.actions.sending import Checked, NotAcceptable, Problem, SentReferral, checked
from referrals.models import DecisionFacts, EligibilityDecision, Referral

__all__ = ["NotAcceptable", "Problem", "SentReferral", "answer", "decide", "submit", "withdraw"]
Status = Referral.Status


class NoRules(ActionError):
    """The contract has no eligibility rules yet, so that nobody can be referred to it."""

    code = "no_rules"


class NothingToAnswer(ActionError):
    """Nothing is missing: the referral was decided, or withdrawn."""

    code = "nothing_to_answer"


class TooLateToWithdraw(ActionError):
    """What the referral asked for has happened, or will not."""

    code = "too_late_to_withdraw"


@action
def submit(
    *,
    contract: Contract,
    sent: SentReferral,
    channel: str,
    received_at: datetime | None = None,
    by: Viewer,
    at: datetime,
) -> Referral:
    """Take a referral from the viewer's organisation: decide on it and, where eligible, offer it to a provider.

    A person who is known is not taken in twice, and whoever sent the referral cannot tell. channel is a code of
    Referral.Channel. received_at: when another system took the referral, of which it comes only now; its clocks count
    from then. Raises NotAcceptable or NoRules.
    """
    received_at = received_at or at
    if received_at > at:
        sentence = "The moment of the referral cannot be in the future."
        raise NotAcceptable((Problem("received_at", "in_future", sentence),))
    today = london_date(received_at)
    entry = checked(sent, contract=contract, today=today)
    participant, match = meet(entry, contract=contract, channel=channel, by=by, at=at)
    about = {"contract": contract, "participant": participant, "channel": Referral.Channel(channel)}
    if channel == Referral.Channel.PORTAL and entry.sent.external_reference:
        about["portal_mark"] = portal.mark(entry.sent.external_reference, by.tenant_id)
    referral = written(entry, by, received_at, status=Status.NEED_TO_KNOW, **about)
    if match:
        keep(match=match, referral=referral, by=by, at=at)
    if sent.contact_withheld:
        contacts_withheld(participant=participant, by=by, at=at)
    record("referral.received", referral, by, at, on=today, channel=referral.channel)
    decide(referral=referral, facts=entry.facts, by=by, at=at)
    if referral.status == Status.ELIGIBLE:
        allocate(referral=referral, by=by, at=at)
    return referral


def written(entry: Checked, by: Viewer, received_at: datetime, **columns: Any) -> Referral:
    """The row of a referral by the viewer's organisation, with a reference of its own."""
    assert by.organisation_id is not None
    referral = Referral(
        tenant_id=by.tenant_id,
        reference=unused_reference("RF", lambda it: Referral.objects.filter(reference=it).exists()),
        organisation_id=by.organisation_id,
        external_reference=entry.sent.external_reference,
        payment_group=entry.payment_group,
        area=entry.area,
        received_at=received_at,
        received_on=london_date(received_at),
        **columns,
    )
    referral.save(force_insert=True)
    return referral


@action
def decide(*, referral: Referral, facts: dict[str, Any], by: Viewer, at: datetime) -> EligibilityDecision:
    """Decide by the contract's newest rules and keep the decision with its facts. Raises NoRules.

    A payment group that is not known yet is asked for where the contract has several, whatever the rules say.
    """
    rule_set = RuleSet.objects.filter(contract=referral.contract_id).order_by("-version").first()
    if rule_set is None:
        raise NoRules("This contract cannot take referrals yet: it has no eligibility rules.")
    answer = eligibility.decide(rule_set.rules, facts)
    missing = list(answer.missing)
    outcome: str = answer.outcome
    if outcome == "eligible" and not referral.payment_group:
        missing.append(eligibility.Missing("payment_group", eligibility.FACTS["payment_group"].question))
        outcome = "need_to_know"
    decision = EligibilityDecision(
        tenant_id=by.tenant_id,
        referral=referral,
        rule_set=rule_set,
        outcome=outcome,
        reasons=[{"code": r.code, "result": r.result, "sentence": r.sentence} for r in answer.reasons],
        missing=[{"fact": m.fact, "question": m.question} for m in missing],
        decided_at=at,
    )
    decision.save(force_insert=True)
    DecisionFacts(tenant_id=by.tenant_id, decision=decision, facts=facts).save(force_insert=True)
    referral.status = Status(outcome)
    referral.save(update_fields=["status"])
    record("referral.decided", referral, by, at, outcome=outcome, rule_set_version=rule_set.version)
    return decision


@action
def answer(
    *,
    referral: Referral,
    circumstances: Mapping[str, Any],
    by: Viewer,
    at: datetime,
    **text: str,
) -> Referral:
    """Add what a decision said was missing, and decide anew; the earlier decision stays as it was.

    text: any of local_authority, payment_group and health_conditions of SentReferral. Empty text and absent
    circumstances add nothing. Raises NothingToAnswer or NotAcceptable.
    """
    referral = locked(referral)
    if referral.status != Status.NEED_TO_KNOW:
        raise NothingToAnswer("This referral does not wait for more information.")
    assert referral.participant is not None
    about = ("given_name", "family_name", "born_on")
    name: dict[str, Any] = {field: getattr(referral.participant, field) for field in about}
    group = text.pop("payment_group", "") or referral.payment_group
    entry = checked(
        SentReferral(**{**name, **text}, payment_group=group, circumstances=circumstances),
        contract=referral.contract,
        today=london_date(at),
    )
    said: dict[str, Any] = {"number": None, "health": entry.health, "concerns": entry.concerns}
    person.add_to(referral.participant, contact_details={}, by=by, at=at, **said)
    referral.payment_group, referral.area = entry.payment_group, entry.area or referral.area
    referral.save(update_fields=["payment_group", "area"])
    record("referral.answered", referral, by, at)
    decide(referral=referral, facts=with_answers(newest_facts(referral), entry.facts), by=by, at=at)
    if referral.status == Status.ELIGIBLE:
        allocate(referral=referral, by=by, at=at)
    return referral


def with_answers(known: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The facts with those that were answered. The age stays that of the day on which the referral was received."""
    added = {name: value for name, value in answers.items() if value is not None and name != "age"}
    if "concerns" in added:
        added["concerns"] = sorted({*added["concerns"], *known.get("concerns", ())})
    return {**known, **added}


@action
def withdraw(*, referral: Referral, by: Viewer, at: datetime) -> Referral:
    """Take the referral back, while the person has not started. Raises TooLateToWithdraw."""
    referral = locked(referral)
    if referral.status not in (Status.NEED_TO_KNOW, *LIVE):
        raise TooLateToWithdraw("This referral can no longer be withdrawn.")
    referral.status = Status.WITHDRAWN
    referral.save(update_fields=["status"])
    let_go(referral, london_date(at))
    record("referral.withdrawn", referral, by, at)
    return referral


def record(kind: str, referral: Referral, by: Viewer, at: datetime, **facts: Any) -> None:
    """Record what its referrer may know of a referral as well."""
    events.record(
        kind,
        referral,
        by,
        at=at,
        wall=DomainEvent.Wall.REFERRAL,
        participant_id=referral.participant_id,
        organisation_id=referral.organisation_id,
        contract=referral.contract_id,
        **facts,
    )
