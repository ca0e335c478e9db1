"""Which provider a referral was offered to, why, and what it answered."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled
from referrals.models.referral import APART_BY_REFERRAL

APART_BY_ALLOCATION = "allocation_id not in (select b from wall.beyond_allocations() b)"


class Allocation(TenantModel):
    """The offer of a referral to a provider, with the reason in words."""

    referral = tenant_key("referrals.Referral", related_name="allocations")
    organisation = tenant_key("partners.Organisation")
    assignment = tenant_key("participants.Assignment")
    reason = models.CharField(max_length=300)
    allocated_at = models.DateTimeField()

    class Meta:
        constraints = walled(
            "referrals_allocation",
            "referral",
            "organisation",
            "assignment",
            prime=ALL,
            provider=OWN,
            apart=APART_BY_REFERRAL,
        )


class AllocationBasis(TenantModel):
    """The figures that an allocation was chosen by: competitors' shares, so the prime's alone."""

    allocation = tenant_key("referrals.Allocation", related_name="basis")
    # [{organisation, share_basis_points, received, open, capacity, fits, why_not}] of every candidate at the time.
    candidates = models.JSONField(default=list)

    class Meta:
        constraints = walled("referrals_allocationbasis", "allocation", prime=ALL, apart=APART_BY_ALLOCATION)


class Acceptance(TenantModel):
    """The provider takes the person on, and says when it will first meet them."""

    allocation = tenant_key("referrals.Allocation", related_name="acceptances")
    organisation = tenant_key("partners.Organisation")
    accepted_at = models.DateTimeField()
    first_appointment_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *walled(
                "referrals_acceptance",
                "allocation",
                "organisation",
                prime=ALL,
                provider=OWN,
                apart=APART_BY_ALLOCATION,
            ),
            models.UniqueConstraint(fields=["tenant", "allocation"], name="referrals_acceptance_once"),
        ]


class HandBack(TenantModel):
    """The provider cannot take the person on."""

    class Reason(models.TextChoices):
        NO_CAPACITY = "no_capacity", "No capacity now"
        WRONG_AREA = "wrong_area", "Lives outside our areas"
        NEEDS_SPECIALIST = "needs_specialist", "Needs a specialist service"
        CONFLICT = "conflict", "Conflict of interest or safety"
        NOT_REACHED = "not_reached", "Could not be reached"

    allocation = tenant_key("referrals.Allocation", related_name="hand_backs")
    organisation = tenant_key("partners.Organisation")
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.CharField(max_length=300, blank=True)
    handed_back_at = models.DateTimeField()
    by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            *walled(
                "referrals_handback",
                "allocation",
                "organisation",
                prime=ALL,
                provider=OWN,
                apart=APART_BY_ALLOCATION,
            ),
            models.UniqueConstraint(fields=["tenant", "allocation"], name="referrals_handback_once"),
        ]
