"""Payments are recorded, corrected and withdrawn, and never edited in place."""

from typing import Any

import pytest

from outcomes.actions import earning as earnings
from outcomes.actions import holding
from outcomes.models import Earning, Milestone
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import ask_for_facts, pay, payment, put_right, take_back
from tests.outcomes.working import reached, started_person
from tests.participants.people import ago


def in_force(cast: Cast) -> list[Earning]:
    with looking_as(cast.system()):
        return list(Earning.objects.filter(voided_at=None))


def event(cast: Cast, kind: str) -> DomainEvent:
    with looking_as(cast.system()):
        return DomainEvent.objects.get(kind=kind)


def test_a_payment_is_recorded_with_one_event_and_no_name_in_it(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10, pence=41_250, period_from=ago(40), period_to=ago(11))
    assert (earning.contract_id, earning.organisation_id) == (cast.contract.pk, cast.organisation("renaisi"))
    assert earning.qualifying
    told = event(cast, "earning.recorded")
    assert (told.subject_id, told.on) == (earning.pk, ago(10))
    assert told.facts == {
        "enrolment": str(enrolment.pk),
        "contract": str(cast.contract.pk),
        "paid_on": ago(10).isoformat(),
        "gross_pence": 41_250,
        "replaces": None,
    }


def test_what_is_no_pay_is_kept_and_says_so(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10, not_qualifying_because="tax_refund")
    assert (earning.qualifying, earning.not_qualifying_because) == (False, "tax_refund")


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"days": -1}, earnings.PaidInFuture),
        ({"days": 20_000}, earnings.PaidBeforeBirth),
        ({"pence": 0}, earnings.NothingPaid),
        ({"pence": -1}, earnings.NothingPaid),
        ({"pence": earnings.MOST_PENCE + 1}, earnings.MoreThanPay),
        ({"period_from": ago(5), "period_to": ago(6)}, earnings.PeriodEndsBeforeItBegins),
        ({"by": "ivo"}, holding.NotHeld),
        ({"by": "priya"}, holding.NotHeld),
        ({"source": "rumour"}, ValueError),
        ({"not_qualifying_because": "dislike"}, ValueError),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any], refusal: type[Exception]) -> None:
    _, enrolment = started_person(cast)
    with pytest.raises(refusal):
        pay(cast, enrolment, **{"days": 10, **wrong})
    assert in_force(cast) == []


def test_the_least_and_the_most_are_taken_and_a_period_of_one_day(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    pay(cast, enrolment, days=0, pence=1, period_from=ago(3), period_to=ago(3))
    pay(cast, enrolment, days=0, pence=earnings.MOST_PENCE, period_from=ago(3))
    assert len(in_force(cast)) == 2


def test_the_same_payment_twice_is_refused(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    pay(cast, enrolment, days=10)
    with pytest.raises(earnings.AlreadyRecorded):
        pay(cast, enrolment, days=10, employer="TESCO")
    pay(cast, enrolment, days=10, pence=49_999)
    pay(cast, enrolment, days=9)
    pay(cast, enrolment, days=10, employer="Boots")


def test_a_row_is_imported_once_while_it_is_in_force(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    _, other = started_person(cast)
    first = pay(cast, enrolment, days=10, row_key="feed-1", source="feed")
    with pytest.raises(earnings.RowAlreadyImported):
        pay(cast, other, days=20, row_key="feed-1", source="feed")
    corrected = put_right(cast, first, payment(10, 60_000, source="feed"))
    assert corrected.row_key == "feed-1"
    with pytest.raises(earnings.RowAlreadyImported):
        pay(cast, other, days=20, row_key="feed-1", source="feed")
    take_back(cast, corrected)
    pay(cast, other, days=20, row_key="feed-1", source="feed")


def test_a_withdrawn_row_is_not_brought_back_by_importing_it_again(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    take_back(cast, pay(cast, enrolment, days=10, row_key="feed-1", source="feed"))
    with pytest.raises(earnings.RowWithdrawn, match=r"Withdrawn here on .*, not brought back"):
        pay(cast, enrolment, days=10, row_key="feed-1", source="feed")
    assert in_force(cast) == []
    pay(cast, enrolment, days=10)
    assert len(in_force(cast)) == 1


def test_a_correction_is_a_new_row_that_replaces_the_old(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    old = pay(cast, enrolment, days=10)
    new = put_right(cast, old, payment(8, 60_000))
    assert in_force(cast) == [new]
    assert (new.replaces_id, new.paid_on, new.gross_pence) == (old.pk, ago(8), 60_000)
    with looking_as(cast.system()):
        kept = Earning.objects.get(pk=old.pk)
    assert (kept.gross_pence, kept.void_reason) == (50_000, "corrected")
    assert event(cast, "earning.corrected").facts["was_paid_on"] == ago(10).isoformat()


def test_a_correction_that_changes_only_the_employer_is_no_second_payment(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    old = pay(cast, enrolment, days=10)
    assert put_right(cast, old, payment(10, source="employer_letter")).source == "employer_letter"


def test_of_two_changes_to_the_same_row_the_second_is_refused(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10)
    take_back(cast, earning)
    with pytest.raises(earnings.AlreadyChanged):
        take_back(cast, earning)
    with pytest.raises(earnings.AlreadyChanged):
        put_right(cast, earning, payment(9))
    assert in_force(cast) == []


def test_others_change_nothing(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=10)
    for name in ("ivo", "priya"):
        with pytest.raises(holding.NotHeld):
            take_back(cast, earning, by=name)
        with pytest.raises(holding.NotHeld):
            put_right(cast, earning, payment(9), by=name)
    assert in_force(cast) == [earning]


def test_milestones_follow_at_once_and_a_withdrawal_says_what_was_taken_back(cast: Cast) -> None:
    ask_for_facts(cast)
    _, enrolment = started_person(cast)
    pay(cast, enrolment, days=40, pence=60_000)
    pay(cast, enrolment, days=30, pence=60_000, not_qualifying_because="pay_in_lieu")
    assert "earnings_outcome" not in reached(cast, enrolment)
    last = pay(cast, enrolment, days=20, pence=40_000)
    assert reached(cast, enrolment)["earnings_outcome"] == ago(20)
    take_back(cast, last)
    assert "earnings_outcome" not in reached(cast, enrolment)
    with looking_as(cast.system()):
        why = Milestone.objects.get(code="earnings_outcome").reversed_why
    assert why.startswith(f"The payment of {ago(20).day} {ago(20):%B %Y} was withdrawn. ")


def test_a_correction_reverses_and_reaches_anew(cast: Cast) -> None:
    ask_for_facts(cast)
    _, enrolment = started_person(cast)
    earning = pay(cast, enrolment, days=40, pence=100_000)
    put_right(cast, earning, payment(30, 120_000))
    assert reached(cast, enrolment)["earnings_outcome"] == ago(30)
    with looking_as(cast.system()):
        taken_back = Milestone.objects.get(code="earnings_outcome", reversed_at__isnull=False)
    assert f"The payment of {ago(40).day} {ago(40):%B %Y} was corrected." in taken_back.reversed_why


def test_payments_before_the_start_are_kept_and_never_count(cast: Cast) -> None:
    ask_for_facts(cast)
    _, enrolment = started_person(cast, days=100)
    pay(cast, enrolment, days=101, pence=500_000)
    assert "earnings_outcome" not in reached(cast, enrolment)
