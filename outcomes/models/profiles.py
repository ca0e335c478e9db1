"""What a contract and its providers promised by month, in versions: a new one changes no earlier one."""

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled
from programmes.models.contract import ON_AGREED_CONTRACT

ON_BOUGHT_CONTRACT = "contract_id in (select c.id from programmes_contract c)"


class ProfileVersion(TenantModel):
    """A whole profile of a contract and how it is judged, in force from a day on until another is.

    amber_below and red_below are per cent of the profile, the second not above the first. Everybody who sees a profile
    reads its name and why it was made. Never changed: what is wrong is put right by the next version.
    """

    contract = tenant_key("programmes.Contract")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    why = models.CharField(max_length=300)
    effective_from = models.DateField()
    amber_below = models.PositiveSmallIntegerField(default=100)
    red_below = models.PositiveSmallIntegerField(default=90)
    loaded_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_profileversion",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                commissioner=ON_BOUGHT_CONTRACT,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "number"], name="outcomes_profileversion_number"
            ),
            models.CheckConstraint(
                condition=Q(red_below__lte=F("amber_below")), name="outcomes_profileversion_bands_in_order"
            ),
        ]


class ProfileLine(TenantModel):
    """What one provider, or the contract as a whole (no organisation), promised of a measure in a month.

    measure is a count of the registry, month a first day. illustrative: nobody agreed it, it was made up to show.
    """

    version = tenant_key("outcomes.ProfileVersion", related_name="lines")
    contract = tenant_key("programmes.Contract", db_index=False)
    organisation = tenant_key("partners.Organisation", null=True, blank=True, db_index=False)
    month = models.DateField()
    measure = models.CharField(max_length=40)
    amount = models.PositiveIntegerField()
    illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            *walled(
                "outcomes_profileline",
                "version",
                "contract",
                "organisation",
                prime=ALL,
                provider=f"({OWN} and {ON_AGREED_CONTRACT})",
                commissioner=f"organisation_id is null and {ON_BOUGHT_CONTRACT}",
            ),
            models.UniqueConstraint(
                fields=["tenant", "version", "organisation", "month", "measure"],
                nulls_distinct=False,
                name="outcomes_profileline_once",
            ),
        ]
