"""What a participant said of themself when they were assessed; of their health, in a table of its own."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, CLEARED, HELD, PERSON, case_when, tenant_key, walled


class Assessment(TenantModel):
    """One time that somebody was assessed, with the answers to questions of a template. It is never changed.

    answers: by the code of the question, step (a place among its steps) and words (what the person said of it, may be
    empty); and from, the id of the assessment in which it was first said so, where it was confirmed and not new.
    """

    participant = tenant_key("participants.Participant", related_name="assessments")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    template = tenant_key("programmes.AssessmentTemplate")
    adviser = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    recorded_at = models.DateTimeField()
    answers = models.JSONField(default=dict)

    class Meta:
        constraints = walled(
            "participants_assessment",
            "participant",
            "contract",
            "organisation",
            "template",
            prime=ALL,
            # Whoever works with the person, on whichever programme, reads what they said: nobody is asked twice.
            provider=f"({HELD} or {case_when('made_on')})",
            apart=PERSON,
        )


class HealthAnswers(TenantModel):
    """The answers of an assessment that concern the person's health, in the form of Assessment.answers."""

    assessment = tenant_key("participants.Assessment", related_name="health_answers")
    participant = tenant_key("participants.Participant")
    answers = models.JSONField(default=dict)

    class Meta:
        constraints = [
            *walled(
                "participants_healthanswers",
                "assessment",
                "participant",
                prime=CLEARED,
                provider=HELD,
                apart=PERSON,
            ),
            models.UniqueConstraint(fields=["tenant", "assessment"], name="participants_healthanswers_once"),
        ]
