"""Spreadsheets of jobs: recorded, ended and corrected by the actions of a job, and never twice."""

from decimal import Decimal
from typing import Any

from outcomes.actions import job as jobs
from outcomes.models import Job
from tests.cast import Cast, looking_as
from tests.outcomes.importing import as_csv, as_xlsx, checked, imported, outcomes, said
from tests.outcomes.working import correct, reached, started_person
from tests.participants.people import ago

HEADER = ("Reference", "Employer", "Job title", "Hours", "Start date", "End date", "Leaving reason")


def row(person: Any, since: int, until: int | None = None, reason: str = "", **more: Any) -> list[Any]:
    ends = "" if until is None else ago(until)
    employer, hours = more.get("employer", "Tesco"), more.get("hours", 20)
    return [person.reference, employer, "Shop assistant", hours, ago(since), ends, reason]


def in_force(cast: Cast) -> list[Job]:
    with looking_as(cast.system()):
        found = Job.objects.filter(voided_at=None).select_related("enrolment__participant")
        return list(found.order_by("starts_on", "pk"))


def test_jobs_are_recorded_and_milestones_follow(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    run = imported(
        cast, "jobs", as_xlsx(HEADER, row(person, 150, 140, "temporary"), row(person, 120, employer="Boots"))
    )
    assert said(cast, run) == [(2, "new", ""), (3, "new", "")]
    first, second = in_force(cast)
    assert (first.ends_on, first.end_reason, second.ends_on) == (ago(140), "temporary", None)
    assert first.organisation_id == cast.organisation("renaisi")
    assert set(reached(cast, enrolment)) == {"start", "job_start", "short_job_outcome"}
    again = checked(cast, "jobs", as_csv(HEADER, row(person, 150, 140), row(person, 120, employer="BOOTS")))
    assert again.counts == {"same": 2}


def test_an_end_and_other_hours_change_the_job(cast: Cast) -> None:
    person, _ = started_person(cast)
    imported(cast, "jobs", as_csv(HEADER, row(person, 100), row(person, 90, employer="Boots")))
    run = imported(
        cast,
        "jobs",
        as_csv(HEADER, row(person, 100, 10, "resigned"), row(person, 90, employer="Boots", hours=30)),
    )
    assert outcomes(cast, run) == ["changed", "changed"]
    assert said(cast, run)[1][2] == "Hours a week 30.0 instead of 20.0."
    ended, longer = in_force(cast)
    assert (ended.ends_on, ended.end_reason) == (ago(10), "resigned")
    assert longer.hours_per_week == 30
    assert ended.replaces_id is not None


def test_every_other_column_of_a_file_corrects_the_job_too(cast: Cast) -> None:
    person, _ = started_person(cast)
    header = (*HEADER, "Related employer")
    first = row(person, 100, 10, "resigned")
    imported(cast, "jobs", as_csv(header, [*first, "no"], [*row(person, 90, employer="Boots"), ""]))
    changed = [*row(person, 100, 10, "redundant"), "yes"]
    changed[2] = "Baker"
    open_one = [*row(person, 90, employer="Boots"), "yes"]
    run = imported(cast, "jobs", as_csv(header, changed, open_one))
    assert said(cast, run) == [
        (
            2,
            "changed",
            "Employer of the supply chain yes instead of no. Another job title. Another reason why it ended.",
        ),
        (3, "changed", "Employer of the supply chain yes instead of no."),
    ]
    job, other = in_force(cast)
    assert (job.title, job.end_reason, job.related_employer) == ("Baker", "redundant", True)
    assert (job.ends_on, other.related_employer, other.ends_on) == (ago(10), True, None)
    assert checked(cast, "jobs", as_csv(header, changed, open_one)).counts == {"same": 2}
    # What a file does not say stays, and a reason without a last day is an error where the job goes on.
    assert checked(cast, "jobs", as_csv(HEADER, changed[:7], open_one[:7])).counts == {"same": 2}
    run = checked(cast, "jobs", as_csv(HEADER, row(person, 90, employer="Boots", reason="left")))
    assert said(cast, run)[0][1:] == (
        "error",
        "There is a reason why it ended, and no last day. Fill it in.",
    )


def test_a_file_that_names_no_last_day_does_not_open_a_job_again(cast: Cast) -> None:
    person, _ = started_person(cast)
    imported(cast, "jobs", as_csv(HEADER, row(person, 100, 10, "resigned")))
    assert outcomes(cast, checked(cast, "jobs", as_csv(HEADER, row(person, 100)))) == ["same"]


def test_what_was_corrected_here_stays(cast: Cast) -> None:
    person, _ = started_person(cast)
    content = as_csv(HEADER, row(person, 100))
    imported(cast, "jobs", content)
    correct(cast, in_force(cast)[0], since=90)
    run = checked(cast, "jobs", content)
    assert outcomes(cast, run) == ["left"]
    assert [one.starts_on for one in in_force(cast)] == [ago(90)]


def test_what_was_corrected_here_stays_whatever_was_corrected_after_it(cast: Cast) -> None:
    person, _ = started_person(cast)
    content = as_csv(HEADER, row(person, 100))
    imported(cast, "jobs", content)
    imported(cast, "jobs", as_csv(HEADER, row(person, 100, hours=10)))
    with looking_as(cast.ada) as ada:
        [job] = in_force(cast)
        jobs.correct(job=job, starts_on=job.starts_on, ends_on=None, title="Baker", by=ada, at=ada.now())
    run = imported(cast, "jobs", as_csv(HEADER, row(person, 100, until=10)))
    assert outcomes(cast, run) == ["changed"]
    [job] = in_force(cast)
    assert (job.hours_per_week, job.title, job.ends_on) == (Decimal(10), "Baker", ago(10))
    assert outcomes(cast, checked(cast, "jobs", content)) == ["left"]


def test_an_employer_that_looks_like_one_of_the_chain_is_asked_about(cast: Cast) -> None:
    person, _ = started_person(cast)
    run = checked(cast, "jobs", as_csv(HEADER, row(person, 100, employer="Serco Leisure Ltd")))
    assert said(cast, run)[0][2].startswith("The employer looks like Serco, which delivers this programme.")
    with_answer = as_csv(
        (*HEADER, "Related employer"), [*row(person, 100, employer="Serco Leisure Ltd"), "yes"]
    )
    imported(cast, "jobs", with_answer)
    assert [one.related_employer for one in in_force(cast)] == [True]


def test_what_an_action_refuses_is_an_error_in_its_words(cast: Cast) -> None:
    person, _ = started_person(cast)
    wrong = (
        row(person, -1),
        row(person, 20, 30),
        row(person, 20, hours=90),
        row(person, 20, reason="resigned"),
    )
    run = checked(cast, "jobs", as_csv(HEADER, *wrong, row(person, 20, hours="full")))
    assert [words for _, _, words in said(cast, run)] == [
        "The first day cannot be in the future. Record the job when it has begun.",
        "The last day cannot be before the first day.",
        "Hours a week must be between 0.5 and 80.",
        "There is a reason why it ended, and no last day. Fill it in.",
        "Hours a week is not a number of hours. Write it as 16 or 37.5.",
    ]
    assert in_force(cast) == []
