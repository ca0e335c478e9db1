"""Files for the tests: written as people write them, sent, checked and imported by the real actions and the worker."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from outcomes.actions import import_run as runs
from outcomes.imports.columns import guessed
from outcomes.imports.kinds import KINDS
from outcomes.imports.sheet import read
from outcomes.models import ImportLine, ImportRun
from partners.outbox import work_off
from tests.cast import Cast, looking_as

EARNINGS = ("Participant reference", "Employer", "Pay date", "Gross pay")


def as_csv(*rows: Sequence[Any], separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """Rows as a CSV file; days as a British spreadsheet writes them."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(
        [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row] for row in rows
    )
    return text.getvalue().encode(encoding)


def as_xlsx(*rows: Sequence[Any], merged: str = "") -> bytes:
    """Rows as a workbook."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sent(cast: Cast, kind: str, content: bytes, by: str = "mona") -> ImportRun:
    """A file that was sent."""
    with looking_as(getattr(cast, by)) as viewer:
        return runs.send(
            contract=cast.contract,
            kind=kind,
            content=content,
            referrer=cast.organisations["jobcentre-plus-hackney"] if kind == "referrals" else None,
            by=viewer,
            at=viewer.now(),
        )


def checked(cast: Cast, kind: str, content: bytes, by: str = "mona") -> ImportRun:
    """A file whose columns were guessed and whose rows were tried out."""
    run = sent(cast, kind, content, by)
    columns = guessed(KINDS[kind], read(content).headings, {})
    with looking_as(getattr(cast, by)) as viewer:
        runs.check(run=run, columns=columns, by=viewer, at=viewer.now())
    work_off()
    return again(cast, run)


def imported(cast: Cast, kind: str, content: bytes, by: str = "mona", mode: str = "good") -> ImportRun:
    """A file that was imported, as far as it could be."""
    run = checked(cast, kind, content, by)
    with looking_as(getattr(cast, by)) as viewer:
        runs.start(run=run, mode=mode, by=viewer, at=viewer.now())
    work_off()
    return again(cast, run)


def again(cast: Cast, run: ImportRun) -> ImportRun:
    """The file as it stands now."""
    with looking_as(cast.system()):
        return ImportRun.objects.select_related("contract").get(pk=run.pk)


def said(cast: Cast, run: ImportRun) -> list[tuple[int, str, str]]:
    """Of each line what came of it, and the sentence."""
    with looking_as(cast.system()):
        found = ImportLine.objects.filter(run=run).order_by("line")
        return [(one.line, one.outcome, one.says) for one in found]


def outcomes(cast: Cast, run: ImportRun) -> list[str]:
    """Of each line what came of it."""
    return [outcome for _, outcome, _ in said(cast, run)]
