"""Jobs, and the milestones that follow from them."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, OWN, PERSON, case_when, tenant_key, walled


class Job(TenantModel):
    """A job, from its first to its last day, both inclusive. A correction is a new row that replaces this one."""

    class EndReason(models.TextChoices):
        TEMPORARY = "temporary", "The work was for a limited time"
        OTHER_JOB = "other_job", "Left for another job"
        RESIGNED = "resigned", "Resigned"
        REDUNDANT = "redundant", "Made redundant"
        DISMISSED = "dismissed", "Dismissed"
        HEALTH = "health", "Health"
        FAMILY = "family", "Family or caring"
        NOT_KNOWN = "not_known", "Not known"

    class Kind(models.TextChoices):
        EMPLOYED = "employed", "Employed"
        SELF_EMPLOYED = "self_employed", "Self-employed"

    participant = tenant_key("participants.Participant", related_name="jobs")
    enrolment = tenant_key("participants.Enrolment", related_name="jobs")
    # The contract of the enrolment, by which the wall goes.
    contract = tenant_key("programmes.Contract")
    # The provider that recorded it.
    organisation = tenant_key("partners.Organisation")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.EMPLOYED)
    employer = models.CharField(max_length=120)
    # Declared: the employer is the prime or a provider of its chain, and the job is counted apart.
    related_employer = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    hours_per_week = models.DecimalField(max_digits=4, decimal_places=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=40, choices=EndReason, blank=True)
    # What tells an imported row from every other, and stays with its corrections; blank for one that was typed in.
    row_key = models.CharField(max_length=120, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField()
    replaces = tenant_key("outcomes.Job", null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_job",
                "participant",
                "enrolment",
                "contract",
                "organisation",
                "replaces",
                prime=ALL,
                provider=case_when("starts_on"),
                apart=PERSON,
                update=("voided_at",),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="outcomes_job_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["tenant", "row_key"],
                condition=models.Q(voided_at=None) & ~models.Q(row_key=""),
                name="outcomes_job_imported_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "enrolment"], condition=models.Q(voided_at=None), name="job_in_force"
            )
        ]


class Milestone(TenantModel):
    """Something that was reached, derived from facts. organisation is the lead provider on the day it was reached."""

    enrolment = tenant_key("participants.Enrolment", related_name="milestones")
    participant = tenant_key("participants.Participant")
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    payment_group = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    ordinal = models.PositiveIntegerField()
    reached_on = models.DateField()
    claimable_from = models.DateField()
    why = models.TextField()
    # How often this milestone was reversed before.
    generation = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True, blank=True)
    reversed_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_milestone",
                "enrolment",
                "participant",
                "contract",
                "organisation",
                prime=ALL,
                # What a provider was paid for stays readable to it, whenever it held the person.
                provider=f"({case_when('reached_on')} or {OWN})",
                apart=PERSON,
                update=("reversed_at", "reversed_why"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "enrolment", "code", "ordinal"],
                condition=models.Q(reversed_at=None),
                name="outcomes_milestone_once",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "participant"], name="milestone_of_person"),
            models.Index(fields=["tenant", "contract", "computed_at"], name="milestone_computed"),
            models.Index(
                fields=["tenant", "contract", "reversed_at"],
                condition=models.Q(reversed_at__isnull=False),
                name="milestone_reversed",
            ),
        ]


class Standing(TenantModel):
    """How long what an enrolment has reached stays as it is, if no fact and no term changes.

    As of any day from as_of to the one before again_on it has reached the same; on again_on something more, or one has
    to look again. Written by outcomes.accrual alone, and read by nobody else.
    """

    enrolment = tenant_key("participants.Enrolment", db_index=False)
    participant = tenant_key("participants.Participant", db_index=False)
    as_of = models.DateField()
    again_on = models.DateField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_standing", "enrolment", "participant", update=("as_of", "again_on"), apart=PERSON
            ),
            models.UniqueConstraint(fields=["tenant", "enrolment"], name="outcomes_standing_once"),
        ]
        indexes = [models.Index(fields=["tenant", "again_on"], name="standing_due")]


# A provider sees what it earned itself.
OWN_SIDE = f"(side = 'provider' and {OWN})"
