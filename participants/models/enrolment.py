"""A person's time on a contract, and which provider holds them."""

from datetime import date
from typing import ClassVar, Self

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, OWN, PERSON, Apart, case_when, tenant_key, walled


class Enrolment(TenantModel):
    """A person's time on a contract, from the start (attachment) to its end, both inclusive."""

    class EndReason(models.TextChoices):
        COMPLETED = "completed", "Completed the programme"
        TIME_UP = "time_up", "The allotted time ended"
        LEFT = "left", "Chose to leave"
        MOVED_AWAY = "moved_away", "Moved away"
        OTHER_SUPPORT = "other_support", "Moved to other support"
        DIED = "died", "Died"

    participant = tenant_key("participants.Participant", related_name="enrolments")
    contract = tenant_key("programmes.Contract")
    # The code of the payment group on the contract.
    payment_group = models.CharField(max_length=20)
    referred_on = models.DateField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=40, choices=EndReason, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_enrolment",
                "participant",
                "contract",
                prime=ALL,
                provider=case_when("started_on"),
                apart=PERSON,
                update=("ended_on", "end_reason"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant", "contract"],
                condition=models.Q(ended_on=None),
                name="participants_enrolment_one_open",
            ),
            Apart(
                name="participants_enrolment_apart",
                same=("tenant", "participant", "contract"),
                first="started_on",
                last="ended_on",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="participants_enrolment_ends_after_start",
            ),
        ]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_force(self, day: date) -> Self:
        """Those that hold on a day, both ends inclusive."""
        ends_later = models.Q(ends_on=None) | models.Q(ends_on__gte=day)
        return self.filter(ends_later, voided_at=None, starts_on__lte=day)


class Assignment(TenantModel):
    """Which provider, and which adviser, holds a person on a contract, from when to when, both inclusive."""

    class Role(models.TextChoices):
        LEAD = "lead", "Lead"
        SPECIALIST = "specialist", "Specialist"

    participant = tenant_key("participants.Participant", related_name="assignments")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    adviser = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=12, choices=Role, default=Role.LEAD)
    purpose = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            *walled(
                "participants_assignment",
                "participant",
                "contract",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=("adviser", "ends_on", "voided_at"),
                apart=PERSON,
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant", "contract"],
                condition=models.Q(ends_on=None, voided_at=None, role="lead"),
                name="participants_assignment_one_lead",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "organisation", "participant"], name="assignment_holder"),
        ]

    def holds_on(self, day: date) -> bool:
        """Whether the provider holds the person on that day, both ends inclusive."""
        return (
            self.voided_at is None and self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        )
