"""What a provider says is wrong with one of its figures, and what is said until that is settled."""

from django.db import models
from django.db.models import Q

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled


class FigureQuery(TenantModel):
    """One figure that is queried: a measure of a contract in some months, of one provider, perhaps of a payment group
    or an area.

    first and last are first days of months, both included; by: of the people referred in them, what happened by so many
    months after the referral. What the figure was when it was asked is read as it was known then (asked_at).
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"

    contract = tenant_key("programmes.Contract", db_index=False)
    organisation = tenant_key("partners.Organisation")
    measure = models.CharField(max_length=40)
    first = models.DateField()
    last = models.DateField()
    by = models.PositiveSmallIntegerField(null=True, blank=True)
    payment_group = models.CharField(max_length=40, blank=True)
    area = models.CharField(max_length=40, blank=True, default="", db_default="")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    asked_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_figurequery", "contract", "organisation", prime=ALL, provider=OWN, update=("state",)
            ),
            models.UniqueConstraint(
                fields=[
                    "tenant",
                    "contract",
                    "organisation",
                    "measure",
                    "first",
                    "last",
                    "by",
                    "payment_group",
                    "area",
                ],
                condition=~Q(state="closed"),
                nulls_distinct=False,
                name="outcomes_figurequery_once",
            ),
            models.CheckConstraint(
                condition=Q(first__lte=models.F("last")), name="outcomes_figurequery_months"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "contract", "asked_at"], name="figure_query_oldest")]


class FigureRemark(TenantModel):
    """One step of it, with the words that both sides read. Never changed."""

    class Step(models.TextChoices):
        ASKED = "asked", "Asked"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Reopened"

    query = tenant_key("outcomes.FigureQuery", related_name="remarks")
    organisation = tenant_key("partners.Organisation", db_index=False)
    step = models.CharField(max_length=8, choices=Step)
    words = models.TextField(blank=True)
    said_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled("outcomes_figureremark", "query", "organisation", prime=ALL, provider=OWN),
            models.CheckConstraint(
                condition=Q(step="closed") | ~Q(words=""), name="outcomes_figureremark_in_words"
            ),
        ]
