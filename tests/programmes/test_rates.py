"""Hourly rates, readings and prices without an amount: loaded from the file, checked, shown, and earning nothing."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from outcomes.milestones import Earnings, Rate
from outcomes.pricing import PriceMissing
from outcomes.terms import Terms
from participants.models import Enrolment
from partners.models import Organisation
from programmes.actions.programme import NothingNew
from programmes.models import Contract, HourlyRate, MinimumLevel, Price
from tests.cast import Cast, looking_as
from tests.programmes.test_contracts_page import FILES, load_files, page
from tests.programmes.test_loading import COMPANION, CONTRACT, Desk

PAGE = "/serco/contracts/bridge-north/"
RATES = """
[[rates]]
name = "living_wage"
effective_from = 2020-04-01
effective_to = 2021-03-31
pence_per_hour = 872
source = "letter"
confidence = "secondary"

[[rates]]
name = "living_wage"
effective_from = 2021-04-01
pence_per_hour = 891
source = "letter"
confidence = "secondary"

[[milestones]]
rule = "earnings"
code = "earned"
label = "Earnings outcome"
hours = 16
weeks = 26
rate = "living_wage"
rate_on = "start"
within_days = 638
reading = "The rate of the start, since nothing else is said."

[[prices]]
side = "commissioner"
milestone = "earned"
source = "tender"
confidence = "published"
"""


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Desk:
    """A contract with rates, a rule that needs them, and a price that nobody published."""
    desk = Desk(cast, tmp_path)
    desk.append(CONTRACT, RATES)
    desk.edit(
        CONTRACT, 'clock = "attachment"', 'clock = "attachment"\nreading = "From the start, by the tender."'
    )
    return desk


def faults(desk: Desk) -> list[str]:
    return [problem.split(": ", 1)[1] for problem in desk.problems()]


class TestLoading:
    def test_rates_become_rows_and_stay_where_they_are_when_the_contract_moves(self, desk: Desk) -> None:
        desk.load(starting=date(2024, 11, 1))
        rows = [(row.effective_from, row.effective_to, row.pence_per_hour) for row in desk.rows(HourlyRate)]
        assert sorted(rows) == [
            (date(2020, 4, 1), date(2021, 3, 31), 872),
            (date(2021, 4, 1), None, 891),
        ]

    def test_the_same_again_is_nothing_new_and_a_changed_rate_replaces_the_old_one(self, desk: Desk) -> None:
        desk.load()
        with pytest.raises(NothingNew):
            desk.load(CONTRACT)
        desk.edit(CONTRACT, "pence_per_hour = 891", "pence_per_hour = 892")
        desk.load(CONTRACT)
        assert sorted(row.pence_per_hour for row in desk.rows(HourlyRate)) == [872, 892]

    def test_the_rules_of_the_contract_know_its_rates(self, desk: Desk) -> None:
        contract = desk.load()[0]
        with looking_as(desk.cast.system()):
            rules = Terms.of([contract.pk]).rules(contract.pk, "young")
        (earned,) = [rule for rule in rules if isinstance(rule, Earnings)]
        assert set(earned.rates) == {
            Rate(date(2020, 4, 1), date(2021, 3, 31), 872),
            Rate(date(2021, 4, 1), None, 891),
        }

    def test_a_price_without_an_amount_is_a_row_that_earns_nothing(self, desk: Desk) -> None:
        contract = desk.load()[0]
        (blank,) = desk.rows(Price, milestone="earned")
        assert (blank.pence, blank.share_basis_points, blank.source) == (
            None,
            None,
            "Invitation to tender, page 7",
        )
        enrolment = Enrolment(contract=contract, payment_group="young", started_on=date(2020, 6, 1))
        with looking_as(desk.cast.system()):
            earned = Terms.of([contract.pk]).price(
                enrolment, "commissioner", desk.cast.organisation("renaisi"), "earned", 1
            )
        assert isinstance(earned, PriceMissing)

    def test_a_companion_may_fill_a_price_that_nobody_published_and_only_such_a_one(self, desk: Desk) -> None:
        row = '\n[[prices]]\nside = "commissioner"\nmilestone = "{}"\npence = 1\n'
        desk.append(COMPANION, row.format("earned"))
        desk.load()
        assert sorted(price.pence or 0 for price in desk.rows(Price, milestone="earned")) == [0, 1]
        desk.append(COMPANION, row.format("start"))
        assert faults(desk) == ["prices[4]: covers the same as a published one of the contract"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "effective_from = 2021-04-01",
            "effective_from = 2021-03-31",
            "rates[2]: covers the same as rates[1]",
        ),
        (
            "effective_to = 2021-03-31",
            "effective_to = 2020-03-31",
            "rates[1].effective_to: must not be before",
        ),
        ("pence_per_hour = 891", "pence_per_hour = 8.91", "rates[2].pence_per_hour: must be a whole number"),
        (
            'rate = "living_wage"',
            'rate = "minimum_wage"',
            "milestones[4].rate: 'minimum_wage' is not in [[rates]] (known: living_wage)",
        ),
        ('rate_on = "start"\n', "", "milestones[4].rate_on: is missing"),
        ("least_days = 1\n", "", "milestones[3].least_days: is missing"),
        ('clock = "attachment"\n', "", "contract.clock: is missing"),
    ],
)
def test_what_the_file_must_say_has_no_default(desk: Desk, old: str, new: str, said: str) -> None:
    desk.edit(CONTRACT, old, new)
    assert [one for one in faults(desk) if one.startswith(said)], faults(desk)


def test_a_companion_must_name_its_amounts(desk: Desk) -> None:
    desk.append(COMPANION, '\n[[prices]]\nside = "provider"\nmilestone = "earned"\n')
    assert faults(desk) == ["prices[3]: needs pence or share_basis_points, and not both"]


class TestPage:
    def test_it_shows_the_rates_the_readings_and_the_missing_price(self, desk: Desk) -> None:
        desk.load()
        text = page(desk.cast.client("priya"), PAGE)
        assert "16 hours in each of 26 weeks at the living wage in force on the day of the start" in text
        assert "From the start, by the tender." in text
        assert "The rate of the start, since nothing else is said." in text
        assert "Living wage" in text
        assert "£8.91" in text
        assert '<strong class="baton-tag baton-tag--amber">Price missing</strong>' in text

    def test_an_amount_that_stands_in_is_told_from_one_that_lacks(self, desk: Desk) -> None:
        desk.append(COMPANION, '\n[[prices]]\nside = "commissioner"\nmilestone = "earned"\npence = 100\n')
        desk.load()
        text = page(desk.cast.client("priya"), PAGE)
        assert '<strong class="baton-tag baton-tag--amber">Not published</strong>' in text
        assert ">Price missing</strong>" not in text

    def test_minimum_levels_go_by_year_and_group_and_their_absence_is_said(self, desk: Desk) -> None:
        contract = desk.load()[0]
        text = page(desk.cast.client("priya"), PAGE)
        assert "Job outcomes per referral" in text
        with looking_as(desk.cast.system()):
            MinimumLevel.objects.filter(contract=contract).delete()
        text = page(desk.cast.client("priya"), PAGE)
        assert "No minimum performance level is known for this contract." in text


SHIPPED = [
    *("esf-2014-20", "esf-families-2011-15", "work-and-health-programme", "restart", "connect-to-work"),
    *("later-programmes.illustrative", "work-programme-south-yorkshire"),
]


def test_every_payment_model_loads_and_reads_well(cast: Cast, client: Client) -> None:
    with looking_as(cast.system()):
        for slug in ("larkmoor", "tansy-bridge"):
            Organisation.objects.create(tenant=cast.serco, slug=slug, kind="provider", name=slug.title())
    load_files(cast, *(FILES / f"{name}.toml" for name in SHIPPED))
    with looking_as(cast.priya):
        codes = list(Contract.objects.exclude(code="inspiring-families").values_list("code", flat=True))
    assert len(codes) == 6
    for code in codes:
        text = page(cast.client("priya"), f"/serco/contracts/{code}/")
        assert "How the rules are read" in text
        lacks = ">Price missing</strong>" in text or ">Not published</strong>" in text
        assert lacks is (code != "connect-to-work")
        assert ("National living wage" in text) is (code in ("restart", "work-and-health-programme"))
