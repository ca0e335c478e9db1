"""A second look at the evidence of some claims: drawn, judged, answered, opened to an auditor, extrapolated."""

from django.db import models
from django.db.models import F, Q

from outcomes.models.claims import Claim
from outcomes.models.statements import somebody
from partners.models import TenantModel
from partners.walls import ALL, OWN, PERSON, tenant_key, walled

# An auditor is let in by name, from a day to a day, both inclusive.
NAMED_TODAY = (
    "user_id = (select wall.viewing_user()) and ended_at is null"
    " and (select wall.today()) between opens_on and closes_on"
)
OPENED = "sample_id in (select g.sample_id from outcomes_auditgrant g)"


class Sample(TenantModel):
    """Claims of a contract drawn for a second look, from those claimed in a period (both days inclusive).

    The same seed draws the same claims from the same population, which is how many there were to draw from.
    """

    contract = tenant_key("programmes.Contract")
    claimed_from = models.DateField()
    claimed_to = models.DateField()
    seed = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    population = models.PositiveIntegerField()
    drawn_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_sample",
                "contract",
                prime=ALL,
                provider="id in (select i.sample_id from outcomes_sampleitem i)",
                commissioner="id in (select g.sample_id from outcomes_auditgrant g)",
            ),
            models.CheckConstraint(
                condition=Q(claimed_to__gte=F("claimed_from")), name="outcomes_sample_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=F("population")), name="outcomes_sample_of_its_population"
            ),
        ]


class SampleItem(TenantModel):
    """One drawn claim: what was found, what its provider answered, and what was decided then."""

    class Finding(models.TextChoices):
        SOUND = "sound", "The evidence shows it"
        ERROR = "error", "The evidence does not show it"

    class Verdict(models.TextChoices):
        UPHELD = "upheld", "The error stands"
        OVERTURNED = "overturned", "The provider is right"

    sample = tenant_key("outcomes.Sample", related_name="items")
    claim = tenant_key("outcomes.Claim")
    participant = tenant_key("participants.Participant")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    position = models.PositiveIntegerField()
    finding = models.CharField(max_length=8, choices=Finding, blank=True)
    reason = models.CharField(max_length=20, choices=Claim.RejectionReason, blank=True)
    words = models.CharField(max_length=300, blank=True)
    found_by = somebody()
    found_at = models.DateTimeField(null=True, blank=True)
    # Until when, inclusive, the provider may answer an error: its days count from the day on which it was found.
    reply_by = models.DateField(null=True, blank=True)
    reply = models.CharField(max_length=600, blank=True)
    replied_by = somebody()
    replied_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    decided_by = somebody()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_sampleitem",
                "sample",
                "claim",
                "participant",
                "contract",
                "organisation",
                prime=ALL,
                provider=OWN,
                commissioner=OPENED,
                apart=PERSON,
                update=(
                    *("finding", "reason", "words", "found_by", "found_at", "reply_by", "reply"),
                    *("replied_by", "replied_at", "verdict", "decided_by", "decided_at"),
                ),
            ),
            models.UniqueConstraint(fields=["tenant", "sample", "claim"], name="outcomes_sampleitem_once"),
            models.CheckConstraint(
                condition=Q(finding="", reason="", found_by=None, found_at=None)
                | Q(finding="sound", reason="", found_by__isnull=False, found_at__isnull=False)
                | (Q(finding="error", found_by__isnull=False, found_at__isnull=False) & ~Q(reason="")),
                name="outcomes_sampleitem_found_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(finding="error", reply_by__isnull=False)
                | (~Q(finding="error") & Q(reply_by=None)),
                name="outcomes_sampleitem_errors_may_be_answered",
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_by=None, replied_at=None)
                | (Q(finding="error", replied_by__isnull=False, replied_at__isnull=False) & ~Q(reply="")),
                name="outcomes_sampleitem_replied_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_by=None, decided_at=None)
                | (
                    Q(replied_at__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(verdict="")
                ),
                name="outcomes_sampleitem_decided_by_somebody",
            ),
        ]


class AuditGrant(TenantModel):
    """That a named auditor of the commissioner may read a sample, from a day to a day, both inclusive."""

    sample = tenant_key("outcomes.Sample", related_name="grants")
    organisation = tenant_key("partners.Organisation")
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    opens_on = models.DateField()
    closes_on = models.DateField()
    granted_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    ended_by = somebody()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_auditgrant",
                "sample",
                "organisation",
                prime=ALL,
                commissioner=f"({OWN} and {NAMED_TODAY})",
                update=("ended_by", "ended_at"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "sample", "user"],
                condition=Q(ended_at=None),
                name="outcomes_auditgrant_one_each",
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="outcomes_auditgrant_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None, ended_at=None) | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="outcomes_auditgrant_ended_by_somebody",
            ),
        ]


class Recovery(TenantModel):
    """What the errors of a sample come to in its whole population, for one provider. Money in pence, above zero.

    pence goes back to the commissioner; charge is what is taken back of the provider for it.
    """

    sample = tenant_key("outcomes.Sample", related_name="recoveries")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    errors = models.PositiveIntegerField()
    error_pence = models.BigIntegerField()
    # What was paid for all checked claims, of every provider.
    checked_pence = models.BigIntegerField()
    # What was paid for every claim of the sample's period that stands, and was not taken back for another sample.
    population_pence = models.BigIntegerField()
    pence = models.BigIntegerField()
    # None where the provider was paid nothing for them.
    charge = tenant_key("outcomes.Charge", null=True, blank=True)
    made_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_recovery",
                "sample",
                "contract",
                "organisation",
                "charge",
                prime=ALL,
                commissioner=OPENED,
            ),
            models.UniqueConstraint(
                fields=["tenant", "sample", "organisation"], name="outcomes_recovery_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    errors__gt=0, error_pence__gt=0, checked_pence__gte=F("error_pence"), pence__gt=0
                ),
                name="outcomes_recovery_of_errors",
            ),
        ]
