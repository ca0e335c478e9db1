"""Somebody who started twice on one contract: each fact goes to the start in whose time its day lies."""

from datetime import date
from pathlib import Path
from typing import Any

from outcomes.models import Earning, Job
from participants.actions import enrolment as enrolments
from participants.models import Enrolment, Participant
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import pay
from tests.outcomes.importing import EARNINGS, as_csv, checked, imported, outcomes, said
from tests.outcomes.test_import_journeys import HEADER, REFERRER, load
from tests.outcomes.working import reached, started_person, work
from tests.participants.people import ago, start

JOBS = ("Reference", "Employer", "Job title", "Hours", "Start date", "End date")


def started_twice(cast: Cast) -> tuple[Participant, Enrolment, Enrolment]:
    """Somebody who was on the contract from 300 to 200 days ago, and has been again since 100 days ago."""
    person, first = started_person(cast, days=300)
    leave(cast, first, ago(200))
    return person, first, start(cast, person, days=100)


def leave(cast: Cast, enrolment: Enrolment, on: date) -> None:
    with looking_as(cast.ada) as ada:
        enrolments.end(enrolment=enrolment, ended_on=on, reason="left", by=ada, at=ada.now())


def job(person: Participant, days: int, employer: str = "Tesco") -> list[Any]:
    return [person.reference, employer, "Cleaner", 20, ago(days), ""]


def where(cast: Cast, model: Any, day: str) -> list[tuple[date, Any]]:
    """The day of every fact in force, and the start that it counts for."""
    with looking_as(cast.system()):
        return list(model.objects.filter(voided_at=None).order_by(day).values_list(day, "enrolment_id"))


def test_a_job_goes_to_the_start_in_whose_time_it_began(cast: Cast) -> None:
    person, first, second = started_twice(cast)
    rows = [job(person, days, f"Shop {days}") for days in (310, 300, 200, 150, 100, 5)]
    imported(cast, "jobs", as_csv(JOBS, *rows))
    assert where(cast, Job, "starts_on") == [
        # Days before a start never count, those after its end do.
        (ago(310), first.pk),
        (ago(300), first.pk),
        (ago(200), first.pk),
        (ago(150), first.pk),
        (ago(100), second.pk),
        (ago(5), second.pk),
    ]
    assert checked(cast, "jobs", as_csv(JOBS, *rows)).counts == {"same": 6}


def test_a_first_day_that_its_key_puts_right_moves_the_job_to_the_start_of_its_time(cast: Cast) -> None:
    person, first, second = started_twice(cast)
    header = (*JOBS, "Row key")
    imported(cast, "jobs", as_csv(header, [*job(person, 250), "J1"]))
    assert reached(cast, first)["job_start"] == ago(250)
    moved = as_csv(header, [*job(person, 50), "J1"])
    assert outcomes(cast, imported(cast, "jobs", moved)) == ["changed"]
    assert where(cast, Job, "starts_on") == [(ago(50), second.pk)]
    assert "job_start" not in reached(cast, first)
    assert reached(cast, second)["job_start"] == ago(50)
    assert checked(cast, "jobs", moved).counts == {"same": 1}


def test_a_payment_goes_to_the_start_in_whose_time_it_was_paid(cast: Cast) -> None:
    person, first, second = started_twice(cast)
    rows = [[person.reference, "Tesco", ago(days), "10"] for days in (250, 150, 50)]
    imported(cast, "earnings", as_csv(EARNINGS, *rows))
    assert where(cast, Earning, "paid_on") == [
        (ago(250), first.pk),
        (ago(150), first.pk),
        (ago(50), second.pk),
    ]
    assert checked(cast, "earnings", as_csv(EARNINGS, *rows)).counts == {"same": 3}


def test_what_is_recorded_for_another_start_is_not_recorded_twice(cast: Cast) -> None:
    person, _, second = started_twice(cast)
    work(cast, second, since=250, title="Cleaner")
    pay(cast, second, days=250, pence=1_000, employer="Tesco")
    run = imported(cast, "jobs", as_csv(JOBS, job(person, 250), job(person, 20, "Boots")))
    assert outcomes(cast, run) == ["same", "new"]
    run = checked(cast, "earnings", as_csv(EARNINGS, [person.reference, "TESCO", ago(250), "10"]))
    assert said(cast, run)[0][1:] == (
        "same",
        "Recorded here already, with the same employer, pay date and sum.",
    )


def test_a_payment_whose_date_is_put_right_moves_to_the_start_of_its_day(cast: Cast) -> None:
    person, first, second = started_twice(cast)
    header = (*EARNINGS, "Row key")
    imported(cast, "earnings", as_csv(header, [person.reference, "Tesco", ago(250), "10", "A1"]))
    assert where(cast, Earning, "paid_on") == [(ago(250), first.pk)]
    moved = as_csv(header, [person.reference, "Tesco", ago(50), "10", "A1"])
    assert outcomes(cast, imported(cast, "earnings", moved)) == ["changed"]
    assert where(cast, Earning, "paid_on") == [(ago(50), second.pk)]
    assert checked(cast, "earnings", moved).counts == {"same": 1}


def test_a_case_that_came_twice_keeps_its_facts_apart(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "journeys.csv"
    header = (*HEADER, "Employer", "Job title", "Hours a week", "Gross pay")
    who = [REFERRER, "Renaisi", "Ada", "Oduya", "1/2/1990"]
    nobody, cleaning = [""] * 5, ["Cleaner", 20, ""]

    def case(name: str, day: str, began: str) -> list[list[Any]]:
        return [[name, "referral", day, *who, *[""] * 4], [name, "start", began, *nobody, *[""] * 4]]

    file.write_bytes(as_csv(header, *case("A", "15/02/2024", "20/02/2024")))
    load(file)
    with looking_as(cast.system()):
        first = Enrolment.objects.get()
    leave(cast, first, date(2024, 6, 30))
    file.write_bytes(
        as_csv(
            header,
            *case("B", "01/08/2024", "05/08/2024"),
            ["A", "job", "01/03/2024", *nobody, "Tesco", *cleaning],
            ["B", "job", "01/09/2024", *nobody, "Boots", *cleaning],
            ["A", "earning", "31/03/2024", *nobody, "Tesco", "", "", "100"],
            ["B", "earning", "30/09/2024", *nobody, "Boots", "", "", "100"],
        )
    )
    load(file)
    with looking_as(cast.system()):
        second = Enrolment.objects.exclude(pk=first.pk).get()
        assert Referral.objects.filter(status="started").count() == 2
    assert [start for _, start in where(cast, Job, "starts_on")] == [first.pk, second.pk]
    assert [start for _, start in where(cast, Earning, "paid_on")] == [first.pk, second.pk]
    assert "6 rows: new 0, changed 0, same as before 6" in load(file)
