"""What a person was paid, and what proves what happened: facts, from which milestones follow."""

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import ALL, PERSON, case_when, tenant_key, walled


class Earning(TenantModel):
    """One payment of gross pay, on its pay date. A correction is a new row that replaces this one."""

    class Source(models.TextChoices):
        PAYSLIP = "payslip", "Payslip"
        EMPLOYER_LETTER = "employer_letter", "Employer's letter"
        FEED = "feed", "Earnings feed"
        SELF_DECLARATION = "self_declaration", "Self-declaration"

    class NotPay(models.TextChoices):
        """What comes with pay and does not count towards a threshold."""

        TAX_REFUND = "tax_refund", "A tax refund"
        PAY_IN_LIEU = "pay_in_lieu", "Pay in lieu of notice"
        EARLIER_HOLIDAY = "earlier_holiday", "Holiday pay from an earlier job"

    class VoidReason(models.TextChoices):
        CORRECTED = "corrected", "It was corrected"
        MISTAKE = "mistake", "It was recorded by mistake"
        OTHER_PERSON = "other_person", "It belongs to somebody else"
        NOT_PAID = "not_paid", "The employer did not pay it, or took it back"

    participant = tenant_key("participants.Participant", related_name="earnings")
    enrolment = tenant_key("participants.Enrolment", related_name="earnings")
    contract = tenant_key("programmes.Contract")
    # The provider that recorded it.
    organisation = tenant_key("partners.Organisation")
    employer = models.CharField(max_length=120)
    paid_on = models.DateField()
    gross_pence = models.BigIntegerField()
    # The days that it pays for, both inclusive, where they are known.
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    qualifying = models.BooleanField(default=True)
    not_qualifying_because = models.CharField(max_length=20, choices=NotPay, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    # What tells an imported row from every other; blank for one that was typed in.
    row_key = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    replaces = tenant_key("outcomes.Earning", null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=20, choices=VoidReason, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_earning",
                "participant",
                "enrolment",
                "contract",
                "organisation",
                "replaces",
                prime=ALL,
                provider=case_when("paid_on"),
                apart=PERSON,
                update=("voided_at", "void_reason"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "row_key"],
                condition=Q(voided_at=None) & ~Q(row_key=""),
                name="outcomes_earning_imported_once",
            ),
            models.CheckConstraint(condition=Q(gross_pence__gt=0), name="outcomes_earning_above_zero"),
            models.CheckConstraint(
                condition=Q(qualifying=True, not_qualifying_because="")
                | (Q(qualifying=False) & ~Q(not_qualifying_because="")),
                name="outcomes_earning_qualifies_or_says_why",
            ),
            models.CheckConstraint(
                condition=Q(period_from=None) | Q(period_to=None) | Q(period_to__gte=F("period_from")),
                name="outcomes_earning_period_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "enrolment"], condition=Q(voided_at=None), name="earning_in_force")
        ]


class Evidence(TenantModel):
    """One thing that proves what happened on a day, and whether somebody else accepted it.

    Evidence of a concern says that the concern was evidenced and nothing more: neither words nor a document tell which.
    """

    class Kind(models.TextChoices):
        PAYSLIP = "payslip", "Payslip"
        EMPLOYER_LETTER = "employer_letter", "Employer's letter"
        EARNINGS_FEED = "earnings_feed", "Earnings feed"
        SELF_DECLARATION = "self_declaration", "Self-declaration"
        RIGHT_TO_WORK = "right_to_work", "Right to work"
        RESIDENCE = "residence", "Residence"
        EMPLOYMENT_STATUS = "employment_status", "Employment status before the start"
        CONCERN = "concern", "Family concern met"
        SIGNATURE = "signature", "Signed by the participant"
        REMOTE_DELIVERY = "remote_delivery", "Remote delivery"
        PROGRESS_MEASURE = "progress_measure", "Progress measure"
        QUALIFICATION = "qualification", "Qualification"
        EDUCATION_OR_TRAINING = "education_or_training", "Education or training"
        WELLBEING_GAIN = "wellbeing_gain", "Gain in well-being"

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"

    class RejectionReason(models.TextChoices):
        DOES_NOT_SHOW = "does_not_show", "It does not show what it is said to"
        WRONG_DATES = "wrong_dates", "Its dates do not match"
        OTHER_PERSON = "other_person", "It is about somebody else"
        UNREADABLE = "unreadable", "It cannot be read"
        NOT_SIGNED = "not_signed", "A signature is missing"

    class VoidReason(models.TextChoices):
        REPLACED = "replaced", "Newer evidence replaces it"
        MISTAKE = "mistake", "It was recorded by mistake"
        OTHER_PERSON = "other_person", "It belongs to somebody else"
        NOT_GENUINE = "not_genuine", "It is not genuine"

    participant = tenant_key("participants.Participant", related_name="evidence")
    enrolment = tenant_key("participants.Enrolment", related_name="evidence")
    contract = tenant_key("programmes.Contract")
    # The provider that recorded it.
    organisation = tenant_key("partners.Organisation")
    kind = models.CharField(max_length=24, choices=Kind)
    # The programme's own code of the step, such as which progress measure; blank where there is only one.
    definition = models.CharField(max_length=60, blank=True)
    happened_on = models.DateField()
    job = tenant_key("outcomes.Job", null=True, blank=True)
    earning = tenant_key("outcomes.Earning", null=True, blank=True)
    document = tenant_key("participants.Document", null=True, blank=True)
    words = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    rejection_reason = models.CharField(max_length=20, choices=RejectionReason, blank=True)
    decided_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    replaces = tenant_key("outcomes.Evidence", null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=20, choices=VoidReason, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_evidence",
                "participant",
                "enrolment",
                "contract",
                "organisation",
                "job",
                "earning",
                "document",
                "replaces",
                prime=ALL,
                provider=case_when("happened_on"),
                apart=PERSON,
                update=(
                    "decision",
                    "rejection_reason",
                    "decided_by",
                    "decided_at",
                    "voided_at",
                    "void_reason",
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind="concern")
                | Q(words="", document=None, definition="", job=None, earning=None),
                name="outcomes_evidence_concern_untold",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="")),
                name="outcomes_evidence_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(recorded_by=None) | ~Q(decided_by=F("recorded_by")),
                name="outcomes_evidence_decided_by_another",
            ),
            models.CheckConstraint(
                condition=(Q(decision="rejected") & ~Q(rejection_reason=""))
                | (~Q(decision="rejected") & Q(rejection_reason="")),
                name="outcomes_evidence_rejected_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "enrolment"], condition=Q(voided_at=None), name="evidence_in_force"
            )
        ]
