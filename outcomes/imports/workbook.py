"""A workbook looked at before anything reads it: what it unpacks to, how far its sheets reach, what its cells come to.

The reader gets the parts as they were looked at, packed anew: what else the file may hold, or say of itself, is gone.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from itertools import pairwise

from outcomes.imports.limits import LIMITS
from partners import office

# A sheet is what has this in it, wherever it lies and whatever it is called.
CELLS = re.compile(rb"<(?:[^\s<>/:]+:)?sheetData[\s>/]")
FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?f[\s>/]")
ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row[\s>/]")
CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s>/]")
PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]*)(\d+)["']""", re.IGNORECASE)
VALUE = re.compile(rb"<(?:[^\s<>/:]+:)?v(?:\s[^>]*)?>([^<]*)<")
NUMBER = re.compile(rb"\s*[-+.\dEe]+\s*")
SHARED = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s>/]")
# Longer places than the last of a sheet, XFD1048576, may be read as anything.
MOST_LETTERS, MOST_DIGITS, BEYOND = 3, 7, 100_000_000


class Unfit(Exception):
    """The workbook is not to be read; the message is a sentence for the person who sent it."""


def looked_at(content: bytes) -> bytes:
    """The same workbook, fit to be read. Raises Unfit, office.NotOffice, or what zipfile raises for a broken one.

    What a formula comes to is not in every file, so that nobody could say what would be imported.
    """
    if office.kind_of(content) != office.XLSX:
        raise Unfit("The file is a Word document. Save the table as a workbook (.xlsx) or as CSV.")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        found = {info.filename: office.part_of(parts, info) for info in parts.infolist()}
    texts = max((_lengths(part) for part in found.values()), key=sum)
    for part in found.values():
        if CELLS.search(part):
            _look_at_sheet(part, texts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as anew:
        for name, part in found.items():
            anew.writestr(name, part)
    return packed.getvalue()


def _lengths(part: bytes) -> list[int]:
    """The bytes of each text that cells of the workbook share, with what marks it; none in any other part."""
    starts = [found.start() for found in SHARED.finditer(part)]
    if len(starts) > LIMITS.most_cells:
        raise _unpacks_to_too_much()
    return [end - start for start, end in pairwise([*starts, len(part)])]


def _look_at_sheet(part: bytes, texts: Sequence[int]) -> None:
    if b"\x00" in part:
        raise zipfile.BadZipFile
    if FORMULA.search(part):
        raise Unfit("The workbook has formulas. Copy the cells, paste them as values, and save it again.")
    begins = [found.start() for found in ROW.finditer(part)]
    widths = [len(CELL.findall(part, begin, end)) for begin, end in pairwise([*begins, len(part)])]
    columns, rows = max(widths, default=1), max(len(begins), 1)
    for letters, digits in PLACE.findall(part):
        columns = max(columns, _column(letters) if len(letters) <= MOST_LETTERS else BEYOND)
        rows = max(rows, int(digits) if len(digits) <= MOST_DIGITS else BEYOND)
    if columns > LIMITS.most_columns or rows * columns > LIMITS.most_cells:
        raise Unfit(
            f"The sheet reaches down to line {rows:,} and column {column_name(columns - 1)}. Delete the rows and"
            " columns that are not needed, and save it again."
        )
    longest = max(texts, default=0)
    if sum(widths) * longest > LIMITS.most_text and _text_of(part, texts, longest) > LIMITS.most_text:
        raise _unpacks_to_too_much()


def _text_of(part: bytes, texts: Sequence[int], longest: int) -> int:
    """The bytes of the shared texts of all cells, each for every cell that may have it."""
    total = 0
    for found in VALUE.finditer(part):
        value = found[1].strip()
        if value.isdigit() and len(value) <= MOST_DIGITS:
            total += texts[int(value)] if int(value) < len(texts) else 0
        elif not NUMBER.fullmatch(value):
            total += longest
    return total


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, AA is 27; 0 where it is not said."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def column_name(place: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    name, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name


def _unpacks_to_too_much() -> Unfit:
    return Unfit("The workbook unpacks to too much. Save the sheet as CSV, or divide it.")
