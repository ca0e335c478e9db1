"""The tab of assessments, the page on which one is made, what the caseload asks for, and who may open them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants.assessing import from_assessments
from participants.models import Assessment, Participant
from programmes.models import AssessmentTemplate
from tests.cast import Cast, looking_as
from tests.participants.assessed import CV, asked, assessed, moved_on
from tests.participants.handing_over import given
from tests.participants.people import ago, new_person, start
from tests.participants.restricting import restrict


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=200)


@pytest.fixture
def template(cast: Cast) -> AssessmentTemplate:
    return asked(cast)


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def tab(person: Participant) -> str:
    return f"/serco/participants/{person.reference}/assessments/"


def form(person: Participant, template: AssessmentTemplate) -> str:
    return f"{tab(person)}{template.pk}/new/"


def said(**more: Any) -> dict[str, Any]:
    return {"contract": "inspiring-families", "made_on": ago(0).isoformat(), **more}


def test_somebody_is_assessed_and_read(cast: Cast, amina: Participant, template: AssessmentTemplate) -> None:
    ada = cast.client("ada")
    assert "Not assessed yet" in words(ada.get(tab(amina)))
    answers = said(step_cv="1", step_childcare="0", words_childcare="The nursery closed", step_health="")
    assert ada.post(form(amina, template), answers).status_code == 302
    page = words(ada.get(tab(amina)))
    for line in ("What stands in the way", "Stops me working", "“The nursery closed”", "to Ada", "A little"):
        assert line in page
    assert "Health or pain" not in page
    timeline = words(ada.get(f"/serco/participants/{amina.reference}/timeline/"))
    assert "Assessed: Steps to work" in timeline


def test_what_was_said_before_is_filled_in_with_its_day_and_origin(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, days=20, words="The nursery closed", childcare=0)
    moved_on(cast, amina)
    page = words(cast.client("ivo").get(form(amina, template)))
    assert "What was said before is filled in" in page
    assert "Stops me working, “The nursery closed”: said" in page
    assert "to another provider" in page
    assert "Renaisi" not in page
    assert cast.users["ada"].name not in page
    assert re.search(r'name="step_childcare" value="0"[^>]*checked', page)


def test_it_moves_and_the_tab_says_how_far(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, days=90, cv=0, childcare=2)
    assessed(cast, amina, template, cv=2, childcare=1)
    page = words(cast.client("ada").get(tab(amina)))
    assert "2 steps better" in page
    assert "1 step worse" in page
    assert "<polyline" in page


def test_what_stands_in_the_way_is_said_on_the_first_page_and_at_a_handover(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, cv=0, childcare=0)
    given(cast, amina, to="col", summary="Bakes well")
    own = f"/serco/participants/{amina.reference}/"
    for address in (own, f"{own}take-up/"):
        page = words(cast.client("col").get(address))
        assert re.search(r"In the way of work.*Childcare.*stops me working", page, re.DOTALL), address


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (said(), "Answer at least one question"),
        (said(step_cv="9"), "Select a valid choice"),
        (said(words_cv="It is old"), "Choose how it is, or take the words out again"),
        (said(step_cv="1", words_cv="x" * 201), "200"),
        (said(step_cv="1", made_on=ago(-1).isoformat()), "cannot be in the future"),
        (said(step_cv="1", made_on=ago(201).isoformat()), "did not work with this person on that date"),
        (said(step_cv="1", words_cv="a\x00b"), "Null characters"),
    ],
)
def test_bad_input_is_told_and_nothing_is_kept(
    cast: Cast, amina: Participant, template: AssessmentTemplate, answers: dict[str, Any], sentence: str
) -> None:
    answer = cast.client("ada").post(form(amina, template), answers)
    assert answer.status_code == 422
    assert sentence in words(answer)
    with looking_as(cast.system()):
        assert not Assessment.objects.exists()


def test_what_is_written_while_the_questions_change_is_not_lost_among_others(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    asked(cast, CV)
    assert cast.client("ada").post(form(amina, template), said(step_cv="1")).status_code == 404


@pytest.mark.parametrize("name", ["priya", "ivo", "hana", "dee"])
def test_who_may_not_assess(cast: Cast, amina: Participant, template: AssessmentTemplate, name: str) -> None:
    answer = cast.client(name).get(form(amina, template))
    assert answer.status_code == 404


def test_the_prime_reads_and_whoever_never_held_the_person_finds_nothing(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assessed(cast, amina, template, cv=1)
    page = words(cast.client("priya").get(tab(amina)))
    assert "A little" in page
    assert f"{template.pk}/new/" not in page
    assert cast.client("ivo").get(tab(amina)).status_code == 404
    assert (
        cast.client("ada").get(form(amina, template).replace(str(template.pk), str(uuid4()))).status_code
        == 404
    )
    assert cast.client("ada").post(tab(amina)).status_code == 405
    assert cast.client("ada").put(form(amina, template)).status_code == 405


def test_a_restricted_person_is_found_by_the_named_alone(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    restrict(cast, amina, "col")
    assert cast.client("ada").get(form(amina, template)).status_code == 404
    assert cast.client("col").get(form(amina, template)).status_code == 200


def reasons(cast: Cast, *people: Participant, after: int = 0) -> list[str]:
    """What is asked about these people, so many days from now."""
    with looking_as(cast.ada) as ada:
        found = from_assessments(
            ada, [one.pk for one in people], timezone.localdate() + timedelta(days=after)
        )
        return [need.sentence for of_person in found.values() for need in of_person]


def test_the_first_assessment_is_asked_for_before_its_last_day_and_after_it(
    cast: Cast, amina: Participant, template: AssessmentTemplate
) -> None:
    assert reasons(cast, amina) == []  # not started
    start(cast, amina, days=0)
    assert reasons(cast, amina, after=10) == []
    last = ago(-19)
    assert reasons(cast, amina, after=19) == [f"Not assessed yet: due by {last.day} {last:%B}"]
    assert reasons(cast, amina, after=20) == ["Not assessed yet: overdue by 1 day"]
    assessed(cast, amina, template, cv=1)
    assert reasons(cast, amina, after=83) == []
    assert reasons(cast, amina, after=84) == [f"To be assessed again: last on {ago(0).day} {ago(0):%B %Y}"]


def test_everybody_costs_as_many_queries_as_one(cast: Cast, template: AssessmentTemplate) -> None:
    people = [new_person(cast, since=60) for _ in range(3)]
    for person in people:
        start(cast, person, days=50)
    with looking_as(cast.ada) as ada:
        with CaptureQueriesContext(connection) as one:
            from_assessments(ada, [people[0].pk], ada.today)
        with CaptureQueriesContext(connection) as all_of_them:
            found = from_assessments(ada, [person.pk for person in people], ada.today)
    assert len(one) == len(all_of_them)
    assert all(len(of_person) == 1 for of_person in found.values())
