"""Tenants, organisations, users, memberships and API keys."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from partners.identifiers import uuid7
from partners.models.base import TenantModel
from partners.permissions import Role
from partners.walls import ALL, OWN, tenant_key, walled


class Tenant(models.Model):
    """A prime contractor's workspace. Global: the first part of every address names one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    # Moves this tenant's clock: for the demo and for sandboxes only.
    clock_offset = models.DurationField(default=timedelta)
    # Shown at the foot of every page, such as that the people are invented.
    notice = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        """A person who can sign in; without a password they cannot until one is set."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. Global: one person may work for several organisations and tenants."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    # Since somebody reset their second factor, only the link in an e-mail (its SHA-256, and until when) leads to a
    # new one; empty again once there is one. See partners.second_factor_reset.
    reset_at = models.DateTimeField(null=True, blank=True)
    reset_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    reset_expires_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="partners_user_email_any_case")]

    def __str__(self) -> str:
        return self.name


class Organisation(TenantModel):
    """A prime, a provider (subcontractor or the prime's own arm), a referrer or a commissioner."""

    class Kind(models.TextChoices):
        PRIME = "prime", "Prime contractor"
        PROVIDER = "provider", "Subcontractor"
        REFERRER = "referrer", "Referrer"
        COMMISSIONER = "commissioner", "Commissioner"

    kind = models.CharField(max_length=12, choices=Kind)
    slug = models.SlugField()
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            *walled(
                "partners_organisation",
                prime=ALL,
                provider="(id = (select wall.organisation()) or kind in ('prime', 'referrer', 'commissioner'))",
                referrer="(id = (select wall.organisation()) or kind = 'prime')",
                commissioner="(id = (select wall.organisation()) or kind in ('prime', 'provider'))",
                participant="id = (select wall.organisation())",
                update=("name",),
            ),
            models.UniqueConstraint(fields=["tenant", "slug"], name="partners_organisation_slug"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Places by the day."""

    def in_force(self, day: date) -> Self:
        """The places that held on that day and were not taken away in the course of it."""
        whole_day = models.Q(ended_on=None) | models.Q(ended_on__gt=day)
        return self.filter(whole_day | models.Q(ended_on=day, ended_at=None), started_on__lte=day)


class Membership(TenantModel):
    """One person's place in one organisation: the row from which what they may see and do is read.

    A row is never changed into another role: it ends, and another begins. ended_on is the last day on which it holds;
    ended_at is set where it was taken away in the course of that day, and holds no longer from that moment.
    """

    class Ending(models.TextChoices):
        """Why a place ended."""

        LEFT = "left", "They left the organisation"
        OTHER_WORK = "other_work", "They do other work now"
        CONTRACT_ENDED = "contract_ended", "Our work in this workspace ended"
        LONG_ABSENCE = "long_absence", "They are away for a long time"
        SECURITY = "security", "To keep participants' data safe"
        MISTAKE = "mistake", "They were given the place by mistake"
        # Not chosen by anyone: the place goes on in another row.
        CHANGED = "changed", "Their role or clearance changed"

    class RoleChange(models.TextChoices):
        """Why somebody gets another role."""

        OTHER_WORK = "other_work", "They do other work now"
        COVER = "cover", "They stand in for a colleague"
        CORRECTION = "correction", "The role was wrong"

    class ClearanceChange(models.TextChoices):
        """Why somebody's clearance is given or taken."""

        NEEDED = "needed", "Their work needs it"
        NOT_NEEDED = "not_needed", "Their work no longer needs it"
        SECURITY = "security", "To keep participants' data safe"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = tenant_key("partners.Organisation")
    role = models.CharField(max_length=24, choices=Role.choices)
    cleared = models.BooleanField(default=False)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=16, choices=Ending.choices, blank=True)

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            *walled(
                "partners_membership",
                "organisation",
                prime=ALL,
                provider=OWN,
                referrer=OWN,
                commissioner=OWN,
                update=("ended_on", "ended_at", "ended_by", "end_reason"),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_on__isnull=False),
                name="partners_membership_ended",
            ),
            models.UniqueConstraint(
                fields=["tenant", "user", "organisation"],
                condition=models.Q(ended_on=None),
                name="partners_membership_once",
            ),
        ]

    def holds_on(self, day: date) -> bool:
        """Whether the place holds on the day and was not taken away in the course of it."""
        ends_later = self.ended_on is None or self.ended_on > day
        return self.started_on <= day and (ends_later or (self.ended_on == day and self.ended_at is None))


class ApiKey(TenantModel):
    """A partner's key. Only the hash of the secret is kept."""

    organisation = tenant_key("partners.Organisation")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = walled(
            "partners_apikey",
            "organisation",
            prime=ALL,
            provider=OWN,
            referrer=OWN,
            update=("revoked_at", "last_used_on"),
        )
