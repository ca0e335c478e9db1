"""Two do the same to one person at the same moment: one answer is for both, and nobody waits in a ring.

A provider answers one referral, and what was joined to it follows: each answer wants the other's row. A case is taken
over while its person is given a place. Real connections and transactions, by the actions that production runs; in the
controls nobody waits for the other, and everybody stops a moment between looking and writing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Barrier, Thread
from time import sleep
from typing import Any

import pytest
from django.db import DatabaseError, connection

from participants.actions import enrolment
from participants.models import Assignment, Enrolment
from partners.acting import ActionError
from programmes.models import SupplyAgreement
from referrals.actions import allocation, referral, start, taking_over
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, again, refer, sent

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
        except DatabaseError as fault:
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

    def place(self, one: Referral) -> object:
        """The daily round, which comes to somebody who waits for a place."""
        with looking_as(self.cast.system()) as system:
            return allocation.allocate(referral=one, by=system, at=system.now())

    def take_over(self, one: Referral) -> object:
        """i2i had the same person on the contract before."""
        number = int(one.external_reference)
        with looking_as(self.cast.hana) as hana:
            return taking_over.take_over(
                contract=self.cast.contract,
                sent=sent(**person(number)),
                provider_id=self.cast.organisation("i2i"),
                by=hana,
                at=hana.now(),
            )


def person(number: int) -> dict[str, Any]:
    """Each of them is somebody else."""
    return {"given_name": f"Zola {number}", "number": f"QQ12345{number}C", "born_on": date(1990, 5, 17)}


def pair(cast: Cast, number: int) -> Pair:
    """One person, referred by two and accepted twice by the same provider."""
    return accept(cast, refer(cast, **person(number))), accept(cast, refer(cast, "jon", **person(number)))


@pytest.fixture
def pairs(cast: Cast) -> list[Pair]:
    """People whom Renaisi accepted twice: nobody else has room."""
    with looking_as(cast.system()):
        SupplyAgreement.objects.exclude(organisation=cast.organisation("renaisi")).update(capacity=0)
    return [pair(cast, number) for number in range(PAIRS)]


@pytest.fixture
def waiting(cast: Cast) -> list[Pair]:
    """People who waited for a place, of which Renaisi has one by now: each of them twice, for both who come."""
    with looking_as(cast.system()):
        SupplyAgreement.objects.update(capacity=0)
    found = [refer(cast, **person(number), external_reference=str(number)) for number in range(PAIRS)]
    with looking_as(cast.system()):
        SupplyAgreement.objects.filter(organisation=cast.organisation("renaisi")).update(capacity=50)
    return [(one, one) for one in found]


@pytest.fixture
def a_moment_to_think(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking and writing the other has the time to look as well."""
    for where, name in ((start, "close"), (enrolment, "start"), (Assignment, "save")):
        monkeypatch.setattr(where, name, slowly(getattr(where, name)))


def slowly(write: Callable[..., Any]) -> Callable[..., Any]:
    def written(*what: Any, **how: Any) -> Any:
        sleep(0.3)
        return write(*what, **how)

    return written


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


@pytest.mark.usefixtures("a_moment_to_think")
def test_without_the_lock_a_start_and_its_opposite_do_both_happen(
    cast: Cast, pairs: list[Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "locked", lambda of: Referral.objects.get(pk=of.pk))
    race = Race(cast)
    race.run(pairs, race.start, race.nothing_comes)
    assert race.faults or any(again(cast, one).status != again(cast, other).status for one, other in pairs)


@pytest.mark.usefixtures("a_moment_to_think")
def test_with_it_they_do_not_however_long_they_think(cast: Cast, pairs: list[Pair]) -> None:
    test_a_start_and_its_opposite_do_not_both_happen(cast, pairs)


@pytest.mark.usefixtures("a_moment_to_think")
def test_a_case_is_not_taken_over_while_its_person_is_given_a_place(cast: Cast, waiting: list[Pair]) -> None:
    race = Race(cast)
    race.run(waiting, race.place, race.take_over)
    assert race.faults == []
    with looking_as(cast.system()):
        assert Assignment.objects.filter(ends_on=None, voided_at=None).count() == PAIRS
    # Where the round came first, somebody else has the case; where it came second, it joined the referral.
    assert {type(refusal) for refusal in race.refused} <= {taking_over.HeldElsewhere}


@pytest.mark.usefixtures("a_moment_to_think")
def test_without_its_turn_the_database_has_to_refuse_one(
    cast: Cast, waiting: list[Pair], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_over, "in_turn", lambda contract_id: cast.contract)
    race = Race(cast)
    race.run(waiting, race.place, race.take_over)
    assert any("participants_assignment_one_lead" in str(fault) for fault in race.faults)
