"""Times at which a participant and an adviser mean to meet or speak."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from participants.models.casework import Contact
from partners.models import TenantModel
from partners.viewer import LONDON
from partners.walls import ALL, APART_CONTACTS, MINE, case_when, tenant_key, walled

SHORTEST, LONGEST = 5, 480


class Appointment(TenantModel):
    """One appointment with a participant on a contract: what was booked is never changed, but for the adviser where
    the participant is given to another, and for what came of it. To move one is to book another.

    channel is one of CHANNELS. starts_on is the London day of starts_at. why: the reason of one that was missed or
    cancelled. contact: what was logged of one that was kept or missed. reminded: how the participant was reminded of
    it, and reminded_at when that was tried; empty where they were not.
    """

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        KEPT = "kept", "Kept"
        MISSED = "missed", "Did not attend"
        MOVED = "moved", "Moved"
        CANCELLED = "cancelled", "Cancelled"

    class Why(models.TextChoices):
        FORGOT = "forgot", "Forgot, or mistook the day"
        UNWELL = "unwell", "Unwell, or another appointment for health"
        CARE = "care", "Childcare or caring"
        TRAVEL = "travel", "Travel"
        WORK = "work", "At work or at an interview"
        NOT_KNOWN = "not_known", "Not known"
        ADVISER = "adviser", "The adviser could not come"
        MISTAKE = "mistake", "Booked by mistake"

    class Reminded(models.TextChoices):
        TEXT = "text", "Reminded by text message"
        EMAIL = "email", "Reminded by e-mail"
        FAILED = "failed", "The reminder could not be delivered"

    CHANNELS = (Contact.Channel.IN_PERSON, Contact.Channel.PHONE, Contact.Channel.VIDEO)

    participant = tenant_key("participants.Participant", related_name="appointments")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    adviser = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=[(one.value, one.label) for one in CHANNELS])
    about = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    link = models.URLField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    starts_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    why = models.CharField(max_length=12, choices=Why, blank=True)
    contact = tenant_key("participants.Contact", null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reminded = models.CharField(max_length=10, choices=Reminded, blank=True, default="", db_default="")
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_appointment",
                "participant",
                "contract",
                "organisation",
                "contact",
                prime=ALL,
                provider=case_when("starts_on"),
                participant=MINE,
                # When and where somebody will be tells how to reach them.
                apart=APART_CONTACTS,
                update=(
                    "adviser",
                    "state",
                    "why",
                    "contact",
                    "closed_at",
                    "closed_by",
                    "reminded",
                    "reminded_at",
                ),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST, minutes__lte=LONGEST),
                name="participants_appointment_length",
            ),
            models.CheckConstraint(
                condition=Q(state="booked", why="", contact=None, closed_at=None, closed_by=None)
                | Q(
                    state="kept",
                    why="",
                    contact__isnull=False,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                )
                | Q(state="missed", contact__isnull=False, closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(why="")
                | Q(state="moved", why="", contact=None, closed_at__isnull=False, closed_by__isnull=False)
                | Q(state="cancelled", contact=None, closed_at__isnull=False, closed_by__isnull=False)
                & ~Q(why=""),
                name="participants_appointment_closed",
            ),
            models.CheckConstraint(
                condition=Q(reminded="", reminded_at=None) | ~Q(reminded="") & Q(reminded_at__isnull=False),
                name="participants_appointment_reminded",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "organisation", "starts_on"], name="appointment_of_day"),
            models.Index(fields=["tenant", "participant", "starts_on"], name="appointment_of_person"),
        ]

    @property
    def ends_at(self) -> datetime:
        """The moment at which it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def hours(self) -> str:
        """From when until when, on the London clock: 10:30 to 11:00."""
        return f"{self.starts_at.astimezone(LONDON):%H:%M} to {self.ends_at.astimezone(LONDON):%H:%M}"

    def overlaps(self, other: "Appointment") -> bool:
        """Whether any moment belongs to both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at
