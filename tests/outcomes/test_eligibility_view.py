"""The pages on which somebody is found not eligible, and the finding is taken back."""

from typing import Any

import pytest

from outcomes.models import Ineligibility, Milestone
from participants.actions import enrolment as enrolments
from participants.models import Enrolment, Participant
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import claim, milestone_of
from tests.outcomes.finding import find, shown
from tests.outcomes.working import reached, started_person, work
from tests.participants.people import ago, new_person, start
from tests.participants.test_grave_steps import asks, stale

AREA = "Does not live in one of the five boroughs."


def address(person: Participant, page: str = "not-eligible/") -> str:
    return f"/serco/participants/{person.reference}/{page}"


def earner(cast: Cast) -> tuple[Participant, Enrolment, Milestone]:
    """Somebody with an outcome, their start and the outcome."""
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=120)
    return person, enrolment, milestone_of(cast, enrolment)


def typed(cast: Cast, start: Enrolment, **more: Any) -> dict[str, Any]:
    """What is sent by whoever has read what goes back."""
    said = {"criterion": "area", "found_on": ago(0), "words": "The council tax bill"}
    return {**said, "enrolment": start.pk, **shown(cast, start), **more}


def test_it_says_what_goes_back_and_takes_it_back(cast: Cast) -> None:
    person, enrolment, milestone = earner(cast)
    claim(cast, milestone)
    frank = cast.client("frank")
    assert address(person) in frank.get(address(person, "money/")).content.decode()
    asked = frank.get(address(person)).content.decode()
    for words in ("£1,875.00", "£1,500.00", "Claims that go to clawback", AREA, person.reference):
        assert words in asked
    assert person.family_name not in asked
    answered = frank.post(address(person), typed(cast, enrolment), follow=True)
    assert answered.redirect_chain == [(address(person, "money/"), 302)]
    shown = answered.content.decode()
    for words in (
        "Short job outcome",
        "£900.00",
        "goes back on the statement",
        "Found not eligible on",
        AREA,
    ):
        assert words in shown
    assert person.family_name not in shown
    assert reached(cast, enrolment) == {}
    assert frank.get(address(person)).status_code == 404


def test_it_is_taken_back_with_a_reason(cast: Cast) -> None:
    person, enrolment, _ = earner(cast)
    find(cast, enrolment)
    cleo = cast.client("cleo")
    page = address(person, "not-eligible/withdraw/")
    assert page in cleo.get(address(person, "money/")).content.decode()
    assert AREA in cleo.get(page).content.decode()
    assert cleo.post(page, {"enrolment": enrolment.pk, "why": ""}).status_code == 422
    shown = cleo.post(page, {"enrolment": enrolment.pk, "why": "A neighbour's"}, follow=True).content.decode()
    assert "taken back on" in shown
    assert "A neighbour&#x27;s" in shown
    assert "short_job_outcome" in reached(cast, enrolment)
    assert cleo.get(page).status_code == 404


def test_either_asks_for_a_fresh_second_factor(cast: Cast) -> None:
    person, enrolment, _ = earner(cast)
    assert asks(stale(cast, "frank"), address(person), **typed(cast, enrolment))
    with looking_as(cast.system()):
        assert not Ineligibility.objects.exists()
    find(cast, enrolment)
    page = address(person, "not-eligible/withdraw/")
    assert asks(stale(cast, "frank"), page, enrolment=enrolment.pk, why="x")
    with looking_as(cast.system()):
        assert Ineligibility.objects.get().withdrawn_at is None


def test_what_has_changed_since_it_was_read_is_read_again_first(cast: Cast) -> None:
    person, enrolment, milestone = earner(cast)
    frank, read = cast.client("frank"), typed(cast, enrolment)
    claim(cast, milestone)
    answered = frank.post(address(person), read)
    assert answered.status_code == 422
    assert "What goes back has changed since you opened this page." in answered.content.decode()
    assert frank.post(address(person), {**read, f"shown-{enrolment.pk}": ""}).status_code == 422
    assert frank.post(address(person), {**read, f"shown-{enrolment.pk}": "1 2"}).status_code == 422
    assert "short_job_outcome" in reached(cast, enrolment)
    fields = frank.get(address(person)).context["form"].fields
    again = {name: fields[name].initial for name in fields if name.startswith("shown-")}
    assert frank.post(address(person), {**read, **again}).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"criterion": ""},
        {"criterion": "shoe_size"},
        {"words": ""},
        {"words": "x" * 301},
        {"found_on": ""},
        {"found_on": ago(-2)},
        {"found_on": ago(201)},
        {"enrolment": ""},
    ],
)
def test_what_makes_no_sense_is_asked_again(cast: Cast, wrong: dict[str, Any]) -> None:
    person, enrolment, _ = earner(cast)
    answered = cast.client("frank").post(address(person), typed(cast, enrolment, **wrong))
    assert answered.status_code == 422
    with looking_as(cast.system()):
        assert not Ineligibility.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *(("frank", 302), ("cleo", 302), ("priya", 403), ("sara", 403)),
        *(("ada", 404), ("mona", 404), ("ivo", 404), ("hana", 404), ("dee", 404), ("sam", 404)),
    ],
)
def test_those_who_claim_may_and_nobody_else(cast: Cast, name: str, status: int) -> None:
    person, enrolment, _ = earner(cast)
    assert cast.client(name).post(address(person), typed(cast, enrolment)).status_code == status
    with looking_as(cast.system()):
        assert Ineligibility.objects.exists() is (status == 302)


def test_of_several_starts_one_is_chosen_and_the_other_keeps_what_it_earned(cast: Cast) -> None:
    person, first, _ = earner(cast)
    with looking_as(cast.ada) as ada:
        enrolments.end(enrolment=first, ended_on=ago(20), reason="left", by=ada, at=ada.now())
    second, elses = start(cast, person, days=10), earner(cast)[1]
    frank = cast.client("frank")
    asked = frank.get(address(person)).content.decode()
    assert asked.count("Goes back, prime to provider") == 2
    assert frank.post(address(person), typed(cast, elses)).status_code == 422
    assert frank.post(address(person), typed(cast, second)).status_code == 302
    assert reached(cast, second) == {}
    assert reached(cast, first)
    assert frank.get(address(person)).content.decode().count("Goes back, prime to provider") == 1


def test_whoever_has_not_started_is_not_found_here(cast: Cast) -> None:
    assert cast.client("frank").get(address(new_person(cast))).status_code == 404


def test_the_provider_reads_it_on_the_page_of_work_and_cannot_take_it_back(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    find(cast, enrolment)
    ada = cast.client("ada")
    shown = ada.get(address(person, "work/")).content.decode()
    for words in ("Found not eligible on", AREA, "The council tax bill"):
        assert words in shown
    assert "Take the finding back" not in shown
    assert "Found not eligible" in ada.get(address(person, "")).content.decode()
    assert ada.post(address(person, "not-eligible/withdraw/"), {"why": "x"}).status_code == 404
    with looking_as(cast.system()):
        assert Ineligibility.objects.get().withdrawn_at is None


def test_who_looked_at_either_page_is_written_down(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    frank = cast.client("frank")
    frank.get(address(person))
    find(cast, enrolment)
    frank.get(address(person, "not-eligible/withdraw/"))
    with looking_as(cast.system()):
        looks = AuditEntry.objects.filter(kind="participant.eligibility_form", participant_id=person.pk)
        assert looks.count() == 2
