"""What a participant said when they were assessed: confirmed rather than asked again, carried over to the next."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from participants.actions import assessment as assessments
from participants.actions.holding import NotHeld
from participants.answers import Answer, Course, history, in_the_way
from participants.copies import sections
from participants.models import Assessment, HealthAnswers, Participant
from partners.models import DomainEvent
from programmes.models import AssessmentTemplate
from tests.cast import Cast, looking_as
from tests.participants.assessed import CHILDCARE, CV, HEALTH, IN_THE_WAY, asked, assessed, moved_on
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=200)


@pytest.fixture
def template(cast: Cast) -> AssessmentTemplate:
    return asked(cast)


def told(cast: Cast, person: Participant, by: str = "ada") -> dict[str, list[Answer]]:
    with looking_as(getattr(cast, by)):
        return history(person)


def test_what_stays_as_it_was_is_confirmed_and_keeps_where_it_comes_from(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    first = assessed(cast, amina, template, days=90, cv=1, childcare=0, health=1)
    second = assessed(cast, amina, template, days=10, cv=3, childcare=0)
    third = assessed(cast, amina, template, cv=3, childcare=0)
    said = {code: answers[-1] for code, answers in told(cast, amina).items()}
    assert (said["childcare"].first, said["childcare"].assessment) == (first, third)
    assert (said["cv"].first, said["cv"].assessment) == (second, third)
    assert (said["cv"].label, said["cv"].on) == ("Completely", ago(0))
    # Health was not asked again: what was said of it stands with its day.
    assert (said["health"].label, said["health"].on) == ("Makes it harder", ago(90))


def test_other_words_make_it_a_new_answer(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, days=9, words="The nursery closed", childcare=0)
    again = assessed(cast, amina, template, words="My sister helps", childcare=0)
    assert told(cast, amina)["childcare"][-1].first == again


def test_an_answer_on_other_steps_is_not_confirmed(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, days=9, cv=1)
    shorter = asked(cast, CHILDCARE, type(CV)(CV.code, CV.heading, CV.ask, ("No", "Yes")))
    again = assessed(cast, amina, shorter, cv=1)
    answers = told(cast, amina)["cv"]
    assert answers[-1].first == again
    assert Course.of(answers).points == ""


def test_whoever_holds_the_person_next_reads_it_on_whichever_contract(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    first = assessed(cast, amina, template, days=20, cv=1, health=0)
    assert told(cast, amina, by="ivo") == {}
    moved_on(cast, amina)
    confirmed = assessed(cast, amina, template, by="ivo", cv=1, health=0)
    said = told(cast, amina, by="ivo")
    assert {code: (answers[-1].first, answers[-1].assessment) for code, answers in said.items()} == {
        "cv": (first, confirmed),
        "health": (first, confirmed),
    }


def test_answers_about_health_lie_apart(cast: Cast, amina: Participant, template: AssessmentTemplate) -> None:
    made = assessed(cast, amina, template, cv=1, health=0)
    assert set(made.answers) == {"cv"}
    with looking_as(cast.sara):
        assert set(HealthAnswers.objects.get().answers) == {"health"}
    assert set(told(cast, amina, by="priya")) == {"cv"}


def test_of_a_restricted_person_nobody_else_reads_any(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, cv=1, health=0)
    restrict(cast, amina, "col")
    assert told(cast, amina, by="ada") == told(cast, amina, by="priya") == {}
    assert set(told(cast, amina, by="col")) == {"cv", "health"}


def test_its_event_says_how_much_and_none_of_it(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, days=9, words="The nursery closed", childcare=0)
    assessed(cast, amina, template, words="The nursery closed", childcare=0, cv=2)
    with looking_as(cast.system()):
        event = DomainEvent.objects.filter(kind="assessment.made").latest("at")
    assert (event.facts["answers"], event.facts["confirmed"], event.on) == (2, 1, ago(0))
    assert "nursery" not in str(event.facts)


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"days": -1}, assessments.AssessedInFuture),
        ({"days": 201}, assessments.AssessedBeforeAssignment),
        ({"by": "ivo"}, NotHeld),
        ({"cv": 4}, assessments.OtherQuestions),
        ({"cv": -1}, assessments.OtherQuestions),
        ({"charm": 1}, assessments.OtherQuestions),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    cast: Cast,
    amina: Participant,
    template: AssessmentTemplate,
    other: dict[str, Any],
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        assessed(cast, amina, template, **{"cv": 1, "health": 1, **other})
    with looking_as(cast.system()):
        assert not Assessment.objects.exists()
        assert not HealthAnswers.objects.exists()


def test_nothing_answered_is_no_assessment(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    with pytest.raises(assessments.NothingAnswered):
        assessed(cast, amina, template)


def test_what_the_programme_no_longer_asks_is_refused(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    asked(cast, CV)
    with looking_as(cast.system()):
        template.refresh_from_db()
    with pytest.raises(assessments.OtherQuestions):
        assessed(cast, amina, template, cv=1)


def test_nobody_rewrites_what_was_said(cast: Cast, amina: Participant, template: AssessmentTemplate) -> None:
    made = assessed(cast, amina, template, cv=1)
    with looking_as(cast.system()), pytest.raises(ProgrammingError), transaction.atomic():
        Assessment.objects.filter(pk=made.pk).update(answers={})


def test_what_stands_in_the_way_is_said_the_gravest_first(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, days=9, cv=0, childcare=1, health=0)
    assert [one.question.ask for one in in_the_way(told(cast, amina))] == ["Health or pain", "Childcare"]
    assessed(cast, amina, template, childcare=2)
    assert [one.question.ask for one in in_the_way(told(cast, amina))] == ["Health or pain"]


def test_the_course_of_an_answer_is_drawn_by_date_and_better_is_up(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    for days, step in ((100, 0), (50, 1), (0, 2)):
        assessed(cast, amina, template, days=days, childcare=step)
    course = Course.of(told(cast, amina)["childcare"])
    assert (course.points, course.steps, course.moved) == ("0,20 48,10 96,0", 2, "2 steps better")
    assessed(cast, amina, template, childcare=0)
    assert Course.of(told(cast, amina)["childcare"]).moved == ""
    assert len(IN_THE_WAY) - 1 == HEALTH.best


def test_a_copy_says_what_was_asked_and_answered_in_words(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, words="The nursery closed", childcare=0, health=1)
    with looking_as(cast.system()):
        copied = {section.code: section.rows for section in sections(amina)}
    assert copied["participants.assessment"][0]["answers"] == {
        "Childcare": "Stops me working: “The nursery closed”"
    }
    assert copied["participants.healthanswers"][0]["answers"] == {
        "Health or pain": "Makes it harder: “The nursery closed”"
    }
