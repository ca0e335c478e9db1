"""What a contract pays or keeps back by the month, besides what people's milestones earn."""

from django.db import models

from partners.models import TenantModel
from partners.templatetags.baton import pence
from partners.walls import ALL, OWN, tenant_key, walled
from programmes.models.contract import ON_AGREED_CONTRACT
from programmes.models.terms import Price, Rounding


class Fee(TenantModel):
    """One term of a contract: money in pence, shares in basis points. What each kind needs, outcomes.charges says.

    An amount that nobody published is empty: the term stands on the page, and nothing is charged by it.
    """

    class Kind(models.TextChoices):
        DELIVERY_FEE = "delivery_fee", "Delivery fee"
        MANAGEMENT_FEE = "management_fee", "Management fee"
        RETENTION = "retention", "Retention"
        CAP = "cap", "Cap"
        VOLUME_BAND = "volume_band", "Volume band"
        ACTUAL_COST = "actual_cost", "Actual cost"

    class Period(models.TextChoices):
        CONTRACT = "contract", "The whole contract"
        CONTRACT_YEAR = "contract_year", "Each contract year"

    contract = tenant_key("programmes.Contract", related_name="fees")
    side = models.CharField(max_length=12, choices=Price.Side)
    # The provider whose own term this is; empty for every provider, and on the commissioner's side.
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    kind = models.CharField(max_length=16, choices=Kind)
    # The whole of a delivery fee, the most of a cap, the extra for each milestone of a volume band.
    pence = models.BigIntegerField(null=True, blank=True)
    # Of what was earned; of the commissioner's delivery fee for one on the provider's side.
    share_basis_points = models.PositiveIntegerField(null=True, blank=True)
    # How many months a delivery fee is spread over, a retention is held, or a claim of actual cost covers.
    months = models.PositiveIntegerField(null=True, blank=True)
    milestone = models.CharField(max_length=40, blank=True)
    above = models.PositiveIntegerField(null=True, blank=True)
    up_to = models.PositiveIntegerField(null=True, blank=True)
    per = models.CharField(max_length=16, choices=Period, blank=True)
    rounding = models.CharField(max_length=12, choices=Rounding, default=Rounding.HALF_UP)
    illustrative = models.BooleanField(default=False)
    source = models.TextField()
    confidence = models.CharField(max_length=20, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    @property
    def is_unknown(self) -> bool:
        """Whether something is paid by it, and nobody knows how much."""
        fixed = {self.Kind.DELIVERY_FEE, self.Kind.CAP, self.Kind.VOLUME_BAND}
        is_without_volume = self.kind == self.Kind.VOLUME_BAND and self.above is None
        is_without_sum = self.kind in fixed and self.pence is None and self.share_basis_points is None
        return is_without_volume or is_without_sum

    @property
    def sentence(self) -> str:
        """The term in words."""
        sum_of, share = pence(self.pence), f"{(self.share_basis_points or 0) / 100:g}%"
        per = "in each contract year" if self.per == self.Period.CONTRACT_YEAR else "over the whole contract"
        match self.kind:
            case self.Kind.DELIVERY_FEE:
                whole = sum_of if self.share_basis_points is None else f"{share} of the commissioner's fee"
                return f"{whole} in {self.months} equal months{self._counted}, the first by its days"
            case self.Kind.MANAGEMENT_FEE:
                return f"{share} of what the provider earns"
            case self.Kind.RETENTION:
                return f"{share} of what the provider earns is held back for {self.months} months"
            case self.Kind.CAP:
                return f"At most {sum_of} {per}"
            case self.Kind.VOLUME_BAND:
                last = f" up to number {self.up_to}" if self.up_to else ""
                what = self.milestone.replace("_", " ")
                above = "a number not known" if self.above is None else self.above
                return f"{sum_of} more for each {what} above {above}{last} {per}"
            case _:
                return f"Actual cost, claimed every {self.months} months"

    @property
    def _counted(self) -> str:
        """From when the months of a delivery fee count."""
        if self.side != Price.Side.PROVIDER:
            return ""
        if self.per == self.Period.CONTRACT:
            return " of the contract, paid from the first day of the provider's agreement"
        return " from the first day of the provider's agreement"

    class Meta:
        constraints = walled(
            "programmes_fee",
            "contract",
            "organisation",
            prime=ALL,
            provider=f"(side = 'provider' and (organisation_id is null or {OWN}) and {ON_AGREED_CONTRACT})",
            commissioner="(side = 'commissioner' and contract_id in (select c.id from programmes_contract c))",
            update=("withdrawn_at",),
        )
