"""People of whom something is known besides their payment group, for tests of the case mix."""

from datetime import date, datetime
from typing import Any

from outcomes.models import CaseMixFact
from participants.models import Participant
from programmes.models import RuleSet
from referrals.models import DecisionFacts, EligibilityDecision, Referral
from tests.cast import Cast, looking_as


def decided(cast: Cast, person: Participant, **facts: Any) -> None:
    """These facts are those of the newest decision on each of the person's referrals."""
    with looking_as(cast.system()) as system:
        for referral in Referral.objects.filter(participant=person):
            decision = EligibilityDecision.objects.create(
                tenant=cast.serco,
                referral=referral,
                rule_set=RuleSet.objects.filter(contract=cast.contract).latest("version"),
                outcome="eligible",
                decided_at=system.now(),
            )
            DecisionFacts.objects.create(tenant=cast.serco, decision=decision, facts=facts)


def mix(
    cast: Cast, provider: str, month: date, referred: int, came: int, code: str = "start", **stratum: str
) -> datetime:
    """So many referred in a month, and so many of them who came as far as the code, in one stratum; when counted."""
    with looking_as(cast.system()) as system:
        at = system.now()
        for of, amount in (("referral", referred), (code, came)):
            CaseMixFact.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                organisation=cast.organisations[provider],
                cohort_month=month,
                elapsed_month=0,
                code=of,
                amount=amount,
                counted_at=at,
                **{"payment_group": "all", **stratum},
            )
    return at
