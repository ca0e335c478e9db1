"""The worker's part of an import: a file is tried out, and then written, some rows in each transaction.

Trying a row out is writing it and taking it back, so that the report says what the actions themselves say. Rows that
may depend on each other are tried out in one transaction, each after those before it, as they will be written. Rows of
referrals hold their contract, so that each is tried out by itself and written in a transaction of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Count

from outcomes.actions import import_run as runs
from outcomes.imports import benefits, claims, earnings, jobs, kinds, referrals, ties
from outcomes.imports.columns import Line, lines, repeated
from outcomes.imports.limits import LIMITS
from outcomes.imports.rights import may_import
from outcomes.imports.sheet import Sheet, read
from outcomes.imports.writing import Importer, Outcome, Told, Values, judged
from outcomes.models import ImportLine, ImportRun
from partners import files, outbox
from partners.acting import ActionError
from partners.locks import is_busy
from partners.models import OutboxItem
from partners.places import places_of
from partners.viewer import Viewer, acting_as

Put = Callable[[Values, Importer], Told]
PUTS: Final[dict[str, Put]] = {
    kinds.JOBS: jobs.put,
    kinds.EARNINGS: earnings.put,
    kinds.BENEFITS: benefits.put,
    kinds.RESULTS: claims.put_result,
    kinds.PAYMENTS: claims.put_payment,
    kinds.REFERRALS: referrals.put,
}
LONGEST = 500
TOO_MANY = (
    f"More than {LIMITS.most_rows_as_a_whole:,} rows are about the same person or claim. Divide the file."
)
CHANCES = 3
BUSY = "Others were at work on this contract for too long. Nothing is wrong with the row: send it again."
State, Mode = ImportRun.State, ImportRun.Mode


class Undo(Exception):
    """Takes everything back that was written in a block."""


class Stopped(Exception):
    """A row of a file that is written as a whole cannot be."""


def carry_on(item: OutboxItem, system: Viewer) -> outbox.Steps | None:
    """Outbox consumer: work on the next rows of a file, and ask for those after them."""
    assert item.subject_id is not None
    run = _held(item.subject_id)
    if not run.is_at_work:
        return None
    importer = importer_of(run)
    if importer is None:
        because = "Whoever sent the file may no longer import it."
        runs.finish(run=run, state=State.REFUSED, because=because, by=system, at=system.now())
        return None
    sheet = read(files.read(run.stored_as, tenant_id=run.tenant_id))
    if run.kind in kinds.ONE_BY_ONE and run.state == State.WRITING:
        return _one_by_one(run, sheet, importer, system)
    work = _try_out if run.state == State.CHECKING else _write
    if not work(run, sheet, importer):
        outbox.enqueue(runs.CONSUMER, system, run.pk)
    return None


def _held(run_id: UUID) -> ImportRun:
    """The file as it stands, until the transaction ends."""
    return ImportRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run_id)


def let_go_of_expired(item: OutboxItem, system: Viewer) -> None:
    """Outbox consumer, daily: do away with files whose days are over."""
    for run in ImportRun.objects.filter(expires_on__lte=system.today).exclude(stored_as=""):
        runs.expire(run=run, by=system, at=system.now())


def importer_of(run: ImportRun) -> Importer | None:
    """Whoever sent the file, by the place that they have today; None where they may not import it any more."""
    for place in places_of(run.sent_by_id):
        viewer = place.viewer(run.sent_by_id, request_id="")
        if (place.tenant_id, place.organisation_id) == (run.tenant_id, run.organisation_id):
            importer = Importer(viewer, run.contract, viewer.now(), run.referrer_id)
            return importer if may_import(viewer, run.kind) else None
    return None


def _try_out(run: ImportRun, sheet: Sheet, importer: Importer) -> bool:
    """What the next rows would do, each after those before it; returns whether they were the last."""
    found = list(lines(kinds.KINDS[run.kind], sheet, run.columns))
    tried = set(ImportLine.objects.filter(run=run).values_list("line", flat=True))
    rows, beyond = ties.next_rows(ties.tied(found, importer), tried, _piece(run))
    told = _judge(rows, found, beyond, run, importer)
    ImportLine.objects.bulk_create(
        ImportLine(
            tenant_id=run.tenant_id, run=run, line=row.number, outcome=one.outcome, says=one.says[:LONGEST]
        )
        for row, one in zip(rows, told, strict=True)
    )
    is_over = _go_on(run, rows, more=len(tried) + len(rows) < len(found))
    if is_over:
        run.state, run.counts = State.CHECKED, _counted(run)
        run.save(update_fields=["state", "counts"])
    return is_over


def _judge(
    rows: Sequence[Line], found: Sequence[Line], beyond: set[int], run: ImportRun, importer: Importer
) -> list[Told]:
    """What each of these rows would do; all of it is taken back."""
    same, clashing = repeated(found)
    told: list[Told] = []
    # What is taken back is let go of as well: it is not held while the next row is tried out.
    for together in [[row] for row in rows] if run.kind in kinds.ONE_BY_ONE else [rows]:
        with suppress(Undo), transaction.atomic():
            for one in together:
                by_itself = judged(one, same, clashing)
                if by_itself is None and one.number in beyond:
                    by_itself = Told(Outcome.ERROR, TOO_MANY)
                told.append(by_itself or _put(one, run, importer))
            raise Undo
    return told


def _put(row: Line, run: ImportRun, importer: Importer) -> Told:
    """Write a row, or say why it cannot be written; half a row is never written."""
    for _ in range(CHANCES):
        try:
            with transaction.atomic(), acting_as(importer.viewer):
                return PUTS[run.kind](row.values, importer)
        except ActionError as refusal:
            return Told(Outcome.ERROR, str(refusal))
        except OperationalError as fault:
            # Rows that are written together are done again together, by the outbox.
            if run.kind not in kinds.ONE_BY_ONE or not is_busy(fault):
                raise
    return Told(Outcome.ERROR, BUSY)


def _one_by_one(run: ImportRun, sheet: Sheet, importer: Importer, system: Viewer) -> Iterator[None]:
    """The next rows of those that change something, each a step; whoever else works on the file takes the one after."""
    by_number = {one.number: one for one in lines(kinds.KINDS[run.kind], sheet, run.columns)}
    for _ in range(_piece(run)):
        now = _held(run.pk)
        if now.state != State.WRITING:
            return
        mark = ImportLine.objects.filter(run=now, **_to_be_written(now)).order_by("line").first()
        if mark is None:
            runs.finish(run=now, state=State.WRITTEN, by=importer.viewer, at=importer.at)
            return
        _write_rows(now, [mark], [by_number[mark.line]], importer)
        _go_on(now, [by_number[mark.line]], more=True)
        yield
    outbox.enqueue(runs.CONSUMER, system, run.pk)


def _to_be_written(run: ImportRun) -> dict[str, Any]:
    """Which lines were found to change something and were not written yet."""
    return {"outcome__in": ImportLine.CHANGING, "line__gt": run.at_line}


def _write(run: ImportRun, sheet: Sheet, importer: Importer) -> bool:
    """Write the next rows of those that change something, or all of them; returns whether they were the last."""
    changing = ImportLine.objects.filter(run=run, **_to_be_written(run))
    is_whole = run.mode == Mode.WHOLE
    marked = list(changing.order_by("line")[: None if is_whole else _piece(run)])
    by_number = {one.number: one for one in lines(kinds.KINDS[run.kind], sheet, run.columns)}
    rows = [by_number[one.line] for one in marked]
    try:
        with transaction.atomic():
            _write_rows(run, marked, rows, importer)
    except Stopped as stopped:
        runs.finish(run=run, state=State.REFUSED, because=str(stopped), by=importer.viewer, at=importer.at)
        return True
    is_over = _go_on(run, rows, more=not is_whole and len(rows) == _piece(run))
    if is_over:
        runs.finish(run=run, state=State.WRITTEN, by=importer.viewer, at=importer.at)
    return is_over


def _write_rows(
    run: ImportRun, marked: Sequence[ImportLine], rows: Sequence[Line], importer: Importer
) -> None:
    """Raises Stopped, which takes back all rows, where one of a file that is written as a whole cannot be."""
    for mark, row in zip(marked, rows, strict=True):
        told = _put(row, run, importer)
        if told.outcome == Outcome.ERROR and run.mode == Mode.WHOLE:
            raise Stopped(f"Nothing was imported, because of line {row.number}: {told.says}")
        if (mark.outcome, mark.says) != (told.outcome, told.says[:LONGEST]):
            mark.outcome, mark.says = told.outcome, told.says[:LONGEST]
            mark.save(update_fields=["outcome", "says"])


def _piece(run: ImportRun) -> int:
    """How many rows are worked on in one transaction."""
    return max(LIMITS.rows_at_once, run.rows // LIMITS.most_pieces)


def _go_on(run: ImportRun, rows: Sequence[Line], *, more: bool) -> bool:
    """Note how far the work has come; returns whether it is over."""
    run.at_line = rows[-1].number if rows else run.at_line
    run.done += len(rows)
    run.save(update_fields=["at_line", "done"])
    return not more


def _counted(run: ImportRun) -> dict[str, int]:
    """How many lines came to what."""
    found = ImportLine.objects.filter(run=run).order_by().values_list("outcome").annotate(Count("pk"))
    return dict(found)
