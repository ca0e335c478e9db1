"""A participant's way from one adviser of a provider to another."""

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import ALL, PERSON, case_when, tenant_key, walled


class Handover(TenantModel):
    """That somebody was given to another adviser, with what that one needs to know; and that this one has read it, and
    the day on which the participant was told. from_adviser is none where nobody was chosen before.
    """

    class Reason(models.TextChoices):
        LEAVING = "leaving", "The adviser is leaving"
        COVER = "cover", "Cover while the adviser is away"
        BALANCE = "balance", "To balance caseloads"
        FIT = "fit", "Skills or language that fit better"
        ASKED = "asked", "The participant asked for it"

    participant = tenant_key("participants.Participant")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    from_adviser = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    to_adviser = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    summary = models.TextField()
    given_at = models.DateTimeField()
    given_on = models.DateField()
    given_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    told_on = models.DateField(null=True, blank=True)
    taken_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_handover",
                "participant",
                "contract",
                "organisation",
                prime=ALL,
                provider=case_when("given_on"),
                apart=PERSON,
                update=("told_on", "taken_up_at"),
            ),
            models.CheckConstraint(
                condition=Q(told_on=None, taken_up_at=None)
                | Q(told_on__isnull=False, taken_up_at__isnull=False),
                name="participants_handover_taken_up",
            ),
            models.CheckConstraint(
                condition=Q(from_adviser=None) | ~Q(from_adviser=F("to_adviser")),
                name="participants_handover_to_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "to_adviser"],
                condition=Q(taken_up_at=None),
                name="handover_to_take_up",
            )
        ]
