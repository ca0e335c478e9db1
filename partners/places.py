"""Where a person works: their places in organisations, over all workspaces."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

from partners.viewer import Viewer


@dataclass(frozen=True)
class Place:
    """A person's place in an organisation, as the database keeps it."""

    membership_id: UUID
    tenant_id: UUID
    tenant_slug: str
    tenant_name: str
    organisation_id: UUID
    organisation_name: str
    kind: str
    role: str
    cleared: bool
    clock_offset: timedelta

    def viewer(self, user_id: UUID, request_id: str) -> Viewer:
        """The viewer that this place makes of the person for one request."""
        return Viewer(
            tenant_id=self.tenant_id,
            kind=self.kind,
            organisation_id=self.organisation_id,
            user_id=user_id,
            role=self.role,
            cleared=self.cleared,
            request_id=request_id,
            clock_offset=self.clock_offset,
        )


def places_of(user_id: UUID) -> list[Place]:
    """Every place of a person that holds today, over all tenants; looked up before any tenant is known."""
    with connection.cursor() as cursor:
        cursor.execute("select * from wall.memberships(%s)", [user_id])
        return [Place(*row) for row in cursor.fetchall()]
