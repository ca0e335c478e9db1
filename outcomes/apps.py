from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"
    verbose_name = "Outcomes"

    def ready(self) -> None:
        from outcomes import holdings, meanings, subscriptions
        from outcomes.performance import refresh, sharing
        from participants import live_interest
        from partners.events import declare
        from partners.pages import Entry, add_to_navigation
        from partners.permissions import Permission
        from programmes.milestones import explained_by

        explained_by(meanings.meanings)
        holdings.declare()
        live_interest.known_by(holdings.interest)
        declare("job.recorded", "job.ended", "job.corrected")
        declare("milestone.reached", "milestone.priced", "milestone.reversed")
        refresh.connect()
        sharing.connect()
        add_to_navigation(
            Entry(
                "Performance",
                "performance",
                frozenset({"prime", "provider"}),
                Permission.SEE_PERFORMANCE,
                order=10,
            ),
            Entry("Figures", "shared", frozenset({"commissioner"}), Permission.SEE_SHARED, order=10),
        )
        subscriptions.keep_in_line()
        subscriptions.tell_the_story()
        subscriptions.fill_the_participant_page()
        subscriptions.add_to_navigation()
