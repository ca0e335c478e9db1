"""Steps of progress and the people who took them are two counts; rejected claims are a share of those answered."""

from typing import Any

import pytest

from outcomes.models import Evidence
from outcomes.performance.nightly import Corrected
from programmes.models import Programme
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, claim, settle, with_outcome
from tests.outcomes.evidencing import accept, prove, take_back
from tests.outcomes.performing import by_hand, facts, person_with_a_past, rebuilt, refreshed
from tests.outcomes.test_performance_view import page, tile

PAGE = "/serco/performance/?contract=inspiring-families&period=all"
BEHIND = "/serco/performance/people/?contract=inspiring-families&period=all"
PROGRESS = {"code": "progress_measure", "rule": "progress_measure", "label": "Progress measure", "max": 3}
COURSE = {"code": "education_or_training", "rule": "education_or_training", "label": "Education or training"}


@pytest.fixture
def steps(cast: Cast) -> Cast:
    """Two people with three steps between them, one of whom began a course."""
    with looking_as(cast.system()):
        [programme] = Programme.objects.all()
        Programme.objects.update(milestones=[*programme.milestones, PROGRESS, COURSE])
    for definitions in (("cv", "debt"), ("cv",)):
        _, enrolment = person_with_a_past(cast, days=60)
        for definition in definitions:
            step: dict[str, Any] = {"kind": "progress_measure", "definition": definition}
            accept(cast, prove(cast, enrolment, days=20, **step))
    accept(cast, prove(cast, enrolment, days=10, kind="education_or_training"))
    refreshed(cast)
    return cast


def test_steps_and_people_are_two_counts(steps: Cast) -> None:
    text = page(steps.client("priya"), PAGE)
    assert tile(text, "Progress measures") == "3"
    assert tile(text, "People with progress") == "2"
    assert tile(text, "Education or training") == "1"
    assert facts(steps) == by_hand(steps)
    assert rebuilt(steps) == Corrected()


def test_what_a_programme_does_not_have_is_no_figure(cast: Cast) -> None:
    text = page(cast.client("priya"), PAGE)
    assert "Progress measures" not in text
    assert "Wellbeing improved" not in text


def test_a_step_that_is_taken_back_counts_no_more(steps: Cast) -> None:
    with looking_as(steps.system()):
        course = Evidence.objects.get(kind="education_or_training")
    take_back(steps, course)
    refreshed(steps)
    assert tile(page(steps.client("priya"), PAGE), "Education or training") == "0"
    assert facts(steps) == by_hand(steps)


def test_rejected_claims_are_a_share_of_those_answered_and_say_why(cast: Cast) -> None:
    answers: list[dict[str, Any]] = [
        {"result": "paid", "pence": WORTH},
        {"result": "rejected", "reason": "late", "words": "Keyed after the last day."},
        {"result": "validated"},
    ]
    for answer in answers:
        settle(cast, claim(cast, with_outcome(cast)[1]), answer.pop("result"), **answer)
    claim(cast, with_outcome(cast)[1])
    refreshed(cast)
    text = page(cast.client("priya"), PAGE)
    assert tile(text, "Claims rejected") == "33.3% 1 of 3 claims answered"
    assert "1 of 3 claims answered" in text
    behind = page(cast.client("priya"), f"{BEHIND}&measure=claims_rejected")
    assert "Keyed after the last day." in behind
    assert facts(cast) == by_hand(cast)
    assert tile(page(cast.client("mona"), PAGE), "Claims rejected").startswith("33.3%")
    assert tile(page(cast.client("ines"), PAGE), "Claims rejected") == "not yet"


def test_an_answer_is_counted_at_once_and_once(cast: Cast) -> None:
    made = claim(cast, with_outcome(cast)[1])
    refreshed(cast)
    assert tile(page(cast.client("priya"), PAGE), "Claims rejected") == "not yet"
    settle(cast, made, "validated")
    refreshed(cast)
    assert "0 of 1 claims answered" in page(cast.client("priya"), PAGE)
    settle(cast, made, "paid", pence=WORTH)
    refreshed(cast)
    assert "0 of 1 claims answered" in page(cast.client("priya"), PAGE)
