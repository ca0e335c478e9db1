"""What the months ahead are expected to bring, and to whom of those in work, as it was worked out last."""

from django.db import models

from outcomes.models.ledger import Journal
from outcomes.models.work import OWN_SIDE
from partners.models import TenantModel
from partners.walls import ALL, HELD, OWN, PERSON, tenant_key, walled


class Forecast(TenantModel):
    """One part of one month's money, for one provider and side: pence as expected, at best and at worst.

    code is that of a milestone, the kind of a charge, or what stands on statements already. number is how many
    milestones are expected, most how many of them come if every job lasts; jobs and people are the fewest by which a
    chance was judged. organisation is none where the money is the contract's own, and of people whom only named users
    may see: of these it is the sum alone. month is that of the statement. Made anew each night, by outcomes.forecasting
    alone.
    """

    class Part(models.TextChoices):
        MILESTONE = "milestone", "Milestones"
        CHARGE = "charge", "Charged by the month"
        BOOKED = "booked", "On statements already"
        WITHHELD = "withheld", "People shown to named people only"

    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    part = models.CharField(max_length=10, choices=Part, default=Part.MILESTONE, db_default=Part.MILESTONE)
    side = models.CharField(max_length=12, choices=Journal.Side)
    code = models.CharField(max_length=40)
    month = models.DateField()
    number = models.DecimalField(max_digits=9, decimal_places=2)
    most = models.PositiveIntegerField()
    jobs = models.PositiveIntegerField(null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
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
                fields=["tenant", "contract", "organisation", "side", "part", "code", "month"],
                nulls_distinct=False,
                name="outcomes_forecast_once",
            ),
        ]


class InSight(TenantModel):
    """Somebody in work, and the milestone that comes next if the job lasts: on which day, and for which provider.

    A provider sees those whom it holds today; the restricted are seen by named users alone. Made anew each night, by
    outcomes.forecasting alone.
    """

    contract = tenant_key("programmes.Contract", db_index=False)
    organisation = tenant_key("partners.Organisation", db_index=False)
    participant = tenant_key("participants.Participant")
    code = models.CharField(max_length=40)
    ordinal = models.PositiveIntegerField()
    on = models.DateField()

    class Meta:
        constraints = walled(
            "outcomes_insight",
            "contract",
            "organisation",
            "participant",
            prime=ALL,
            provider=f"({OWN} and {HELD})",
            delete=True,
            apart=PERSON,
        )
        indexes = [
            models.Index(fields=["tenant", "contract", "organisation", "code", "on"], name="insight_ahead")
        ]
