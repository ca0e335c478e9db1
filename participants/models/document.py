"""Papers that belong to the person's story: consent, a CV, evidence of work."""

from datetime import datetime

from django.db import models

from partners.models import TenantModel
from partners.viewer import london_date
from partners.walls import ALL, PERSON, case_when, tenant_key, walled


class Document(TenantModel):
    """One document of a participant on a contract; what it says is sealed in the store (partners.files).

    Nothing of it is ever changed. Removed by mistake, it can be brought back on the same day; after that the store
    lets go of what it said, and the row tells that it was there.
    """

    class Kind(models.TextChoices):
        CONSENT = "consent", "Consent"
        CV = "cv", "CV"
        WORK = "work", "Evidence of work"
        LETTER = "letter", "Letter"
        OTHER = "other", "Other"

    class RemovalReason(models.TextChoices):
        WRONG_PERSON = "wrong_person", "It belongs to somebody else"
        MISTAKE = "mistake", "It was added by mistake"
        REPLACED = "replaced", "A newer one replaces it"
        WITHDRAWN = "withdrawn", "The participant does not want it kept"

    participant = tenant_key("participants.Participant", related_name="documents")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    # In bytes, and of what the store gives back: an image is not what was sent (partners.uploads).
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=80)
    # None where the participant sent it from their own page.
    added_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()
    # The London date of added_at, which the wall of a past holder goes by.
    added_on = models.DateField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removal_reason = models.CharField(max_length=12, choices=RemovalReason, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_document",
                "participant",
                "contract",
                "organisation",
                prime=ALL,
                provider=case_when("added_on"),
                apart=PERSON,
                update=("removed_at", "removed_by", "removal_reason"),
                delete=True,
            ),
            models.UniqueConstraint(fields=["tenant", "stored_as"], name="participants_document_stored"),
        ]
        indexes = [
            models.Index(fields=["tenant", "participant", "added_at"], name="document_of_participant"),
        ]

    def __str__(self) -> str:
        return self.title

    def can_come_back(self, at: datetime) -> bool:
        """Whether it was removed on the London day of this moment, so that its content is still kept."""
        return self.removed_at is not None and london_date(self.removed_at) == london_date(at)
