"""Weeks of enough hours, and days of evidenced self-employment."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from outcomes.milestones import Case, Hours, Reached, Rule, Spell, outlook, reached, rule_from
from tests.outcomes.cases import LATER, STARTED, WEEKDAYS_ONLY, day, in_work

SEVEN = rule_from(
    {
        "rule": "hours_weeks",
        "code": "baseline",
        "label": "Job outcome",
        "hours": 7,
        "weeks": 13,
        "within_weeks": 16,
    }
)
ONE_WEEK = replace(SEVEN, weeks=1, within_weeks=1)  # type: ignore[call-arg]
SELF_EMPLOYED = rule_from(
    {
        "rule": "self_employed_days",
        "code": "self",
        "label": "Self-employed outcome",
        "days": 182,
        "within_days": 638,
    }
)


def worked(*jobs: tuple[date, date | None, str], started_on: date = STARTED) -> Case:
    hours = tuple(Hours(first, last, Decimal(per_week)) for first, last, per_week in jobs)
    return Case(started_on, started_on, tuple(Spell(job.first, job.last) for job in hours), hours=hours)


def found(person: Case, rule: Rule, at: date = LATER) -> list[Reached]:
    return list(reached(person, [rule], at, WEEKDAYS_ONLY))


def days(person: Case, rule: Rule, at: date = LATER) -> list[date]:
    return [one.reached_on for one in found(person, rule, at)]


class TestHoursWeeks:
    def test_13_weeks_of_7_hours_are_reached_on_the_sunday_of_the_thirteenth(self) -> None:
        person = worked((date(2025, 4, 14), None, "7"))
        assert days(person, SEVEN) == [date(2025, 7, 13)]
        assert days(person, SEVEN, at=date(2025, 7, 12)) == []

    def test_a_week_counts_that_lies_wholly_after_the_start(self) -> None:
        """The start is a Monday: its own week holds the day of the start, and so the next one is the first."""
        assert days(worked((STARTED, None, "40")), ONE_WEEK) == [date(2025, 4, 20)]
        on_sunday = worked((date(2025, 4, 1), None, "40"), started_on=date(2025, 4, 6))
        assert days(on_sunday, ONE_WEEK) == [date(2025, 4, 13)]

    def test_less_than_the_hours_does_not_count_by_however_little(self) -> None:
        assert days(worked((STARTED, None, "6.99")), SEVEN) == []

    def test_the_hours_of_jobs_add_up(self) -> None:
        person = worked((STARTED, None, "3.50"), (date(2025, 4, 21), None, "3.50"))
        assert days(person, ONE_WEEK) == [date(2025, 4, 27)]

    def test_a_part_of_a_week_holds_its_part_of_the_hours_exactly(self) -> None:
        """Three days of seven at 16 1/3 hours are 7 hours: a job's hours spread evenly over its days."""
        friday_on = worked((date(2025, 4, 18), date(2025, 4, 20), "16.34"))
        assert days(friday_on, ONE_WEEK) == [date(2025, 4, 20)]
        a_little_less = worked((date(2025, 4, 18), date(2025, 4, 20), "16.33"))
        assert days(a_little_less, ONE_WEEK) == []

    def test_the_window_forgives_three_weeks_and_no_fourth(self) -> None:
        before, gap_of_3, gap_of_4 = date(2025, 5, 25), date(2025, 6, 16), date(2025, 6, 23)
        person = worked((date(2025, 4, 14), before, "10"), (gap_of_3, None, "10"))
        assert days(person, SEVEN) == [date(2025, 8, 3)]
        person = worked((date(2025, 4, 14), before, "10"), (gap_of_4, None, "10"))
        assert days(person, SEVEN) == [date(2025, 9, 21)]

    def test_the_reason_names_the_weeks_that_counted(self) -> None:
        person = worked((date(2025, 4, 14), date(2025, 5, 25), "10"), (date(2025, 6, 16), None, "10"))
        assert found(person, SEVEN)[0].why == (
            "13 weeks of 7 hours or more in the 16 weeks from 14 April 2025 to 3 August 2025: 14 April 2025 to"
            " 25 May 2025 (6 weeks), 16 June 2025 to 3 August 2025 (7 weeks)."
        )

    def test_the_outlook_counts_on_the_job_or_says_how_far_it_is(self) -> None:
        open_job = worked((date(2025, 4, 14), None, "7"))
        (ahead,) = outlook(open_job, [SEVEN], date(2025, 7, 1))
        assert ahead.sentence == "13 weeks of 7 hours in 16 on 13 July 2025 if the job lasts; 12 days to go"
        ended = worked((date(2025, 4, 14), date(2025, 5, 25), "7"))
        (ahead,) = outlook(ended, [SEVEN], date(2025, 6, 11))
        assert ahead.sentence == "6 of 13 weeks of 7 hours in the last 16 so far; no job is open"


class TestSelfEmployedDays:
    def person(self, *spells: Spell) -> Case:
        return Case(STARTED, STARTED, spells, self_employed=spells)

    def test_182_days_are_reached_on_the_day_that_completes_them(self) -> None:
        assert days(self.person(Spell(day(1))), SELF_EMPLOYED) == [day(182)]
        assert days(self.person(Spell(day(1))), SELF_EMPLOYED, at=day(181)) == []

    def test_a_day_counts_once_however_often_it_is_evidenced(self) -> None:
        person = self.person(in_work(day(1), 100), in_work(day(51), 100), in_work(day(301), 32))
        assert days(person, SELF_EMPLOYED) == [day(332)]

    def test_work_that_is_not_evidenced_self_employment_does_not_count(self) -> None:
        assert days(Case(STARTED, STARTED, (Spell(day(1)),)), SELF_EMPLOYED) == []

    def test_day_638_is_the_last(self) -> None:
        assert days(self.person(Spell(day(457))), SELF_EMPLOYED) == [day(638)]
        assert days(self.person(Spell(day(458))), SELF_EMPLOYED) == []

    def test_the_reason_and_the_outlook_name_the_days(self) -> None:
        person = self.person(in_work(day(1), 100), Spell(day(201)))
        assert found(person, SELF_EMPLOYED)[0].why == (
            "182 days of self-employment from 7 April 2025 to 13 January 2026: 7 April 2025 to 15 July 2025 (100 days),"
            " 24 October 2025 to 13 January 2026 (82 days)."
        )
        (ahead,) = outlook(person, [SELF_EMPLOYED], day(273))
        assert ahead.sentence == (
            "182 days of self-employment on 13 January 2026 if the self-employment lasts; 9 days to go"
        )
        (ahead,) = outlook(self.person(in_work(day(1), 100)), [SELF_EMPLOYED], day(273))
        assert ahead.sentence == (
            "100 of 182 days of self-employment so far; 82 to go by 4 January 2027; no self-employment is open"
        )

    def test_too_little_time_is_too_late(self) -> None:
        (ahead,) = outlook(self.person(in_work(day(1), 100)), [SELF_EMPLOYED], day(556))
        assert ahead.sentence.startswith("100 of 182 days")
        (ahead,) = outlook(self.person(in_work(day(1), 100)), [SELF_EMPLOYED], day(557))
        assert ahead.sentence == "182 days of self-employment can no longer be reached"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hours": 0}, "hours: must be"),
        ({"hours": 7.5}, "hours: must be"),
        ({"within_weeks": 12}, "within_weeks: must not be fewer than weeks"),
    ],
)
def test_a_wrong_rule_is_refused(changes: dict[str, object], said: str) -> None:
    data = {"rule": "hours_weeks", "code": "h", "label": "H", "hours": 7, "weeks": 13, "within_weeks": 16}
    with pytest.raises(ValueError, match=said):
        rule_from(data | changes)
