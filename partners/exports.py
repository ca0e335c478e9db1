"""Lists as CSV and XLSX, safe to open in a spreadsheet, and as Parquet for tools that read columns."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from partners.office import XLSX

# A spreadsheet would run what begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NEGATIVE_NUMBER = re.compile(r"-\d+(\.\d+)?")


def safe(cell: Any) -> Any:
    """The cell as a spreadsheet may have it: text that would be run as a formula begins with an apostrophe.

    Some spreadsheets also run what begins with a full-width sign, or with characters that nobody sees.

    And back: what begins with apostrophes before such a sign loses one of them, and is the text that was exported.
    Nothing else is changed, so that a program can read an export without loss.
    """
    if not isinstance(cell, str) or NEGATIVE_NUMBER.fullmatch(cell):
        return cell
    seen = "".join(letter for letter in cell if unicodedata.category(letter) != "Cf")
    # Text that has such an apostrophe of its own gets another, or the way back would take its own away.
    if not unicodedata.normalize("NFKC", seen).lstrip("'").startswith(FORMULA_STARTS):
        return cell
    return f"'{cell}"


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download of these rows. Dates are ISO 8601, None is empty; the byte order mark tells Excel that it is UTF-8."""
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
    write_csv(response, header, rows)
    return response


def write_csv(file: Any, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write these rows to whatever takes text, one after the other."""
    writer = csv.writer(file)
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)


def xlsx_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download of these rows as a workbook."""
    return HttpResponse(
        workbook([Sheet("Lines", header, rows)]),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


class Sheet(NamedTuple):
    """A sheet of a workbook: what it is called, its heads, and the rows under them."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """The sheets as XLSX: numbers and dates as such, and no text that would be run as a formula."""
    book = Workbook(write_only=True)
    for name, header, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.append([_text(sheet, cell, font=Font(bold=True)) for cell in header])
        for row in rows:
            sheet.append([_text(sheet, cell) if isinstance(cell, str) else cell for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parquet_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download of these rows as columns with types: text, whole numbers and dates as they are.

    A column is called as its head, in small letters without spaces. Nothing in it can be run.
    """
    # Imported here: it is large, and few ask for it.
    import pyarrow
    from pyarrow import parquet

    names = [head.lower().replace(" ", "_") for head in header]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    content = io.BytesIO()
    parquet.write_table(pyarrow.table(dict(zip(names, columns, strict=True))), content)
    return HttpResponse(
        content.getvalue(),
        content_type="application/vnd.apache.parquet",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _text(sheet: Any, words: str, font: Font | None = None) -> WriteOnlyCell:
    """A cell of text: whatever it begins with, it is not a formula. Signs that no workbook may hold are left out."""
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", safe(words)))
    cell.data_type = "s"
    if font:
        cell.font = font
    return cell
