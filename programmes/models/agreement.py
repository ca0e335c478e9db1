"""What the prime agreed with each provider."""

from decimal import Decimal

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled


class SupplyAgreement(TenantModel):
    """One provider on one contract: areas, share of referrals (basis points), capacity (open cases) and dates."""

    contract = tenant_key("programmes.Contract", related_name="agreements")
    organisation = tenant_key("partners.Organisation")
    area_codes = models.JSONField(default=list)
    specialisms = models.JSONField(default=list)
    share_basis_points = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            *walled(
                "programmes_supplyagreement",
                "contract",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=(
                    "area_codes",
                    "specialisms",
                    "share_basis_points",
                    "capacity",
                    "starts_on",
                    "ends_on",
                ),
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation"], name="programmes_supplyagreement_once"
            ),
        ]

    @property
    def share(self) -> Decimal:
        """The agreed share of referrals as a ratio."""
        return Decimal(self.share_basis_points) / 10_000
