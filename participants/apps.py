from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "Participants"

    def ready(self) -> None:
        from participants import (
            holdings,
            looks,
            needs,
            planning,
            reasons,
            restricted,
            rights,
            slots,
            telling,
            timeline,
        )
        from participants.actions.document import files_in_use
        from partners import files
        from partners.events import declare
        from partners.pages import Entry, add_to_navigation
        from partners.permissions import Permission

        declare("contact.logged", "enrolment.started", "enrolment.ended", "assignment.adviser_chosen")
        timeline.tell("contact.logged", telling.contacts, group="Contacts")
        timeline.tell("enrolment.started", telling.started, group="Programme")
        timeline.tell("enrolment.ended", telling.ended, group="Programme")
        timeline.tell("assignment.adviser_chosen", telling.adviser_chosen, group="Programme")
        declare("document.added", "document.removed", "document.brought_back")
        timeline.tell("document.added", telling.document_added, group="Documents")
        timeline.tell("document.removed", telling.document_removed, group="Documents")
        timeline.tell("document.brought_back", telling.document_brought_back, group="Documents")
        files.name_in_use(files_in_use)
        holdings.declare()
        rights.connect()
        needs.source(reasons.from_contacts, **reasons.KINDS)
        slots.add(slots.Slot("Timeline", "participant_timeline", slots.BOTH, Permission.SEE_PEOPLE))
        planning.connect()
        slots.add(slots.Slot("Documents", "participant_documents", slots.BOTH, Permission.SEE_PEOPLE))
        restricted.connect()
        looks.connect()
        add_to_navigation(
            Entry("Caseload", "caseload", frozenset({"provider"}), Permission.SEE_PEOPLE, order=10)
        )
