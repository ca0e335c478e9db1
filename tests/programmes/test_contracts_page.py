"""The pages of contracts: every term in words, with its source, for the prime alone."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partners.models import Organisation
from programmes.actions.programme import load
from programmes.loading import terms_of
from programmes.models import Price
from tests.cast import Cast, looking_as

HERE = Path(__file__).parent
FILES = HERE.parents[1] / "programmes" / "files"
LIST, PAGE = "/serco/contracts/", "/serco/contracts/bridge-north/"


@pytest.fixture
def loaded(cast: Cast) -> Cast:
    """The small contract of the tests and its companion, beside the one of the cast."""
    return load_files(cast, HERE / "contract.toml", HERE / "companion.toml")


def load_files(cast: Cast, *paths: Path) -> Cast:
    by = cast.system()
    with looking_as(by):
        for terms in terms_of(paths, first_day=date(2024, 11, 1)):
            load(terms=terms, by=by, at=by.now())
    return cast


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestWho:
    @pytest.mark.parametrize(("name", "status"), [("priya", 200), ("frank", 200), ("sara", 200)])
    def test_the_prime_s_managers_see_contracts(self, loaded: Cast, name: str, status: int) -> None:
        for address in (LIST, PAGE, f"{PAGE}prices.csv"):
            assert loaded.client(name).get(address).status_code == status

    @pytest.mark.parametrize("name", ["mona", "ada", "hana", "dee", "sam"])
    def test_nobody_else_learns_that_they_are_there(self, loaded: Cast, name: str) -> None:
        for address in (LIST, PAGE, f"{PAGE}prices.csv"):
            assert loaded.client(name).get(address).status_code == 404

    def test_an_unknown_contract_is_not_found(self, cast: Cast) -> None:
        assert cast.client("priya").get(PAGE).status_code == 404


class TestList:
    def test_it_names_each_contract_and_marks_what_is_illustrative(self, loaded: Cast) -> None:
        text = page(loaded.client("priya"), LIST)
        assert "Bridge to Work, north" in text
        assert "Inspiring Families, east and north London" in text
        assert text.count("baton-illustrative") == 2

    def test_the_navigation_leads_to_it(self, loaded: Cast) -> None:
        assert f'href="{LIST}" aria-current="true"' in page(loaded.client("priya"), LIST)


class TestPage:
    def test_it_says_who_may_join_and_what_counts(self, loaded: Cast) -> None:
        text = page(loaded.client("priya"), PAGE)
        assert "All of these:" in text
        assert "Lives in the area." in text
        assert "Reached on the first day on which the days in work since the start come to 26 weeks." in text
        assert "Group other, Aged 25 and over, instead" in text
        assert "come to 13 weeks." in text
        assert "Claimable 15 working days later." in text
        assert "364 days from the start" in text

    def test_every_price_has_its_source_its_confidence_and_its_mark(self, loaded: Cast) -> None:
        text = page(loaded.client("priya"), PAGE)
        assert "£400.00" in text
        assert "to 30 Sep 2025" in text
        assert "Invitation to tender, page 7" in text
        assert '<strong class="baton-tag baton-tag--grey">secondary</strong>' in text
        assert "70.0% of the commissioner's <span" in text
        assert "Sustainment 1 to 13" in text
        assert '£900.00</span> <span class="baton-illustrative">' in text

    def test_it_shows_levels_standards_and_the_chain(self, loaded: Cast) -> None:
        text = page(loaded.client("priya"), PAGE)
        assert "5.5%" in text
        assert "A person starts within 15 working days" in text
        assert "Renaisi" in text
        assert "60.0%" in text
        assert "100 people at a time" in text
        assert "From 1 November 2024 to 31 October 2025" in text
        assert "E8, E9" in text

    def test_prices_can_be_narrowed(self, loaded: Cast) -> None:
        client = loaded.client("priya")
        assert "£400.00" not in page(client, f"{PAGE}?side=provider")
        assert "£900.00" not in page(client, f"{PAGE}?group=other")
        assert "£400.00" in page(client, f"{PAGE}?group=other")
        assert "£400.00" in page(client, f"{PAGE}?group=nobody")

    def test_a_withdrawn_price_is_only_in_the_download(self, loaded: Cast) -> None:
        with looking_as(loaded.system()):
            Price.objects.filter(pence=40_000).update(withdrawn_at=loaded.system().now())
        client = loaded.client("priya")
        assert "£400.00" not in page(client, PAGE)
        assert "1 withdrawn price" in page(client, PAGE)
        rows = list(csv.DictReader(client.get(f"{PAGE}prices.csv").content.decode().splitlines()))
        assert [row["pence"] for row in rows if row["withdrawn_at"]] == ["40000"]
        assert len(rows) == 5

    def test_its_queries_do_not_grow_with_its_terms(self, loaded: Cast) -> None:
        with looking_as(loaded.system()):
            for slug in ("larkmoor", "tansy-bridge"):
                Organisation.objects.create(
                    tenant=loaded.serco, slug=slug, kind="provider", name=slug.title()
                )
        before = queries(loaded.client("priya"), LIST)
        names = (
            "work-programme-west-midlands",
            "work-programme-south-yorkshire",
            "work-programme.illustrative",
        )
        load_files(loaded, *(FILES / f"{name}.toml" for name in names))
        client = loaded.client("priya")
        assert queries(client, LIST) == before
        assert queries(client, f"/serco/contracts/{names[0]}/") == queries(client, PAGE)


def queries(client: Client, address: str) -> int:
    """How many queries the page takes."""
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)
