"""Records are kept as long as any contract asks, then listed for approval, or erased where the terms say so."""

from datetime import date

import pytest

from participants import retention
from participants.actions import enrolment as enrolments
from participants.actions import erasure, legal_hold
from participants.actions import retention as actions
from participants.models import Assignment, Erasure, Participant, SubjectRequest
from partners import outbox
from partners.models import DomainEvent, OutboxItem
from programmes.models import Contract, RetentionRule
from programmes.months import months_after
from tests.cast import Cast, looking_as
from tests.outcomes.working import end as end_job
from tests.outcomes.working import started_person, work
from tests.participants.people import ago, log, new_person, start
from tests.programmes.privacy import another, keep_for, state


def standing(cast: Cast, person: Participant) -> retention.Standing:
    with looking_as(cast.system()):
        [found] = [one for one in retention.standings() if one.participant_id == person.pk]
        return found


def rule(**said: object) -> RetentionRule:
    usual = {"length": 24, "unit": "months", "counted_from": "live_interest"}
    return RetentionRule(**{**usual, **said})


@pytest.mark.parametrize(
    ("said", "last", "until"),
    [
        ({}, date(2026, 2, 28), date(2028, 2, 28)),
        ({}, date(2024, 2, 29), date(2026, 2, 28)),
        ({"length": 4, "unit": "weeks"}, date(2026, 3, 1), date(2026, 3, 29)),
        ({"length": 6, "counted_from": "contract_end"}, date(2026, 3, 1), date(2027, 6, 30)),
        ({"length": None, "keep_until": date(2034, 12, 31)}, date(2026, 3, 1), date(2034, 12, 31)),
        ({"length": None, "keep_until": date(2020, 1, 1)}, date(2026, 3, 1), date(2026, 3, 1)),
    ],
)
def test_the_last_day_follows_the_rule(said: dict[str, object], last: date, until: date) -> None:
    assert retention.last_day(rule(**said), Contract(ends_on=date(2026, 12, 31)), last) == until


def test_nothing_ends_while_anybody_is_of_interest_or_nothing_is_stated(cast: Cast) -> None:
    person = new_person(cast, since=200, until=100)
    assert standing(cast, person).until is None
    state(cast, cast.contract, "dwp")
    assert standing(cast, person).until is None
    keep_for(cast, cast.contract, months=1)
    assert standing(cast, person).until is not None
    enrolled = new_person(cast, since=200)
    start(cast, enrolled, days=190)
    assert standing(cast, enrolled).until is None


def test_interest_lasts_to_the_last_contact_and_to_work_that_was_paid_for(cast: Cast) -> None:
    state(cast, cast.contract, "dwp")
    keep_for(cast, cast.contract, months=1)
    person, enrolment = started_person(cast, days=200)
    job = work(cast, enrolment, since=150)
    log(cast, person, cast.ada, days=90)
    end_job(cast, job, days=40)
    with looking_as(cast.ada) as ada:
        enrolments.end(enrolment=enrolment, ended_on=ago(60), reason="completed", by=ada, at=ada.now())
    assert standing(cast, person).until == months_after(ago(40), 1)


def test_the_contract_that_keeps_longest_decides(cast: Cast) -> None:
    second = another(cast)
    person = new_person(cast, since=200, until=100)
    with looking_as(cast.system()):
        Assignment.objects.create(
            tenant=cast.serco,
            participant=person,
            contract=second,
            organisation=cast.organisations["i2i"],
            starts_on=ago(200),
            ends_on=ago(150),
        )
    for contract, months in ((cast.contract, 1), (second, 12)):
        state(cast, contract, "dwp")
        keep_for(cast, contract, months=months)
    found = standing(cast, person)
    assert len({one.until for one in found.kept}) == 2
    assert found.until == max(one.until for one in found.kept if one.until)


def run(cast: Cast) -> dict[str, int]:
    with looking_as(cast.system()) as system:
        return actions.run(by=system, at=system.now())


def test_who_is_over_is_listed_once_and_erased_by_one_who_approves(cast: Cast) -> None:
    state(cast, cast.contract, "dwp", erasure="never_attended")
    keep_for(cast, cast.contract, months=1)
    person = new_person(cast, since=200, until=100)
    still_here = new_person(cast, since=10)
    assert run(cast) == {"listed": 1, "erased": 0, "held": 0}
    assert run(cast) == {"listed": 0, "erased": 0, "held": 0}
    with looking_as(cast.sara) as sara:
        request = SubjectRequest.objects.get(kind="retention")
        assert request.participant_id == person.pk
        erasure.carry_out(request=request, by=sara, at=sara.now())
        assert DomainEvent.objects.filter(kind="retention.run").count() == 2
    assert run(cast) == {"listed": 0, "erased": 0, "held": 0}
    with looking_as(cast.system()):
        assert Participant.objects.get(pk=still_here.pk).given_name == "Amina"


def test_where_every_contract_says_automatic_the_round_erases_by_itself(cast: Cast) -> None:
    state(cast, cast.contract, "dwp", retention_run="automatic")
    keep_for(cast, cast.contract, months=1)
    person = new_person(cast, since=200, until=100)
    assert run(cast) == {"listed": 0, "erased": 1, "held": 0}
    with looking_as(cast.system()):
        assert Participant.objects.get(pk=person.pk).given_name == "Erased"
        erased = Erasure.objects.select_related("request").get()
        assert (erased.request.approved_by_id, erased.request.outcome) == (None, "erased")


def test_a_hold_is_passed_over_until_it_is_lifted(cast: Cast) -> None:
    state(cast, cast.contract, "dwp", retention_run="automatic")
    keep_for(cast, cast.contract, months=1)
    person = new_person(cast, since=200, until=100)
    with looking_as(cast.sara) as sara:
        hold = legal_hold.place(
            participant=person, reason="A claim", review_on=ago(-9), by=sara, at=sara.now()
        )
    assert run(cast) == {"listed": 0, "erased": 0, "held": 1}
    with looking_as(cast.sara) as sara:
        legal_hold.lift(hold=hold, because="Settled", by=sara, at=sara.now())
        with pytest.raises(legal_hold.AlreadyLifted):
            legal_hold.lift(hold=hold, because="Settled", by=sara, at=sara.now())
    assert run(cast)["erased"] == 1


@pytest.mark.django_db(transaction=True)
def test_it_runs_once_a_day(cast: Cast) -> None:
    outbox.tick()
    outbox.tick()
    with looking_as(cast.system()):
        assert OutboxItem.objects.filter(consumer="retention").count() == 1
        assert OutboxItem.objects.filter(consumer="expired_copies").count() == 1
    outbox.work_off()
    with looking_as(cast.sara):
        assert DomainEvent.objects.get(kind="retention.run").facts == {"listed": 0, "erased": 0, "held": 0}
