"""Cases that began elsewhere, before the workspace kept them: taken over with the provider that had them."""

from datetime import date, datetime
from uuid import UUID

from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date
from programmes.models import Contract, RuleSet, SupplyAgreement
from referrals import portal
from referrals.actions.allocation import in_turn, offer
from referrals.actions.matching import keep, meet
from referrals.actions.referral import NoRules, record, written
from referrals.actions.sending import SentReferral, checked
from referrals.allocation import Candidate, Choice
from referrals.models import DecisionFacts, EligibilityDecision, Referral

REASON = "Taken over with the provider that had the case."
DECIDED = {"code": "taken_over", "result": "met", "sentence": "Decided before the case was taken over."}


class NoAgreement(ActionError):
    """The provider has no supply agreement on the contract on that day."""

    code = "no_agreement"


class HeldElsewhere(ActionError):
    """Another provider works with the person on the contract."""

    code = "held_elsewhere"


@action
def take_over(
    *, contract: Contract, sent: SentReferral, provider_id: UUID, by: Viewer, at: datetime
) -> Referral:
    """Take a referral of the past, at the moment of its receipt, and offer it to the provider that had it.

    by.organisation_id is the referrer. Whether the person was eligible was decided elsewhere, and the decision says
    so. Raises NotAcceptable, NoRules, NoAgreement or HeldElsewhere.
    """
    today = london_date(at)
    _check_agreement(contract, provider_id, today)
    entry = checked(sent, contract=contract, today=today)
    participant, match = meet(entry, contract=contract, channel=Referral.Channel.API, by=by, at=at)
    about = {"contract": contract, "participant": participant, "channel": Referral.Channel.API}
    if entry.sent.external_reference:
        about["portal_mark"] = portal.mark(entry.sent.external_reference, by.tenant_id)
    referral = written(entry, by, at, status=Referral.Status.ELIGIBLE, **about)
    if match:
        keep(match=match, referral=referral, by=by, at=at)
    _keep_decision(referral, entry.facts, at)
    record("referral.received", referral, by, at, channel=referral.channel)
    chosen = Candidate(code=str(provider_id), share=0, received=0, open=0, capacity=0)
    # Only now, as when a referral is submitted: names are held before contracts.
    turn = in_turn(contract.pk)
    made = offer(referral=referral, contract=turn, choice=Choice(chosen, REASON, ()), by=by, at=at)
    if made.organisation_id != provider_id:
        raise HeldElsewhere("Another provider works with this person on this contract.")
    return referral


def _check_agreement(contract: Contract, provider_id: UUID, day: date) -> None:
    agreements = SupplyAgreement.objects.filter(
        contract=contract, organisation=provider_id, starts_on__lte=day
    )
    if not agreements.exclude(ends_on__lt=day).exists():
        raise NoAgreement("The provider has no supply agreement on this contract on that day.")


def _keep_decision(referral: Referral, facts: dict[str, object], at: datetime) -> None:
    """What is known is kept beside the decision, which was made elsewhere. Raises NoRules."""
    rule_set = RuleSet.objects.filter(contract=referral.contract_id).order_by("-version").first()
    if rule_set is None:
        raise NoRules("This contract cannot take referrals yet: it has no eligibility rules.")
    decision = EligibilityDecision(
        tenant_id=referral.tenant_id,
        referral=referral,
        rule_set=rule_set,
        outcome=Referral.Status.ELIGIBLE,
        reasons=[DECIDED],
        decided_at=at,
    )
    decision.save(force_insert=True)
    DecisionFacts(tenant_id=referral.tenant_id, decision=decision, facts=facts).save(force_insert=True)
