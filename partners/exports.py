"""Lists as CSV, safe to open in a spreadsheet."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

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
    writer = csv.writer(response)
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return response
