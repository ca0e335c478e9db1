"""A claim of somebody with a second look at it, written as rows, for the tests that call every address."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from outcomes.models import AuditGrant, Claim, ClaimSum, Milestone, Sample, SampleItem
from participants.models import Enrolment
from partners.viewer import Viewer
from tests.cast import Cast, looking_as


def planted_claim(
    cast: Cast, enrolment: Enrolment, organisation_id: UUID
) -> dict[str, list[tuple[str, ...]]]:
    """The ids of a claim for a milestone of its own and of its place in a sample."""
    with looking_as(Viewer.system(enrolment.tenant_id, "test")) as system:
        within: dict[str, Any] = {
            "tenant_id": enrolment.tenant_id,
            "participant_id": enrolment.participant_id,
            "contract_id": enrolment.contract_id,
            "organisation_id": organisation_id,
        }
        milestone = Milestone.objects.create(
            **within,
            enrolment=enrolment,
            payment_group="all",
            code="planted",
            ordinal=1,
            reached_on=enrolment.started_on,
            claimable_from=enrolment.started_on,
            why="Planted.",
            computed_at=system.now(),
        )
        claim = Claim.objects.create(
            **within,
            milestone=milestone,
            claimed_on=system.today,
            claimed_by=cast.users["frank"],
            claimed_at=system.now(),
        )
        ClaimSum.objects.create(
            tenant_id=enrolment.tenant_id, claim=claim, participant_id=enrolment.participant_id, pence=1_000
        )
        item = SampleItem.objects.create(
            **within, sample=sample_on(cast, enrolment, system), claim=claim, position=1
        )
    return {"claim": [(str(claim.pk),)], "drawn": [(str(item.pk),)]}


def sample_on(cast: Cast, enrolment: Enrolment, system: Viewer) -> Sample:
    """A sample of one on the contract of the enrolment."""
    return Sample.objects.create(
        tenant_id=enrolment.tenant_id,
        contract_id=enrolment.contract_id,
        claimed_from=system.today,
        claimed_to=system.today,
        seed="planted",
        size=1,
        population=1,
        drawn_by=cast.users["priya"],
        drawn_at=system.now(),
    )


def planted_sample(cast: Cast, drawn: str) -> dict[str, list[tuple[str, ...]]]:
    """The ids of the sample of a drawn claim, and of an auditor's grant to it that opens tomorrow."""
    for tenant in (cast.serco, cast.meridian):
        with looking_as(Viewer.system(tenant.pk, "test")) as system:
            item = SampleItem.objects.select_related("contract").filter(pk=drawn).first()
            if item is None:
                continue
            grant = AuditGrant.objects.create(
                tenant=tenant,
                sample_id=item.sample_id,
                organisation_id=item.contract.commissioner_id,
                user=cast.users["dee"],
                opens_on=system.today + timedelta(days=1),
                closes_on=system.today + timedelta(days=9),
                granted_by=cast.users["priya"],
                granted_at=system.now(),
            )
            return {"sample": [(str(item.sample_id),)], "grant": [(str(grant.pk),)]}
    raise AssertionError(f"Nothing was drawn as {drawn}")
