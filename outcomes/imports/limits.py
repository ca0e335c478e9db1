"""What a file that is imported may be, as data: limits.toml, beside this file."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("limits.toml")


@dataclass(frozen=True)
class Limits:
    """Bytes, rows below the headings, columns, cells, and letters of one cell; bytes of the text of a workbook's cells;
    rows of one transaction, and into how many a file is cut; days."""

    most_bytes: int
    most_rows: int
    most_columns: int
    most_cells: int
    most_letters: int
    most_text: int
    most_rows_as_a_whole: int
    rows_at_once: int
    most_pieces: int
    kept_days: int


LIMITS: Final = Limits(**tomllib.loads(FILE.read_text(encoding="utf-8")))
