"""Changing employer is one step: the job ends, the next begins, and what is counted in weeks goes on."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from outcomes.actions import holding
from outcomes.actions import job as jobs
from outcomes.models import Job, Milestone
from participants.models import Enrolment
from partners.models import DomainEvent
from programmes.models import Programme
from tests.browsing import bars, sign_in
from tests.cast import Cast, looking_as
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago

# Four weeks after 13 in work, again and again; a week counts if it has four days in work.
RULES: list[dict[str, Any]] = [
    {"code": "start", "rule": "start", "label": "Start"},
    {"code": "job_outcome", "rule": "weeks_in_work", "label": "Job outcome", "weeks": 13},
    {
        "code": "sustainment",
        "rule": "sustainment",
        "label": "Sustainment",
        "follows": "job_outcome",
        "max": 6,
        "least_days": 4,
    },
]
TYPED = {"employer": "Boots", "title": "Till assistant", "kind": "employed", "hours_per_week": "24"}


@pytest.fixture(autouse=True)
def sustained(cast: Cast) -> None:
    with looking_as(cast.system()):
        Programme.objects.update(milestones=RULES)


def move(cast: Cast, job: Job, *, since: int, until: int | None = None, by: str = "ada", **other: Any) -> Job:
    """Boots since so many days ago, and the job before until so many days ago."""
    usual = {"employer": "Boots", "title": "Till assistant", "hours_per_week": Decimal(24)}
    ends_on = None if until is None else ago(until)
    with looking_as(getattr(cast, by)) as viewer:
        return jobs.move(
            job=job, starts_on=ago(since), ends_on=ends_on, by=viewer, at=viewer.now(), **{**usual, **other}
        )


def sustainments(cast: Cast, enrolment: Enrolment) -> list[tuple[int, Any]]:
    with looking_as(cast.system()):
        found = Milestone.objects.filter(enrolment=enrolment, code="sustainment", reversed_at=None)
        return list(found.order_by("ordinal").values_list("ordinal", "reached_on"))


def in_force(cast: Cast) -> list[tuple[str, Any, Any, str]]:
    with looking_as(cast.system()):
        found = Job.objects.filter(voided_at=None).order_by("starts_on")
        return list(found.values_list("employer", "starts_on", "ends_on", "end_reason"))


def test_the_one_ends_the_day_before_the_other_begins_with_one_event(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    move(cast, work(cast, enrolment, since=60), since=20)
    assert in_force(cast) == [("Tesco", ago(60), ago(21), "other_job"), ("Boots", ago(20), None, "")]
    with looking_as(cast.system()):
        event = DomainEvent.objects.get(kind="job.moved")
        assert not DomainEvent.objects.filter(kind="job.ended").exists()
    assert event.on == ago(20)
    assert event.facts["left_on"] == ago(21).isoformat()
    assert "Boots" not in str(event.facts)


def test_the_sustainments_are_those_of_somebody_who_stayed(cast: Cast) -> None:
    _, stayed = started_person(cast)
    work(cast, stayed, since=190)
    _, moved = started_person(cast)
    move(cast, work(cast, moved, since=190), since=75)
    assert len(sustainments(cast, stayed)) == 3
    assert sustainments(cast, moved) == sustainments(cast, stayed)


def test_a_gap_that_is_said_is_kept_and_breaks_the_run(cast: Cast) -> None:
    _, stayed = started_person(cast)
    work(cast, stayed, since=190)
    _, moved = started_person(cast)
    move(cast, work(cast, moved, since=190), since=75, until=85)
    assert len(sustainments(cast, moved)) < len(sustainments(cast, stayed))


def test_what_is_wrong_with_the_next_job_leaves_the_first_as_it_is(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=60)
    before = in_force(cast)
    for wrong, refusal in (
        ({"since": -1}, jobs.StartInFuture),
        ({"since": 61}, jobs.EndBeforeStart),
        ({"since": 20, "until": -1}, jobs.EndInFuture),
        ({"since": 20, "until": 61}, jobs.EndBeforeStart),
        ({"since": 20, "hours_per_week": Decimal("0.4")}, jobs.HoursOutOfRange),
        ({"since": 20, "by": "ivo"}, holding.NotHeld),
    ):
        with pytest.raises(refusal):
            move(cast, job, **wrong)
    assert in_force(cast) == before


def test_a_job_that_ended_or_was_changed_is_not_left(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=60)
    ended = end(cast, job, days=30)
    with pytest.raises(jobs.AlreadyEnded):
        move(cast, ended, since=20)
    with pytest.raises(jobs.AlreadyChanged):
        move(cast, job, since=20)


def test_it_is_said_on_the_page_beside_what_is_wrong(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=60)
    ada = cast.client("ada")
    answer = ada.post(f"/serco/jobs/{job.pk}/move/", {**TYPED, "starts_on": ago(61).isoformat()})
    assert answer.status_code == 422
    assert "cannot begin before the one that it follows" in answer.content.decode()
    assert "Boots" in answer.content.decode()


def test_an_employer_of_the_chain_is_asked_about(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=60)
    sent = {**TYPED, "employer": "Serco Leisure", "starts_on": ago(10).isoformat()}
    answer = cast.client("ada").post(f"/serco/jobs/{job.pk}/move/", sent)
    assert "Is the employer Serco" in answer.content.decode()


@pytest.mark.parametrize("name", ["priya", "ivo", "hana", "dee", "sam"])
def test_nobody_else_does_it(cast: Cast, name: str) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=60)
    sent = {**TYPED, "starts_on": ago(10).isoformat()}
    assert cast.client(name).post(f"/serco/jobs/{job.pk}/move/", sent).status_code == 404
    assert cast.client("ada").get(f"/serco/jobs/{uuid4()}/move/").status_code == 404
    assert cast.client("ada").put(f"/serco/jobs/{job.pk}/move/").status_code == 405


def test_on_a_phone_a_change_of_employer_keeps_the_sustainments(
    cast: Cast, page: Page, live_server: LiveServer
) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=190)
    before = sustainments(cast, enrolment)
    sign_in(cast, page, live_server, "ada")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/serco/participants/{person.reference}/work/")
    page.get_by_role("link", name="Change employer").click()
    assert bars(page) == []
    page.fill("[name=employer]", "Boots")
    page.fill("[name=title]", "Till assistant")
    page.fill("[name=starts_on]", ago(75).isoformat())
    page.get_by_role("button", name="Change employer").click()
    page.wait_for_selector("text=Employer changed.")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert "Boots" in page.content()
    assert len(before) == 3
    assert sustainments(cast, enrolment) == before
