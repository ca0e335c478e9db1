"""Earnings against a threshold: golden figures, days on the edge, missing rates, and what is left to earn."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from outcomes.milestones import Case, Outlook, Pay, Rate, Reached, Rule, outlook, reached, rule_from
from tests.outcomes.cases import LATER, WEEKDAYS_ONLY
from tests.published import living_wage

# Published hourly rates of the National Living Wage, and 416 hours (16 in each of 26 weeks) at each.
RATES = living_wage()
NLW = {"national_living_wage": [Rate(first, date(first.year + 1, 3, 31), pence) for first, pence, _ in RATES]}
STARTED = date(2025, 4, 7)
EARNINGS = {
    "rule": "earnings",
    "code": "job_outcome",
    "label": "Job outcome",
    "hours": 16,
    "weeks": 26,
    "rate": "national_living_wage",
    "within_days": 638,
}
ON_START = rule_from(EARNINGS | {"rate_on": "start"}, NLW)
ON_PAY = rule_from(EARNINGS | {"rate_on": "pay"}, NLW)
THOUSAND = rule_from(
    {"rule": "earnings", "code": "earned", "label": "First £1,000", "pence": 100000, "within_days": 299}
)


def paid(*pay: tuple[date, int], started_on: date = STARTED) -> Case:
    return Case(started_on, started_on, pay=tuple(Pay(on, pence) for on, pence in pay))


def found(person: Case, rule: Rule, at: date = LATER) -> list[Reached]:
    return list(reached(person, [rule], at, WEEKDAYS_ONLY))


def days(person: Case, rule: Rule, at: date = LATER) -> list[date]:
    return [one.reached_on for one in found(person, rule, at)]


def sentence(person: Case, rule: Rule, at: date) -> str:
    (one,) = outlook(person, [rule], at)
    assert isinstance(one, Outlook)
    return one.sentence


@pytest.mark.parametrize(("first", "_", "threshold"), RATES)
@pytest.mark.parametrize("rule", [ON_START, ON_PAY])
def test_16_hours_in_26_weeks_at_the_living_wage_make_the_threshold(
    first: date, _: int, threshold: int, rule: Rule
) -> None:
    short = paid((first, threshold - 1), started_on=first)
    assert days(short, rule) == []
    assert days(paid((first, threshold), started_on=first), rule) == [first]


def test_pay_adds_up_and_counts_on_its_pay_date() -> None:
    person = paid((date(2025, 7, 31), 300000), (date(2025, 6, 30), 150000), (date(2025, 8, 29), 200000))
    (outcome,) = found(person, ON_START)
    assert outcome.reached_on == outcome.claimable_from == date(2025, 8, 29)
    assert outcome.why == (
        "Gross pay of £6,500.00 from 7 April 2025 to 29 August 2025 reaches £5,079.36 (16 hours in each of 26 weeks at"
        " £12.21, the national living wage on 7 April 2025): 30 June 2025 (£1,500.00), 31 July 2025 (£3,000.00),"
        " 29 August 2025 (£2,000.00)."
    )


def test_many_payments_are_told_shortly() -> None:
    person = paid(*((STARTED + timedelta(weeks=number), 60000) for number in range(1, 10)))
    (outcome,) = found(person, ON_START)
    assert outcome.why.endswith(
        ": 14 April 2025 (£600.00), 21 April 2025 (£600.00), 6 more, 9 June 2025 (£600.00)."
    )


def test_two_payments_of_one_day_are_one_sum() -> None:
    person = paid((date(2025, 7, 31), 400000), (date(2025, 7, 31), 200000))
    assert "31 July 2025 (£6,000.00)." in found(person, ON_START)[0].why


def test_what_is_taken_back_on_the_same_day_does_not_count_for_a_moment() -> None:
    person = paid((date(2025, 7, 31), 600000), (date(2025, 7, 31), -200000))
    assert days(person, ON_START) == []


def test_pay_before_the_start_and_after_the_last_day_does_not_count() -> None:
    last_day = date(2027, 1, 4)  # day 638, the start being day 1
    assert days(paid((STARTED - timedelta(days=1), 600000)), ON_START) == []
    assert days(paid((STARTED, 600000)), ON_START) == [STARTED]
    assert days(paid((last_day, 600000)), ON_START) == [last_day]
    assert days(paid((last_day + timedelta(days=1), 600000)), ON_START) == []


def test_pay_to_come_has_not_come() -> None:
    person = paid((date(2025, 7, 31), 600000))
    assert days(person, ON_START, at=date(2025, 7, 30)) == []
    assert sentence(person, ON_START, date(2025, 7, 30)) == "Job outcome on 31 July 2025; 1 day to go"


def test_who_spans_an_april_is_judged_by_the_day_that_the_contract_says() -> None:
    person = paid((date(2026, 3, 31), 507935), (date(2026, 4, 30), 20000))
    assert days(person, ON_START) == [date(2026, 4, 30)]
    assert days(person, ON_PAY) == []
    enough = paid((date(2026, 3, 31), 507935), (date(2026, 4, 30), 20801))
    assert days(enough, ON_PAY) == [date(2026, 4, 30)]
    assert "£5,287.36 (16 hours" in found(enough, ON_PAY)[0].why
    assert "the national living wage on 30 April 2026" in found(enough, ON_PAY)[0].why


class TestMissingRates:
    def test_without_a_rate_on_the_day_of_the_start_nothing_is_reached_and_the_outlook_says_so(self) -> None:
        person = paid((date(2024, 12, 31), 9000000), started_on=date(2024, 6, 3))
        assert days(person, ON_START) == []
        assert sentence(person, ON_START, date(2025, 1, 1)) == (
            "Job outcome cannot be judged: rate missing (no national living wage is known for 3 June 2024)"
        )

    def test_a_pay_date_without_a_rate_stops_the_judging_there(self) -> None:
        rule = rule_from(
            EARNINGS | {"rate_on": "pay"}, {"national_living_wage": NLW["national_living_wage"][:3]}
        )
        person = paid((date(2025, 6, 30), 100000), (date(2026, 4, 30), 900000))
        assert days(person, rule) == []
        assert "rate missing (no national living wage is known for 30 April 2026)" in sentence(
            person, rule, date(2026, 5, 1)
        )
        before = paid((date(2026, 3, 31), 600000), (date(2026, 4, 30), 900000))
        assert days(before, rule) == [date(2026, 3, 31)]

    def test_a_later_pay_date_with_a_rate_does_not_help_over_a_gap(self) -> None:
        """From April 2020 to March 2021 no rate is known here: the threshold may have been reached in between."""
        started_on = date(2020, 3, 2)
        person = paid((date(2020, 6, 30), 100), (date(2021, 4, 30), 900000), started_on=started_on)
        assert days(person, ON_PAY) == []
        without = paid((date(2021, 4, 30), 900000), started_on=started_on)
        assert days(without, ON_PAY) == [date(2021, 4, 30)]

    def test_a_rate_of_another_name_does_not_help(self) -> None:
        rule = rule_from(EARNINGS | {"rate_on": "start", "rate": "london_living_wage"}, NLW)
        assert days(paid((STARTED, 9000000)), rule) == []

    def test_the_end_of_a_rate_is_its_last_day(self) -> None:
        person = paid((date(2026, 4, 1), 600000), started_on=date(2022, 4, 1))
        assert days(
            replace(person, started_on=date(2022, 3, 31), pay=(Pay(date(2022, 5, 1), 600000),)), ON_START
        )
        assert days(replace(person, pay=(Pay(date(2022, 5, 1), 600000),)), ON_START) == []

    def test_what_follows_it_cannot_be_judged_either(self) -> None:
        lasting: dict[str, Any] = {
            "rule": "sustainment",
            "code": "s",
            "label": "Sustainment",
            "least_days": 1,
        }
        follows = rule_from(lasting | {"max": 2, "follows": "job_outcome"})
        ahead = outlook(paid(started_on=date(2024, 6, 3)), [ON_START, follows], date(2025, 1, 1))
        assert [one.sentence.count("rate missing") for one in ahead] == [1, 1]


class TestOutlook:
    def test_it_says_what_is_earned_what_is_left_and_until_when(self) -> None:
        person = paid((date(2026, 5, 7), 200000), (date(2026, 6, 4), 112050), started_on=date(2025, 3, 15))
        rule = rule_from(
            EARNINGS | {"rate_on": "pay"},
            {"national_living_wage": [Rate(date(2025, 4, 1), None, 1221)]},
        )
        assert sentence(person, rule, date(2026, 6, 20)) == (
            "£3,120.50 of £5,079.36 by 4 June 2026; £1,958.86 to go by 12 December 2026"
        )

    def test_nothing_paid_yet(self) -> None:
        assert sentence(paid(), THOUSAND, STARTED) == (
            "£0.00 of £1,000.00 so far; £1,000.00 to go by 30 January 2026"
        )

    def test_after_the_last_day_it_is_too_late(self) -> None:
        person = paid((date(2025, 6, 4), 99999))
        assert sentence(person, THOUSAND, date(2026, 1, 29)).startswith("£999.99 of £1,000.00")
        assert sentence(person, THOUSAND, date(2026, 1, 30)) == "First £1,000 can no longer be reached"

    def test_once_reached_there_is_nothing_ahead(self) -> None:
        assert outlook(paid((STARTED, 100000)), [THOUSAND], STARTED) == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (EARNINGS, "rate_on: is missing"),
        (EARNINGS | {"rate_on": "april"}, 'rate_on: must be "start" or "pay"'),
        (EARNINGS | {"rate_on": "start", "pence": 5}, "pence: is for a rule without hours"),
        (EARNINGS | {"rate_on": "start", "hours": 0}, "hours: must be a whole number"),
        ({**EARNINGS, "rate_on": "start", "rate": 7}, "rate: must be the name of a rate"),
        ({k: v for k, v in EARNINGS.items() if k != "within_days"}, "within_days: is missing"),
        (EARNINGS | {"rate_on": "start", "rates": []}, "rates: not a field of earnings"),
    ],
)
def test_a_rule_that_leaves_something_open_is_refused(data: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        rule_from(data)
