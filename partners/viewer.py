"""Who is looking: the one value from which PostgreSQL decides what a statement may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def london_date(at: datetime) -> date:
    """The London date of a moment: what every rule and every page calls its day."""
    return at.astimezone(LONDON).date()


@dataclass(frozen=True)
class Viewer:
    """A person, an API key or the system at work in one tenant.

    Built from a membership row, an API key row or an outbox row, never from what a request says of itself.
    kind is prime, provider, referrer, commissioner or system, or participant for somebody on their own page
    (participants.own_page), who participant_id then is; cleared lets a person see safeguarding.
    """

    tenant_id: UUID
    kind: str
    organisation_id: UUID | None = None
    user_id: UUID | None = None
    key_id: UUID | None = None
    participant_id: UUID | None = None
    role: str = ""
    scopes: frozenset[str] = frozenset()
    cleared: bool = False
    purpose: str = ""
    # Which request this is, for the audit.
    request_id: str = ""
    clock_offset: timedelta = timedelta()

    @classmethod
    def system(cls, tenant_id: UUID, purpose: str, clock_offset: timedelta = timedelta()) -> Self:
        """The system on its own account: a worker, a schedule, a command."""
        return cls(tenant_id=tenant_id, kind="system", purpose=purpose, clock_offset=clock_offset)

    def as_system(self, purpose: str) -> Self:
        """The system writing on behalf of this viewer."""
        return replace(self, kind="system", purpose=purpose)

    def now(self) -> datetime:
        """The moment by the tenant's clock, in UTC."""
        return timezone.now() + self.clock_offset

    @property
    def today(self) -> date:
        """The London date by the tenant's clock."""
        return london_date(self.now())

    def settings(self) -> dict[str, str]:
        """The transaction-local settings that the policies read."""
        return {
            "wall.tenant": str(self.tenant_id),
            "wall.organisation": str(self.organisation_id or ""),
            "wall.user": str(self.user_id or ""),
            "wall.participant": str(self.participant_id or ""),
            "wall.kind": self.kind,
            "wall.cleared": "on" if self.cleared else "",
            "wall.today": self.today.isoformat(),
            "wall.purpose": self.purpose,
            "wall.request": self.request_id,
        }


_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def current() -> Viewer | None:
    """The viewer of the running request, task or command, if there is one."""
    return _viewer.get()


def act_as(viewer: Viewer) -> None:
    """Run the rest of the block around this as the viewer: for requests whose viewer only the view finds out."""
    _viewer.set(viewer)


@contextmanager
def acting_as(viewer: Viewer | None) -> Iterator[Viewer | None]:
    """Run the block as this viewer; the one before comes back at its end."""
    token = _viewer.set(viewer)
    try:
        yield viewer
    finally:
        _viewer.reset(token)
