"""A profile as a file: every row is right or says why not, and what is written out can be read again."""

from datetime import date

import pytest

from outcomes.imports import sheet
from outcomes.imports.columns import guessed
from outcomes.imports.values import Wrong
from outcomes.performance.profile_file import HEADER, PROFILE, Read, month, read, written
from outcomes.performance.profiles import Promise
from partners.models import Organisation
from programmes.models import Contract
from tests.outcomes.promising import as_file

CONTRACT = Contract(starts_on=date(2025, 4, 1), ends_on=date(2027, 3, 31))
RENAISI = Organisation(name="Renaisi", slug="renaisi")


def told(content: bytes) -> Read:
    found = sheet.read(content)
    return read(found, guessed(PROFILE, found.headings, {}), CONTRACT, [RENAISI])


@pytest.mark.parametrize(
    "words",
    ["2026-04", "2026-4", "04/2026", "4/2026", "April 2026", "Apr-26", "1/4/2026", "2026-04-30", "46113"],
)
def test_a_month_is_read_as_people_write_it(words: str) -> None:
    assert month(words) == date(2026, 4, 1)


@pytest.mark.parametrize("words", ["2026-13", "soon", "Foo 2026", "0/2026", "2026"])
def test_what_is_no_month_is_said_to_be_none(words: str) -> None:
    with pytest.raises(Wrong):
        month(words)


def test_rows_are_promises() -> None:
    found = told(
        as_file(
            ("", "2026-04", "Starts", "12"),
            ("Whole contract", "2026-05", "job outcomes", "1,200"),
            ("RENAISI", "Apr-26", "Starts", "0"),
        )
    )
    assert found.problems == []
    assert found.promises == [
        Promise(None, "starts", date(2026, 4, 1), 12),
        Promise(None, "job_outcomes", date(2026, 5, 1), 1200),
        Promise(RENAISI.pk, "starts", date(2026, 4, 1), 0),
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("Nobody", "2026-04", "Starts", "1"), "not one of this contract"),
        (("", "2025-03", "Starts", "1"), "outside the contract"),
        (("", "2027-04", "Starts", "1"), "outside the contract"),
        (("", "2026-04", "Earned", "1"), "Measure is not known"),
        (("", "2026-04", "Starts", "-1"), "Number is not a whole number"),
        (("", "2026-04", "Starts", "1.5"), "Number is not a whole number"),
        (("", "", "Starts", "1"), "Month is empty"),
        (("Whole contract", "4/2026", "Starts", "9"), "Line 2 has the number"),
    ],
)
def test_a_row_that_cannot_be_says_why(row: tuple[str, ...], says: str) -> None:
    found = told(as_file(("", "2026-04", "Starts", "12"), row))
    assert [number for number, _ in found.problems] == [3]
    assert says in found.problems[0][1]
    assert len(found.promises) == 1


def test_what_is_written_reads_the_same() -> None:
    promises = [
        Promise(None, "starts", date(2026, 4, 1), 12),
        Promise(RENAISI.pk, "starts", date(2026, 4, 1), 7),
        Promise(RENAISI.pk, "job_outcomes", date(2026, 5, 1), 3),
    ]
    rows = list(written(reversed(promises), {RENAISI.pk: "Renaisi"}))
    assert rows[0] == ["Whole contract", "2026-04", "Starts", 12]
    assert told(as_file(*map(tuple, rows), header=HEADER)).promises == promises
