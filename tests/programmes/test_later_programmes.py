"""The programmes after the Work Programme and before it: what a person reaches, and what it is worth."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from outcomes.milestones import Case, Hours, Pay, Rate, Reached, Spell, Step, reached, rules_from
from outcomes.pricing import Price, Priced, PriceMissing, price_of
from programmes.eligibility import decide
from programmes.working_days import england_and_wales
from tests.programmes.test_programme_files import prices_of, read
from tests.published import living_wage, windows

STARTED = date(2021, 9, 6)  # a Monday
# 416 hours at the rate of the start.
[THRESHOLD] = [pence for first, _, pence in living_wage() if first == date(2021, 4, 1)]
AT = date(2026, 1, 1)


def found(name: str, **facts: Any) -> dict[tuple[str, int], date]:
    """What somebody reaches on a programme, by the rules and rates of its file."""
    return {(one.code, one.ordinal): one.reached_on for one in _reached(name, **facts)}


def _reached(name: str, **facts: Any) -> tuple[Reached, ...]:
    file = read(name)
    rates: dict[str, list[Rate]] = {}
    for row in file.get("rates", []):
        rate = Rate(row["effective_from"], row["effective_to"], row["pence_per_hour"])
        rates.setdefault(row["name"], []).append(rate)
    case = Case(**({"started_on": STARTED, "referred_on": STARTED} | facts))
    return reached(case, rules_from(file["milestones"], rates), AT, england_and_wales())


def price(prices: list[Price], milestone: str, side: Any = "commissioner", ordinal: int = 1) -> Any:
    return price_of(
        prices,
        side=side,
        provider="larkmoor",
        payment_group="all",
        milestone=milestone,
        ordinal=ordinal,
        started_on=STARTED,
    )


def published(name: str) -> list[Price]:
    return [row for row in prices_of(read(name)) if not row.illustrative]


@pytest.mark.parametrize(
    ("name", "milestones"),
    [
        ("esf-2014-20", ["short_job_outcome", "sustained_job_outcome"]),
        ("esf-families-2011-15", ["start", "progress_measure", "sustained_job_outcome"]),
        ("work-and-health-programme", ["job_outcome", "self_employed_outcome"]),
        ("restart", ["job_outcome", "self_employed_outcome"]),
    ],
)
def test_what_is_paid_for_without_a_published_amount_is_a_missing_price(
    name: str, milestones: list[str]
) -> None:
    for milestone in milestones:
        assert isinstance(price(published(name), milestone), PriceMissing)


def test_connect_to_work_pays_nothing_by_milestone() -> None:
    prices = published("connect-to-work")
    assert [price(prices, code).pence for code in ("start", "job_start", "job_outcome")] == [0, 0, 0]


def test_an_illustrative_amount_stands_in_for_one_that_nobody_published() -> None:
    prices = prices_of(read("restart"))
    assert price(prices, "job_outcome") == Priced(250000, price(prices, "job_outcome").price_id, True)
    assert price(prices, "self_employed_outcome", "provider").pence == 200000


class TestEsf:
    def test_13_weeks_in_26_and_26_in_52_need_not_follow_each_other(self) -> None:
        spells = (Spell(date(2021, 10, 4), date(2021, 11, 28)), Spell(date(2022, 1, 3)))
        assert found("esf-2014-20", spells=spells) == {
            ("start", 1): STARTED,
            ("job_start", 1): date(2021, 10, 4),
            ("short_job_outcome", 1): date(2022, 2, 6),
            ("sustained_job_outcome", 1): date(2022, 5, 8),
        }


class TestEsfFamilies:
    def test_each_progress_measure_once_and_the_outcome_after_26_weeks(self) -> None:
        steps = [("family", 10), ("family", 20), ("work", 21), ("barrier", 30)]
        reached = found(
            "esf-families-2011-15",
            steps=tuple(Step("progress_measure", code, date(2021, 10, on)) for code, on in steps),
            spells=(Spell(date(2021, 11, 1)),),
        )
        measures = {ordinal: on.day for (code, ordinal), on in reached.items() if code == "progress_measure"}
        assert measures == {1: 10, 2: 21, 3: 30}
        assert reached["sustained_job_outcome", 1] == date(2022, 5, 1)

    @pytest.mark.parametrize(
        ("facts", "outcome"),
        [
            ({}, "eligible"),
            ({"adults_working": 1}, "not_eligible"),
            ({"benefit": []}, "not_eligible"),
            ({"adults_working": None}, "need_to_know"),
        ],
    )
    def test_a_family_on_benefit_in_which_nobody_works_may_join(
        self, facts: dict[str, Any], outcome: str
    ) -> None:
        known = {"lives_in": "E09000012", "benefit": ["income_support"], "adults_working": 0} | facts
        assert decide(read("esf-families-2011-15")["eligibility"]["rules"], known).outcome == outcome


class TestWorkAndHealth:
    """416 hours at £8.91, the rate of the start, within 638 days; or 182 days of self-employment."""

    LAST_DAY = STARTED + timedelta(days=windows("Work and Health Programme", "outcome (employed)")[0] - 1)

    @pytest.mark.parametrize(
        ("paid_on", "pence", "is_reached"),
        [
            (LAST_DAY, THRESHOLD, True),
            (LAST_DAY, THRESHOLD - 1, False),
            (LAST_DAY + timedelta(days=1), THRESHOLD, False),
        ],
    )
    def test_the_threshold_and_the_last_day(self, paid_on: date, pence: int, is_reached: bool) -> None:
        facts = found("work-and-health-programme", pay=(Pay(paid_on, pence),))
        assert facts.get(("job_outcome", 1)) == (paid_on if is_reached else None)

    def test_earnings_and_self_employment_are_one_outcome(self) -> None:
        spell = (Spell(date(2021, 10, 1)),)
        both = {"spells": spell, "self_employed": spell, "pay": (Pay(date(2022, 6, 30), 999999),)}
        codes = [code for code, _ in found("work-and-health-programme", **both)]
        assert codes == ["start", "job_start", "self_employed_outcome"]

    def test_a_start_before_the_first_known_rate_is_not_judged(self) -> None:
        early = {"started_on": date(2019, 3, 31), "pay": (Pay(date(2019, 9, 30), 9999999),)}
        assert ("job_outcome", 1) not in found("work-and-health-programme", **early)


class TestRestart:
    def test_day_547_is_the_last(self) -> None:
        last_day = date(2023, 3, 6)
        assert ("job_outcome", 1) in found("restart", pay=(Pay(last_day, THRESHOLD),))
        assert ("job_outcome", 1) not in found("restart", pay=(Pay(date(2023, 3, 7), THRESHOLD),))

    def test_that_it_is_not_confirmed_is_said_where_it_stands(self) -> None:
        rules = {row["code"]: row for row in read("restart")["milestones"]}
        for code in ("job_outcome", "self_employed_outcome"):
            assert rules[code]["within_days"] == 547
            assert rules[code]["reading"].startswith("Not confirmed: ")

    @pytest.mark.parametrize(("months", "outcome"), [(6, "eligible"), (5, "not_eligible")])
    def test_six_months_of_universal_credit(self, months: int, outcome: str) -> None:
        known = {"lives_in": "E08000019", "benefit": ["universal_credit"], "months_on_benefit": months}
        assert decide(read("restart")["eligibility"]["rules"], known).outcome == outcome


class TestConnectToWork:
    def test_7_hours_in_13_of_16_weeks(self) -> None:
        first = date(2021, 9, 13)
        hours = (Hours(first, None, Decimal(7)),)
        reached = found("connect-to-work", spells=(Spell(first),), hours=hours)
        assert reached["job_outcome", 1] == date(2021, 12, 12)
