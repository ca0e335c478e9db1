"""A participant's own page: the link that opens it, and what they send from it, and how they rate a contact."""

from django.db import models
from django.db.models import Q

from participants.models.casework import Contact
from participants.spelling import as_dialled
from partners.models import TenantModel
from partners.walls import ALL, APART_CONTACTS, HELD_CASE, MINE, PERSON, case_when, tenant_key, walled


class OwnPage(TenantModel):
    """The link by which somebody reads what is theirs on a contract, from when until when it opens.

    digest: the SHA-256 of the link's secret. number: the hash of the number that they chose, which is asked for as
    well. wrong: how often in a row another one was entered. Neither secret nor number is kept.
    """

    participant = tenant_key("participants.Participant")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    digest = models.CharField(max_length=64)
    number = models.CharField(max_length=128)
    wrong = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_ownpage",
                "participant",
                "contract",
                "organisation",
                prime=ALL,
                provider=HELD_CASE,
                participant=MINE,
                apart=APART_CONTACTS,
                update=("wrong", "opened_at", "ended_at"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant", "contract"],
                condition=Q(ended_at=None),
                name="participants_ownpage_one_open",
            ),
        ]


class Message(TenantModel):
    """What somebody sent from their own page: words, how they may be reached from now on, or that there is a
    document of theirs now, called by these words.

    phone and email wait for the adviser's word: taken says whether they were taken over, and is none until then.
    """

    class Kind(models.TextChoices):
        WORDS = "words", "Message"
        DETAILS = "details", "New phone number or e-mail"
        DOCUMENT = "document", "Payslip or other document"

    participant = tenant_key("participants.Participant")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_message",
                "participant",
                "contract",
                "organisation",
                prime=ALL,
                # What they wrote may tell how to reach them: walled as contact details are.
                provider=HELD_CASE,
                participant=MINE,
                apart=APART_CONTACTS,
                update=("seen_at", "seen_by", "taken"),
            ),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by=None, taken=None) | Q(seen_at__isnull=False),
                name="participants_message_seen_then_taken",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "participant"], condition=Q(seen_at=None), name="message_not_seen"
            ),
        ]

    @property
    def phone_as_dialled(self) -> str:
        """The telephone number as people read it out."""
        return as_dialled(self.phone)


class Rating(TenantModel):
    """How a participant rated one contact, from 1 (bad) to 5 (good). adviser and channel are those of the contact."""

    LEAST, MOST = 1, 5

    participant = tenant_key("participants.Participant")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    contact = tenant_key("participants.Contact")
    adviser = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=Contact.Channel)
    score = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    rated_at = models.DateTimeField()
    rated_on = models.DateField()

    class Meta:
        constraints = [
            *walled(
                "participants_rating",
                "participant",
                "contract",
                "organisation",
                "contact",
                prime=ALL,
                provider=case_when("rated_on"),
                participant=MINE,
                apart=PERSON,
            ),
            models.UniqueConstraint(fields=["tenant", "contact"], name="participants_rating_once"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="participants_rating_one_to_five"),
        ]
