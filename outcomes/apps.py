from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"
    verbose_name = "Outcomes"

    def ready(self) -> None:
        from outcomes import holdings, meanings, recharged, replay, subscriptions
        from outcomes.claims import subscribing
        from outcomes.imports import connecting
        from outcomes.packs import making
        from outcomes.performance import nightly, publishing, refresh, sharing
        from participants import live_interest
        from partners.events import declare
        from programmes.milestones import explained_by

        explained_by(meanings.meanings)
        holdings.declare()
        live_interest.known_by(holdings.interest)
        declare("job.recorded", "job.ended", "job.moved", "job.corrected")
        declare("earning.recorded", "earning.corrected", "earning.withdrawn")
        declare("evidence.recorded", "evidence.accepted", "evidence.rejected", "evidence.withdrawn")
        declare("benefit.noted", "benefit.corrected", "benefit.withdrawn")
        declare("ineligibility.found", "ineligibility.withdrawn")
        declare("charge.made")
        declare("profile.loaded", "commitment.made")
        declare("figure.queried", "figure.answered", "figure.closed", "figure.reopened")
        declare("statement.proposed", "statement.sealed", "statement.paid", "line.queried", "line.answered")
        declare("adjustment.asked", "adjustment.approved", "adjustment.refused")
        declare("vat_status.recorded", "self_billing.recorded")
        declare("milestone.reached", "milestone.priced", "milestone.reversed")
        subscribing.connect()
        refresh.connect()
        nightly.connect()
        replay.connect()
        recharged.connect()
        sharing.connect()
        publishing.connect()
        connecting.connect()
        making.connect()
        subscriptions.keep_in_line()
        subscriptions.tell_the_story()
        subscriptions.fill_the_participant_page()
        subscriptions.add_to_navigation()
