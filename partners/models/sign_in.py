"""Signing in with an organisation's own identity service (OpenID Connect)."""

from django.db import models
from django.db.models import F, Q

from partners.models.base import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled


class SignInService(TenantModel):
    """The identity service that vouches for the people of one organisation of this workspace.

    It opens only that organisation's places, whoever else the person works for: a workspace must not be able to make
    somebody of another one. It answers once somebody else confirmed its terms, and again after each change of them.
    The client's secret is sealed (partners.sealing), bound to the row.
    """

    organisation = tenant_key("partners.Organisation")
    issuer = models.URLField(max_length=200)
    client_id = models.CharField(max_length=191)
    key_id = models.PositiveSmallIntegerField()
    client_secret = models.BinaryField()
    # The parts of e-mail addresses after the @, in small letters.
    domains = models.JSONField(default=list)
    # Whether the service asks for a second factor by itself, of those who have none in Baton.
    enforces_second_factor = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Whoever last wrote the terms, also when they were first set up; and whoever else confirmed them since.
    changed_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "partners_signinservice",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=(
                    "issuer",
                    "client_id",
                    "key_id",
                    "client_secret",
                    "domains",
                    "enforces_second_factor",
                    "changed_at",
                    "changed_by",
                    "confirmed_at",
                    "confirmed_by",
                    "ended_at",
                ),
            ),
            models.UniqueConstraint(
                fields=["tenant", "organisation"],
                condition=Q(ended_at=None),
                name="partners_signinservice_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & ~Q(confirmed_by=F("changed_by"))
                ),
                name="partners_signinservice_confirmed_by_another",
            ),
        ]
