"""What providers say in the forecast call that they will reach in a month, and of whom."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, HELD, OWN, PERSON, tenant_key, walled


class Commitment(TenantModel):
    """What a provider commits to for a month, said in the week that begins on this Monday. month is a first day.

    Never changed: said again in the same week, the later one counts.
    """

    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    week = models.DateField()
    month = models.DateField()
    starts = models.PositiveIntegerField()
    job_starts = models.PositiveIntegerField()
    job_outcomes = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    committed_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    committed_at = models.DateTimeField()

    class Meta:
        constraints = walled(
            "outcomes_commitment",
            "contract",
            "organisation",
            prime=ALL,
            provider=OWN,
        )


class CommittedPerson(TenantModel):
    """Somebody of whom a provider expects it. count is a count of the registry: starts, job_starts or job_outcomes.

    A provider sees those whom it holds today; the restricted are seen by named users alone.
    """

    commitment = tenant_key("outcomes.Commitment", related_name="people")
    contract = tenant_key("programmes.Contract", db_index=False)
    organisation = tenant_key("partners.Organisation", db_index=False)
    participant = tenant_key("participants.Participant")
    count = models.CharField(max_length=20)

    class Meta:
        constraints = [
            *walled(
                "outcomes_committedperson",
                "commitment",
                "contract",
                "organisation",
                "participant",
                apart=PERSON,
                prime=ALL,
                provider=f"({OWN} and {HELD})",
            ),
            models.UniqueConstraint(
                fields=["tenant", "commitment", "participant", "count"], name="outcomes_committedperson_once"
            ),
        ]
