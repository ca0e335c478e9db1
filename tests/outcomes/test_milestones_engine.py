"""The milestone rules, example by example. Every date is inclusive and weekends count."""

from datetime import date
from typing import Any

import pytest

from outcomes.milestones import Case, Reached, Rule, Spell, last_day_of, reached, rule_from
from programmes.working_days import england_and_wales
from tests.outcomes.cases import (
    JOB_OUTCOME,
    JOB_START,
    LATER,
    SHORT,
    START,
    STARTED,
    SUSTAINED,
    TWO_WEEKS,
    WEEKDAYS_ONLY,
    case,
    day,
    in_work,
    job,
    sustainment,
)


def days_reached(person: Case, *rules: Rule, code: str | None = None, at: date = LATER) -> list[date]:
    """The days on which the last of `rules` was reached."""
    found = reached(person, rules, at, WEEKDAYS_ONLY)
    return [milestone.reached_on for milestone in found if milestone.code == (code or rules[-1].code)]


def one(person: Case, *rules: Rule, at: date = LATER) -> Reached:
    (only,) = [found for found in reached(person, rules, at, WEEKDAYS_ONLY) if found.code == rules[-1].code]
    return only


class TestStart:
    def test_it_is_the_start_date_and_can_be_claimed_that_day(self) -> None:
        assert one(case(), START) == Reached("start", 1, STARTED, STARTED, "Started on 7 April 2025.")

    def test_a_start_still_to_come_is_not_reached(self) -> None:
        assert days_reached(case(), START, at=date(2025, 4, 6)) == []
        assert days_reached(case(), START, at=STARTED) == [STARTED]


class TestJobStart:
    def test_it_is_the_first_day_of_the_earliest_job(self) -> None:
        person = case(job(date(2025, 9, 1)), job(date(2025, 6, 2), date(2025, 6, 5)))
        assert days_reached(person, JOB_START) == [date(2025, 6, 2)]

    def test_a_job_on_the_day_of_the_start_counts_and_one_the_day_before_does_not(self) -> None:
        assert days_reached(case(job(STARTED)), JOB_START) == [STARTED]
        assert days_reached(case(job(date(2025, 4, 6))), JOB_START) == []

    def test_a_second_job_counts_although_the_first_began_before_the_start(self) -> None:
        person = case(job(date(2025, 1, 6)), job(date(2025, 8, 4)))
        assert days_reached(person, JOB_START) == [date(2025, 8, 4)]

    def test_a_job_agreed_for_later_has_not_begun(self) -> None:
        assert days_reached(case(job(date(2025, 6, 2))), JOB_START, at=date(2025, 6, 1)) == []


class TestWeeksInWork:
    def test_26_weeks_are_reached_on_day_182_of_a_job_and_not_the_day_before(self) -> None:
        person = case(job(STARTED))
        assert days_reached(person, JOB_OUTCOME) == [date(2025, 10, 5)]
        assert days_reached(person, JOB_OUTCOME, at=date(2025, 10, 4)) == []

    def test_several_short_jobs_add_up(self) -> None:
        person = case(in_work(day(10), 5), in_work(day(50), 5), in_work(day(90), 5))
        assert days_reached(person, TWO_WEEKS) == [day(93)]

    def test_a_day_with_two_jobs_counts_once(self) -> None:
        person = case(in_work(day(1), 10), in_work(day(6), 10))
        assert days_reached(person, TWO_WEEKS) == [day(14)]

    def test_a_short_job_inside_a_long_one_adds_nothing(self) -> None:
        person = case(in_work(day(1), 13), in_work(day(3), 2))
        assert days_reached(person, TWO_WEEKS) == []

    def test_a_job_begun_before_the_start_counts_from_the_start(self) -> None:
        assert days_reached(case(job(date(2024, 1, 1))), TWO_WEEKS) == [day(14)]

    def test_a_job_that_ended_before_the_start_does_not_count(self) -> None:
        assert days_reached(case(job(date(2024, 1, 1), date(2025, 4, 6))), TWO_WEEKS) == []

    def test_an_open_job_runs_to_today_and_no_further(self) -> None:
        assert days_reached(case(job(day(1))), TWO_WEEKS, at=day(13)) == []
        assert days_reached(case(job(day(1))), TWO_WEEKS, at=day(14)) == [day(14)]

    def test_a_job_whose_end_lies_ahead_counts_to_today_only(self) -> None:
        assert days_reached(case(in_work(day(1), 40)), TWO_WEEKS, at=day(13)) == []

    def test_29_february_is_a_day_like_any_other(self) -> None:
        person = Case(date(2024, 2, 26), date(2024, 2, 1), (job(date(2024, 2, 26)),))
        assert days_reached(person, TWO_WEEKS) == [date(2024, 3, 10)]

    def test_the_year_turns_without_losing_a_day(self) -> None:
        person = Case(date(2025, 12, 25), date(2025, 12, 1), (job(date(2025, 12, 25)),))
        assert days_reached(person, TWO_WEEKS) == [date(2026, 1, 7)]

    @pytest.mark.parametrize(("until", "expected"), [(14, [14]), (13, []), (None, [14]), (15, [14])])
    def test_a_limit_of_days_counts_the_start_as_day_one(
        self, until: int | None, expected: list[int]
    ) -> None:
        data = {
            "rule": "weeks_in_work",
            "code": "two_weeks",
            "label": "Two weeks",
            "weeks": 2,
            "until": until,
        }
        person = case(job(STARTED))
        assert days_reached(person, rule_from(data)) == [day(number) for number in expected]

    @pytest.mark.parametrize(("allotted", "expected"), [(14, [14]), (13, []), (None, [14])])
    def test_the_allotted_time_can_be_the_limit(self, allotted: int | None, expected: list[int]) -> None:
        data = {"rule": "weeks_in_work", "code": "w", "label": "Weeks", "weeks": 2, "until": "allotted"}
        person = case(job(STARTED), allotted_until=allotted and day(allotted))
        assert days_reached(person, rule_from(data)) == [day(number) for number in expected]

    def test_the_reason_names_the_days_that_counted(self) -> None:
        person = case(in_work(day(10), 5), in_work(day(12), 5), in_work(day(50), 1), in_work(day(90), 30))
        assert one(person, TWO_WEEKS).why == (
            "14 days in work from 7 April 2025 to 10 July 2025: 16 April 2025 to 22 April 2025 (7 days), "
            "26 May 2025 (1 day), 5 July 2025 to 10 July 2025 (6 days)."
        )

    def test_the_reason_stays_short_when_there_were_many_jobs(self) -> None:
        person = case(*(in_work(day(10 * number), 2) for number in range(1, 8)))
        assert "(2 days), 4 more, 15 June 2025 to 16 June 2025 (2 days)." in one(person, TWO_WEEKS).why


class TestWeeksInWindow:
    def test_13_weeks_without_a_break_are_enough(self) -> None:
        assert days_reached(case(job(day(1))), SHORT) == [day(91)]

    def test_it_is_reached_on_the_first_day_on_which_the_window_holds_enough(self) -> None:
        person = case(in_work(day(1), 60), in_work(day(101), 60))
        assert days_reached(person, SHORT) == [day(131)]

    def test_a_gap_may_be_as_long_as_the_rest_of_the_window_and_no_longer(self) -> None:
        assert days_reached(case(in_work(day(1), 90), in_work(day(182), 1)), SHORT) == [day(182)]
        assert days_reached(case(in_work(day(1), 90), in_work(day(183), 1)), SHORT) == []

    def test_days_that_have_left_the_window_do_not_count(self) -> None:
        assert days_reached(case(in_work(day(1), 90), in_work(day(183), 90)), SHORT) == []
        assert days_reached(case(in_work(day(1), 90), in_work(day(183), 91)), SHORT) == [day(273)]

    def test_days_before_the_start_never_help(self) -> None:
        assert days_reached(case(job(date(2024, 1, 1), day(90))), SHORT) == []

    def test_sustained_needs_26_weeks_in_52(self) -> None:
        person = case(in_work(day(1), 100), in_work(day(200), 82))
        assert days_reached(person, SUSTAINED) == [day(281)]

    def test_the_reason_names_the_window(self) -> None:
        person = case(in_work(day(1), 10), in_work(day(150), 91))
        assert one(person, SHORT).why == (
            "91 days in work from 4 June 2025 to 2 December 2025: "
            "3 September 2025 to 2 December 2025 (91 days)."
        )


class TestSustainment:
    """The outcome is two weeks in work, so that the first block of seven days begins on day 15."""

    def weeks(self, person: Case, *, at: date = LATER, **changes: Any) -> list[date]:
        return days_reached(person, TWO_WEEKS, sustainment(**changes), at=at)

    def test_work_without_a_break_makes_one_every_28_days(self) -> None:
        assert self.weeks(case(job(day(1))))[:3] == [day(42), day(70), day(98)]

    def test_there_are_at_most_as_many_as_the_contract_pays(self) -> None:
        assert len(self.weeks(case(job(day(1))), max=3)) == 3

    def test_there_is_none_without_the_outcome(self) -> None:
        assert self.weeks(case(in_work(day(1), 13))) == []

    def test_it_is_reached_on_the_last_day_of_the_fourth_week_and_not_before(self) -> None:
        assert self.weeks(case(job(day(1))), at=day(41)) == []
        assert self.weeks(case(job(day(1))), at=day(42)) == [day(42)]

    def test_one_day_in_work_makes_a_week_count(self) -> None:
        days_at_work = [in_work(day(number), 1) for number in (15, 28, 29, 42)]
        assert self.weeks(case(in_work(day(1), 14), *days_at_work)) == [day(42)]

    def test_a_week_without_work_breaks_the_run_and_a_new_one_starts_on_the_first_day_back(self) -> None:
        person = case(in_work(day(1), 35), job(day(46)))  # nothing from day 36 to day 45
        assert self.weeks(person)[:2] == [day(73), day(101)]

    def test_a_break_shorter_than_a_block_does_not_break_the_run(self) -> None:
        person = case(in_work(day(1), 29), job(day(42)))  # 12 days off, but each block has a day in work
        assert self.weeks(person)[0] == day(42)

    def test_a_break_between_two_sustainments_keeps_the_first(self) -> None:
        person = case(in_work(day(1), 42), job(day(60)))
        assert self.weeks(person)[:2] == [day(42), day(87)]

    def test_a_break_straight_after_the_outcome_moves_the_first_block(self) -> None:
        person = case(in_work(day(1), 14), job(day(30)))
        assert self.weeks(person)[0] == day(57)

    def test_a_day_on_benefit_spoils_the_week_where_the_contract_asks(self) -> None:
        person = case(job(day(1)), benefit_days=(in_work(day(20), 1),))
        assert self.weeks(person)[0] == day(42)
        assert self.weeks(person, off_benefit=True)[0] == day(49)  # back in work on day 22

    def test_benefit_before_the_outcome_does_not_matter(self) -> None:
        person = case(job(day(1)), benefit_days=(job(date(2024, 1, 1), day(14)),))
        assert self.weeks(person, off_benefit=True)[0] == day(42)

    def test_an_open_benefit_claim_stops_them(self) -> None:
        person = case(job(day(1)), benefit_days=(job(day(40)),))
        assert self.weeks(person, off_benefit=True) == []

    def test_work_without_a_break_goes_on_after_the_allotted_time(self) -> None:
        assert len(self.weeks(case(job(day(1)), allotted_until=day(30)))) == 13

    def test_back_on_the_last_allotted_day_is_in_time_and_a_day_later_is_not(self) -> None:
        assert self.weeks(case(in_work(day(1), 14), job(day(30)), allotted_until=day(30)))[0] == day(57)
        assert self.weeks(case(in_work(day(1), 14), job(day(31)), allotted_until=day(30))) == []

    def test_a_week_without_work_that_ends_on_the_last_allotted_day_leaves_no_day_to_come_back(self) -> None:
        person = case(in_work(day(1), 14), job(day(22)))  # nothing from day 15 to day 21
        assert self.weeks(person)[0] == day(49)
        assert self.weeks(Case(STARTED, STARTED, person.spells, day(22)))[0] == day(49)
        assert self.weeks(Case(STARTED, STARTED, person.spells, day(21))) == []

    def test_a_week_without_work_that_ends_after_the_allotted_time_ends_them_for_good(self) -> None:
        person = case(in_work(day(1), 42), job(day(50)), allotted_until=day(45))
        assert self.weeks(person) == [day(42)]

    def test_an_earlier_break_does_not_end_them(self) -> None:
        person = case(in_work(day(1), 14), in_work(day(30), 20), job(day(50)), allotted_until=day(60))
        assert len(self.weeks(person)) == 13

    def test_it_can_be_claimed_on_the_fifteenth_working_day_after(self) -> None:
        person = Case(date(2025, 10, 27), date(2025, 10, 1), (job(date(2025, 10, 27)),))
        first = reached(person, [TWO_WEEKS, sustainment()], LATER, england_and_wales())[1]
        assert (first.reached_on, first.claimable_from) == (date(2025, 12, 7), date(2025, 12, 30))

    def test_the_working_days_before_a_claim_are_data(self) -> None:
        person = case(job(day(1)))
        first = one(person, TWO_WEEKS, sustainment(max=1, claim_after_working_days=0))
        assert first.claimable_from == first.reached_on

    def test_the_reason_names_the_weeks_and_the_break_before_them(self) -> None:
        first, second = [
            milestone.why
            for milestone in reached(
                case(in_work(day(1), 42), job(day(60))), [TWO_WEEKS, sustainment()], day(87), WEEKDAYS_ONLY
            )[1:]
        ]
        assert first == "Each of the four weeks from 21 April 2025 to 18 May 2025 had a day in work."
        assert second == (
            "Each of the four weeks from 5 June 2025 to 2 July 2025 had a day in work. "
            "The week from 19 May 2025 to 25 May 2025 had no day in work, so a new run began on 5 June 2025."
        )

    def test_the_reason_says_when_benefit_broke_the_run(self) -> None:
        person = case(job(day(1)), benefit_days=(in_work(day(20), 1),))
        why = one(person, TWO_WEEKS, sustainment(off_benefit=True, max=1)).why
        assert "had a day in work, and no day on benefit is recorded." in why
        assert "had a day on benefit (26 April 2025), so a new run began on 28 April 2025." in why


class TestTogether:
    def test_milestones_come_in_the_order_of_the_days(self) -> None:
        rules = [sustainment(), SHORT, TWO_WEEKS, JOB_START, START]
        found = reached(case(job(day(2))), rules, day(120), WEEKDAYS_ONLY)
        assert [(milestone.code, milestone.ordinal) for milestone in found] == [
            ("start", 1),
            ("job_start", 1),
            ("two_weeks", 1),
            ("sustainment", 1),
            ("sustainment", 2),
            ("short", 1),
            ("sustainment", 3),
        ]

    def test_a_sustainment_that_follows_nothing_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="follows: two_weeks is not an outcome"):
            reached(case(), [sustainment()], LATER, WEEKDAYS_ONLY)

    def test_a_spell_cannot_end_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="last"):
            Spell(date(2025, 5, 2), date(2025, 5, 1))

    def test_104_weeks_from_the_start_end_on_a_sunday(self) -> None:
        assert last_day_of(STARTED, 728) == date(2027, 4, 4)
