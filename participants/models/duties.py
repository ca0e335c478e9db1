"""What data protection law asks of the workspace: requests of participants, holds, exports, and data carried across."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import ALL, CLEARED, PERSON, tenant_key, walled

WHO: dict[str, Any] = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+"}


class SubjectRequest(TenantModel):
    """What a participant asks about their data, or the end of the time for which it may be kept.

    One person opens an erasure and another approves it. Retention is opened by the system; a person approves it, or
    nobody where the contract's data terms say that it is automatic.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", "Copy of their data"
        ERASURE = "erasure", "Erasure"
        RECTIFICATION = "rectification", "Correction"
        OBJECTION = "objection", "Objection"
        RETENTION = "retention", "End of the time to keep"

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "Answered"
        ERASED = "erased", "Erased"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    reference = models.CharField(max_length=12)
    participant = tenant_key("participants.Participant", related_name="subject_requests")
    kind = models.CharField(max_length=16, choices=Kind)
    received_on = models.DateField()
    due_on = models.DateField()
    # Why the time to answer was made longer; it can be once.
    extended_because = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    opened_by = models.ForeignKey("partners.User", **WHO)
    opened_at = models.DateTimeField()
    approved_by = models.ForeignKey("partners.User", **WHO)
    approved_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("partners.User", **WHO)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_subjectrequest",
                "participant",
                prime=ALL,
                apart=PERSON,
                update=(
                    "due_on",
                    "extended_because",
                    "approved_by",
                    "approved_at",
                    "closed_by",
                    "closed_at",
                    "outcome",
                    "answer",
                ),
            ),
            models.UniqueConstraint(
                fields=["tenant", "reference"], name="participants_subjectrequest_reference"
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant", "kind"],
                condition=Q(closed_at=None),
                name="participants_subjectrequest_one_open",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, kind="retention")
                | (
                    Q(approved_at__isnull=False, approved_by__isnull=False, opened_by__isnull=False)
                    & ~Q(approved_by=F("opened_by"))
                ),
                name="participants_subjectrequest_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="participants_subjectrequest_closed_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "due_on"], condition=Q(closed_at=None), name="subjectrequest_open"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SectionReview(TenantModel):
    """Whether a section of a copy is given out: looked at by somebody, and withheld only with a reason in law.

    section is the label of a model, such as participants.concern.
    """

    class Exemption(models.TextChoices):
        SERIOUS_HARM = (
            "serious_harm",
            "It would cause serious harm: Data Protection Act 2018 Schedule 3",
        )
        OTHERS = "others", "It would reveal somebody else: Data Protection Act 2018 Schedule 2 paragraph 16"
        CRIME = (
            "crime",
            "It would prejudice the prevention of crime: Data Protection Act 2018 Schedule 2 paragraph 2",
        )

    request = tenant_key("participants.SubjectRequest", related_name="reviews")
    participant = tenant_key("participants.Participant")
    section = models.CharField(max_length=80)
    # Empty: the section is given out.
    exemption = models.CharField(max_length=16, choices=Exemption, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    reviewed_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "participants_sectionreview",
                "request",
                "participant",
                # Which sections there are says what is known of the person.
                prime=CLEARED,
                apart=PERSON,
                update=("exemption", "reason", "reviewed_by", "reviewed_at"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "request", "section"], name="participants_sectionreview_once"
            ),
            models.CheckConstraint(
                condition=Q(exemption="", reason="") | (~Q(exemption="") & ~Q(reason="")),
                name="participants_sectionreview_withheld_with_a_reason",
            ),
        ]


class SubjectCopy(TenantModel):
    """The copy of everything that is held about a participant, as two sealed files (partners.files).

    made_at is empty while it is being made; the files are gone once removed_at is set.
    """

    request = tenant_key("participants.SubjectRequest", related_name="copies")
    participant = tenant_key("participants.Participant")
    asked_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    data_stored_as = models.CharField(max_length=120, blank=True)
    letter_stored_as = models.CharField(max_length=120, blank=True)
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = walled(
            "participants_subjectcopy",
            "request",
            "participant",
            # It holds everything: health and concerns, and where the person may be reached.
            prime=CLEARED,
            apart=PERSON,
            update=("made_at", "expires_at", "removed_at", "data_stored_as", "letter_stored_as", "rows"),
        )


class LegalHold(TenantModel):
    """A reason for which nothing about a participant may be erased, whoever asks and however old it is."""

    participant = tenant_key("participants.Participant", related_name="legal_holds")
    reason = models.CharField(max_length=300)
    review_on = models.DateField()
    placed_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey("partners.User", **WHO)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_legalhold",
                "participant",
                prime=ALL,
                apart=PERSON,
                update=("lifted_by", "lifted_at", "lifted_because"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant"],
                condition=Q(lifted_at=None),
                name="participants_legalhold_one_open",
            ),
        ]


class Erasure(TenantModel):
    """That a participant was erased, on which request, and how many rows of each table that changed.

    Kept for good: after a restore from a backup everybody who stands here is erased again.
    """

    participant = tenant_key("participants.Participant", related_name="erasures")
    request = tenant_key("participants.SubjectRequest")
    erased_at = models.DateTimeField()
    # {table: rows}
    changed = models.JSONField(default=dict)

    class Meta:
        constraints = [
            *walled("participants_erasure", "participant", "request", prime=ALL, apart=PERSON),
            models.UniqueConstraint(fields=["tenant", "request"], name="participants_erasure_once"),
        ]


class SharingBasis(TenantModel):
    """What allows a person known on one contract to be taken for the same person on another with other controllers."""

    class Basis(models.TextChoices):
        JOINT_CONTROLLERS = "joint_controllers", "Arrangement between joint controllers: UK GDPR Article 26"
        SHARING_AGREEMENT = "sharing_agreement", "Data sharing agreement"
        LEGAL_DUTY = "legal_duty", "A duty in law"
        CONSENT = "consent", "The participants' consent, asked for on the contract"

    from_contract = tenant_key("programmes.Contract")
    to_contract = tenant_key("programmes.Contract")
    basis = models.CharField(max_length=20, choices=Basis)
    # What the agreement is called and where it is found.
    agreement = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "participants_sharingbasis", "from_contract", "to_contract", prime=ALL, update=("ends_on",)
            ),
            models.CheckConstraint(
                condition=~Q(from_contract=F("to_contract")), name="participants_sharingbasis_two_contracts"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="participants_sharingbasis_ends_after_start",
            ),
        ]
