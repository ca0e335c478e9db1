"""Recording, ending and correcting a job in the browser: what was typed stays, what changed is said."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from outcomes.models import Job
from participants.models import Participant
from tests.cast import Cast, looking_as
from tests.outcomes.working import started_person, work
from tests.participants.people import ago, hold, new_person, start

TYPED = {"employer": "Tesco", "title": "Shop assistant", "kind": "employed", "hours_per_week": "37.5"}
CORRECTED = {"kind": "employed", "hours_per_week": "20", "ends_on": ""}


def record(client: Client, person: Participant, **typed: Any) -> Any:
    fields = {**TYPED, "starts_on": ago(5).isoformat(), "ends_on": "", **typed}
    address = f"/serco/participants/{person.reference}/jobs/new/"
    page = client.get(address)
    if page.status_code == 200:
        fields.setdefault("enrolment", page.context["form"]["enrolment"].value())
    return client.post(address, fields, follow=True)


def jobs_in_force(cast: Cast) -> list[Job]:
    with looking_as(cast.system()):
        return list(Job.objects.filter(voided_at=None))


def test_an_adviser_records_a_job_and_reads_what_it_reached(cast: Cast) -> None:
    person, _ = started_person(cast)
    shown = record(cast.client("ada"), person)
    assert shown.redirect_chain[-1][0] == f"/serco/participants/{person.reference}/work/"
    assert "Job recorded. Job start reached on" in shown.content.decode()
    assert jobs_in_force(cast)[0].employer == "Tesco"


def test_days_before_the_start_are_said_not_to_count(cast: Cast) -> None:
    person, _ = started_person(cast, days=20)
    shown = record(cast.client("ada"), person, starts_on=ago(30).isoformat())
    assert "Days before the start do not count." in shown.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"starts_on": ago(-2).isoformat()}, "The first day cannot be in the future"),
        ({"starts_on": "1899-01-01"}, "after the person&#x27;s date of birth"),
        ({"starts_on": "0001-01-01"}, "after the person&#x27;s date of birth"),
        ({"ends_on": ago(6).isoformat()}, "The last day cannot be before the first day"),
        ({"ends_on": ago(-2).isoformat()}, "The last day cannot be in the future"),
        ({"hours_per_week": "81"}, "less than or equal to 80"),
        ({"hours_per_week": "0.4"}, "greater than or equal to 0.5"),
        ({"hours_per_week": "NaN"}, "Enter a number"),
        ({"starts_on": "31/31/2026"}, "Enter a valid date"),
        ({"employer": "T\x00"}, "Null characters are not allowed"),
        ({"employer": "x" * 121}, "at most 120 characters"),
        ({"enrolment": str(uuid4())}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_keeps_what_was_typed(
    cast: Cast, typed: dict[str, str], sentence: str
) -> None:
    person, _ = started_person(cast)
    shown = record(cast.client("ada"), person, **typed)
    assert shown.status_code == 422
    assert sentence in shown.content.decode()
    assert 'value="37.5"' in shown.content.decode() or "hours_per_week" in typed
    assert jobs_in_force(cast) == []


def test_a_job_recorded_twice_is_refused_beside_its_employer(cast: Cast) -> None:
    person, _ = started_person(cast)
    client = cast.client("ada")
    record(client, person)
    shown = record(client, person)
    assert "This job is already recorded" in shown.content.decode()
    assert len(jobs_in_force(cast)) == 1


def test_the_end_of_a_job_says_what_goes_back_to_those_who_see_money(cast: Cast) -> None:
    for name, money in (("mona", True), ("ada", False)):
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        client = cast.client(name)
        shown = client.post(
            f"/serco/jobs/{job.pk}/end/",
            {"ends_on": ago(60).isoformat(), "end_reason": "health"},
            follow=True,
        ).content.decode()
        assert "Job ended. Short job outcome of" in shown
        assert ("£900.00 (illustrative) goes back on the statement of" in shown) is money


def test_a_correction_says_what_was_reversed_and_reached(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=120)
    shown = cast.client("mona").post(
        f"/serco/jobs/{job.pk}/correct/", {**CORRECTED, "starts_on": ago(110).isoformat()}, follow=True
    )
    words = shown.content.decode()
    assert "Job corrected." in words
    assert "reversed: £900.00 (illustrative) goes back on" in words
    assert "reached on" in words


def test_ending_a_job_asks_why(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=20)
    shown = cast.client("ada").post(f"/serco/jobs/{job.pk}/end/", {"ends_on": ago(1).isoformat()})
    assert shown.status_code == 422
    assert jobs_in_force(cast) == [job]


def test_an_old_page_cannot_change_a_job_that_was_changed_since(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=20)
    client = cast.client("ada")
    typed = {**CORRECTED, "starts_on": ago(15).isoformat()}
    client.post(f"/serco/jobs/{job.pk}/correct/", typed)
    shown = client.post(f"/serco/jobs/{job.pk}/correct/", typed)
    assert shown.status_code == 422
    assert "Somebody changed this job in the meantime" in shown.content.decode()


def test_somebody_not_started_has_nothing_to_record(cast: Cast) -> None:
    assert record(cast.client("ada"), new_person(cast)).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("ivo", 404), ("priya", 404), ("hana", 404), ("dee", 404), ("sam", 404)]
)
def test_nobody_else_gets_in(cast: Cast, name: str, status: int) -> None:
    person, enrolment = started_person(cast)
    job = work(cast, enrolment, since=20)
    client = cast.client(name)
    assert record(client, person).status_code == status
    for change in ("end", "correct"):
        assert client.get(f"/serco/jobs/{job.pk}/{change}/").status_code == status
        assert client.post(f"/serco/jobs/{job.pk}/{change}/", {}).status_code == status
    assert jobs_in_force(cast) == [job]


def test_a_provider_that_let_go_gets_404_for_what_it_still_sees(cast: Cast) -> None:
    person = new_person(cast, since=200, until=50)
    enrolment = start(cast, person, days=150)
    hold(cast, person, provider="i2i", adviser="ivo", since=49)
    job = work(cast, enrolment, since=100, by="ivo")
    client = cast.client("ada")
    assert client.get(f"/serco/participants/{person.reference}/work/").status_code == 200
    assert record(client, person).status_code == 404
    assert client.get(f"/serco/jobs/{job.pk}/end/").status_code == 404


def test_self_employment_is_recorded_as_such_and_says_that_nobody_evidenced_it(cast: Cast) -> None:
    person, _ = started_person(cast)
    shown = record(cast.client("ada"), person, kind="self_employed", employer="Amina's Alterations")
    assert "Self-employed, not evidenced" in shown.content.decode()
    assert jobs_in_force(cast)[0].kind == "self_employed"


def test_an_employer_named_like_one_of_the_chain_is_asked_about(cast: Cast) -> None:
    person, _ = started_person(cast)
    client = cast.client("ada")
    asked = record(client, person, employer="SERCO Leisure Ltd")
    assert asked.status_code == 422
    assert "Is the employer Serco, which delivers this programme?" in asked.content.decode()
    assert jobs_in_force(cast) == []
    record(client, person, employer="SERCO Leisure Ltd", related_employer="no")
    assert jobs_in_force(cast)[0].related_employer is False
    shown = record(client, person, employer="Serco Ltd", related_employer="on").content.decode()
    assert "Related employer" in shown
    assert "Not declared as related, though named like Serco" in shown


def test_an_employer_of_the_chain_can_be_declared_whatever_it_is_called(cast: Cast) -> None:
    person, _ = started_person(cast)
    record(cast.client("ada"), person, employer="Hackney Works", related_employer="on")
    assert jobs_in_force(cast)[0].related_employer


def test_a_correction_sets_hours_and_kind_right_and_declares_the_employer(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=20, employer="Renaisi CIC")
    typed = {"kind": "self_employed", "hours_per_week": "16", "starts_on": ago(20).isoformat(), "ends_on": ""}
    page = cast.client("ada").get(f"/serco/jobs/{job.pk}/correct/").content.decode()
    assert "Is the employer Renaisi, which delivers this programme?" in page
    cast.client("ada").post(f"/serco/jobs/{job.pk}/correct/", {**typed, "related_employer": "on"})
    [corrected] = jobs_in_force(cast)
    assert (corrected.kind, corrected.hours_per_week, corrected.related_employer) == (
        "self_employed",
        Decimal(16),
        True,
    )
