"""The referral, and the decision on it."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, CLEARED, HELD_CASE, OWN, PERSON, tenant_key, walled

# A provider that no longer holds the person keeps the referrals that were offered to it, and sees no later ones.
OFFERED = "id in (select l.referral_id from referrals_allocation l)"
# Whoever sees the referral sees the row.
WITH_ITS_REFERRAL = "referral_id in (select r.id from referrals_referral r)"
# Nobody but who is named sees what became of a restricted person; a referrer, which never sees the person, goes on
# being told what becomes of its own referral.
IS_REFERRER = "(select wall.kind()) = 'referrer'"
APART = f"({IS_REFERRER} or {PERSON})"
APART_BY_REFERRAL = f"({IS_REFERRER} or referral_id not in (select b from wall.beyond_referrals() b))"


class Referral(TenantModel):
    """A request to take a person on. organisation is the referrer; the participant is never shown to it."""

    class Channel(models.TextChoices):
        API = "api", "Partner's system"
        FORM = "form", "Form"
        SELF = "self", "Self-referral"
        PORTAL = "portal", "Commissioner’s portal"

    class Status(models.TextChoices):
        NEED_TO_KNOW = "need_to_know", "More information needed"
        NOT_ELIGIBLE = "not_eligible", "Not eligible"
        ELIGIBLE = "eligible", "Eligible, waiting for a place"
        ALLOCATED = "allocated", "Offered to a provider"
        ACCEPTED = "accepted", "Accepted"
        STARTED = "started", "Started"
        DID_NOT_START = "did_not_start", "Did not start"
        WITHDRAWN = "withdrawn", "Withdrawn"

    reference = models.CharField(max_length=12)
    contract = tenant_key("programmes.Contract")
    organisation = tenant_key("partners.Organisation")
    participant = tenant_key("participants.Participant", null=True, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    # The referrer's own reference for its case.
    external_reference = models.CharField(max_length=60, blank=True)
    # Of one from the portal, or taken over, its id there under a key, which outlives the id where the person is erased:
    # referrals.portal.
    portal_mark = models.CharField(max_length=80, blank=True, default="", db_default="")
    payment_group = models.CharField(max_length=20, blank=True)
    # The code of the contract's area where the person lives; empty where that is not known, or elsewhere.
    area = models.CharField(max_length=40, blank=True, default="", db_default="")
    status = models.CharField(max_length=16, choices=Status)
    received_at = models.DateTimeField()
    received_on = models.DateField()

    class Meta:
        constraints = [
            *walled(
                "referrals_referral",
                "contract",
                "organisation",
                "participant",
                prime=ALL,
                provider=f"({HELD_CASE} or {OFFERED})",
                referrer=OWN,
                update=("status", "payment_group", "area", "participant", "portal_mark"),
                apart=APART,
            ),
            models.UniqueConstraint(fields=["tenant", "reference"], name="referrals_referral_reference"),
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation", "external_reference"],
                # An erased person's referral has no reference left.
                condition=models.Q(channel="portal") & ~models.Q(external_reference=""),
                name="referrals_referral_portal_once",
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation", "portal_mark"],
                condition=~models.Q(portal_mark=""),
                name="referrals_referral_portal_mark",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "organisation", "-id"], name="referral_by_referrer"),
            models.Index(fields=["tenant", "participant", "contract"], name="referral_of_person"),
        ]


class EligibilityDecision(TenantModel):
    """What the rules said at the time; never decided again in silence. Reasons and missing are in referrers' words."""

    referral = tenant_key("referrals.Referral", related_name="decisions")
    rule_set = tenant_key("programmes.RuleSet")
    outcome = models.CharField(max_length=16)
    # [{code, result, sentence}] and [{fact, question}]
    reasons = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = walled(
            "referrals_eligibilitydecision",
            "referral",
            "rule_set",
            prime=ALL,
            provider=WITH_ITS_REFERRAL,
            referrer=WITH_ITS_REFERRAL,
            apart=APART_BY_REFERRAL,
        )


class DecisionFacts(TenantModel):
    """The facts that a decision was made on. They name the concern, so they stand behind the safeguarding wall."""

    decision = tenant_key("referrals.EligibilityDecision", related_name="facts")
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = walled(
            "referrals_decisionfacts",
            "decision",
            prime=CLEARED,
            apart="decision_id not in (select b from wall.beyond_decisions() b)",
        )


class Match(TenantModel):
    """The referred person is already known. The referrer never learns of it.

    ground is what allowed the two to be taken for one, or why they were not.
    """

    class Basis(models.TextChoices):
        NUMBER = "number", "Same National Insurance number"
        NAME = "name", "Same name and date of birth"

    class Ground(models.TextChoices):
        SAME_CONTRACT = "same_contract", "Joined: on the same contract"
        SAME_CONTROLLERS = "same_controllers", "Joined: the same controllers"
        SHARING_BASIS = "sharing_basis", "Joined: on a recorded basis"
        NO_BASIS = "no_basis", "Kept apart: other controllers, and no recorded basis"
        NOT_THE_SAME = "not_the_same", "Kept apart: name and date of birth differ"
        NOT_PROVEN = "not_proven", "Kept apart: may be the same person, by a name and date of birth alone"

    # The two are different participants, though they may be one person.
    KEPT_APART = (Ground.NO_BASIS, Ground.NOT_THE_SAME, Ground.NOT_PROVEN)

    referral = tenant_key("referrals.Referral", related_name="matches")
    participant = tenant_key("participants.Participant")
    basis = models.CharField(max_length=12, choices=Basis)
    ground = models.CharField(max_length=16, choices=Ground)
    # The basis that was in force, where the ground is one.
    sharing_basis = tenant_key("participants.SharingBasis", null=True, blank=True)
    # True when the person is on this contract already, so that the referral starts nothing new.
    on_this_contract = models.BooleanField()

    class Meta:
        constraints = walled(
            "referrals_match",
            "referral",
            "participant",
            "sharing_basis",
            prime=ALL,
            apart=f"({PERSON} and {APART_BY_REFERRAL})",
        )
