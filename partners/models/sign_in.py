"""Signing in with an organisation's own identity service (OpenID Connect)."""

from django.db import models
from django.db.models import Q

from partners.models.base import TenantModel
from partners.walls import ALL, tenant_key, walled


class SignInService(TenantModel):
    """The identity service that vouches for the people of one organisation of this workspace.

    It opens only that organisation's places, whoever else the person works for: a workspace must not be able to make
    somebody of another one. The client's secret is sealed (partners.sealing), bound to the row.
    """

    organisation = tenant_key("partners.Organisation")
    issuer = models.URLField(max_length=200)
    client_id = models.CharField(max_length=191)
    key_id = models.PositiveSmallIntegerField()
    client_secret = models.BinaryField()
    # The parts of e-mail addresses after the @, in small letters.
    domains = models.JSONField(default=list)
    # Whether the service asks for a second factor by itself; else Baton asks for its own.
    enforces_second_factor = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            *walled(
                "partners_signinservice",
                "organisation",
                prime=ALL,
                update=(
                    "issuer",
                    "client_id",
                    "key_id",
                    "client_secret",
                    "domains",
                    "enforces_second_factor",
                    "changed_at",
                    "ended_at",
                ),
            ),
            models.UniqueConstraint(
                fields=["tenant", "organisation"],
                condition=Q(ended_at=None),
                name="partners_signinservice_once",
            ),
        ]
