"""Money of a contract by the month that is nobody's milestone: fees, what is kept back, bands and adjustments."""

from django.db import models

from outcomes.models.ledger import Journal
from outcomes.models.work import OWN_SIDE
from partners.models import TenantModel
from partners.walls import ALL, tenant_key, walled


class Charge(TenantModel):
    """What one month is charged by one term, in pence; below zero takes away. Never changed: the next month makes good.

    organisation is the provider, and none where the charge is between the commissioner and the prime alone. fee is
    the term it follows from; an adjustment follows from two people.
    """

    class Kind(models.TextChoices):
        DELIVERY_FEE = "delivery_fee", "Delivery fee"
        MANAGEMENT_FEE = "management_fee", "Management fee"
        RETENTION = "retention", "Retention held back"
        RETENTION_RELEASE = "retention_release", "Retention released"
        CAP = "cap", "Beyond the cap"
        VOLUME_BAND = "volume_band", "Volume band"
        ACTUAL_COST = "actual_cost", "Actual cost"
        ADJUSTMENT = "adjustment", "Adjustment"
        RECOVERY = "recovery", "Recovery"

    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    side = models.CharField(max_length=12, choices=Journal.Side)
    kind = models.CharField(max_length=20, choices=Kind)
    fee = tenant_key("programmes.Fee", null=True, blank=True)
    month = models.DateField()
    pence = models.BigIntegerField()
    illustrative = models.BooleanField(default=False)
    why = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_charge",
                "contract",
                "organisation",
                "fee",
                prime=ALL,
                provider=OWN_SIDE,
            ),
            models.UniqueConstraint(
                fields=["tenant", "fee", "kind", "organisation", "month"],
                condition=models.Q(fee__isnull=False),
                nulls_distinct=False,
                name="outcomes_charge_once",
            ),
            models.CheckConstraint(condition=~models.Q(pence=0), name="outcomes_charge_not_zero"),
        ]
