"""A programme, its contracts, and what a contract says about areas, groups and eligibility."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, tenant_key, walled

# A provider sees the contracts on which it has an agreement.
AGREED = "{column} in (select s.contract_id from programmes_supplyagreement s)"
ON_AGREED_CONTRACT = AGREED.format(column="contract_id")


class Programme(TenantModel):
    """What a commissioner buys: milestones and how they are reached, as data."""

    code = models.SlugField()
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    # Milestone rules as outcomes.milestones.rule_from takes them, in order.
    milestones = models.JSONField(default=list)

    class Meta:
        constraints = [
            *walled(
                "programmes_programme",
                prime=ALL,
                provider=ALL,
                referrer=ALL,
                commissioner=ALL,
                update=("name", "description", "milestones"),
            ),
            models.UniqueConstraint(fields=["tenant", "code"], name="programmes_programme_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Contract(TenantModel):
    """A programme in an area for a commissioner, with dates and allotted time (days, from the clock's origin)."""

    class Clock(models.TextChoices):
        REFERRAL = "referral", "from the referral"
        ATTACHMENT = "attachment", "from the start"

    programme = tenant_key("programmes.Programme")
    commissioner = tenant_key("partners.Organisation")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    allotted_days = models.PositiveIntegerField()
    clock = models.CharField(max_length=12, choices=Clock)
    # Which day the clock is taken to begin on and why, in words.
    reading = models.TextField(blank=True)
    # Where the figures come from, for people.
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            *walled(
                "programmes_contract",
                "programme",
                "commissioner",
                prime=ALL,
                provider=AGREED.format(column="id"),
                referrer=ALL,
                commissioner="commissioner_id = (select wall.organisation())",
                update=("name", "starts_on", "ends_on", "allotted_days", "clock", "reading", "source"),
            ),
            models.UniqueConstraint(fields=["tenant", "code"], name="programmes_contract_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Area(TenantModel):
    """A borough or district of a contract, by its GSS code, and the postcode districts found in it."""

    contract = tenant_key("programmes.Contract", related_name="areas")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    postcode_districts = models.JSONField(default=list)

    class Meta:
        constraints = [
            *walled(
                "programmes_area",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                referrer=ALL,
                commissioner=ALL,
                update=("name", "postcode_districts"),
                delete=True,
            ),
            models.UniqueConstraint(fields=["tenant", "contract", "code"], name="programmes_area_code"),
        ]

    def __str__(self) -> str:
        return self.name


class PaymentGroup(TenantModel):
    """A group of participants with prices of its own."""

    contract = tenant_key("programmes.Contract", related_name="groups")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    # Milestone rules that differ from the programme's in this group, by code.
    milestones = models.JSONField(default=list)

    class Meta:
        constraints = [
            *walled(
                "programmes_paymentgroup",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                referrer=ALL,
                commissioner=ALL,
                update=("name", "milestones"),
                delete=True,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "code"], name="programmes_paymentgroup_code"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleSet(TenantModel):
    """One version of a contract's eligibility rules; a decision names the version it used."""

    contract = tenant_key("programmes.Contract", related_name="rule_sets")
    version = models.PositiveIntegerField()
    # A tree as programmes.eligibility.check_rules accepts it.
    rules = models.JSONField()
    source = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "programmes_ruleset",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                referrer=ALL,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "version"], name="programmes_ruleset_version"
            ),
        ]
