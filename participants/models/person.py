"""A person, in tables split by how sensitive each part is: a wall has no columns."""

from django.db import models
from django.db.models import Q

from participants.spelling import as_dialled
from partners.models import TenantModel
from partners.walls import ALL, APART_CONTACTS, CLEARED, HELD, MINE, PERSON, tenant_key, walled


class Participant(TenantModel):
    """Who the person is to those who work with them: a reference, a name and a date of birth."""

    reference = models.CharField(max_length=12)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    # Family then given name, folded: searched by range, since LIKE cannot use an index behind a wall.
    search_name = models.CharField(max_length=170)
    born_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "participants_participant",
                prime=ALL,
                provider="id in (select p.participant_id from wall.case_periods() p)",
                participant=MINE.replace("participant_id", "id"),
                apart=PERSON.replace("participant_id", "id"),
                update=("given_name", "family_name", "search_name", "born_on"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "reference"], name="participants_participant_reference"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "search_name"], name="participant_search")]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


class ContactDetails(TenantModel):
    """Where and how the person may be reached; parts may be absent where the referrer withholds them.

    reminders: how the person said that short messages may safely reach them, and reminders_on the day they said it;
    empty for nothing. changed_at: when they last changed; None since they were given.
    """

    class Reminders(models.TextChoices):
        TEXT = "text", "Text message"
        EMAIL = "email", "E-mail"

    participant = tenant_key("participants.Participant", related_name="contact_details")
    address = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    # The GSS code of the local authority.
    area_code = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    # How the person may safely be contacted, in the referrer's words.
    safe_contact = models.CharField(max_length=200, blank=True)
    reminders = models.CharField(max_length=10, choices=Reminders, blank=True, default="", db_default="")
    reminders_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_contactdetails",
                "participant",
                prime=ALL,
                provider=HELD,
                update=(
                    *("address", "postcode", "area_code", "phone", "email", "safe_contact"),
                    *("reminders", "reminders_on", "changed_at"),
                ),
                apart=APART_CONTACTS,
            ),
            models.CheckConstraint(
                condition=Q(reminders="", reminders_on=None)
                | Q(reminders="text", reminders_on__isnull=False) & ~Q(phone="")
                | Q(reminders="email", reminders_on__isnull=False) & ~Q(email=""),
                name="participants_contactdetails_reminders",
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant"], name="participants_contactdetails_once"
            ),
        ]

    @property
    def phone_as_dialled(self) -> str:
        """The telephone number as people read it out."""
        return as_dialled(self.phone)


class Identity(TenantModel):
    """The National Insurance number: encrypted, with a blind index for exact search. See participants.vault."""

    participant = tenant_key("participants.Participant", related_name="identity")
    key_id = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    blind_index = models.CharField(max_length=64)

    class Meta:
        constraints = [
            *walled(
                "participants_identity",
                "participant",
                prime=ALL,
                provider=HELD,
                update=("key_id", "sealed", "blind_index"),
                apart=PERSON,
            ),
            models.UniqueConstraint(fields=["tenant", "participant"], name="participants_identity_once"),
        ]
        # Not unique: two who were not joined for want of a basis (participants.sharing) have the same number.
        indexes = [models.Index(fields=["tenant", "blind_index"], name="identity_number")]


class Health(TenantModel):
    """What was said of the person's own health, for those who work with them."""

    participant = tenant_key("participants.Participant", related_name="health")
    conditions = models.CharField(max_length=200)
    noted_on = models.DateField()

    class Meta:
        constraints = walled(
            "participants_health",
            "participant",
            prime=CLEARED,
            provider=HELD,
            update=("conditions", "noted_on"),
            apart=PERSON,
        )


class Concern(TenantModel):
    """A concern about the family: safeguarding. Elsewhere it reads only that a family concern is met."""

    participant = tenant_key("participants.Participant", related_name="concerns")
    code = models.CharField(max_length=40)
    noted_on = models.DateField()

    class Meta:
        constraints = [
            *walled(
                "participants_concern",
                "participant",
                prime=CLEARED,
                provider=f"({HELD} and {CLEARED})",
                apart=PERSON,
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant", "code"], name="participants_concern_once"
            ),
        ]
