"""A list that is opened in a spreadsheet stays a list."""

import csv
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partners.exports import csv_response, safe


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+44",
        "-1+2",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "--1",
        "-",
        "-1e5",
        "=cmd|' /C calc'!A0",
        "\uff1d1",
        "\u200b=1",
    ],
)
def test_what_would_run_is_text(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Zola", "-5", "-12.50", "1+1", "a=b", -5, 7, None, date(2026, 3, 1)])
def test_what_is_harmless_stays_as_it_is(cell: object) -> None:
    assert safe(cell) == cell


def test_rows_become_a_download_that_excel_reads_as_utf8() -> None:
    response = csv_response("people.csv", ["Name", "=x"], [["Zoë, “O”", None], ["=1", date(2026, 3, 1)]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert rows == [["Name", "'=x"], ["Zoë, “O”", ""], ["'=1", "2026-03-01"]]


def was(cell: str) -> str:
    """The text that was exported, as the docstring of safe says."""
    return cell[1:] if cell.startswith("'") and safe(cell[1:]) == cell else cell


@given(st.text(st.sampled_from("'=+-@\t\r\n\uff1d\u200b1.a "), max_size=6) | st.text(max_size=6))
@example("'=1")
@example("''+")
def test_an_export_can_be_read_back(cell: str) -> None:
    assert was(safe(cell)) == cell
