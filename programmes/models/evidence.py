"""What proves a milestone to the commissioner, and whether the prime has to claim it."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, tenant_key, walled
from programmes.models.contract import ON_AGREED_CONTRACT
from programmes.models.data import ON_OWN_CONTRACT


class EvidenceRule(TenantModel):
    """Which evidence a milestone needs: every kind of all_of, and one kind of any_of where it names some.

    payment_group is empty for every group without a row of its own. Kinds are codes of outcomes.Evidence.Kind.
    """

    class Claimed(models.TextChoices):
        BY_CLAIM = "by_claim", "The prime claims it"
        AUTOMATIC = "automatic", "The commissioner pays it without a claim"

    contract = tenant_key("programmes.Contract", related_name="evidence_rules")
    milestone = models.CharField(max_length=40)
    payment_group = models.CharField(max_length=20, blank=True)
    all_of = models.JSONField(default=list)
    any_of = models.JSONField(default=list)
    # Evidence older than so many days before the day reached proves something else.
    dated_within_days = models.PositiveIntegerField(null=True, blank=True)
    claimed = models.CharField(max_length=12, choices=Claimed, default=Claimed.BY_CLAIM)
    # The last day to claim lies so many days after the first; none where the contract sets no limit.
    claim_within_days = models.PositiveIntegerField(null=True, blank=True)
    illustrative = models.BooleanField(default=False)
    source = models.TextField()
    confidence = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            *walled(
                "programmes_evidencerule",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                commissioner=ON_OWN_CONTRACT,
                delete=True,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "milestone", "payment_group"],
                name="programmes_evidencerule_once",
            ),
        ]

    @property
    def label(self) -> str:
        """The milestone as people write it: Short job outcome."""
        return self.milestone.replace("_", " ").capitalize()

    @property
    def needed(self) -> str:
        """What is needed, in words: right to work and residence, and one of signature or remote delivery."""
        every = " and ".join(kind.replace("_", " ") for kind in self.all_of)
        one = " or ".join(kind.replace("_", " ") for kind in self.any_of)
        return ", and ".join(part for part in (every, one) if part) or "the commissioner's own data"
