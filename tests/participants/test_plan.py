"""A participant's plan: version by version, what of it is done, and what nobody may say of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from participants.actions import plan as plans
from participants.actions.holding import NotHeld
from participants.models import Participant, Plan, PlanAction, Whose
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.people import ago, new_person
from tests.participants.planning import CALL, CV, agreed


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=60)


def mark(cast: Cast, plan: Plan, position: int, is_done: bool, by: str = "ada") -> Plan:
    with looking_as(getattr(cast, by)) as viewer:
        return plans.mark(plan=plan, position=position, is_done=is_done, by=viewer, at=viewer.now())


def test_what_was_agreed_stands_and_the_next_version_leaves_it_as_it_is(
    cast: Cast, amina: Participant
) -> None:
    first, second = agreed(cast, amina), agreed(cast, amina, CALL, goal="Bake at home")
    assert (first.number, second.number) == (1, 2)
    with looking_as(cast.ada):
        assert [one.goal for one in Plan.objects.order_by("number")] == ["Bake for a living", "Bake at home"]
        assert Plan.objects.get(number=1).steps == [CV, CALL]
        assert [one.what for one in Plan.objects.get(number=2).steps] == ["Call the bakery"]


def test_its_events_say_which_plan_and_none_of_its_words(cast: Cast, amina: Participant) -> None:
    plan = agreed(cast, amina, agreed_on=ago(3))
    mark(cast, plan, 0, True)
    with looking_as(cast.system()):
        told, done = DomainEvent.objects.filter(kind__startswith="plan.").order_by("at")
        assert (told.kind, told.on, told.facts["number"]) == ("plan.agreed", ago(3), 1)
        assert (done.kind, done.facts["position"]) == ("plan.action_done", 0)
        assert "bak" not in f"{told.facts}{done.facts}".lower()


def test_an_action_is_done_and_not_done_after_all(cast: Cast, amina: Participant) -> None:
    plan = agreed(cast, amina)
    assert [one.done_on for one in mark(cast, plan, 1, True).steps] == [None, date.today()]
    assert [one.done_on for one in mark(cast, plan, 1, False).steps] == [None, None]


def test_of_an_earlier_version_nothing_is_marked_any_more(cast: Cast, amina: Participant) -> None:
    first = agreed(cast, amina)
    agreed(cast, amina)
    with pytest.raises(plans.NoLongerInForce):
        mark(cast, first, 0, True)
    with pytest.raises(plans.NoLongerInForce):
        mark(cast, agreed(cast, amina), 2, True)


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"agreed_on": ago(-1)}, plans.AgreedInFuture),
        ({"agreed_on": ago(61)}, plans.AgreedBeforeAssignment),
        ({"review_on": ago(0)}, plans.ReviewTooSoon),
        ({"agreed_on": ago(10), "review_on": ago(2)}, plans.ReviewTooSoon),
        ({"by": "ivo"}, NotHeld),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    cast: Cast, amina: Participant, other: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        agreed(cast, amina, **other)
    with looking_as(cast.system()):
        assert not Plan.objects.exists()


def test_a_plan_without_an_action_is_none(cast: Cast, amina: Participant) -> None:
    with looking_as(cast.ada) as ada, pytest.raises(plans.NothingAgreed):
        plans.agree(
            participant=amina,
            contract=cast.contract,
            goal="Work",
            actions=(),
            how="remotely",
            agreed_on=ago(0),
            review_on=ago(-1),
            seen="",
            by=ada,
            at=ada.now(),
        )


def test_the_database_lets_nobody_rewrite_what_was_agreed(cast: Cast, amina: Participant) -> None:
    plan = agreed(cast, amina)
    with looking_as(cast.system()), pytest.raises(ProgrammingError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(goal="Something else")
    plan.pk = None
    with looking_as(cast.system()), pytest.raises(IntegrityError), transaction.atomic():
        plan.save(force_insert=True)


def test_whoever_holds_the_person_next_reads_it_and_whoever_never_did_does_not(
    cast: Cast, amina: Participant
) -> None:
    agreed(cast, amina)
    with looking_as(cast.ivo):
        assert not Plan.objects.exists()
    with looking_as(cast.priya):
        assert Plan.objects.count() == 1


def test_overdue_is_what_is_not_done_after_its_day() -> None:
    late = PlanAction(0, "Finish the CV", Whose.PARTICIPANT, ago(1))
    assert late.is_overdue(date.today())
    assert not PlanAction(0, "", Whose.ADVISER, ago(0)).is_overdue(date.today())
    assert not PlanAction(0, "", Whose.ADVISER, ago(9), ago(9) + timedelta(days=20)).is_overdue(date.today())
