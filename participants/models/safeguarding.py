"""Concerns for somebody's safety that whoever works with them raised, and what those who are cleared decided."""

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import CLEARED, HELD, OWN, PERSON, tenant_key, walled

RAISED = "raised_by_id = (select wall.viewing_user())"


class SafeguardingReport(TenantModel):
    """A concern for somebody's safety, as it was raised, and when it was looked at and decided.

    Its writer reads their own; everybody else has to be cleared for safeguarding, at the provider that raised it while
    that holds the person, or at the prime. Not a Concern, which is what a referrer says of a family.
    """

    class Kind(models.TextChoices):
        SELF_HARM = "self_harm", "Harm to themselves"
        HARMED = "harmed", "Harm from somebody else"
        CHILD = "child", "A child is at risk"
        NEGLECT = "neglect", "Neglect, or not looking after themselves"
        RADICALISATION = "radicalisation", "Being drawn into terrorism (Prevent)"
        OTHER = "other", "Something else"

    participant = tenant_key("participants.Participant")
    organisation = tenant_key("partners.Organisation")
    kind = models.CharField(max_length=16, choices=Kind)
    # What was seen or said, and what the writer did about it.
    words = models.TextField()
    did = models.TextField(blank=True)
    in_danger = models.BooleanField()
    raised_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    acknowledge_by = models.DateField()
    decide_by = models.DateField()
    acknowledged_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "participants_safeguardingreport",
                "participant",
                "organisation",
                prime=f"({CLEARED} or {RAISED})",
                provider=f"({OWN} and {HELD} and ({CLEARED} or {RAISED}))",
                apart=PERSON,
                update=("acknowledged_by", "acknowledged_at", "decided_at"),
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None, acknowledged_at=None, decided_at=None)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
                name="participants_safeguardingreport_steps",
            ),
            models.CheckConstraint(
                condition=Q(decide_by__gte=F("acknowledge_by")),
                name="participants_safeguardingreport_deadlines",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "participant"], name="safeguarding_of_person"),
            models.Index(
                fields=["tenant", "organisation"],
                condition=Q(decided_at=None),
                name="safeguarding_open",
            ),
        ]


class SafeguardingDecision(TenantModel):
    """What was decided about a concern, and why: for those who are cleared alone, not for its writer."""

    class Outcome(models.TextChoices):
        CHILDREN = "children", "Referred to children's social care"
        ADULTS = "adults", "Referred to adult social care"
        POLICE = "police", "Reported to the police"
        PREVENT = "prevent", "Referred to Prevent"
        RESTRICT = "restrict", "The person is to be restricted"
        NOTHING = "nothing", "No further action"

    participant = tenant_key("participants.Participant")
    organisation = tenant_key("partners.Organisation")
    report = tenant_key("participants.SafeguardingReport", related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    words = models.TextField()
    decided_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "participants_safeguardingdecision",
                "participant",
                "organisation",
                "report",
                prime=CLEARED,
                provider=f"({OWN} and {HELD} and {CLEARED})",
                apart=PERSON,
            ),
            models.UniqueConstraint(
                fields=["tenant", "report"], name="participants_safeguardingdecision_once"
            ),
        ]
