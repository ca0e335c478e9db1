"""Claims for the tests: evidence rules, and milestones claimed and settled by the real actions."""

from datetime import date
from typing import Any

from outcomes.actions import claim as claims
from outcomes.models import Claim, ClaimSum, Milestone
from participants.models import Enrolment
from programmes.models import EvidenceRule, Price
from tests.cast import Cast, looking_as
from tests.outcomes.working import started_person, work
from tests.participants.people import ago

WORTH = 112_500  # what the commissioner pays for a short job outcome in the cast's contract


def needs(cast: Cast, milestone: str, **terms: Any) -> EvidenceRule:
    """Say what proves a milestone on the cast's contract."""
    with looking_as(cast.system()):
        rule = EvidenceRule(
            tenant_id=cast.serco.pk, contract=cast.contract, milestone=milestone, source="test", **terms
        )
        rule.save(force_insert=True)
        return rule


def with_outcome(
    cast: Cast, *, related: bool = False, by: str = "ada", **who: Any
) -> tuple[Enrolment, Milestone]:
    """Somebody, of Renaisi unless it is said, with a short job outcome, reached 30 days ago, that may be claimed."""
    _, enrolment = started_person(cast, **who)
    work(cast, enrolment, since=120, related_employer=related, by=by)
    return enrolment, milestone_of(cast, enrolment)


def milestone_of(cast: Cast, enrolment: Enrolment, code: str = "short_job_outcome") -> Milestone:
    """The milestone in force."""
    with looking_as(cast.system()):
        return Milestone.objects.select_related("enrolment").get(
            enrolment=enrolment, code=code, reversed_at=None
        )


def claim(cast: Cast, milestone: Milestone, by: str = "frank") -> Claim:
    with looking_as(getattr(cast, by)) as viewer:
        return claims.claim(milestone=milestone, by=viewer, at=viewer.now())


def settle(cast: Cast, claim: Claim, result: str, *, on: date | None = None, **more: Any) -> Claim:
    """What the commissioner's system says of the claim, today unless it is said."""
    with looking_as(cast.frank) as viewer:
        return claims.settle(claim=claim, result=result, on=on or ago(0), by=viewer, at=viewer.now(), **more)


def again(cast: Cast, claim: Claim) -> Claim:
    """The claim as it stands now."""
    with looking_as(cast.system()):
        return Claim.objects.get(pk=claim.pk)


def sums(cast: Cast, claim: Claim) -> ClaimSum:
    """What the claim is worth, was paid and was taken back."""
    with looking_as(cast.system()):
        return ClaimSum.objects.get(claim=claim)


def commissioner_pays(cast: Cast, pence: int | None) -> None:
    """One more row of the terms: so much for a short job outcome, or nobody knows how much."""
    with looking_as(cast.system()):
        Price.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="commissioner",
            milestone="short_job_outcome",
            pence=pence,
            source="test",
        )
