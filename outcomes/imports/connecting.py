"""What imports do by themselves, how they read in the audit, and where their pages stand."""

from outcomes.actions import import_run as runs
from outcomes.imports import working
from partners import audit_words, events, files, outbox, pages
from partners.permissions import Permission

PAGES = {
    "import.report": "what became of the rows of a file",
    "import.rows_left": "rows of a file that could not be imported",
}


def connect() -> None:
    """Called when the app is ready."""
    events.declare("import.sent", "import.checked", "import.started", "import.finished")
    events.declare("import.taken_up", "import.discarded", "import.removed")
    audit_words.say(PAGES)
    files.name_in_use(runs.files_in_use)
    outbox.consume(runs.CONSUMER, working.carry_on)
    outbox.consume("let_go_of_imports", working.let_go_of_expired)
    outbox.every_day("let_go_of_imports", "let_go_of_imports")
    pages.add_to_navigation(
        pages.Entry("Imports", "imports", frozenset({"provider", "prime"}), Permission.IMPORT, order=45)
    )
