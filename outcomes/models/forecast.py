"""What the months ahead are expected to bring, as it was worked out last."""

from django.db import models

from outcomes.models.ledger import Journal
from outcomes.models.work import OWN_SIDE
from partners.models import TenantModel
from partners.walls import ALL, tenant_key, walled


class Forecast(TenantModel):
    """One month to come of one milestone, for one provider and side: pence as expected, at best and at worst.

    number is how many are expected, most how many come if every job lasts. Made anew each night, by
    outcomes.forecasting alone; people whom only named users may see are not in it.
    """

    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    side = models.CharField(max_length=12, choices=Journal.Side)
    code = models.CharField(max_length=40)
    month = models.DateField()
    number = models.DecimalField(max_digits=9, decimal_places=2)
    most = models.PositiveIntegerField()
    expected_pence = models.BigIntegerField()
    best_pence = models.BigIntegerField()
    worst_pence = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_forecast", "contract", "organisation", prime=ALL, provider=OWN_SIDE, delete=True
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation", "side", "code", "month"],
                name="outcomes_forecast_once",
            ),
        ]
