"""The facts as a file: every cell once, nobody whom the viewer may not see, and money for those who see money."""

import csv
from datetime import date
from io import BytesIO, StringIO

from pyarrow import parquet

from outcomes.models import PerformanceFact
from partners.models import AuditEntry
from tests.cast import Cast, join, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.participants.restricting import restrict

FILE = "/serco/performance/facts.csv"
PARQUET = "/serco/performance/facts.parquet"


def rows(cast: Cast, name: str) -> list[dict[str, str]]:
    """The file as somebody of the cast gets it."""
    answer = cast.client(name).get(FILE)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def total(found: list[dict[str, str]], counted: str, provider: str) -> int:
    return sum(
        int(row["Amount"]) for row in found if (row["Counted"], row["Provider"]) == (counted, provider)
    )


def test_the_file_has_every_cell_once(cast: Cast) -> None:
    for days in (600, 420):
        person_with_a_past(cast, days=days, in_work_for=days - 60)
    person_with_a_past(cast, days=100, provider="i2i")
    rebuilt(cast)
    found = rows(cast, "priya")
    assert (total(found, "referral", "renaisi"), total(found, "referral", "i2i")) == (2, 1)
    keys = [tuple(row.values())[:7] for row in found]
    assert len(keys) == len(set(keys))
    with looking_as(cast.system()):
        assert sum(int(row["Amount"]) for row in found) == sum(
            PerformanceFact.objects.values_list("amount", flat=True)
        )
        assert AuditEntry.objects.filter(act="export", kind="facts").exists()


def test_whom_the_viewer_may_not_see_counts_in_no_cell(cast: Cast) -> None:
    person_with_a_past(cast, days=300)
    hidden, _ = person_with_a_past(cast, days=300)
    restrict(cast, hidden)
    rebuilt(cast)
    assert total(rows(cast, "priya"), "referral", "renaisi") == 1


def test_money_is_for_those_who_see_money(cast: Cast) -> None:
    person_with_a_past(cast, days=600, in_work_for=540)
    rebuilt(cast)
    assert {row["Unit"] for row in rows(cast, "priya")} == {"number", "pence"}
    with looking_as(cast.system()):
        join(cast, "vera", "serco", "viewer")
    assert {row["Unit"] for row in rows(cast, "vera")} == {"number"}


def test_as_parquet_it_is_the_same_with_types(cast: Cast) -> None:
    person_with_a_past(cast, days=600, in_work_for=540)
    rebuilt(cast)
    answer = cast.client("priya").get(PARQUET)
    table = parquet.read_table(BytesIO(answer.content))
    assert [str(kind) for kind in table.schema.types] == [
        *("string", "string", "string", "string", "date32[day]", "int64", "string", "int64", "string")
    ]
    found = [
        [f"{cell:%Y-%m}" if isinstance(cell, date) else str(cell) for cell in row.values()]
        for row in table.to_pylist()
    ]
    assert found == [list(row.values()) for row in rows(cast, "priya")] != []


def test_as_parquet_nothing_is_a_table_without_rows(cast: Cast) -> None:
    table = parquet.read_table(BytesIO(cast.client("priya").get(PARQUET).content))
    assert (table.num_rows, table.column_names[0]) == (0, "contract")


def test_it_is_the_primes_alone(cast: Cast) -> None:
    for name in ("mona", "ada", "dee", "hana"):
        for file in (FILE, PARQUET):
            assert cast.client(name).get(file).status_code == 404
