"""What the duties of data protection put into the workspace: events, daily work, files and pages."""

from participants import timeline
from participants.actions import retention, subject_copy
from participants.models import SubjectRequest
from participants.timeline import Line
from partners import audit_words, events, files, outbox
from partners.models import DomainEvent
from partners.pages import Entry, add_to_workspace
from partners.permissions import Permission

TOLD = {
    "subject_request.opened": "Request about their data opened",
    "subject_request.extended": "More time to answer a request about their data",
    "subject_request.closed": "Request about their data closed",
    "subject_copy.asked": "Copy of their data asked for",
    "subject_copy.made": "Copy of their data made",
    "subject_copy.removed": "Copy of their data removed",
    "subject_copy.reviewed": "Section of a copy looked through",
    "legal_hold.placed": "Legal hold placed",
    "legal_hold.lifted": "Legal hold lifted",
    "participant.erased": "Erased",
}
# What the audit calls the pages.
PAGES = {
    "data_rights.list": "requests about data",
    "data_rights.request": "a request about their data",
    "data_rights.form": "a form about their data",
    "data_rights.holds": "legal holds",
    "data_rights.retention": "people whose time to keep ends",
    "data_rights.kept_apart": "people kept apart",
    "data_rights.data": "a copy of their data",
    "data_rights.letter": "a copy of their data to read",
}
OF_THE_WORKSPACE = ("sharing_basis.recorded", "sharing_basis.ended", "retention.run")


def connect() -> None:
    """Called when the app is ready."""
    events.declare(*TOLD, *OF_THE_WORKSPACE)
    audit_words.say(PAGES)
    for kind in TOLD:
        timeline.tell(kind, timeline.each(in_words), group="Data protection")
    outbox.consume("subject_copy", subject_copy.make)
    outbox.consume("expired_copies", subject_copy.let_go_of_expired)
    outbox.every_day("expired_copies", "expired_copies")
    outbox.consume("retention", retention.sweep)
    outbox.every_day("retention", "retention")
    files.name_in_use(subject_copy.files_in_use)
    add_to_workspace(
        Entry(
            "Data protection",
            "data_protection",
            frozenset({"prime"}),
            Permission.HANDLE_DATA_RIGHTS,
            order=40,
            about="Requests of participants about their data, legal holds, how long records are kept, and what"
            " allows people to be carried from contract to contract.",
        )
    )


def in_words(event: DomainEvent) -> Line:
    """What happened, and of which kind the request was."""
    kind = event.facts.get("request_kind", "")
    return Line(TOLD[event.kind], SubjectRequest.Kind(kind).label if kind else "")
