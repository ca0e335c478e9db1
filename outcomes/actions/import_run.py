"""Files to be imported: sent, tried out with the columns that were chosen, written, discarded, let go of."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Count

from outcomes.imports import columns as mapping
from outcomes.imports import sheet
from outcomes.imports.kinds import KINDS, ONE_BY_ONE
from outcomes.imports.limits import LIMITS
from outcomes.models import ImportColumns, ImportLine, ImportRun
from participants.retention import last_day
from partners import events, files, outbox, scanner
from partners.acting import ActionError, action
from partners.models import DomainEvent, Organisation
from partners.viewer import Viewer, acting_as, london_date
from programmes.models import Contract, RetentionRule
from programmes.privacy import privacy_of

CONSUMER = "import"
State, Mode = ImportRun.State, ImportRun.Mode


class NotASheet(ActionError):
    """The file cannot be read as a table."""

    code = "not_a_sheet"


class ReferrerMissing(ActionError):
    """It is not said whose referrals a file holds."""

    code = "referrer_missing"


class ColumnsMissing(ActionError):
    """Something that every row must say has no column."""

    code = "columns_missing"


class NotNow(ActionError):
    """The file does not stand where this could happen to it."""

    code = "not_now"


class HasErrors(ActionError):
    """All of a file is imported only where every row of it can be."""

    code = "has_errors"


class TooLong(ActionError):
    """The file has more rows than can be written in one transaction."""

    code = "too_long"


class OneByOne(ActionError):
    """The rows of such a file are written one by one."""

    code = "one_by_one"


class NothingToDo(ActionError):
    """No row would change anything."""

    code = "nothing_to_do"


@action
def send(
    *,
    contract: Contract,
    kind: str,
    content: bytes,
    referrer: Organisation | None = None,
    by: Viewer,
    at: datetime,
) -> ImportRun:
    """Take a file and keep it sealed for some days. kind is a code of ImportRun.Kind; referrer: who made the referrals
    that it holds. Raises NotASheet or ReferrerMissing.
    """
    assert by.user_id is not None
    assert by.organisation_id is not None
    is_of_referrals = kind == ImportRun.Kind.REFERRALS
    if is_of_referrals and (referrer is None or referrer.kind != Organisation.Kind.REFERRER):
        raise ReferrerMissing("Choose who made the referrals.")
    try:
        scanner.scan(content)
        found = sheet.read(content)
    except (scanner.Infected, scanner.Unavailable, sheet.Unreadable) as reason:
        raise NotASheet(str(reason)) from reason
    run = ImportRun(
        tenant_id=by.tenant_id,
        contract=contract,
        organisation_id=by.organisation_id,
        referrer=referrer if is_of_referrals else None,
        kind=ImportRun.Kind(kind),
        sha256=sha256(content).hexdigest(),
        size=len(content),
        rows=len(found.rows),
        stored_as=files.keep(content, tenant_id=by.tenant_id),
        sent_by_id=by.user_id,
        sent_at=at,
        expires_on=_expires_on(contract, london_date(at)),
    )
    run.save(force_insert=True)
    _record("import.sent", run, by, at, sha256=run.sha256, rows=run.rows)
    return run


@action
def check(*, run: ImportRun, columns: Mapping[str, str], by: Viewer, at: datetime) -> ImportRun:
    """Have every row tried out with these columns, which are remembered. columns: the heading by the code of a field.

    Raises ColumnsMissing or NotNow.
    """
    current = _locked(run)
    if current.state not in (State.SENT, State.CHECKED):
        raise NotNow("This file is being worked on, or is done with.")
    lacking = mapping.missing(KINDS[current.kind], columns)
    if lacking:
        raise ColumnsMissing(" ".join(lacking))
    ImportLine.objects.filter(run=current).delete()
    _at_work(current, State.CHECKING, columns=dict(columns), counts={})
    known, is_new = ImportColumns.objects.get_or_create(
        tenant_id=by.tenant_id,
        organisation_id=current.organisation_id,
        kind=current.kind,
        defaults={"columns": dict(columns), "chosen_at": at},
    )
    if not is_new:
        known.columns, known.chosen_at = dict(columns), at
        known.save(update_fields=["columns", "chosen_at"])
    outbox.enqueue(CONSUMER, by, current.pk)
    _record("import.checked", current, by, at)
    return current


@action
def start(*, run: ImportRun, mode: str, by: Viewer, at: datetime) -> ImportRun:
    """Have the rows written that would change something: all of them or none, or those that are good.

    mode is a code of ImportRun.Mode. Raises NotNow, NothingToDo, OneByOne, HasErrors or TooLong.
    """
    current, chosen = _locked(run), Mode(mode)
    if current.state != State.CHECKED:
        raise NotNow("Check the file first. It is being worked on, or is done with.")
    if not current.changing:
        raise NothingToDo("No row would change anything.")
    if chosen == Mode.WHOLE and current.kind in ONE_BY_ONE:
        raise OneByOne(f"{current.get_kind_display()} are imported one by one. Choose “{Mode.GOOD.label}”.")
    if chosen == Mode.WHOLE and current.errors:
        raise HasErrors(
            "Some rows have errors, so that nothing would be imported. Put them right, or leave them out."
        )
    if chosen == Mode.WHOLE and current.rows > LIMITS.most_rows_as_a_whole:
        most = LIMITS.most_rows_as_a_whole
        raise TooLong(
            f"A file of more than {most:,} rows is imported row by row. Choose “{Mode.GOOD.label}”."
        )
    _at_work(current, State.WRITING, mode=chosen)
    outbox.enqueue(CONSUMER, by, current.pk)
    _record("import.started", current, by, at, mode=chosen.value)
    return current


@action
def finish(*, run: ImportRun, state: str, because: str = "", by: Viewer, at: datetime) -> ImportRun:
    """Say what the writing came to: WRITTEN, or REFUSED with the sentence why. Called by outcomes.imports.working.

    What is refused after some of its rows were written is WRITTEN as far as it came.
    """
    if state == State.REFUSED and not run.is_partly_written:
        run.state, run.refused_because, run.finished_at = State.REFUSED, because[:300], at
    else:
        _end_writing(run, at)
    run.save(update_fields=["state", "counts", "refused_because", "finished_at"])
    _record("import.finished", run, by, at, sha256=run.sha256, **_came_to(run))
    return run


def stands_still(*, run: ImportRun, by: Viewer) -> bool:
    """Whether the file waits for a worker that gave up on it: nothing happens until somebody takes it up or discards
    it.
    """
    if not run.is_at_work:
        return False
    with acting_as(by.as_system("import")):
        return not outbox.is_due(CONSUMER, run.pk)


@action
def take_up(*, run: ImportRun, by: Viewer, at: datetime) -> ImportRun:
    """Have a worker go on with a file that stands still, from where it stopped. Raises NotNow."""
    current = _locked(run)
    if not stands_still(run=current, by=by):
        raise NotNow("This file does not stand still: it is being worked on, or is done with.")
    outbox.enqueue(CONSUMER, by, current.pk)
    _record("import.taken_up", current, by, at)
    return current


@action
def discard(*, run: ImportRun, by: Viewer, at: datetime) -> ImportRun:
    """Do away with the file at once, also with one that stands still. Raises NotNow."""
    current = _locked(run)
    is_moving = current.is_at_work and not stands_still(run=current, by=by)
    if is_moving or not current.stored_as:
        raise NotNow("This file is being worked on, or is gone already.")
    _let_go(current, at)
    _record("import.discarded", current, by, at, **_came_to(current))
    return current


@action
def expire(*, run: ImportRun, by: Viewer, at: datetime) -> ImportRun:
    """Do away with the file because its days are over, whatever became of it."""
    current = _locked(run)
    _let_go(current, at)
    _record("import.removed", current, by, at, **_came_to(current))
    return current


def files_in_use(system: Viewer) -> Iterable[str]:
    """The names of the files that are still kept."""
    return ImportRun.objects.exclude(stored_as="").values_list("stored_as", flat=True)


def _expires_on(contract: Contract, sent_on: date) -> date:
    """After the days of limits.toml, or sooner by the contract's rule for ephemeral records; never the day itself."""
    last = sent_on + timedelta(days=LIMITS.kept_days)
    for rule in (rule for privacy in privacy_of([contract]) for rule in privacy.retention):
        if rule.records == RetentionRule.Records.EPHEMERAL and (rule.starts_from or date.min) <= sent_on:
            last = min(last, last_day(rule, contract, sent_on))
    return last + timedelta(days=1)


def _at_work(run: ImportRun, state: ImportRun.State, **changes: object) -> None:
    """From the first line on, in this state."""
    for name, value in {"state": state, "at_line": 0, "done": 0, **changes}.items():
        setattr(run, name, value)
    run.save(update_fields=["state", "at_line", "done", *changes])


def _let_go(run: ImportRun, at: datetime) -> None:
    """Away with the file and its lines; of one whose writing did not come to its end, what was written is counted."""
    if run.is_partly_written:
        _end_writing(run, at)
    elif not run.is_over:
        run.state = State.DISCARDED
    ImportLine.objects.filter(run=run).delete()
    if run.stored_as:
        files.remove(run.stored_as)
    run.stored_as = ""
    run.save(update_fields=["stored_as", "state", "counts", "finished_at"])


def _end_writing(run: ImportRun, at: datetime) -> None:
    """Written, as far as it came: rows that were to be written after the last that was are not counted."""
    reached = ImportLine.objects.filter(run=run).exclude(
        outcome__in=ImportLine.CHANGING, line__gt=run.at_line
    )
    run.state, run.finished_at = State.WRITTEN, at
    run.counts = dict(reached.order_by().values_list("outcome").annotate(Count("pk")))


def _came_to(run: ImportRun) -> dict[str, Any]:
    """The state, and how many lines came to what, as facts."""
    counts = {outcome: run.counts.get(outcome, 0) for outcome in ImportLine.Outcome.values}
    return {"state": run.state, "unreached": run.unreached, **counts}


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)


def _record(kind: str, run: ImportRun, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind,
        run,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=run.organisation_id,
        contract=run.contract_id,
        what=run.kind,
        **facts,
    )
