from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Referrals"

    def ready(self) -> None:
        from participants import needs, slots, timeline
        from partners import outbox
        from partners.events import declare, subscribe
        from partners.pages import add_to_navigation
        from programmes.usage import known_by
        from referrals import navigation, reasons, steps, tasks, telling
        from referrals.usage import people_on

        known_by(people_on)
        declare(*telling.LINES)
        outbox.consume("waiting", tasks.waiting)
        outbox.every_day("waiting", "waiting")
        subscribe(tasks.ask_again, *tasks.MAKE_ROOM)
        for kind in telling.LINES:
            timeline.tell(kind, timeline.each(telling.in_words), group="Referral")
        needs.source(reasons.from_referrals, **reasons.KINDS)
        slots.add_step(slots.Step("Answer the referral", "offer_of_participant", steps.may_answer))
        slots.add_step(slots.Step("Record the start", "start_of_participant", steps.may_start))
        add_to_navigation(*navigation.ENTRIES)
