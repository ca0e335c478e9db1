"""The list of statements: a provider its own, the prime all; with totals, filters and a download."""

import csv
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.models import Statement
from programmes.models import Price
from tests.cast import Cast, looking_as
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago, new_person, start


def seen(cast: Cast, name: str, query: str = "") -> dict[str, Any]:
    response = cast.client(name).get(f"/serco/statements/{query}")
    assert response.status_code == 200
    return {
        "rows": [(one.organisation.slug, one.month, one.total) for one in response.context["page"]],
        "total": response.context["total"],
        "words": response.content.decode(),
    }


def chain(cast: Cast) -> None:
    """Renaisi started somebody 40 days ago, i2i somebody 100 days ago."""
    started_person(cast, days=40)
    started_person(cast, days=100, provider="i2i", adviser="ivo")


def month(days: int) -> Any:
    return ago(days).replace(day=1)


def test_the_prime_reads_all_and_a_provider_its_own(cast: Cast) -> None:
    chain(cast)
    both = [("renaisi", month(40), 60_000), ("i2i", month(100), 60_000)]
    assert seen(cast, "priya")["rows"] == both
    assert seen(cast, "frank")["total"] == 120_000
    assert seen(cast, "mona")["rows"] == both[:1]
    assert seen(cast, "ines")["rows"] == both[1:]
    assert "i2i" not in seen(cast, "mona")["words"]


def test_filters_narrow_the_list_and_its_total(cast: Cast) -> None:
    chain(cast)
    assert [row[0] for row in seen(cast, "priya", "?provider=i2i")["rows"]] == ["i2i"]
    assert seen(cast, "priya", "?provider=i2i")["total"] == 60_000
    assert [row[0] for row in seen(cast, "priya", f"?month={month(40):%Y-%m}")["rows"]] == ["renaisi"]
    assert len(seen(cast, "priya", "?contract=inspiring-families")["rows"]) == 2
    nothing = seen(cast, "priya", f"?provider=i2i&month={month(40):%Y-%m}")
    assert "No statement matches these filters" in nothing["words"]


@pytest.mark.parametrize(
    "query", ["?month=2026-13", "?provider=%00", "?contract=x", "?sort=zzz&page=-4", "?page=x"]
)
def test_a_filter_that_makes_no_sense_is_no_error(cast: Cast, query: str) -> None:
    chain(cast)
    assert len(seen(cast, "priya", query)["rows"]) == 2


def test_the_list_sorts_by_its_columns(cast: Cast) -> None:
    chain(cast)
    _, enrolment = started_person(cast, days=101, provider="i2i", adviser="ivo")
    work(cast, enrolment, since=5, by="ivo")
    orders = {
        "month": ["i2i", "renaisi"],
        "-month": ["renaisi", "i2i"],
        "provider": ["i2i", "renaisi"],
        "-provider": ["renaisi", "i2i"],
        "total": ["renaisi", "i2i"],
        "-count": ["i2i", "renaisi"],
    }
    for sort, expected in orders.items():
        assert [row[0] for row in seen(cast, "priya", f"?sort={sort}")["rows"]] == expected, sort


def test_reversals_are_counted_and_taken_from_the_total(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=130)
    end(cast, work(cast, enrolment, since=91), days=60)
    shown = seen(cast, "mona", f"?month={month(0):%Y-%m}")
    assert "1 reversed" in shown["words"]
    assert shown["total"] in (0, -90_000)  # the outcome of yesterday may fall into the month before


def test_the_word_illustrative_stands_beside_sums_that_rest_on_it(cast: Cast) -> None:
    chain(cast)
    assert "illustrative" in seen(cast, "mona")["words"]
    with looking_as(cast.system()):
        Price.objects.update(withdrawn_at=cast.system().now())
        Price.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            milestone="start",
            pence=100,
            source="Published",
        )
    started_person(cast, days=300, provider="serco-delivery", adviser="ola")
    own = seen(cast, "priya", "?provider=serco-delivery")
    assert own["total"] == 100
    assert "illustrative" not in own["words"]


def test_milestones_without_a_price_are_said(cast: Cast) -> None:
    assert "without a price" not in seen(cast, "priya")["words"]
    with looking_as(cast.system()):
        Price.objects.filter(side="provider", milestone="start").update(withdrawn_at=cast.system().now())
        Price.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            milestone="start",
            pence=100,
            starts_to=ago(500),
            source="test",
        )
    started_person(cast)
    assert "1 milestone reached without a price" in seen(cast, "priya")["words"]
    assert "1 milestone reached without a price" in seen(cast, "mona")["words"]
    assert "without a price" not in seen(cast, "ines")["words"]


def test_an_empty_list_says_what_comes(cast: Cast) -> None:
    assert "No statements yet" in seen(cast, "mona")["words"]


def test_a_long_list_pages_and_downloads_whole(cast: Cast) -> None:
    with looking_as(cast.system()):
        Statement.objects.bulk_create(
            Statement(
                tenant=cast.serco,
                contract=cast.contract,
                organisation=cast.organisations["renaisi"],
                month=f"{2000 + n // 12}-{n % 12 + 1:02}-01",
            )
            for n in range(60)
        )
    first, second = seen(cast, "mona"), seen(cast, "mona", "?page=2")
    assert (len(first["rows"]), len(second["rows"])) == (50, 10)
    assert "51 to 60 of 60" in second["words"]
    download = cast.client("mona").get("/serco/statements.csv?sort=month")
    rows = list(csv.DictReader(download.content.decode("utf-8-sig").splitlines()))
    assert len(rows) == 60
    assert (rows[0]["Month"], rows[0]["Total in pence"]) == ("2000-01", "0")


@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("hana", 404), ("dee", 404), ("sam", 404)])
@pytest.mark.parametrize("address", ["statements/", "statements.csv"])
def test_nobody_else_reads_it(cast: Cast, name: str, status: int, address: str) -> None:
    assert cast.client(name).get(f"/serco/{address}").status_code == status


def test_the_list_costs_the_same_queries_whatever_its_length(cast: Cast) -> None:
    client = cast.client("priya")
    counts = []
    for days in (20, 200, 380):
        start(cast, new_person(cast, since=days), days=days)
        with CaptureQueriesContext(connection) as queries:
            client.get("/serco/statements/")
        counts.append(len(queries))
    assert counts[1] == counts[2]
