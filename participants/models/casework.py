"""What was done with and for the person."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, PERSON, case_when, tenant_key, walled


class Contact(TenantModel):
    """One contact with a participant, or an attempt at one."""

    class Channel(models.TextChoices):
        PHONE = "phone", "Phone"
        VIDEO = "video", "Video"
        IN_PERSON = "in_person", "In person"
        TEXT = "text", "Text message"
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Letter"

    class Result(models.TextChoices):
        ATTENDED = "attended", "Attended or reached"
        NOT_REACHED = "not_reached", "Tried, not reached"
        DID_NOT_ATTEND = "did_not_attend", "Did not attend"

    participant = tenant_key("participants.Participant", related_name="contacts")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    adviser = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel)
    result = models.CharField(max_length=16, choices=Result)
    contacted_on = models.DateField()
    recorded_at = models.DateTimeField()
    minutes = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = walled(
            "participants_contact",
            "participant",
            "contract",
            "organisation",
            prime=ALL,
            provider=case_when("contacted_on"),
            apart=PERSON,
        )
        indexes = [
            models.Index(
                fields=["tenant", "participant", "contacted_on"], include=["result"], name="contact_latest"
            ),
        ]
