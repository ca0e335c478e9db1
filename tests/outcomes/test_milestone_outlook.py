"""What comes next: the day of each next milestone if the open job lasts, or what is lacking."""

from datetime import date

from outcomes.milestones import Case, Outlook, Rule, outlook, spoken
from tests.outcomes.cases import (
    JOB_OUTCOME,
    JOB_START,
    SHORT,
    START,
    TWO_WEEKS,
    case,
    day,
    in_work,
    job,
    sustainment,
)


def next_of(person: Case, *rules: Rule, at: date) -> Outlook:
    return outlook(person, rules, at)[-1]


def test_an_open_job_says_when_the_weeks_are_full() -> None:
    person = case(job(date(2025, 9, 14)))
    assert next_of(person, JOB_OUTCOME, at=date(2026, 3, 5)) == Outlook(
        "job_outcome", 1, date(2026, 3, 14), 9, "26 weeks on 14 March 2026 if the job lasts; 9 days to go"
    )
    assert next_of(person, JOB_OUTCOME, at=date(2026, 3, 13)).sentence.endswith("; 1 day to go")


def test_a_milestone_already_reached_is_left_out() -> None:
    assert outlook(case(job(day(1))), [START, JOB_START, TWO_WEEKS], day(14)) == ()


def test_the_next_sustainment_comes_after_those_reached() -> None:
    after = next_of(case(job(day(1))), TWO_WEEKS, sustainment(), at=day(60))
    assert (after.ordinal, after.on) == (2, day(70))
    assert after.sentence == f"Sustainment 2 on {spoken(day(70))} if the job lasts; 10 days to go"


def test_once_all_sustainments_are_reached_there_is_nothing_ahead() -> None:
    assert outlook(case(job(day(1))), [TWO_WEEKS, sustainment(max=1)], day(42)) == ()


def test_the_first_sustainment_is_in_sight_before_the_outcome() -> None:
    assert next_of(case(job(day(1))), TWO_WEEKS, sustainment(), at=day(5)).on == day(42)


def test_without_an_open_job_it_says_how_far_it_got() -> None:
    nothing = next_of(case(in_work(day(1), 60)), JOB_OUTCOME, at=day(100))
    assert nothing == Outlook("job_outcome", 1, None, None, "60 of 182 days in work so far; no job is open")


def test_a_window_only_shows_the_days_that_are_still_in_it() -> None:
    nothing = next_of(case(in_work(day(1), 60)), SHORT, at=day(192))
    assert nothing.sentence == "50 of 91 days in work so far; no job is open"


def test_a_job_with_a_known_end_counts_to_that_end() -> None:
    assert next_of(case(in_work(day(1), 14)), TWO_WEEKS, at=day(5)).on == day(14)
    short = next_of(case(in_work(day(1), 13)), TWO_WEEKS, at=day(5))
    assert short.sentence == "5 of 14 days in work so far; what is known so far does not reach it"


def test_a_job_agreed_for_next_week_is_a_job_start_ahead() -> None:
    ahead = next_of(case(job(day(8))), JOB_START, at=day(1))
    assert ahead.sentence == "Job start on 14 April 2025; 7 days to go"


def test_a_person_without_a_job_has_no_job_start() -> None:
    assert next_of(case(), JOB_START, at=day(1)).sentence == "Job start is not reached; no job is open"


def test_a_start_agreed_for_later_is_ahead() -> None:
    assert next_of(case(), START, at=date(2025, 4, 2)).sentence == "Start on 7 April 2025; 5 days to go"


def test_a_week_already_worked_can_complete_a_sustainment_without_an_open_job() -> None:
    ahead = next_of(case(in_work(day(1), 38)), TWO_WEEKS, sustainment(), at=day(39))
    assert ahead.sentence == "Sustainment 1 on 18 May 2025; 3 days to go"


def test_a_broken_run_needs_a_job() -> None:
    nothing = next_of(case(in_work(day(1), 20)), TWO_WEEKS, sustainment(off_benefit=True), at=day(60))
    assert nothing.sentence == (
        "Sustainment 1 asks for four weeks in a row, each with a day in work, and no day on benefit is recorded; "
        "no job is open"
    )


def test_it_says_when_the_time_is_over() -> None:
    person = case(in_work(day(1), 20), allotted_until=day(50))
    gone = next_of(person, TWO_WEEKS, sustainment(), at=day(50))
    assert gone == Outlook("sustainment", 1, None, None, "Sustainment 1 can no longer be reached")
    still_time = next_of(person, TWO_WEEKS, sustainment(), at=day(49))
    assert still_time.sentence.endswith("no job is open")


def test_days_on_benefit_that_keep_weeks_from_counting_are_named() -> None:
    off_benefit = sustainment(off_benefit=True)
    # Weeks are counted from day 15 on. The days lie in the second and the third.
    person = case(job(day(1)), benefit_days=(job(day(26), day(33)), job(day(3), day(4))))
    nexts = next_of(person, TWO_WEEKS, off_benefit, at=day(40))
    assert nexts.on == day(63)
    assert nexts.sentence == f"Sustainment 1 on {spoken(day(63))} if the job lasts; 23 days to go"
    assert nexts.held_up == f"2 weeks do not count: benefit on {spoken(day(26))} to {spoken(day(33))}"
    # The week that is not over yet is named as well, and its days to come are not.
    open_claim = case(job(day(1)), benefit_days=(job(day(37)),))
    assert next_of(open_claim, TWO_WEEKS, off_benefit, at=day(38)).held_up == (
        f"1 week does not count: benefit on {spoken(day(37))} to {spoken(day(38))}"
    )
    # What lies before the last one that was reached holds up nothing.
    after = next_of(person, TWO_WEEKS, off_benefit, at=day(70))
    assert (after.ordinal, after.held_up) == (2, "")
    assert next_of(person, TWO_WEEKS, sustainment(), at=day(40)).held_up == ""


def test_a_week_without_work_is_not_said_to_be_lost_to_benefit() -> None:
    person = case(job(day(1), day(20)), job(day(40)), benefit_days=(job(day(30), day(33)),))
    assert next_of(person, TWO_WEEKS, sustainment(off_benefit=True), at=day(50)).held_up == ""


def test_an_open_benefit_claim_is_not_the_end() -> None:
    person = case(job(day(1)), benefit_days=(job(day(20)),))
    nothing = next_of(person, TWO_WEEKS, sustainment(off_benefit=True), at=day(60))
    assert nothing.sentence.endswith("what is known so far does not reach it")
    assert nothing.held_up == (f"7 weeks do not count: benefit on {spoken(day(20))} to {spoken(day(60))}")
