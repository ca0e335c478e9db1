"""Somebody who should never have started: a finding after the start, which takes back what was earned."""

from django.db import models
from django.db.models import Q

from outcomes.models.statements import somebody
from partners.models import TenantModel
from partners.walls import ALL, PERSON, case_when, tenant_key, walled


class Ineligibility(TenantModel):
    """The prime found after the start that somebody had not been eligible: while it stands, nothing is reached.

    criterion is a code of the contract's rules, or OTHER; says is what that rule said of somebody who does not meet it,
    as it stood then. Never changed: it is withdrawn, and what was earned is earned anew.
    """

    OTHER = "other"

    participant = tenant_key("participants.Participant")
    enrolment = tenant_key("participants.Enrolment")
    contract = tenant_key("programmes.Contract")
    criterion = models.CharField(max_length=120)
    says = models.TextField()
    # What showed it, for whoever works with the person.
    words = models.CharField(max_length=300)
    found_on = models.DateField()
    recorded_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = somebody()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_ineligibility",
                "participant",
                "enrolment",
                "contract",
                prime=ALL,
                provider=case_when("found_on"),
                apart=PERSON,
                update=("withdrawn_by", "withdrawn_at", "withdrawn_why"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "enrolment"],
                condition=Q(withdrawn_at=None),
                name="outcomes_ineligibility_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawn_at=None, withdrawn_why="")
                | (Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="outcomes_ineligibility_withdrawn_whole",
            ),
        ]
