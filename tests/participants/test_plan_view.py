"""The tab of the plan, the page on which one is agreed, and who may open them."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from participants.models import Participant, Plan, PlanAction, Whose
from tests.cast import Cast, looking_as
from tests.participants.people import ago, new_person
from tests.participants.planning import CV, agreed
from tests.participants.restricting import restrict

SAID = {
    "contract": "inspiring-families",
    "goal": "Bake for a living",
    "what_0": "Finish the CV",
    "whose_0": "participant",
    "due_on_0": ago(-14).isoformat(),
    "how": "in_person",
    "agreed_on": ago(0).isoformat(),
    "review_on": ago(-28).isoformat(),
}


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=60)


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def seen_by(answer: Any) -> str:
    """Which state of the plan lies before whoever opened this page."""
    [found] = re.findall(r'name="seen"(?: value="([^"]*)")?', answer.content.decode())
    return unescape(found)


def tab(person: Participant) -> str:
    return f"/serco/participants/{person.reference}/plan/"


def test_a_plan_is_agreed_read_and_marked(cast: Cast, amina: Participant) -> None:
    ada = cast.client("ada")
    assert "No plan yet" in words(ada.get(tab(amina)))
    assert ada.post(f"{tab(amina)}agree/", SAID).status_code == 302
    page = words(ada.get(tab(amina)))
    assert "Bake for a living" in page
    assert "Finish the CV" in page
    with looking_as(cast.ada):
        plan = Plan.objects.get()
    done = {"plan": str(plan.pk), "position": "0", "done": "yes"}
    assert ada.post(f"{tab(amina)}mark/", done).status_code == 302
    assert "Not done after all" in words(ada.get(tab(amina)))
    assert ada.post(f"{tab(amina)}mark/", {**done, "done": "no"}).status_code == 302
    assert "Mark as done" in words(ada.get(tab(amina)))
    assert "Bake for a living" in words(ada.get(f"/serco/participants/{amina.reference}/timeline/"))


def test_a_new_version_begins_from_what_is_not_done(cast: Cast, amina: Participant) -> None:
    plan = agreed(cast, amina)
    ada = cast.client("ada")
    ada.post(f"{tab(amina)}mark/", {"plan": str(plan.pk), "position": "0", "done": "yes"})
    form = ada.get(f"{tab(amina)}agree/")
    assert "Call the bakery" in words(form)
    assert "Finish the CV" not in words(form)
    assert ada.post(f"{tab(amina)}agree/", {**SAID, "seen": seen_by(form)}).status_code == 302
    page = words(ada.get(tab(amina)))
    assert f"?version={plan.pk}" in page
    earlier = words(ada.get(f"{tab(amina)}?version={plan.pk}"))
    assert "An earlier plan" in earlier
    assert "Mark as done" not in earlier


@pytest.mark.parametrize(("review", "is_due"), [(0, True), (-1, False)])
def test_the_tab_says_from_its_day_on_that_a_review_is_due(
    cast: Cast, amina: Participant, review: int, is_due: bool
) -> None:
    then = timezone.now() - timedelta(days=20)
    agreed(cast, amina, agreed_on=ago(20), review_on=ago(review), at=then)
    assert ("Review due" in words(cast.client("ada").get(tab(amina)))) == is_due


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"goal": ""}, "What is the participant working towards?"),
        ({"what_0": ""}, "Enter what will be done by that day"),
        ({"due_on_0": ""}, "Enter the day by which it will be done"),
        ({"what_0": "", "due_on_0": ""}, "Say at least one thing that will be done."),
        ({"agreed_on": ago(-1).isoformat()}, "cannot be in the future"),
        ({"review_on": ago(0).isoformat()}, "Choose a later day"),
        ({"how": "by pigeon"}, "by pigeon"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, amina: Participant, wrong: dict[str, str], said: str
) -> None:
    answer = cast.client("ada").post(f"{tab(amina)}agree/", {**SAID, **wrong})
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert said in words(answer)
    assert SAID["review_on"] in words(answer) or "review_on" in wrong
    with looking_as(cast.system()):
        assert not Plan.objects.exists()


def test_who_may_open_and_who_may_write(cast: Cast, amina: Participant) -> None:
    plan = agreed(cast, amina)
    done = {"plan": str(plan.pk), "position": "0", "done": "yes"}
    for name, see, write in (("ada", 200, 200), ("priya", 200, 404), ("ivo", 404, 404), ("dee", 404, 404)):
        client = cast.client(name)
        assert client.get(tab(amina)).status_code == see, name
        assert client.get(f"{tab(amina)}agree/").status_code == write, name
        assert client.post(f"{tab(amina)}mark/", done).status_code == (302 if write == 200 else 404), name
    assert "Agree a new version" not in words(cast.client("priya").get(tab(amina)))


@pytest.mark.parametrize(
    "wrong", [{"plan": "nonsense"}, {"position": "-1"}, {"position": "99999"}, {"position": ""}]
)
def test_what_is_not_there_is_not_marked(cast: Cast, amina: Participant, wrong: dict[str, str]) -> None:
    plan = agreed(cast, amina)
    done = {"plan": str(plan.pk), "position": "0", "done": "yes", **wrong}
    assert cast.client("ada").post(f"{tab(amina)}mark/", done).status_code == 404
    assert cast.client("ada").get(f"{tab(amina)}mark/").status_code == 405


def test_of_somebody_whom_named_people_alone_see_nobody_else_opens_it(cast: Cast, amina: Participant) -> None:
    agreed(cast, amina)
    restrict(cast, amina, "ada", "sara")
    assert cast.client("ada").get(tab(amina)).status_code == 200
    assert cast.client("col").get(tab(amina)).status_code == 404
    assert cast.client("priya").get(tab(amina)).status_code == 404


def test_two_who_write_at_once_see_each_others_change_and_lose_nothing(
    cast: Cast, amina: Participant
) -> None:
    agreed(cast, amina)
    ada, colin = cast.client("ada"), cast.client("col")
    seen = {one: seen_by(client.get(f"{tab(amina)}agree/")) for one, client in (("ada", ada), ("col", colin))}
    first = {**SAID, "what_0": "Visit the bakery", "seen": seen["col"]}
    assert colin.post(f"{tab(amina)}agree/", first).status_code == 302
    mine = {**SAID, "what_0": "Ring the café", "seen": seen["ada"]}
    answer = ada.post(f"{tab(amina)}agree/", mine)
    assert answer.status_code == 422
    for expected in (
        "A colleague changed the plan",
        "Visit the bakery",
        "Ring the café",
        "What the plan says now",
    ):
        assert expected in words(answer)
    again = {**mine, "what_1": "Visit the bakery", "due_on_1": ago(-9).isoformat(), "seen": seen_by(answer)}
    assert ada.post(f"{tab(amina)}agree/", again).status_code == 302
    with looking_as(cast.ada):
        said = [[one.what for one in plan.steps] for plan in Plan.objects.order_by("number")[1:]]
    assert said == [["Visit the bakery"], ["Ring the café", "Visit the bakery"]]


def test_what_was_marked_as_done_meanwhile_is_not_lost(cast: Cast, amina: Participant) -> None:
    plan = agreed(cast, amina)
    ada = cast.client("ada")
    seen = seen_by(ada.get(f"{tab(amina)}agree/"))
    cast.client("col").post(f"{tab(amina)}mark/", {"plan": str(plan.pk), "position": "0", "done": "yes"})
    answer = ada.post(f"{tab(amina)}agree/", {**SAID, "seen": seen})
    assert answer.status_code == 422
    assert "participant, done" in words(answer)


def test_versions_are_compared(cast: Cast, amina: Participant) -> None:
    agreed(cast, amina)
    later = replace(CV, due_on=ago(-20))
    agreed(cast, amina, later, PlanAction(1, "Read a lease", Whose.ADVISER, ago(-5)), goal="Own a bakery")
    page = words(cast.client("ada").get(tab(amina)))
    assert "What changed since version 1" in page
    assert "<strong>Goal before:</strong> Bake for a living" in page
    assert "<strong>Left out:</strong> Call the bakery" in page
    assert "<strong>New:</strong> Read a lease" in page
    assert f"{ago(-20):%-d %B %Y}:</strong> Finish the CV" in page
