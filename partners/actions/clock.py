"""Moving a workspace's clock, for the demo and for sandboxes."""

from datetime import datetime, timedelta

from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent, Tenant
from partners.viewer import Viewer


class RealWorkspace(ActionError):
    """Only a workspace that says on every page that its people are invented may have another time."""

    code = "real_workspace"


@action
def move(*, tenant: Tenant, offset: timedelta, by: Viewer, at: datetime) -> Tenant:
    """Set how far ahead of the real time the tenant's clock is. Raises RealWorkspace."""
    if not tenant.notice:
        raise RealWorkspace(f"{tenant.name} is a real workspace: its clock stays.")
    tenant.clock_offset = offset
    tenant.save(update_fields=["clock_offset"])
    events.record(
        "workspace.clock_moved",
        tenant,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        offset_days=offset.days,
    )
    return tenant
