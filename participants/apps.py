from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = "Participants"

    def ready(self) -> None:
        from participants import (
            appointments,
            assessing,
            documents,
            handing_over,
            holdings,
            looks,
            needs,
            own_page,
            planning,
            reasons,
            reminders,
            restricted,
            rights,
            safeguarding,
            slots,
            telling,
        )
        from partners.pages import Entry, add_to_navigation
        from partners.permissions import Permission

        telling.connect()
        holdings.declare()
        rights.connect()
        needs.source(reasons.from_contacts, **reasons.KINDS)
        slots.add(slots.Slot("Timeline", "participant_timeline", slots.BOTH, Permission.SEE_PEOPLE))
        handing_over.connect()
        appointments.connect()
        reminders.connect()
        planning.connect()
        assessing.connect()
        documents.connect()
        own_page.connect()
        restricted.connect()
        safeguarding.connect()
        looks.connect()
        add_to_navigation(
            Entry("Caseload", "caseload", frozenset({"provider"}), Permission.SEE_PEOPLE, order=10)
        )
