"""The shipped files say what was published, figure by figure: prices, levels, windows, rates and standards."""

from typing import Any

import pytest

from tests.programmes.test_programme_files import read
from tests.published import (
    FILES,
    attachment_fees,
    living_wage,
    pence,
    row,
    rows,
    windows,
    work_programme_groups,
)

WORK_PROGRAMME = ["work-programme-west-midlands", "work-programme-south-yorkshire"]
MODELS = "programme_payment_models"


def milestone(name: str, code: str) -> dict[str, Any]:
    [found] = [one for one in read(name)["milestones"] if one["code"] == code]
    return dict(found)


@pytest.mark.parametrize("name", FILES)
def test_every_figure_has_a_source_or_was_not_found(name: str) -> None:
    for one in rows(name):
        assert one["source"] or "not found" in one["confidence"].lower()


@pytest.mark.parametrize("name", WORK_PROGRAMME)
class TestWorkProgramme:
    def test_prices_by_group(self, name: str) -> None:
        prices = [one for one in read(name)["prices"] if one["side"] == "commissioner" and "pence" in one]
        for group, published in work_programme_groups().items():
            own = {
                one["milestone"]: one["pence"]
                for one in prices
                if one["milestone"] != "start" and group in one["payment_groups"]
            }
            assert own == {code: published[code] for code in ("job_outcome", "sustainment")}

    def test_how_often_and_after_how_many_weeks(self, name: str) -> None:
        content = read(name)
        for group, published in work_programme_groups().items():
            [own] = [one.get("milestones", []) for one in content["payment_groups"] if one["code"] == group]
            rules = {one["code"]: one for one in [*content["milestones"], *own]}
            assert rules["job_outcome"]["weeks"] == published["weeks"]
            assert rules["sustainment"]["max"] == published["most"]

    def test_the_attachment_fee_of_each_year(self, name: str) -> None:
        starts = [one for one in read(name)["prices"] if one["milestone"] == "start" and "pence" in one]
        by_day = sorted(starts, key=lambda one: one["starts_from"])
        assert [one["pence"] for one in by_day] == list(attachment_fees().values())

    def test_minimum_levels(self, name: str) -> None:
        said = {
            (level["contract_year"], group): level["basis_points"]
            for level in read(name)["minimum_levels"]
            for group in level["payment_groups"]
        }
        published = {}
        for one in rows("wp_minimum_performance_levels", confidence="secondary"):
            groups = ["1", "2"] if one["payment_group"].startswith("all") else [one["payment_group"][2]]
            for group in set(groups) & {"1", "2"}:
                # Pounds and pence are per cent and basis points here.
                published[int(one["contract_year"]), group] = pence(one["mpl_pct"])
        assert said == published

    def test_the_incentive_without_the_number_above_which_it_is_paid(self, name: str) -> None:
        quoted = row(MODELS, programme="Work Programme", element="incentive payment")
        assert "threshold not found" in quoted["rule"]
        [band] = read(name)["fees"]
        assert f"GBP {band['pence'] // 100:,}" in quoted["share_or_amount"]
        assert "above" not in band

    def test_the_charter(self, name: str) -> None:
        check_standards(
            name, "Work Programme (Serco charter)", {"allocation": "allocated", "induction": "induction held"}
        )


def check_standards(name: str, programme: str, stops: dict[str, str]) -> None:
    """The limits of these standards are those of the published ones whose clock stops so."""
    limits = {one["code"]: (one["limit"], one["unit"]) for one in read(name)["standards"]}
    for code, stop in stops.items():
        found = row("service_standards", programme=programme, clock_stops=stop)
        assert limits[code] == (int(found["limit_value"]), found["limit_unit"])


class TestWorkAndHealth:
    NAME, PROGRAMME = "work-and-health-programme", "Work and Health Programme"

    def test_the_window_of_the_outcome(self) -> None:
        window, on_programme, days = windows(self.PROGRAMME, "outcome (employed)")
        assert window == on_programme + days
        assert read(self.NAME)["contract"]["allotted_days"] == on_programme
        outcome = milestone(self.NAME, "job_outcome")
        assert (outcome["within_days"], 7 * outcome["weeks"]) == (window, days)
        own = milestone(self.NAME, "self_employed_outcome")
        assert windows(self.PROGRAMME, "outcome (self-employed)")[0] == own["within_days"]
        assert own["days"] == days

    def test_standards(self) -> None:
        stops = {"start": "start or FTA", "acknowledgement": "acknowledged"}
        check_standards(self.NAME, self.PROGRAMME, stops)
        assert [
            (one["code"], one["limit"])
            for one in read(self.NAME)["standards"]
            if one["code"] == "action_plan"
        ] == [("action_plan", int(row("service_standards", code="CSS3")["limit_value"]))]


@pytest.mark.parametrize("name", ["work-and-health-programme", "restart"])
def test_the_living_wage_and_the_threshold(name: str) -> None:
    rates = {one["effective_from"]: one["pence_per_hour"] for one in read(name)["rates"]}
    outcome = milestone(name, "job_outcome")
    published = [one for one in living_wage() if one[0] >= min(rates)]
    assert len(published) >= 3
    for first, an_hour, threshold in published:
        assert rates[first] == an_hour
        assert outcome["hours"] * outcome["weeks"] * an_hour == threshold


def test_the_window_of_restart_is_not_confirmed_and_says_so() -> None:
    quoted = row(MODELS, programme="Restart")["window_days"]
    outcome = milestone("restart", "job_outcome")
    assert quoted == f"{outcome['within_days']} NOT CONFIRMED"
    assert outcome["reading"].startswith("Not confirmed")


@pytest.mark.parametrize("name", ["esf-2014-20", "inspiring-families"])
@pytest.mark.parametrize(
    ("element", "code"), [("short", "short_job_outcome"), ("sustained", "sustained_job_outcome")]
)
def test_the_outcomes_of_the_social_fund(name: str, element: str, code: str) -> None:
    [window] = windows("DWP CFO ESF 2014-20", f"{element} job outcome")
    assert 7 * milestone(name, code)["within_weeks"] == window


def test_the_outcome_taken_over_for_connect_to_work() -> None:
    days, weeks = windows("IPSPC (IPS primary care)", "baseline job outcome")
    assert 7 * weeks == days
    assert milestone("connect-to-work", "job_outcome")["within_weeks"] == weeks
