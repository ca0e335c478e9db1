"""Which paper a sealed statement becomes: a self-billed invoice, a credit note or a remittance advice."""

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled


class VatStatus(TenantModel):
    """As whom an organisation trades, and whether it is registered for VAT, from a day on until the next row.

    A correction is a new row of the same day; the one before is voided.
    """

    organisation = tenant_key("partners.Organisation")
    from_on = models.DateField()
    # Nine or twelve digits with GB before them; empty where the organisation is not registered.
    vat_number = models.CharField(max_length=14, blank=True)
    legal_name = models.CharField(max_length=120)
    address = models.TextField()
    recorded_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled("outcomes_vatstatus", "organisation", prime=ALL, provider=OWN, update=("voided_at",)),
            models.UniqueConstraint(
                fields=["tenant", "organisation", "from_on"],
                condition=Q(voided_at=None),
                name="outcomes_vatstatus_once",
            ),
        ]


class SelfBillingAgreement(TenantModel):
    """That a provider lets the prime write its invoices, signed, from its first to its last day, both inclusive."""

    organisation = tenant_key("partners.Organisation")
    signed_on = models.DateField()
    signed_by = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    recorded_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_selfbillingagreement",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=("voided_at",),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), starts_on__gte=F("signed_on")),
                name="outcomes_selfbillingagreement_in_order",
            ),
        ]


class Paper(TenantModel):
    """What a sealed statement became, written once. Money in pence; numbers without gaps for each kind.

    wording is the text that it prints (outcomes/statements/paper.toml as it was), with the source of the VAT rate.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Self-billed invoice"
        CREDIT_NOTE = "credit_note", "Self-billed credit note"
        REMITTANCE = "remittance", "Remittance advice"

    statement = tenant_key("outcomes.Statement", related_name="papers")
    organisation = tenant_key("partners.Organisation")
    kind = models.CharField(max_length=12, choices=Kind)
    number = models.PositiveIntegerField()
    issued_on = models.DateField()
    supplier_name = models.CharField(max_length=120)
    supplier_address = models.TextField(blank=True)
    supplier_vat_number = models.CharField(max_length=14, blank=True)
    customer_name = models.CharField(max_length=120)
    customer_address = models.TextField(blank=True)
    net_pence = models.BigIntegerField()
    # None where the paper charges no VAT.
    vat_basis_points = models.PositiveIntegerField(null=True, blank=True)
    vat_pence = models.BigIntegerField()
    wording = models.JSONField(default=dict)

    class Meta:
        constraints = [
            *walled("outcomes_paper", "statement", "organisation", prime=ALL, provider=OWN),
            models.UniqueConstraint(fields=["tenant", "statement"], name="outcomes_paper_once"),
            models.UniqueConstraint(fields=["tenant", "kind", "number"], name="outcomes_paper_number"),
            models.CheckConstraint(
                condition=~Q(vat_basis_points=None) | Q(vat_pence=0), name="outcomes_paper_vat_by_a_rate"
            ),
            models.CheckConstraint(
                condition=Q(vat_basis_points=None) | ~Q(supplier_vat_number=""),
                name="outcomes_paper_vat_of_the_registered",
            ),
        ]

    @property
    def gross_pence(self) -> int:
        """What is to be paid, with VAT."""
        return self.net_pence + self.vat_pence
