"""Views of the caseload: kept under a name, and removed."""

from datetime import datetime

from django.db.models import QuerySet

from participants.models import SavedView
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer

MOST = 8


class TooMany(ActionError):
    """Nobody finds their way among more."""

    code = "too_many"


def own(viewer: Viewer) -> QuerySet[SavedView]:
    """The viewer's own at their provider, by name."""
    found = SavedView.objects.filter(organisation=viewer.organisation_id, user=viewer.user_id)
    return found.order_by("name", "id")


@action
def save(*, name: str, query: str, by: Viewer, at: datetime) -> SavedView:
    """Keep a query under a name, in the place of what the name stood for before. Raises TooMany."""
    assert by.organisation_id is not None
    assert by.user_id is not None
    view = own(by).filter(name=name).select_for_update(no_key=True).first()
    if view is None and own(by).count() >= MOST:
        raise TooMany(f"You have {MOST} views. Remove one before you save another.")
    view = view or SavedView(
        tenant_id=by.tenant_id, organisation_id=by.organisation_id, user_id=by.user_id, name=name
    )
    view.query, view.saved_at = query, at
    if view._state.adding:
        view.save(force_insert=True)
    else:
        view.save(update_fields=["query", "saved_at"])
    _tell("caseload.view_saved", view, by, at)
    return view


@action
def remove(*, view: SavedView, by: Viewer, at: datetime) -> None:
    """Remove one of the viewer's own."""
    _tell("caseload.view_removed", view, by, at)
    view.delete()


def _tell(kind: str, view: SavedView, by: Viewer, at: datetime) -> None:
    events.record(
        kind, view, by, at=at, wall=DomainEvent.Wall.WORKSPACE, organisation_id=view.organisation_id
    )
