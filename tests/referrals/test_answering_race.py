"""Two referrals of one person are answered at the same moment: one answer is for both, and nobody waits in a ring.

A provider answers one referral, and what was joined to it follows: each answer wants the other's row. Real connections
and transactions, by the actions that production runs.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection

from participants.models import Enrolment
from partners.acting import ActionError
from programmes.models import SupplyAgreement
from referrals.actions import referral, start
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, again, refer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patience")]
Pair = tuple[Referral, Referral]
PAIRS = 3


@dataclass
class Race:
    """Two who answer, and what stopped them: a refusal, or a fault."""

    cast: Cast
    refused: list[ActionError] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def run(self, pairs: list[Pair], *answers: Callable[[Referral], object]) -> None:
        """Each of the two gives their answers to their own referral of every pair, both of them pair by pair."""
        begin = Barrier(2)
        both = [
            Thread(target=self.go, args=[answer, [pair[number] for pair in pairs], begin])
            for number, answer in enumerate(answers)
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()

    def go(self, answer: Callable[[Referral], object], referrals: list[Referral], begin: Barrier) -> None:
        try:
            for one in referrals:
                begin.wait()
                self.answer(answer, one)
        finally:
            connection.close()

    def answer(self, answer: Callable[[Referral], object], one: Referral) -> None:
        try:
            answer(one)
        except ActionError as refusal:
            self.refused.append(refusal)
        except OperationalError as fault:
            self.faults.append(fault)

    def start(self, one: Referral) -> object:
        with looking_as(self.cast.ada) as ada:
            return start.start(referral=one, started_on=ada.today, by=ada, at=ada.now())

    def nothing_comes(self, one: Referral) -> object:
        with looking_as(self.cast.ada) as ada:
            return start.did_not_start(referral=one, reason="declined", by=ada, at=ada.now())

    def withdraw(self, one: Referral) -> object:
        with looking_as(self.cast.hana) as hana:
            return referral.withdraw(referral=one, by=hana, at=hana.now())


def pair(cast: Cast, number: int) -> Pair:
    """One person, referred by two and accepted twice by the same provider."""
    person: dict[str, Any] = {
        "given_name": f"Zola {number}",
        "number": f"QQ12345{number}C",
        "born_on": date(1990, 5, 17),
    }
    return accept(cast, refer(cast, **person)), accept(cast, refer(cast, "jon", **person))


@pytest.fixture
def pairs(cast: Cast) -> list[Pair]:
    """People whom Renaisi accepted twice: nobody else has room."""
    with looking_as(cast.system()):
        SupplyAgreement.objects.exclude(organisation=cast.organisation("renaisi")).update(capacity=0)
    return [pair(cast, number) for number in range(PAIRS)]


def statuses(cast: Cast, pairs: list[Pair]) -> Counter[str]:
    return Counter(again(cast, one).status for pair in pairs for one in pair)


def test_two_starts_of_one_person_are_one_start(cast: Cast, pairs: list[Pair]) -> None:
    race = Race(cast)
    race.run(pairs, race.start, race.start)
    assert race.faults == []
    assert statuses(cast, pairs) == {"started": 2 * PAIRS}
    assert [type(refusal) for refusal in race.refused] == [start.NotAccepted] * PAIRS
    with looking_as(cast.system()):
        assert Enrolment.objects.count() == PAIRS


def test_a_start_and_its_opposite_do_not_both_happen(cast: Cast, pairs: list[Pair]) -> None:
    race = Race(cast)
    race.run(pairs, race.start, race.nothing_comes)
    assert race.faults == []
    for one, other in pairs:
        assert again(cast, one).status == again(cast, other).status
    assert len(race.refused) == PAIRS


def test_one_is_withdrawn_while_the_other_starts(cast: Cast, pairs: list[Pair]) -> None:
    race = Race(cast)
    race.run(pairs, race.withdraw, race.start)
    assert race.faults == []
    assert [again(cast, other).status for _, other in pairs] == ["started"] * PAIRS
