"""What a plan asks of its adviser on the caseload: to look at it again, and what is overdue."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.actions import plan as plans
from participants.models import Assignment, Participant, PlanAction, Whose
from participants.planning import from_plans
from tests.cast import Cast, looking_as
from tests.participants.people import ago, new_person
from tests.participants.planning import CV, agreed

LATE = PlanAction(0, "Finish the CV", Whose.PARTICIPANT, ago(3))


def reasons(cast: Cast, *people: Participant, after: int = 0) -> list[str]:
    """What is asked about these people, so many days from now."""
    with looking_as(cast.ada) as ada:
        found = from_plans(ada, [one.pk for one in people], ago(-after))
        return [need.sentence for of_person in found.values() for need in of_person]


def test_a_review_is_due_on_its_day_and_overdue_after_it(cast: Cast) -> None:
    person = new_person(cast, since=60)
    agreed(cast, person, CV, review_on=ago(-10))
    assert reasons(cast, person, after=9) == []
    assert reasons(cast, person, after=10) == ["Plan review due today"]
    assert reasons(cast, person, after=12) == ["Plan review overdue by 2 days"]


def test_overdue_actions_are_counted_until_they_are_done(cast: Cast) -> None:
    person = new_person(cast, since=60)
    plan = agreed(cast, person, LATE, LATE, CV, agreed_on=ago(20))
    assert reasons(cast, person) == ["2 actions of the plan are overdue"]
    with looking_as(cast.ada) as ada:
        plans.mark(plan=plan, position=0, is_done=True, by=ada, at=ada.now())
    assert reasons(cast, person) == ["1 action of the plan is overdue"]
    agreed(cast, person, CV)
    assert reasons(cast, person) == []


def test_of_a_contract_on_which_nobody_works_with_the_person_any_more_it_asks_nothing(cast: Cast) -> None:
    person = new_person(cast, since=60)
    agreed(cast, person, LATE, agreed_on=ago(20))
    assert reasons(cast, person)
    with looking_as(cast.system()):
        Assignment.objects.filter(participant=person).update(ends_on=ago(1))
    assert reasons(cast, person) == []


def test_everybody_costs_as_many_queries_as_one(cast: Cast) -> None:
    people = [new_person(cast, since=60) for _ in range(3)]
    for person in people:
        agreed(cast, person, LATE, agreed_on=ago(20))
    with looking_as(cast.ada) as ada:
        with CaptureQueriesContext(connection) as one:
            from_plans(ada, [people[0].pk], ada.today)
        with CaptureQueriesContext(connection) as all_of_them:
            from_plans(ada, [person.pk for person in people], ada.today)
    assert len(one) == len(all_of_them)
