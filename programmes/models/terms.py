"""Dated terms, each with its source: prices, hourly rates, monthly profiles, minimum levels and service standards."""

from decimal import Decimal

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled
from programmes.models.contract import ON_AGREED_CONTRACT


class Rounding(models.TextChoices):
    """How a part of a penny becomes a whole one; what is taken back is rounded as what was given."""

    HALF_UP = "half_up", "Half a penny up"
    HALF_EVEN = "half_even", "Half a penny to the even one"
    DOWN = "down", "Down"


class Price(TenantModel):
    """What one side pays the other for a milestone: an amount in pence, or a share of the commissioner's price.

    With neither, the milestone is paid for and nobody knows how much: the price is missing, and nothing is earned.
    """

    class Side(models.TextChoices):
        COMMISSIONER = "commissioner", "Commissioner to prime"
        PROVIDER = "provider", "Prime to provider"

    contract = tenant_key("programmes.Contract", related_name="prices")
    side = models.CharField(max_length=12, choices=Side)
    # The provider whose own tariff this is; empty for every provider, and on the commissioner's side.
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    # The code of the payment group; empty for every group.
    payment_group = models.CharField(max_length=20, blank=True)
    milestone = models.CharField(max_length=40)
    ordinal_from = models.PositiveIntegerField(default=1)
    ordinal_to = models.PositiveIntegerField(default=1)
    starts_from = models.DateField(null=True, blank=True)
    starts_to = models.DateField(null=True, blank=True)
    pence = models.BigIntegerField(null=True, blank=True)
    share_basis_points = models.PositiveIntegerField(null=True, blank=True)
    rounding = models.CharField(max_length=12, choices=Rounding, default=Rounding.HALF_UP)
    illustrative = models.BooleanField(default=False)
    source = models.TextField()
    confidence = models.CharField(max_length=20, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "programmes_price",
                "contract",
                "organisation",
                prime=ALL,
                provider=f"(side = 'provider' and (organisation_id is null or {OWN}) and {ON_AGREED_CONTRACT})",
                commissioner="(side = 'commissioner' and contract_id in (select c.id from programmes_contract c))",
                update=("withdrawn_at",),
            ),
            models.CheckConstraint(
                condition=models.Q(pence=None) | models.Q(share_basis_points=None),
                name="programmes_price_one_amount",
            ),
        ]

    @property
    def share(self) -> Decimal | None:
        """The share of the commissioner's price as a ratio; None where the price is an amount."""
        return None if self.share_basis_points is None else Decimal(self.share_basis_points) / 10_000


class HourlyRate(TenantModel):
    """What an hour of work is worth in these days by a name, such as the National Living Wage, in pence.

    effective_to is the last day, None while it holds. A day that no row covers has no rate.
    """

    contract = tenant_key("programmes.Contract", related_name="rates")
    name = models.CharField(max_length=40)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    pence_per_hour = models.PositiveIntegerField()
    source = models.TextField()
    confidence = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            *walled(
                "programmes_hourlyrate",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                referrer=ALL,
                delete=True,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "name", "effective_from"], name="programmes_hourlyrate_from"
            ),
            models.CheckConstraint(
                condition=models.Q(effective_to=None)
                | models.Q(effective_to__gte=models.F("effective_from")),
                name="programmes_hourlyrate_ends_after_start",
            ),
        ]

    @property
    def label(self) -> str:
        """The name as people write it: National living wage."""
        return self.name.replace("_", " ").capitalize()


class Profile(TenantModel):
    """The monthly number that a contract, or one provider on it, promised for a measure."""

    contract = tenant_key("programmes.Contract", related_name="profile")
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    month = models.DateField()
    measure = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    illustrative = models.BooleanField(default=False)
    source = models.TextField()

    class Meta:
        constraints = [
            *walled(
                "programmes_profile",
                "contract",
                "organisation",
                prime=ALL,
                provider=f"((organisation_id is null or {OWN}) and {ON_AGREED_CONTRACT})",
                commissioner="organisation_id is null and contract_id in (select c.id from programmes_contract c)",
                delete=True,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation", "month", "measure"],
                nulls_distinct=False,
                name="programmes_profile_once",
            ),
        ]


class MinimumLevel(TenantModel):
    """The least that a commissioner accepts of a measure, for a contract year and payment group (basis points)."""

    contract = tenant_key("programmes.Contract", related_name="minimum_levels")
    contract_year = models.PositiveIntegerField()
    payment_group = models.CharField(max_length=20, blank=True)
    measure = models.CharField(max_length=40)
    basis_points = models.PositiveIntegerField()
    source = models.TextField()
    confidence = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = walled(
            "programmes_minimumlevel",
            "contract",
            prime=ALL,
            provider=ON_AGREED_CONTRACT,
            delete=True,
        )

    @property
    def label(self) -> str:
        """What is measured, as people write it: Job outcomes per referral."""
        return self.measure.replace("_", " ").capitalize()

    @property
    def level(self) -> Decimal:
        """The level as a ratio."""
        return Decimal(self.basis_points) / 10_000


class Standard(TenantModel):
    """A service standard: from one thing to another within a limit, in working days or days."""

    class Unit(models.TextChoices):
        WORKING_DAYS = "working_days", "working days"
        DAYS = "days", "days"

    contract = tenant_key("programmes.Contract", related_name="standards")
    code = models.CharField(max_length=40)
    sentence = models.CharField(max_length=200)
    limit = models.PositiveIntegerField()
    unit = models.CharField(max_length=12, choices=Unit)
    illustrative = models.BooleanField(default=False)
    source = models.TextField()

    class Meta:
        constraints = [
            *walled(
                "programmes_standard",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                referrer=ALL,
                delete=True,
            ),
            models.UniqueConstraint(fields=["tenant", "contract", "code"], name="programmes_standard_code"),
        ]
