"""Figures as they were published when their month closed, and how later facts moved them. Never changed."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled


class Values(TenantModel):
    """What a figure comes to: a number of things or pence, of a ratio with what it is taken of; or working days."""

    contract = tenant_key("programmes.Contract", db_index=False)
    organisation = tenant_key("partners.Organisation", null=True, blank=True, db_index=False)
    amount = models.BigIntegerField()
    base = models.BigIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class PublishedFigure(Values):
    """One measure of one closed month: of everybody, of one provider, or of referrals nobody has accepted.

    month is a first day; on the cohort's clock that of referral. definition is the fingerprint of what the measure
    meant. Written by outcomes.performance.publishing alone.
    """

    class Part(models.TextChoices):
        WHOLE = "whole", "Everybody together"
        PROVIDER = "provider", "One provider"
        NOBODY = "nobody", "Not yet accepted"

    part = models.CharField(max_length=8, choices=Part)
    measure = models.CharField(max_length=40)
    month = models.DateField()
    definition = models.CharField(max_length=16)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled("outcomes_publishedfigure", "contract", "organisation", prime=ALL, provider=OWN),
            models.UniqueConstraint(
                fields=["tenant", "contract", "measure", "month", "part", "organisation"],
                nulls_distinct=False,
                name="outcomes_publishedfigure_once",
            ),
            models.CheckConstraint(
                condition=models.Q(part="provider", organisation__isnull=False)
                | (~models.Q(part="provider") & models.Q(organisation=None)),
                name="outcomes_publishedfigure_whose",
            ),
        ]


class Restatement(Values):
    """What a published figure came to once later facts had moved it; was_* is what it came to before."""

    figure = tenant_key("outcomes.PublishedFigure", related_name="restatements")
    was_amount = models.BigIntegerField()
    was_base = models.BigIntegerField(null=True, blank=True)
    was_days = models.PositiveSmallIntegerField(null=True, blank=True)
    restated_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled("outcomes_restatement", "figure", "contract", "organisation", prime=ALL, provider=OWN),
            models.UniqueConstraint(
                fields=["tenant", "figure", "restated_at"], name="outcomes_restatement_once"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "contract", "restated_at"], name="restatement_newest")]
