"""The referral, and the decision on it."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, CLEARED, HELD, OWN, tenant_key, walled

# A provider that no longer holds the person keeps the referrals that were offered to it, and sees no later ones.
OFFERED = "id in (select l.referral_id from referrals_allocation l)"
# Whoever sees the referral sees the row.
WITH_ITS_REFERRAL = "referral_id in (select r.id from referrals_referral r)"


class Referral(TenantModel):
    """A request to take a person on. organisation is the referrer; the participant is never shown to it."""

    class Channel(models.TextChoices):
        API = "api", "Partner's system"
        FORM = "form", "Form"
        SELF = "self", "Self-referral"

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
    payment_group = models.CharField(max_length=20, blank=True)
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
                provider=f"({HELD} or {OFFERED})",
                referrer=OWN,
                update=("status", "payment_group", "participant"),
            ),
            models.UniqueConstraint(fields=["tenant", "reference"], name="referrals_referral_reference"),
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
        )


class DecisionFacts(TenantModel):
    """The facts that a decision was made on. They name the concern, so they stand behind the safeguarding wall."""

    decision = tenant_key("referrals.EligibilityDecision", related_name="facts")
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = walled("referrals_decisionfacts", "decision", prime=CLEARED)


class Match(TenantModel):
    """The referred person is already known. The referrer never learns of it."""

    class Basis(models.TextChoices):
        NUMBER = "number", "Same National Insurance number"
        NAME = "name", "Same name and date of birth"

    referral = tenant_key("referrals.Referral", related_name="matches")
    participant = tenant_key("participants.Participant")
    basis = models.CharField(max_length=12, choices=Basis)
    # True when the person is on this contract already, so that the referral starts nothing new.
    on_this_contract = models.BooleanField()

    class Meta:
        constraints = walled("referrals_match", "referral", "participant", prime=ALL, provider=HELD)
