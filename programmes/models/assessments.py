"""What is asked when a participant is assessed: questions with steps from worst to best, version by version."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, tenant_key, walled


class AssessmentTemplate(TenantModel):
    """One version of an assessment that a programme uses. It never changes: what is asked anew is the next version.

    questions: a list as programmes.assessing.Question.of takes its entries. first_within_days: so many days from the
    start somebody is assessed for the first time (the start is day 1); again_after_days: and again so long after.
    licence: who may use it and by what right; empty where nobody has to be asked.
    """

    programme = tenant_key("programmes.Programme", related_name="assessment_templates")
    code = models.SlugField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    questions = models.JSONField()
    first_within_days = models.PositiveIntegerField()
    again_after_days = models.PositiveIntegerField()
    licence = models.CharField(max_length=200, blank=True)
    source = models.TextField()
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "programmes_assessmenttemplate",
                "programme",
                prime=ALL,
                provider=ALL,
                update=("withdrawn_at",),
            ),
            models.UniqueConstraint(
                fields=["tenant", "programme", "code", "version"],
                name="programmes_assessmenttemplate_version",
            ),
            models.UniqueConstraint(
                fields=["tenant", "programme", "code"],
                condition=models.Q(withdrawn_at=None),
                name="programmes_assessmenttemplate_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.title
