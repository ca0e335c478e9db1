"""The record of what happened, the work that follows from it, and what runs by the calendar."""

from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from partners.models.base import Generated, TenantModel
from partners.walls import ALL, CLEARED, HELD, PERSON, case_when, tenant_key, walled

ON_THE_CASE = case_when('"on"')
SEEN_BY_HOLDERS = f"((contract_id is null and {HELD}) or {ON_THE_CASE})"


class DomainEvent(TenantModel):
    """One thing that happened, written with the change itself and never again.

    Facts are ids, codes, dates and pence only. wall says behind which wall it stands: case (who works with the
    participant), referral (its referrer too), money, safeguarding or workspace (the prime).
    """

    class Wall(models.TextChoices):
        CASE = "case"
        REFERRAL = "referral"
        MONEY = "money"
        SAFEGUARDING = "safeguarding"
        WORKSPACE = "workspace"

    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    on = models.DateField()
    wall = models.CharField(max_length=12, choices=Wall)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    participant_id = models.UUIDField(null=True, blank=True)
    # Whose event it is: the provider at work, or the referrer who is told.
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    by_user = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    by_key = tenant_key("partners.ApiKey", null=True)
    facts = models.JSONField(default=dict)
    # The contract in the facts, where there is one: whoever holds the person on another does not see the event.
    contract_id = Generated(
        expression=Cast(KeyTextTransform("contract", "facts"), models.UUIDField()),
        output_field=models.UUIDField(null=True),
        db_persist=True,
    )

    class Meta:
        constraints = walled(
            "partners_domainevent",
            "organisation",
            "by_key",
            prime=f"(wall <> 'safeguarding' or {CLEARED})",
            provider=f"((wall in ('case', 'referral') and {SEEN_BY_HOLDERS})"
            " or (wall = 'money' and organisation_id = (select wall.organisation())))",
            referrer="(wall = 'referral' and organisation_id = (select wall.organisation()))",
            # A referrer goes on being told what becomes of its own referral: it never sees the person.
            apart=f"((select wall.kind()) = 'referrer' or {PERSON})",
        )
        indexes = [
            models.Index(fields=["tenant", "participant_id", "at"], name="domainevent_timeline"),
            models.Index(fields=["tenant", "subject_id", "at"], name="domainevent_subject"),
        ]


class OutboxItem(TenantModel):
    """Work that follows from a committed change: leased to Celery by the relay, marked done with its effect."""

    consumer = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    available_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = walled(
            "partners_outboxitem",
            prime=ALL,
            update=("available_at", "attempts", "done_at", "dead_at", "last_error"),
        )
        indexes = [
            models.Index(
                fields=["available_at"],
                condition=models.Q(done_at=None, dead_at=None),
                name="outboxitem_due",
            ),
        ]


class ScheduledRun(TenantModel):
    """One run of one task for one period: the unique key lets any number of clocks tick."""

    task = models.CharField(max_length=60)
    period = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            *walled("partners_scheduledrun", prime=ALL),
            models.UniqueConstraint(fields=["tenant", "task", "period"], name="partners_scheduledrun_once"),
        ]
