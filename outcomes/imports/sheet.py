"""A CSV or XLSX file as a sheet: headings, and rows of text with the number of their line.

Cells come out as text, trimmed: dates in ISO 8601, numbers without noise. What cannot be read without a guess is
refused, with a sentence that says what to do.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

from outcomes.imports import workbook
from outcomes.imports.limits import LIMITS
from outcomes.imports.workbook import column_name
from partners import office

SEPARATORS = ",;\t"
# Excel writes this line above a file to say what separates its cells.
SAYS_SEPARATOR = re.compile(r"sep=(.)\r?\n")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Unreadable(Exception):
    """The file is no sheet that can be imported; the message is a sentence for the person who sent it."""


@dataclass(frozen=True)
class Row:
    """One row: the number of its line in the file, from 1, and a cell for each heading."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """What a file holds. name: of the sheet of a workbook, empty for CSV; line: that of the headings."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    name: str = ""
    line: int = 1


def read(content: bytes) -> Sheet:
    """The sheet of a file: CSV in UTF-8, UTF-16 or Windows-1252, separated by comma, semicolon or tab, or XLSX.

    Blank lines are left out. Of a workbook the first sheet is read that is visible and not empty. Raises Unreadable.
    """
    if len(content) > LIMITS.most_bytes:
        raise Unreadable(f"The file is too large. It can be {LIMITS.most_bytes // 1_000_000} MB at most.")
    if content.startswith(b"PK\x03\x04"):
        name, lines = _of_workbook(content)
    else:
        name, lines = "", _of_text(_text(content))
    found = [(number, cells) for number, cells in lines if any(cells)]
    if not found:
        raise Unreadable("The file is empty. It needs a line of headings and at least one row.")
    (line, top), rows = found[0], found[1:]
    if not rows:
        raise Unreadable("The file has headings and no rows below them.")
    headings = _headings(top, rows)
    width = len(headings)
    padded = (Row(number, (*cells, *[""] * (width - len(cells)))[:width]) for number, cells in rows)
    return Sheet(headings, tuple(padded), name, line)


def _text(content: bytes) -> str:
    """What the bytes say. A file that is neither UTF-8 nor UTF-16 is from Excel in Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in content[:200]:
        encodings = ("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not CONTROLS.search(text):
            return text
    raise Unreadable("The file is neither a CSV file nor an Excel workbook (.xlsx). Save it as one of them.")


def _of_text(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The lines of a CSV file, each with the number at which it begins."""
    said = SAYS_SEPARATOR.match(text)
    separator = said[1] if said else _separator(text)
    begins = 2 if said else 1
    lines = csv.reader(
        io.StringIO(text[said.end() if said else 0 :], newline=""), delimiter=separator, strict=True
    )
    before = begins
    try:
        for cells in lines:
            _check_size(cells, before)
            yield before, tuple(cell.strip() for cell in cells)
            before = lines.line_num + begins
    except csv.Error:
        raise Unreadable(f"Line {before} cannot be read: its quotation marks do not match.") from None


def _separator(text: str) -> str:
    """What separates the cells of the first line that is not blank; a comma where nothing does."""
    first = next((line for line in text.splitlines() if line.strip(f" {SEPARATORS}")), "")
    plain = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=plain.count)


def _of_workbook(content: bytes) -> tuple[str, Iterator[tuple[int, tuple[str, ...]]]]:
    """The name and the lines of the first sheet that is visible and not empty."""
    try:
        book = python_calamine.load_workbook(io.BytesIO(workbook.looked_at(content)))
        visible = [
            one.name
            for one in book.sheets_metadata
            if one.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        sheets = (book.get_sheet_by_name(name) for name in visible)
        sheet = next((one for one in sheets if one.height), None)
    except workbook.Unfit as error:
        raise Unreadable(str(error)) from error
    except office.NotOffice as error:
        raise Unreadable(str(error).replace("Send it as a PDF", "Save it as CSV")) from error
    except (python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise Unreadable(
            "The workbook cannot be read. It may be damaged; save it again, or as CSV."
        ) from error
    if sheet is None:
        return "", iter(())
    if sheet.merged_cell_ranges:
        raise Unreadable("The sheet has merged cells. Split them, so that every cell has a value of its own.")
    return sheet.name, _of_sheet(sheet)


def _of_sheet(sheet: python_calamine.CalamineSheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    top = sheet.start[0] if sheet.start else 0
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        cells = tuple(_cell(value) for value in values)
        _check_size(cells, number)
        yield number, cells


def _check_size(cells: Any, line: int) -> None:
    if line > LIMITS.most_rows * 2:
        raise Unreadable(f"The file has more than {LIMITS.most_rows:,} rows. Divide it.")
    if len(cells) > LIMITS.most_columns:
        raise Unreadable(f"Line {line} has more than {LIMITS.most_columns} cells.")
    if any(len(cell) > LIMITS.most_letters for cell in cells):
        raise Unreadable(f"Line {line} has a cell of more than {LIMITS.most_letters:,} letters.")


def _cell(value: Any) -> str:
    """The text of a cell of a workbook, whose dates and numbers are values."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return CONTROLS.sub("", str(value)).strip()


def _headings(top: tuple[str, ...], rows: list[tuple[int, tuple[str, ...]]]) -> tuple[str, ...]:
    """The headings, down to the last column that has one. Every column that says anything needs its own."""
    if len(rows) > LIMITS.most_rows:
        raise Unreadable(f"The file has more than {LIMITS.most_rows:,} rows. Divide it.")
    headings = tuple(" ".join(heading.split()) for heading in top)
    width = max((place for place, heading in enumerate(headings, 1) if heading), default=0)
    for number, cells in rows:
        for place, cell in enumerate(cells):
            if cell and (place >= width or not headings[place]):
                raise Unreadable(
                    f"Line {number} has “{cell[:20]}” in column {column_name(place)}, which has no heading."
                    " Give every column a heading of its own."
                )
    folded = [heading.casefold() for heading in headings if heading]
    twice = next((heading for heading in headings if folded.count(heading.casefold()) > 1), None)
    if twice:
        raise Unreadable(f"Two columns are called “{twice}”. Give every column a heading of its own.")
    return headings[:width]
