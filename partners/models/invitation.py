"""Invitations: how a person is given a place in an organisation, by e-mail."""

from datetime import datetime

from django.db import models

from partners.models.base import TenantModel
from partners.permissions import Role
from partners.walls import ALL, OWN, tenant_key, walled


class Invitation(TenantModel):
    """An offer of one place, open until it is accepted, revoked or expires. It carries no clearance.

    The link in the e-mail carries a token of which only the SHA-256 is kept; before the e-mail has gone there is none.
    """

    class State(models.TextChoices):
        SENDING = "sending", "Being sent"
        OPEN = "open", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        EXPIRED = "expired", "Expired"
        REVOKED = "revoked", "Revoked"

    organisation = tenant_key("partners.Organisation")
    email = models.EmailField()
    role = models.CharField(max_length=24, choices=Role.choices)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *walled(
                "partners_invitation",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=(
                    "digest",
                    "expires_at",
                    "accepted_at",
                    "accepted_by",
                    "revoked_at",
                    "revoked_by",
                ),
            ),
            models.UniqueConstraint(
                fields=["tenant", "organisation", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="partners_invitation_once",
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=~models.Q(digest=""), name="partners_invitation_digest"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at=None),
                name="partners_invitation_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_by=None)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="partners_invitation_revoked",
            ),
        ]

    def state(self, now: datetime) -> State:
        """Where the invitation stands at this moment of the tenant's clock."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        if self.expires_at is None:
            return self.State.SENDING
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED
