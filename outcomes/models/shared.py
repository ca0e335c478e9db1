"""What the commissioner and the other providers are shown: figures of closed months, small numbers already left out.

Written by outcomes.performance.sharing alone, once each: nothing here is ever changed.
"""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, tenant_key, walled
from programmes.models.contract import ON_AGREED_CONTRACT


class ClosedCount(TenantModel):
    """What counted for one provider when a month was closed, in full. organisation is none while nobody has accepted.

    A later correction is part of the next month that closes, so that the sum over the months is always right and a
    month that was published stays as it was. measure is a count of the registry, month a first day.
    """

    contract = tenant_key("programmes.Contract", db_index=False)
    organisation = tenant_key("partners.Organisation", null=True, blank=True, db_index=False)
    measure = models.CharField(max_length=40)
    month = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            *walled("outcomes_closedcount", "contract", "organisation", prime=ALL),
            models.UniqueConstraint(
                fields=["tenant", "contract", "measure", "month", "organisation"],
                nulls_distinct=False,
                name="outcomes_closedcount_once",
            ),
        ]


class SharedMeasure(TenantModel):
    """A figure as its audience may see it. value is none where it is withheld: a number, of a rate whole per cent.

    month is the month of a figure, or the last one of a span. Only a commissioner's figure names its
    provider; among peers place says how many figures are lower, and nothing says whose it is. definition is the
    fingerprint of the sentence and the rule that the figure followed.
    """

    class Audience(models.TextChoices):
        COMMISSIONER = "commissioner", "The commissioner"
        PEERS = "peers", "The providers on the contract"

    class Span(models.TextChoices):
        MONTH = "month", "The month"
        YEAR = "year", "Twelve months"
        TO_DATE = "to_date", "Since the beginning"

    class Part(models.TextChoices):
        WHOLE = "whole", "Everybody together"
        PROVIDER = "provider", "One provider"
        NOBODY = "nobody", "Not yet accepted"
        PEER = "peer", "Some provider"

    audience = models.CharField(max_length=12, choices=Audience)
    contract = tenant_key("programmes.Contract", db_index=False)
    measure = models.CharField(max_length=40)
    month = models.DateField()
    span = models.CharField(max_length=8, choices=Span)
    part = models.CharField(max_length=8, choices=Part)
    organisation = tenant_key("partners.Organisation", null=True, blank=True, db_index=False)
    place = models.PositiveSmallIntegerField(default=0)
    value = models.BigIntegerField(null=True, blank=True)
    definition = models.CharField(max_length=16)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_sharedmeasure",
                "contract",
                "organisation",
                prime=ALL,
                provider=f"(audience = 'peers' and {ON_AGREED_CONTRACT})",
                commissioner="(audience = 'commissioner' and contract_id in (select c.id from programmes_contract c))",
            ),
            models.UniqueConstraint(
                fields=[
                    "tenant",
                    "contract",
                    "audience",
                    "measure",
                    "month",
                    "span",
                    "part",
                    "organisation",
                    "place",
                ],
                nulls_distinct=False,
                name="outcomes_sharedmeasure_once",
            ),
            models.CheckConstraint(
                condition=models.Q(part="provider", audience="commissioner", organisation__isnull=False)
                | (~models.Q(part="provider") & models.Q(organisation=None)),
                name="outcomes_sharedmeasure_names_nobody",
            ),
            models.CheckConstraint(
                condition=models.Q(audience="peers") ^ ~models.Q(part="peer"),
                name="outcomes_sharedmeasure_peers",
            ),
        ]
