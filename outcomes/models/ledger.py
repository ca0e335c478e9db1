"""The ledger: balanced journals, append only. All money is in pence."""

from django.db import models

from outcomes.models.work import OWN_SIDE
from partners.models import TenantModel
from partners.walls import ALL, PERSON, tenant_key, walled


class Journal(TenantModel):
    """One balanced set of entries. Its id follows from what it is for, so that the same facts write the same rows."""

    class Side(models.TextChoices):
        COMMISSIONER = "commissioner", "Commissioner to prime"
        PROVIDER = "provider", "Prime to provider"

    class Kind(models.TextChoices):
        ACCRUAL = "accrual", "Earned"
        REVERSAL = "reversal", "Reversed"
        CHARGE = "charge", "Charged"

    # What it is for: somebody's milestone, or a charge of a month.
    milestone = tenant_key("outcomes.Milestone", null=True, blank=True, related_name="journals")
    participant = tenant_key("participants.Participant", null=True, blank=True)
    charge = tenant_key("outcomes.Charge", null=True, blank=True, related_name="journals")
    contract = tenant_key("programmes.Contract")
    # The provider to whom it is attributed, on both sides; none where a charge is the contract's own.
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    side = models.CharField(max_length=12, choices=Side)
    kind = models.CharField(max_length=8, choices=Kind)
    price = tenant_key("programmes.Price", null=True, blank=True)
    illustrative = models.BooleanField()
    # What the journal is worth to the one who is paid; below zero for a reversal.
    pence = models.BigIntegerField()
    claimable_from = models.DateField()
    why = models.TextField(blank=True)
    reverses = tenant_key("outcomes.Journal", null=True, blank=True)
    # The provider's statement on which the line stands; none on the commissioner's side.
    statement = tenant_key("outcomes.Statement", null=True, blank=True, related_name="lines")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_journal",
                "milestone",
                "participant",
                "charge",
                "contract",
                "organisation",
                "price",
                "reverses",
                "statement",
                prime=ALL,
                provider=OWN_SIDE,
                apart=PERSON,
            ),
            models.UniqueConstraint(
                fields=["tenant", "milestone", "side"],
                condition=models.Q(kind="accrual"),
                name="outcomes_journal_one_accrual",
            ),
            models.UniqueConstraint(
                fields=["tenant", "reverses"],
                condition=models.Q(kind="reversal"),
                name="outcomes_journal_one_reversal",
            ),
            models.UniqueConstraint(
                fields=["tenant", "charge"],
                condition=models.Q(kind="charge"),
                name="outcomes_journal_one_charge",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind="charge", charge__isnull=False, milestone=None, participant=None, price=None
                )
                | models.Q(
                    ~models.Q(kind="charge"),
                    charge=None,
                    milestone__isnull=False,
                    participant__isnull=False,
                    organisation__isnull=False,
                    price__isnull=False,
                ),
                name="outcomes_journal_is_for_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "statement"], name="journal_of_statement")]


class Entry(TenantModel):
    """One side of a journal: pence to an account, debit above zero and credit below."""

    journal = tenant_key("outcomes.Journal", related_name="entries")
    account = models.CharField(max_length=40)
    pence = models.BigIntegerField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_entry",
                "journal",
                prime=ALL,
                provider="journal_id in (select j.id from outcomes_journal j)",
                apart="journal_id not in (select b from wall.beyond_journals() b)",
            ),
            models.CheckConstraint(condition=~models.Q(pence=0), name="outcomes_entry_not_zero"),
            models.UniqueConstraint(fields=["tenant", "journal", "account"], name="outcomes_entry_account"),
        ]
