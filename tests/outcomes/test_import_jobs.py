"""Spreadsheets of jobs: recorded, ended and corrected by the actions of a job, and never twice."""

from decimal import Decimal
from typing import Any

from outcomes.actions import job as jobs
from outcomes.models import Job
from tests.cast import Cast, looking_as
from tests.outcomes.importing import as_csv, as_xlsx, checked, imported, outcomes, said
from tests.outcomes.working import correct, reached, started_person, work
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


WITH_KEY = (*HEADER, "Reference in your system")


def test_by_its_key_a_first_day_and_an_employer_are_corrected_and_no_second_job_is_made(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    first = as_csv(WITH_KEY, [*row(person, 100, employer="Tesko"), "J1"])
    imported(cast, "jobs", first)
    assert reached(cast, enrolment)["job_start"] == ago(100)
    corrected = as_csv(WITH_KEY, [*row(person, 95, employer="Tesco Stores"), "J1"])
    run = imported(cast, "jobs", corrected)
    day = f"{ago(95).day} {ago(95):%B %Y}"
    assert said(cast, run)[0][1] == "changed"
    assert said(cast, run)[0][2].startswith(
        f"Corrects the job of {ago(100).day} {ago(100):%B %Y}. First day {day}"
    )
    assert said(cast, run)[0][2].endswith("Another employer, or another spelling.")
    [job] = in_force(cast)
    assert (job.employer, job.starts_on) == ("Tesco Stores", ago(95))
    assert reached(cast, enrolment)["job_start"] == ago(95)
    assert checked(cast, "jobs", corrected).counts == {"same": 1}
    # The old file once more does not turn it back.
    assert checked(cast, "jobs", first).counts == {"left": 1}


def test_a_key_is_one_persons_and_of_one_organisation(cast: Cast) -> None:
    person, _ = started_person(cast)
    other, _ = started_person(cast)
    imported(cast, "jobs", as_csv(WITH_KEY, [*row(person, 100), "J1"]))
    run = checked(cast, "jobs", as_csv(WITH_KEY, [*row(other, 100), "J1"]))
    assert said(cast, run)[0][1:] == (
        "error",
        "This row key is that of somebody else's job here. Give each job a key of its own.",
    )
    # The prime numbers its rows as it likes: its J1 is another row, of the same job or of another.
    assert outcomes(cast, checked(cast, "jobs", as_csv(WITH_KEY, [*row(person, 100), "J1"]), by="priya")) == [
        "same"
    ]
    run = checked(cast, "jobs", as_csv(WITH_KEY, [*row(person, 100, hours=30), "J1"]), by="priya")
    assert said(cast, run)[0][1:] == (
        "left",
        "Recorded here under another row key. Correct it here, or in the file with that key.",
    )
    # Two organisations' keys do not say that two jobs are two.
    run = checked(cast, "jobs", as_csv(WITH_KEY, [*row(person, 95), "J2"]), by="priya")
    assert said(cast, run)[0][2].startswith("Looks like the job of")
    assert outcomes(cast, checked(cast, "jobs", as_csv(WITH_KEY, [*row(other, 90), "J1"]), by="priya")) == [
        "new"
    ]


def test_a_job_that_was_typed_in_takes_the_key_and_keeps_what_was_corrected_here(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    typed = work(cast, enrolment, since=100)
    correct(cast, typed, since=98)
    content = as_csv(WITH_KEY, [*row(person, 100, hours=25), "J1"])
    assert outcomes(cast, imported(cast, "jobs", content)) == ["changed"]
    [job] = in_force(cast)
    assert (job.starts_on, job.hours_per_week) == (ago(98), Decimal(25))
    assert job.row_key != ""
    assert outcomes(cast, checked(cast, "jobs", content)) == ["left"]
    moved = as_csv(WITH_KEY, [*row(person, 90, hours=25), "J1"])
    assert outcomes(cast, imported(cast, "jobs", moved)) == ["changed"]
    assert [one.starts_on for one in in_force(cast)] == [ago(90)]


def test_a_job_that_says_the_same_takes_the_key_and_nothing_else(cast: Cast) -> None:
    person, _ = started_person(cast)
    imported(cast, "jobs", as_csv(HEADER, row(person, 100)))
    content = as_csv(WITH_KEY, [*row(person, 100), "J1"])
    run = imported(cast, "jobs", content)
    day = f"{ago(100).day} {ago(100):%B %Y}"
    assert said(cast, run) == [(2, "changed", f"Gives the job of {day} its row key.")]
    assert checked(cast, "jobs", content).counts == {"same": 1}


def test_what_looks_like_a_job_that_is_here_is_asked_about(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=100, until=50)
    day = f"{ago(100).day} {ago(100):%B %Y}"
    alike = [row(person, 98), row(person, 60, employer="Tescos Ltd"), row(person, 110, 105)]
    for one in alike:
        run = checked(cast, "jobs", as_csv(HEADER, one))
        assert said(cast, run)[0][1] == "error"
        assert said(cast, run)[0][2] == (
            f"Looks like the job of {day} that is here. Correct that one here, or give the row key that it came with."
            " If it is another job, say yes in a column “Another job”."
        )
    unlike = [row(person, 98, employer="Boots"), row(person, 40), row(person, 150, 130)]
    for one in unlike:
        assert outcomes(cast, checked(cast, "jobs", as_csv(HEADER, one))) == ["new"]
    confirmed = as_csv((*HEADER, "Another job"), [*row(person, 98), "yes"])
    assert outcomes(cast, imported(cast, "jobs", confirmed)) == ["new"]
    assert checked(cast, "jobs", confirmed).counts == {"same": 1}
    assert len(in_force(cast)) == 2


def test_two_keys_say_that_two_jobs_are_two_and_one_without_is_asked_about(cast: Cast) -> None:
    person, _ = started_person(cast)
    both = as_csv(WITH_KEY, [*row(person, 100), "J1"], [*row(person, 95), "J2"])
    assert outcomes(cast, imported(cast, "jobs", both)) == ["new", "new"]
    assert outcomes(cast, checked(cast, "jobs", as_csv(HEADER, row(person, 90)))) == ["error"]
    # Within one file too, and nothing of it is written as a whole while one is in doubt.
    run = checked(
        cast, "jobs", as_csv(HEADER, row(person, 60, employer="Boots"), row(person, 58, employer="Boots"))
    )
    assert outcomes(cast, run) == ["new", "error"]
    # A correction that would make one the other is refused.
    run = checked(cast, "jobs", as_csv(WITH_KEY, [*row(person, 95), "J1"]))
    assert said(cast, run)[0][1:] == (
        "error",
        "Another job here has the same employer and the same first day. Correct one of them here.",
    )


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
