"""How long a referral has waited, against the contract's standards."""

from datetime import UTC, date, datetime

from partners.identifiers import uuid7
from programmes.models import Standard
from referrals.clocks import ANSWER, Clock, running, until_answer
from referrals.models import Allocation, Referral

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)


def standard(limit: int, unit: str = "working_days") -> Standard:
    return Standard(code="start", limit=limit, unit=unit)


def test_working_days_are_counted_from_the_day_after() -> None:
    assert running(FRIDAY, FRIDAY, standard(2)) == Clock(0, 2, date(2026, 3, 10))
    assert running(FRIDAY, MONDAY, standard(2)).words == "day 1 of 2"
    assert running(FRIDAY, MONDAY, None).words == "day 1"


def test_days_are_counted_where_the_standard_says_so() -> None:
    assert running(FRIDAY, MONDAY, standard(10, "days")) == Clock(3, 10, date(2026, 3, 16), "days")


def test_a_clock_is_late_after_its_limit_and_turns_amber_before() -> None:
    assert [Clock(day, 3).tone for day in range(5)] == ["grey", "grey", "amber", "amber", "red"]
    assert [Clock(day, 3).is_late for day in (3, 4)] == [False, True]
    assert Clock(99).tone == "grey"


def test_an_answer_is_measured_from_the_offer_or_from_the_moment_of_the_portal() -> None:
    contract = uuid7()
    standards = {(contract, ANSWER): standard(2)}

    def offered_on_monday(channel: str) -> Clock:
        referral = Referral(contract_id=contract, channel=channel, received_on=FRIDAY)
        offer = Allocation(referral=referral, allocated_at=datetime(2026, 3, 9, 12, tzinfo=UTC))
        return until_answer(offer, standards, date(2026, 3, 10))

    assert offered_on_monday("api") == Clock(1, 2, date(2026, 3, 11))
    assert offered_on_monday("portal") == Clock(2, 2, date(2026, 3, 10))
