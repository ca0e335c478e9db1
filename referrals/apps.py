from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Referrals"

    def ready(self) -> None:
        from participants import live_interest, needs, sharing, slots, timeline
        from partners import audit_words, outbox, rotation
        from partners.events import declare, subscribe
        from partners.pages import add_to_navigation
        from programmes.usage import known_by
        from referrals import holdings, navigation, portal, reasons, steps, tasks, telling
        from referrals.actions.matching import referred_to, restrict_alike
        from referrals.usage import people_on

        audit_words.say(telling.PAGES)
        known_by(people_on)
        sharing.known_by(referred_to)
        live_interest.known_by(holdings.interest)
        holdings.declare()
        rotation.keep_sealed(
            rotation.Sealed("Marks of the portal", portal.count_by_key, portal.renew),
            rotation.Sealed("Marks of the portal, of the erased", portal.count_of_erased, stays=True),
        )
        declare("referral.matched")
        subscribe(restrict_alike, "participant.restricted")
        timeline.tell("referral.matched", telling.matched, group="Referral")
        subscribe(holdings.forget_answers, "participant.erased")
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
