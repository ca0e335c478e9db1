"""The monthly statements: what each comes to, its frozen lines, what is asked about them and what is put right."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.viewer import london_date
from partners.walls import ALL, OWN, PERSON, tenant_key, walled


def somebody() -> "models.ForeignKey[Any, Any]":
    """Who did something that may not have been done yet."""
    return models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


UNSEALED = Q(number=None, total_pence=None, line_count=None, digest="", sealed_by=None, sealed_at=None)
IS_SEALED = ~Q(digest="") & Q(
    number__isnull=False,
    total_pence__isnull=False,
    line_count__isnull=False,
    sealed_by__isnull=False,
    sealed_at__isnull=False,
)
PROPOSED = Q(proposed_by__isnull=False, proposed_at__isnull=False)
UNPAID = Q(paid_on=None, paid_by=None, paid_at=None)
IS_PAID = Q(paid_on__isnull=False, paid_by__isnull=False, paid_at__isnull=False)


class Statement(TenantModel):
    """One provider, one contract, one month: what it earned, less what was clawed back. month is its first day.

    Open, then proposed by one person and sealed by another, then paid. Sealing freezes the lines and gives the number,
    the total in pence and the digest, which takes in the digest of the one sealed before (outcomes.statements.chain).
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        PROPOSED = "proposed", "Proposed"
        SEALED = "sealed", "Sealed"
        PAID = "paid", "Paid"

    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    month = models.DateField()
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    proposed_by = somebody()
    proposed_at = models.DateTimeField(null=True, blank=True)
    sealed_by = somebody()
    sealed_at = models.DateTimeField(null=True, blank=True)
    # Without gaps in a workspace, in the order of sealing.
    number = models.PositiveIntegerField(null=True, blank=True)
    total_pence = models.BigIntegerField(null=True, blank=True)
    line_count = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    # The one of this provider on this contract that was sealed before.
    previous = tenant_key("outcomes.Statement", null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    paid_by = somebody()
    paid_at = models.DateTimeField(null=True, blank=True)
    payment_reference = models.CharField(max_length=60, blank=True)
    # What the provider's own invoice is called, where it sends one.
    invoice_reference = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_statement",
                "contract",
                "organisation",
                "previous",
                prime=ALL,
                provider=OWN,
                update=(
                    *(
                        "status",
                        "proposed_by",
                        "proposed_at",
                        "sealed_by",
                        "sealed_at",
                        "number",
                        "total_pence",
                    ),
                    *("line_count", "digest", "previous", "paid_on", "paid_by", "paid_at"),
                    *("payment_reference", "invoice_reference"),
                ),
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation", "month"], name="outcomes_statement_once"
            ),
            models.UniqueConstraint(fields=["tenant", "number"], name="outcomes_statement_number"),
            # Two cannot follow the same one: the chain does not fork.
            models.UniqueConstraint(fields=["tenant", "previous"], name="outcomes_statement_one_follows"),
            models.CheckConstraint(
                condition=(Q(status="open", proposed_by=None, proposed_at=None) & UNSEALED & UNPAID)
                | (Q(status="proposed") & PROPOSED & UNSEALED & UNPAID)
                | (Q(status="sealed") & PROPOSED & IS_SEALED & UNPAID)
                | (Q(status="paid") & PROPOSED & IS_SEALED & IS_PAID),
                name="outcomes_statement_as_its_status_says",
            ),
            models.CheckConstraint(
                condition=Q(sealed_by=None) | ~Q(sealed_by=F("proposed_by")),
                name="outcomes_statement_sealed_by_another",
            ),
        ]

    @property
    def is_sealed(self) -> bool:
        """Whether its lines are final, so that what arrives later falls on a later statement."""
        return self.status in (self.Status.SEALED, self.Status.PAID)

    @property
    def sealed_on(self) -> date | None:
        """The London day of the sealing."""
        return london_date(self.sealed_at) if self.sealed_at else None

    @property
    def days_to_pay(self) -> int | None:
        """Calendar days from the day of sealing to the day of payment."""
        return (self.paid_on - self.sealed_on).days if self.paid_on and self.sealed_on else None


class StatementLine(TenantModel):
    """One line as it was when its statement was sealed: what every page and paper prints ever after."""

    statement = tenant_key("outcomes.Statement", related_name="frozen")
    position = models.PositiveIntegerField()
    journal = tenant_key("outcomes.Journal")
    organisation = tenant_key("partners.Organisation")
    participant = tenant_key("participants.Participant", null=True, blank=True)
    reference = models.CharField(max_length=12, blank=True)
    label = models.CharField(max_length=120)
    ordinal = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=40)
    reached_on = models.DateField(null=True, blank=True)
    claimable_from = models.DateField()
    pence = models.BigIntegerField()
    source = models.TextField(blank=True)
    why = models.TextField(blank=True)
    illustrative = models.BooleanField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_statementline",
                "statement",
                "journal",
                "organisation",
                "participant",
                prime=ALL,
                provider=OWN,
                apart=PERSON,
            ),
            models.UniqueConstraint(
                fields=["tenant", "statement", "position"], name="outcomes_statementline_position"
            ),
            models.UniqueConstraint(fields=["tenant", "journal"], name="outcomes_statementline_once"),
        ]


class LineQuery(TenantModel):
    """What a provider asks about a line, or about the whole statement, and the prime's answer."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "The provider is right"
        EXPLAINED = "explained", "The line is right"

    statement = tenant_key("outcomes.Statement", related_name="queries")
    # None where it is about the whole statement.
    journal = tenant_key("outcomes.Journal", null=True, blank=True)
    participant = tenant_key("participants.Participant", null=True, blank=True)
    organisation = tenant_key("partners.Organisation")
    words = models.TextField()
    asked_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    answer = models.TextField(blank=True)
    answered_by = somebody()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_linequery",
                "statement",
                "journal",
                "participant",
                "organisation",
                prime=ALL,
                provider=OWN,
                apart=PERSON,
                update=("outcome", "answer", "answered_by", "answered_at"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answered_by=None, answered_at=None)
                | (~Q(outcome="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="outcomes_linequery_answered_whole",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "statement"], name="query_of_statement")]


class Adjustment(TenantModel):
    """Money put right by hand: one person asks, with a reason, and another approves or refuses.

    month: the first day of the month that it is about. Approved, it is a charge on the earliest open statement.
    """

    class Reason(models.TextChoices):
        LEFT_OUT = "left_out", "Something was left out of an earlier month"
        WRONG_PRICE = "wrong_price", "A price was wrong"
        QUERY_UPHELD = "query_upheld", "A query was upheld"
        SERVICE_CREDIT = "service_credit", "A service credit that the contract allows"
        AUDIT = "audit", "An audit found it"
        AGREED = "agreed", "Agreed between the prime and the provider"

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    month = models.DateField()
    pence = models.BigIntegerField()
    reason = models.CharField(max_length=20, choices=Reason)
    words = models.CharField(max_length=300)
    asked_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided_by = somebody()
    decided_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.CharField(max_length=300, blank=True)
    charge = tenant_key("outcomes.Charge", null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_adjustment",
                "contract",
                "organisation",
                "charge",
                prime=ALL,
                update=("decision", "decided_by", "decided_at", "refused_because", "charge"),
            ),
            models.CheckConstraint(condition=~Q(pence=0), name="outcomes_adjustment_not_zero"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="outcomes_adjustment_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="outcomes_adjustment_decided_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(decision="approved") | Q(charge__isnull=False),
                name="outcomes_adjustment_charged_when_approved",
            ),
        ]
