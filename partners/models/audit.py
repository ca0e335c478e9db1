"""The audit: one row for every change and every look at a person, chained so that no row changes or goes unseen."""

from django.db import models

from partners.models.base import TenantModel
from partners.models.event import DomainEvent
from partners.walls import ALL, CLEARED, HELD, PERSON, tenant_key, walled

# So few among the rest that they have an index of their own.
RARE_ACTS = ["search", "export", "unmask"]
# A provider reads who of its own looked at a person whom it holds today, and that the prime did.
OWN_OR_PRIMES = (
    "(organisation_id = (select wall.organisation())"
    " or organisation_id in (select o.id from partners_organisation o where o.kind = 'prime'))"
)


class AuditEntry(TenantModel):
    """Somebody did something at a moment, by the tenant's clock: written once, then linked into the chain.

    A change is written by the trigger on partners_domainevent, under the id of its event; everything else by
    partners.audit. Facts are ids, codes and counts only. day (London's, of the linking), sequence (1, 2, ... within
    the day) and digest are set by partners.audit_chain, once.
    """

    class Act(models.TextChoices):
        CHANGE = "change", "Changed"
        LOOK = "look", "Looked at"
        SEARCH = "search", "Listed"
        EXPORT = "export", "Downloaded"
        UNMASK = "unmask", "Unmasked"

    # No index of its own: every one below begins with it. So it is with the other keys.
    tenant = models.ForeignKey("partners.Tenant", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    # By the server's clock, which no tenant moves.
    written_at = models.DateTimeField()
    act = models.CharField(max_length=8, choices=Act)
    kind = models.CharField(max_length=60)
    wall = models.CharField(max_length=12, choices=DomainEvent.Wall)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    participant_id = models.UUIDField(null=True, blank=True)
    # Of whoever did it.
    organisation = tenant_key("partners.Organisation", null=True, blank=True, db_index=False)
    by_user = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    by_key = tenant_key("partners.ApiKey", null=True, db_index=False)
    purpose = models.CharField(max_length=120, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    day = models.DateField(null=True, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            *walled(
                "partners_auditentry",
                "organisation",
                "by_key",
                prime=f"(wall <> 'safeguarding' or {CLEARED})",
                provider=f"(act <> 'change' and wall <> 'safeguarding' and {HELD} and {OWN_OR_PRIMES})",
                update=("day", "sequence", "digest"),
                apart=PERSON,
            ),
            models.CheckConstraint(
                condition=models.Q(day=None, sequence=None, digest="")
                | models.Q(day__isnull=False, sequence__gt=0, digest__gt=""),
                name="partners_auditentry_linked_whole",
            ),
            models.UniqueConstraint(
                fields=["tenant", "day", "sequence"],
                condition=models.Q(day__isnull=False),
                name="partners_auditentry_place",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "at", "id"], name="auditentry_newest"),
            models.Index(fields=["tenant", "organisation", "at", "id"], name="auditentry_organisation"),
            models.Index(fields=["tenant", "by_user", "at", "id"], name="auditentry_by_user"),
            models.Index(fields=["tenant", "kind", "at", "id"], name="auditentry_kind"),
            models.Index(
                fields=["tenant", "participant_id", "at", "id"],
                condition=models.Q(participant_id__isnull=False),
                name="auditentry_participant",
            ),
            models.Index(
                fields=["tenant", "act", "at", "id"],
                condition=models.Q(act__in=RARE_ACTS),
                name="auditentry_rare_act",
            ),
            models.Index(
                fields=["tenant", "written_at", "id"],
                condition=models.Q(day=None),
                name="auditentry_unlinked",
            ),
        ]


class AuditDay(TenantModel):
    """How many rows a day's chain has, and the digest that closes it: without it a cut tail would go unseen.

    checked_at and broken keep what the nightly verification found: when, and how many findings.
    """

    day = models.DateField()
    entries = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=80)
    checked_at = models.DateTimeField(null=True, blank=True)
    broken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            *walled(
                "partners_auditday",
                prime=ALL,
                update=("entries", "digest", "checked_at", "broken"),
            ),
            models.UniqueConstraint(fields=["tenant", "day"], name="partners_auditday_once"),
        ]
