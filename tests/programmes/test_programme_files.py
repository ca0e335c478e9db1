"""The programme files of the repository: sound, sourced, and worth the published sums."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from outcomes.milestones import Case, Rule, Spell, reached, rules_from
from outcomes.pricing import Price, Priced, PriceMissing, clashes, price_of
from programmes.eligibility import check_rules, decide
from programmes.measure import COUNTS
from programmes.working_days import england_and_wales
from tests import published
from tests.published import attachment_fees, work_programme_groups

FILES = Path(__file__).parents[2] / "programmes" / "files"
Table = dict[str, Any]

CONTRACTS = (
    *("inspiring-families", "work-programme-west-midlands", "work-programme-south-yorkshire"),
    *("esf-2014-20", "esf-families-2011-15", "work-and-health-programme", "restart", "connect-to-work"),
)
COMPANIONS = (
    *("inspiring-families.illustrative", "work-programme.illustrative"),
    "later-programmes.illustrative",
)
WORK_PROGRAMME = "work-programme-south-yorkshire"
FAMILIES = "inspiring-families"


FIGURES = {
    *("pence", "basis_points", "share_basis_points", "limit", "allotted_days", "rules"),
    *("erasure", "who", "lawful_basis", "records", "side", "pence_per_hour", "all_of", "any_of", "claimed"),
}


def read(name: str) -> Table:
    return tomllib.loads((FILES / f"{name}.toml").read_text())


def groups_of(contract: Table) -> list[str]:
    return [group["code"] for group in contract["payment_groups"]]


def rules_of(contract: Table, group: str) -> tuple[Rule, ...]:
    """The programme's rules, with those that the group has of its own in their places."""
    (own,) = [row.get("milestones", []) for row in contract["payment_groups"] if row["code"] == group]
    by_code = {row["code"]: row for row in [*contract["milestones"], *own]}
    return rules_from(list(by_code.values()))


def prices_of(contract: Table) -> list[Price]:
    """The prices of a contract and of its companions, one for each payment group."""
    companions = [read(name) for name in COMPANIONS]
    mine = [it for it in companions if contract["contract"]["code"] in it["contracts"]]
    prices: list[Price] = []
    for file in (contract, *mine):
        for row in file.get("prices", []):
            for group in row.get("payment_groups", groups_of(contract)):
                known = {key: row[key] for key in row.keys() - {"payment_groups", "source", "confidence"}}
                defaults = {"ordinal_to": 1, "illustrative": file.get("illustrative", False)}
                prices.append(Price(id=f"{len(prices)}", payment_group=group, **(defaults | known)))
    return prices


def figures(value: Any) -> Iterator[Table]:
    """Every table below `value` that is about a figure, a date or a rule from somewhere."""
    if isinstance(value, dict):
        if value.keys() & FIGURES:
            yield value
        for below in value.values():
            yield from figures(below)
    elif isinstance(value, list):
        for below in value:
            yield from figures(below)


def test_every_file_of_the_folder_is_looked_at() -> None:
    assert {path.name for path in FILES.glob("*.toml")} == {f"{name}.toml" for name in CONTRACTS + COMPANIONS}


@pytest.mark.parametrize("name", CONTRACTS)
class TestContracts:
    def test_every_figure_has_a_source_and_every_source_is_used(self, name: str) -> None:
        contract = read(name)
        assert {row["source"] for row in figures(contract)} == set(contract["sources"])

    def test_every_rate_says_how_sure_it_is(self, name: str) -> None:
        contract = read(name)
        rates = [row for name in ("prices", "minimum_levels", "rates") for row in contract.get(name, [])]
        assert {row["confidence"] for row in rates} <= {"published", "secondary", "derived"}

    def test_the_eligibility_rules_are_sound_and_about_the_areas_of_the_contract(self, name: str) -> None:
        contract = read(name)
        rules = contract["eligibility"]["rules"]
        assert check_rules(rules) == []
        assert rules["all"][0]["is_one_of"] == [area["code"] for area in contract["areas"]]

    def test_the_milestone_rules_of_every_group_are_sound(self, name: str) -> None:
        contract = read(name)
        assert all(rules_of(contract, group) for group in groups_of(contract))

    def test_every_reading_that_the_contract_leaves_open_is_given_in_words(self, name: str) -> None:
        contract = read(name)
        assert contract["contract"]["reading"].endswith(".")
        groups = [row for group in contract["payment_groups"] for row in group.get("milestones", [])]
        for row in [*contract["milestones"], *groups]:
            if {"least_days", "rate_on", "one_of", "definitions"} & row.keys():
                assert row["reading"]

    def test_rates_are_dated_end_to_end_and_every_rule_names_one_of_them(self, name: str) -> None:
        contract = read(name)
        rates = contract.get("rates", [])
        assert {row["rate"] for row in contract["milestones"] if "rate" in row} == {
            row["name"] for row in rates
        }
        for one, following in pairwise(rates):
            assert following["effective_from"] == one["effective_to"] + timedelta(days=1)

    def test_prices_are_about_groups_and_milestones_that_exist_and_never_clash(self, name: str) -> None:
        contract = read(name)
        prices = prices_of(contract)
        assert {price.payment_group for price in prices} <= set(groups_of(contract))
        assert {price.milestone for price in prices} <= {row["code"] for row in contract["milestones"]}
        assert clashes(prices) == []

    def test_what_is_not_published_is_not_in_it(self, name: str) -> None:
        contract = read(name)
        assert not contract.keys() & {"illustrative", "profile"}
        assert all(price.illustrative for price in prices_of(contract) if price.side == "provider")

    def test_areas_have_their_codes_and_districts(self, name: str) -> None:
        for area in read(name)["areas"]:
            assert re.fullmatch(r"E0[6-9]\d{6}|E10\d{6}", area["code"])
            assert all(re.fullmatch(r"[A-Z]{1,2}\d{1,2}[A-Z]?", one) for one in area["postcode_districts"])
            assert len(set(area["postcode_districts"])) == len(area["postcode_districts"])


@pytest.mark.parametrize("name", COMPANIONS)
class TestCompanions:
    def test_it_is_marked_and_names_loaded_contracts(self, name: str) -> None:
        companion = read(name)
        assert companion["illustrative"] is True
        assert companion["source"].startswith("Illustrative: ")
        assert set(companion["contracts"]) <= {read(contract)["contract"]["code"] for contract in CONTRACTS}

    def test_the_profile_is_about_counts_that_are_measured_and_months_of_the_contract(
        self, name: str
    ) -> None:
        companion = read(name)
        for row in companion["profile"]:
            assert row["measure"] in COUNTS
            assert 1 <= row["first_month"] <= row["last_month"]


def test_both_work_programme_files_differ_only_in_their_place() -> None:
    one, other = (read(f"work-programme-{place}") for place in ("west-midlands", "south-yorkshire"))
    for file in (one, other):
        del file["areas"]
        file["contract"].update(code="", name="")
        area = file["eligibility"]["rules"]["all"][0]
        del area["is_one_of"], area["says"]["not_met"]
    assert one == other


class TestInspiringFamilies:
    FACTS: Table = {
        "lives_in": "E09000012",
        "employment_status": "inactive",
        "concerns": ["school_attendance"],
    }

    def outcome(self, **facts: Any) -> str:
        return decide(read(FAMILIES)["eligibility"]["rules"], self.FACTS | facts).outcome

    @pytest.mark.parametrize(
        "borough", ["E09000010", "E09000012", "E09000014", "E09000026", "E09000030", "E09000001"]
    )
    def test_the_five_boroughs_are_in(self, borough: str) -> None:
        assert self.outcome(lives_in=borough) == ("not_eligible" if borough == "E09000001" else "eligible")

    @pytest.mark.parametrize("status", ["unemployed", "inactive", "employed", "self_employed"])
    def test_people_out_of_work_are_in(self, status: str) -> None:
        expected = "eligible" if status in ("unemployed", "inactive") else "not_eligible"
        assert self.outcome(employment_status=status) == expected

    @pytest.mark.parametrize(
        "concern",
        [
            "own_health",
            "partner_health",
            "child_health",
            "school_attendance",
            "child_protection",
            "domestic_abuse",
            "crime_or_asb",
        ],
    )
    def test_each_concern_is_enough_and_all_read_alike(self, concern: str) -> None:
        rules = read(FAMILIES)["eligibility"]["rules"]
        decision = decide(rules, self.FACTS | {"concerns": [concern]})
        assert decision == decide(rules, self.FACTS)
        assert decision.outcome == "eligible"

    def test_a_family_without_a_concern_is_out_and_one_nobody_asked_is_open(self) -> None:
        assert self.outcome(concerns=[]) == "not_eligible"
        assert self.outcome(concerns=None) == "need_to_know"

    def test_13_weeks_in_26_are_a_short_and_26_in_52_a_sustained_outcome(self) -> None:
        contract = read(FAMILIES)
        person = Case(date(2025, 1, 6), date(2025, 1, 2), (Spell(date(2025, 2, 3)),))
        days = {
            it.code: it.reached_on
            for it in reached(person, rules_of(contract, "all"), date(2026, 1, 1), england_and_wales())
        }
        assert days == {
            "start": date(2025, 1, 6),
            "job_start": date(2025, 2, 3),
            "short_job_outcome": date(2025, 5, 4),
            "sustained_job_outcome": date(2025, 8, 3),
        }


class TestWorkProgramme:
    def priced(
        self, group: str, started_on: date = date(2011, 6, 1), side: Any = "commissioner"
    ) -> list[tuple[str, Priced | PriceMissing]]:
        """What a person earns who works from the second week without a break."""
        contract = read(WORK_PROGRAMME)
        allotted_until = started_on + timedelta(days=contract["contract"]["allotted_days"] - 1)
        job = Spell(started_on + timedelta(weeks=1))
        person = Case(started_on, started_on - timedelta(weeks=2), (job,), allotted_until)
        calendar, prices = england_and_wales(), prices_of(contract)
        paid_for = {price.milestone for price in prices}
        return [
            (
                it.code,
                price_of(
                    prices,
                    side=side,
                    provider="renaisi",
                    payment_group=group,
                    milestone=it.code,
                    ordinal=it.ordinal,
                    started_on=started_on,
                ),
            )
            for it in reached(person, rules_of(contract, group), date(2020, 1, 1), calendar)
            if it.code in paid_for
        ]

    @pytest.mark.parametrize(("group", "figures"), work_programme_groups().items())
    def test_the_published_maximum_is_earned_to_the_penny(self, group: str, figures: dict[str, Any]) -> None:
        found = [price for _, price in self.priced(group)]
        assert sum(price.pence for price in found if isinstance(price, Priced)) == figures["all"]
        assert not any(isinstance(price, PriceMissing) or price.illustrative for price in found)

    def test_of_group_7_only_the_sustainments_have_a_price(self) -> None:
        found = self.priced("7")
        assert [code for code, price in found if isinstance(price, PriceMissing)] == ["start", "job_outcome"]
        quoted = published.row("wp_payment_groups", group="7")
        each, most = (
            published.pence(quoted["sustainment_per_4wk_gbp_derived"]),
            quoted["sustainment_max_payments_derived"],
        )
        assert sum(price.pence for _, price in found if isinstance(price, Priced)) == each * int(most)

    @pytest.mark.parametrize(
        ("started_on", "year"),
        [
            (date(2012, 3, 31), 1),
            (date(2012, 4, 1), 2),
            (date(2013, 4, 1), 3),
            (date(2014, 3, 31), 3),
            (date(2014, 4, 1), 4),
        ],
    )
    def test_the_attachment_fee_falls_by_contract_year(self, started_on: date, year: int) -> None:
        code, price = self.priced("2", started_on)[0]
        assert (code, getattr(price, "pence", None)) == ("start", attachment_fees()[year])

    def test_a_provider_earns_an_illustrative_share_and_nothing_of_an_unknown_price(self) -> None:
        shares = dict(self.priced("1", side="provider"))
        assert [(code, getattr(price, "pence", None)) for code, price in shares.items()] == [
            ("start", 28000),
            ("job_outcome", 96000),
            ("sustainment", 13600),
        ]
        assert all(getattr(price, "illustrative", False) for price in shares.values())
        assert isinstance(dict(self.priced("7", side="provider"))["job_outcome"], PriceMissing)

    @pytest.mark.parametrize(
        ("facts", "outcome"),
        [
            ({"payment_group": "1", "age": 24, "months_on_benefit": 9}, "eligible"),
            ({"payment_group": "1", "age": 25, "months_on_benefit": 9}, "not_eligible"),
            ({"payment_group": "1", "age": 24, "months_on_benefit": 8}, "not_eligible"),
            ({"payment_group": "2", "age": 25, "months_on_benefit": 12}, "eligible"),
            ({"payment_group": "2", "age": 25}, "need_to_know"),
            ({"payment_group": "5", "benefit": ["employment_and_support_allowance"]}, "eligible"),
            ({"payment_group": "9", "age": 30, "months_on_benefit": 30}, "not_eligible"),
        ],
    )
    def test_the_referral_point_depends_on_the_payment_group(self, facts: Table, outcome: str) -> None:
        known = {"lives_in": "E08000019", "benefit": ["jobseekers_allowance"]} | facts
        assert decide(read(WORK_PROGRAMME)["eligibility"]["rules"], known).outcome == outcome
