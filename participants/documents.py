"""Where documents stand: their events, how they read on the timeline, their tab, and which files they keep."""

from participants import slots, telling, timeline
from participants.actions.document import files_in_use
from partners import files
from partners.events import declare
from partners.permissions import Permission


def connect() -> None:
    """Called when the app is ready."""
    declare("document.added", "document.removed", "document.brought_back")
    timeline.tell("document.added", telling.document_added, group="Documents")
    timeline.tell("document.removed", telling.document_removed, group="Documents")
    timeline.tell("document.brought_back", telling.document_brought_back, group="Documents")
    files.name_in_use(files_in_use)
    slots.add(slots.Slot("Documents", "participant_documents", slots.BOTH, Permission.SEE_PEOPLE))
