"""What happened to a referral, in words."""

from partners.models import DomainEvent
from referrals.actions import allocation, referral, start
from referrals.telling import LINES, in_words
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, offer_of, refer


def test_every_kind_of_event_reads_as_a_sentence(cast: Cast) -> None:
    began = accept(cast, refer(cast))
    never = accept(cast, refer(cast, given_name="Ayo", number=""), "ivo")
    with looking_as(cast.ada):
        start.start(referral=began, started_on=cast.ada.today, by=cast.ada, at=cast.ada.now())
    with looking_as(cast.ivo):
        start.did_not_start(referral=never, reason="found_work", by=cast.ivo, at=cast.ivo.now())
    handed = refer(cast, given_name="Bola", number="")
    with looking_as(cast.ada):
        allocation.hand_back(
            allocation=offer_of(cast, handed), reason="conflict", note="", by=cast.ada, at=cast.ada.now()
        )
    lacking = refer(cast, given_name="Cem", number="", circumstances={})
    with looking_as(cast.hana):
        referral.answer(referral=lacking, circumstances={"concerns": []}, by=cast.hana, at=cast.hana.now())
        referral.withdraw(referral=handed, by=cast.hana, at=cast.hana.now())
    with looking_as(cast.system()):
        told = {event.kind: in_words(event) for event in DomainEvent.objects.filter(kind__in=LINES)}
    assert told.keys() == LINES.keys()
    assert told["referral.did_not_start"].text == "Found work first"
    assert told["referral.handed_back"].text == "Conflict of interest or safety"
    assert told["referral.accepted"].text.startswith("First appointment on ")
    assert all(line.title for line in told.values())


def test_a_referrals_own_page_tells_its_history_to_who_may_know_it(cast: Cast) -> None:
    made = accept(cast, refer(cast))
    seen = {
        name: [
            entry.line.title
            for entry in cast.client(name).get(f"/serco/referrals/{made.reference}/").context["history"]
        ]
        for name in ("priya", "ada", "hana")
    }
    whole = ["Referral accepted", "Offered to a provider", "Decision: eligible", "Referral received"]
    assert seen["priya"] == seen["ada"] == whole
    assert seen["hana"] == whole[2:]
