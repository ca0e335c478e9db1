"""Who may see a restricted person, and what staff must know to be safe."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, CLEARED, HELD, PERSON, tenant_key, walled

NAMED = (
    "participant_id in (select n.participant_id from participants_namedaccess n"
    " where n.user_id = (select wall.viewing_user()) and n.ended_at is null)"
)


class Restriction(TenantModel):
    """A live risk: from level 1 on only named users reach the person, at level 2 they alone see them at all.

    One person raises it. Lowering it takes two: one who asks and another who agrees. The highest open level counts.
    """

    class Level(models.IntegerChoices):
        CONTACTS = 1, "Contact details hidden"
        NAMED_ONLY = 2, "Seen by named people only"

    participant = tenant_key("participants.Participant", related_name="restrictions")
    level = models.PositiveSmallIntegerField(choices=Level)
    raised_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    lowering_asked_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lowering_asked_at = models.DateTimeField(null=True)
    # The level that was asked for; 0 for no restriction at all.
    lowering_to = models.PositiveSmallIntegerField(null=True)
    lowered_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    lowered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *walled(
                "participants_restriction",
                "participant",
                prime=ALL,
                provider=HELD,
                update=("lowering_asked_by", "lowering_asked_at", "lowering_to", "lowered_by", "lowered_at"),
                apart=PERSON,
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant", "level"],
                condition=models.Q(lowered_at=None),
                name="participants_restriction_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=[1, 2]), name="participants_restriction_level"
            ),
            models.CheckConstraint(
                condition=models.Q(lowered_at=None, lowered_by=None)
                | (
                    models.Q(lowered_at__isnull=False, lowered_by__isnull=False)
                    & models.Q(lowering_asked_by__isnull=False)
                    & ~models.Q(lowered_by=models.F("lowering_asked_by"))
                ),
                name="participants_restriction_lowered_by_two",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "level"],
                include=["participant"],
                condition=models.Q(lowered_at=None),
                name="restriction_in_force",
            )
        ]


class RestrictionReason(TenantModel):
    """Why somebody is restricted, named or to be restricted less: for the cleared and the named alone.

    Only a restriction has a cause; words may be empty.
    """

    class Step(models.TextChoices):
        RAISED = "raised", "Restricted"
        NAMED = "named", "Named"
        LOWERING_ASKED = "lowering_asked", "Asked to restrict less"

    class Cause(models.TextChoices):
        DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse"
        CHILD_PROTECTION = "child_protection", "Child protection"
        MAPPA = "mappa", "Multi-agency public protection (MAPPA)"
        THREAT = "threat", "Threat to the person"
        WITHHELD = "withheld", "The referrer withholds contact details"
        # Nobody chooses it: a restriction follows whoever is kept apart from a restricted person.
        ELSEWHERE = "elsewhere", "Restricted on another contract"
        OTHER = "other", "Another live risk"

    participant = tenant_key("participants.Participant", related_name="restriction_reasons")
    restriction = tenant_key("participants.Restriction", related_name="reasons")
    cause = models.CharField(max_length=20, choices=Cause, blank=True)
    words = models.CharField(max_length=300, blank=True)
    step = models.CharField(max_length=16, choices=Step)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = walled(
            "participants_restrictionreason",
            "participant",
            "restriction",
            prime=f"({CLEARED} or {NAMED})",
            provider=f"({HELD} and ({CLEARED} or {NAMED}))",
            apart=PERSON,
        )


class NamedAccess(TenantModel):
    """This user may see this restricted person."""

    participant = tenant_key("participants.Participant", related_name="named_access")
    user = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    named_at = models.DateTimeField()
    ended_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *walled(
                "participants_namedaccess",
                "participant",
                prime=ALL,
                provider=HELD,
                update=("ended_by", "ended_at"),
                apart=PERSON,
            ),
            models.UniqueConstraint(
                fields=["tenant", "participant", "user"],
                condition=models.Q(ended_at=None),
                name="participants_namedaccess_once",
            ),
        ]


class ControlMeasure(TenantModel):
    """What whoever books or meets the person must know to be safe, without the cause."""

    class Kind(models.TextChoices):
        NOT_ALONE = "not_alone", "Do not meet alone"
        NOT_AT_SITE = "not_at_site", "Not at this site"
        NO_HOME_VISIT = "no_home_visit", "No home visits"
        NO_MESSAGES = "no_messages", "Leave no messages"
        SAME_SEX_STAFF = "same_sex_staff", "Staff of the same sex only"
        THROUGH_REFERRER = "through_referrer", "Contact through the referrer"
        OTHER = "other", "Another measure"

    participant = tenant_key("participants.Participant", related_name="control_measures")
    organisation = tenant_key("partners.Organisation")
    kind = models.CharField(max_length=16, choices=Kind)
    words = models.CharField(max_length=200, blank=True)
    # Nobody where a referrer's system sent it.
    noted_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()
    ended_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = walled(
            "participants_controlmeasure",
            "participant",
            "organisation",
            prime=ALL,
            provider=HELD,
            update=("ended_by", "ended_at"),
            apart=PERSON,
        )
