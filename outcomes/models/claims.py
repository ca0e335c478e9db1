"""Milestones on their way to payment by the commissioner, and what its own system says of them.

What they are worth stands apart (ClaimSum, in pence): what the commissioner pays is none of the providers' business.
"""

from django.db import models
from django.db.models import Q

from outcomes.models.statements import somebody
from partners.models import TenantModel
from partners.walls import ALL, OWN, PERSON, tenant_key, walled

# What a drawn sample holds, for the auditor to whom it is opened: the wall of its rows decides.
IN_A_SAMPLE = "id in (select i.claim_id from outcomes_sampleitem i)"


class Claim(TenantModel):
    """One attempt to be paid for a milestone by the commissioner; a new attempt replaces one that was rejected.

    A claim whose milestone was reversed is in clawback, paid or not: what was paid goes back, and what was not is to
    be withdrawn in the commissioner's system. recovered_on is the day on which that was done.
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", "Claimed"
        VALIDATED = "validated", "Validated"
        PAID = "paid", "Paid"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        CLAWBACK = "clawback", "Clawback"

    class RejectionReason(models.TextChoices):
        NO_EVIDENCE = "no_evidence", "The evidence is missing or does not show it"
        WRONG_DATES = "wrong_dates", "The dates do not match"
        NOT_ELIGIBLE = "not_eligible", "The person was not eligible"
        OUT_OF_WORK = "out_of_work", "The person was not in work, or was on benefit"
        INCOME = "income", "Some of the income does not count"
        RELATED_EMPLOYER = "related_employer", "The employer belongs to the supply chain"
        CLAIMED_BEFORE = "claimed_before", "It was claimed before"
        LATE = "late", "It was claimed too late"
        OTHER = "other", "Another reason"

    milestone = tenant_key("outcomes.Milestone", related_name="claims")
    participant = tenant_key("participants.Participant")
    contract = tenant_key("programmes.Contract")
    # The provider to whom the milestone is attributed.
    organisation = tenant_key("partners.Organisation")
    state = models.CharField(max_length=12, choices=State, default=State.CLAIMED)
    # Declared: a job behind it is with the prime or a provider of its chain.
    related_employer = models.BooleanField(default=False)
    claimed_on = models.DateField()
    # Nobody where the commissioner pays without a claim: it was made by itself, to be reconciled and taken back.
    claimed_by = somebody()
    claimed_at = models.DateTimeField()
    # What the commissioner's system calls it; empty until it is keyed there.
    reference = models.CharField(max_length=60, blank=True)
    validated_on = models.DateField(null=True, blank=True)
    rejected_on = models.DateField(null=True, blank=True)
    rejection_reason = models.CharField(max_length=20, choices=RejectionReason, blank=True)
    rejection_words = models.CharField(max_length=300, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)
    clawback_on = models.DateField(null=True, blank=True)
    clawback_why = models.TextField(blank=True)
    recovered_on = models.DateField(null=True, blank=True)
    replaces = tenant_key("outcomes.Claim", null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_claim",
                "milestone",
                "participant",
                "contract",
                "organisation",
                "replaces",
                prime=ALL,
                provider=OWN,
                commissioner=IN_A_SAMPLE,
                apart=PERSON,
                update=(
                    *("state", "reference", "validated_on", "rejected_on", "rejection_reason"),
                    *("rejection_words", "paid_on", "withdrawn_on", "withdrawn_why"),
                    *("clawback_on", "clawback_why", "recovered_on"),
                ),
            ),
            # Whatever was not turned down or taken back may be paid, so there is one of it.
            models.UniqueConstraint(
                fields=["tenant", "milestone"],
                condition=~Q(state__in=["rejected", "withdrawn"]),
                name="outcomes_claim_one_open",
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "reference"],
                # A new attempt may keep the reference of the one that was rejected.
                condition=~Q(reference="") & ~Q(state__in=["rejected", "withdrawn"]),
                name="outcomes_claim_reference",
            ),
            models.CheckConstraint(
                condition=Q(recovered_on=None) | Q(state="clawback"),
                name="outcomes_claim_recovered_after_clawback",
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", validated_on=None, paid_on=None, rejected_on=None)
                | Q(state="validated", validated_on__isnull=False, paid_on=None, rejected_on=None)
                | Q(state="paid", paid_on__isnull=False, rejected_on=None)
                | (Q(state="rejected", rejected_on__isnull=False, paid_on=None) & ~Q(rejection_reason=""))
                | (Q(state="withdrawn", withdrawn_on__isnull=False, paid_on=None) & ~Q(withdrawn_why=""))
                | (Q(state="clawback", clawback_on__isnull=False) & ~Q(clawback_why="")),
                name="outcomes_claim_as_its_state_says",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "contract", "state"], name="claim_by_state"),
            models.Index(fields=["tenant", "participant"], name="claim_of_person"),
        ]


class ClaimSum(TenantModel):
    """What a claim is worth, in pence: by the books when it was claimed, paid, and taken back.

    pence is None until the price is known; the others are until the commissioner pays and takes back.
    """

    claim = tenant_key("outcomes.Claim", related_name="sums")
    participant = tenant_key("participants.Participant")
    pence = models.BigIntegerField(null=True, blank=True)
    paid_pence = models.BigIntegerField(null=True, blank=True)
    recovered_pence = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_claimsum",
                "claim",
                "participant",
                prime=ALL,
                commissioner="claim_id in (select i.claim_id from outcomes_sampleitem i)",
                apart=PERSON,
                update=("pence", "paid_pence", "recovered_pence"),
            ),
            models.UniqueConstraint(fields=["tenant", "claim"], name="outcomes_claimsum_once"),
        ]


class Unclaimed(TenantModel):
    """What the commissioner's system says of a claim that nobody made here; kept until it is explained.

    person is how that system refers to the person, never a name; row_key tells an imported row from every other.
    """

    class Result(models.TextChoices):
        VALIDATED = "validated", "Validated"
        REJECTED = "rejected", "Rejected"
        PAID = "paid", "Paid"
        RECOVERED = "recovered", "Taken back"

    contract = tenant_key("programmes.Contract")
    reference = models.CharField(max_length=60)
    person = models.CharField(max_length=60, blank=True)
    milestone_code = models.CharField(max_length=40, blank=True)
    result = models.CharField(max_length=12, choices=Result)
    result_on = models.DateField()
    pence = models.BigIntegerField(null=True, blank=True)
    row_key = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    # What it turned out to be: a claim made here and whose it is, or something that needs none.
    claim = tenant_key("outcomes.Claim", null=True, blank=True)
    participant = tenant_key("participants.Participant", null=True, blank=True)
    explained_as = models.CharField(max_length=300, blank=True)
    explained_by = somebody()
    explained_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_unclaimed",
                "contract",
                "claim",
                "participant",
                prime=ALL,
                apart=PERSON,
                update=("claim", "participant", "explained_as", "explained_by", "explained_at"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "row_key"],
                condition=~Q(row_key=""),
                name="outcomes_unclaimed_imported_once",
            ),
            models.CheckConstraint(
                condition=Q(explained_at=None, explained_by=None, explained_as="")
                | (
                    Q(explained_at__isnull=False, explained_by__isnull=False)
                    & (Q(claim__isnull=False) | ~Q(explained_as=""))
                ),
                name="outcomes_unclaimed_explained_whole",
            ),
        ]
