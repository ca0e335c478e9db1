"""What was spent, where a contract pays the cost as it was."""

from django.db import models
from django.db.models import Q

from outcomes.models.statements import somebody
from partners.models import TenantModel
from partners.walls import ALL, tenant_key, walled


class ActualCost(TenantModel):
    """What one provider spent in one period of a contract, claimed of the commissioner by the prime. Pence above zero.

    quarter is the first day of the period and months its length, by the contract's term of that time. It is posted as
    a charge on each side that pays by cost; withdrawn, the same is taken off again. Never changed: it is withdrawn and
    made anew.
    """

    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    quarter = models.DateField()
    months = models.PositiveSmallIntegerField()
    pence = models.BigIntegerField()
    what_for = models.CharField(max_length=300)
    # Where the proof is kept: a document, a folder, a reference in the accounts.
    evidence = models.CharField(max_length=200)
    claimed_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    # On the provider's side none where the contract pays its providers by something else.
    commissioner_charge = tenant_key("outcomes.Charge")
    provider_charge = tenant_key("outcomes.Charge", null=True, blank=True)
    withdrawn_by = somebody()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_actualcost",
                "contract",
                "organisation",
                "commissioner_charge",
                "provider_charge",
                prime=ALL,
                update=("withdrawn_by", "withdrawn_at", "withdrawn_why"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation", "quarter"],
                condition=Q(withdrawn_at=None),
                name="outcomes_actualcost_once",
            ),
            models.CheckConstraint(condition=Q(pence__gt=0), name="outcomes_actualcost_above_nothing"),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawn_at=None, withdrawn_why="")
                | (Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="outcomes_actualcost_withdrawn_whole",
            ),
        ]
