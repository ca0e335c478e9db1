"""A file of referrals is loaded while others refer people: they wait for one row of it at most, and for none in a ring.

Real connections and transactions, by the actions that production runs.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from outcomes.actions import import_run as runs
from outcomes.imports import working
from outcomes.models import ImportRun
from participants import vault
from participants.actions.person import search_name
from partners import outbox
from partners.locks import hold
from partners.models import OutboxItem
from partners.viewer import acting_as
from programmes.models import Contract
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.outcomes.importing import again, as_csv, checked, said
from tests.outcomes.test_import_referrals import HEADER, counts, found, row
from tests.referrals.people import refer

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "QQ123456C"
WAITING = "select count(*) from pg_locks where not granted"


class Worker(Thread):
    """Does what is due, or one piece of work, on a connection of its own, and keeps what went wrong."""

    fault: Exception | None = None

    def __init__(self, work: Callable[[], object] = outbox.work_off) -> None:
        super().__init__()
        self.work = work

    def run(self) -> None:
        try:
            self.work()
        except Exception as error:
            self.fault = error
        finally:
            connection.close()


@contextmanager
def busy_contract(cast: Cast) -> Iterator[None]:
    """Somebody else holds the contract for as long as this lasts."""
    is_held, is_over = Event(), Event()

    def holding() -> None:
        with looking_as(cast.system()):
            Contract.objects.select_for_update(no_key=True).get(pk=cast.contract.pk)
            is_held.set()
            is_over.wait(30)
        connection.close()

    other = Thread(target=holding)
    other.start()
    is_held.wait(30)
    try:
        yield
    finally:
        is_over.set()
        other.join()


def wait_until_somebody_waits(many: int = 1) -> None:
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0] >= many:
                return
        time.sleep(0.05)
    raise AssertionError("Nobody waits")


def ready(cast: Cast, *rows: list[Any]) -> ImportRun:
    """A file that was tried out."""
    return checked(cast, "referrals", as_csv(HEADER, *rows), by="cleo")


def started(cast: Cast, *rows: list[Any]) -> ImportRun:
    """A file of which the rows are to be written."""
    return start(cast, ready(cast, *rows))


def start(cast: Cast, run: ImportRun) -> ImportRun:
    with looking_as(cast.cleo) as cleo:
        return runs.start(run=run, mode="good", by=cleo, at=cleo.now())


def piece(cast: Cast, run: ImportRun) -> UUID:
    """The work that a file waits for."""
    with looking_as(cast.system()):
        return OutboxItem.objects.get(consumer=runs.CONSUMER, subject_id=run.pk, done_at=None).pk


def refer_in_the_middle(cast: Cast) -> Worker:
    """Refer somebody by form, whose number the form has when the worker comes to their row of the file."""
    worker = Worker()
    with looking_as(cast.system()):
        hold(*(f"number {index}" for index in vault.blind_indexes(NUMBER, cast.serco.pk)))
        worker.start()
        wait_until_somebody_waits()
        refer(cast, number=NUMBER)
    worker.join()
    return worker


@pytest.mark.usefixtures("patience")
def test_who_refers_somebody_while_a_file_is_written_waits_for_no_ring(cast: Cast) -> None:
    run = started(cast, row("P-1", given="Eve"), row("P-2", number=NUMBER), row("P-3", given="Tom"))
    assert refer_in_the_middle(cast).fault is None
    assert [outcome for _, outcome, _ in said(cast, run)] == ["new"] * 3
    assert again(cast, run).state == "written"
    # The one who came both ways is one person.
    assert counts(cast)[:2] == [4, 3]


@pytest.mark.usefixtures("patience")
def test_who_refers_somebody_while_a_file_is_tried_out_waits_for_no_ring(cast: Cast) -> None:
    run = ready(cast, row("P-1", given="Eve"), row("P-2", number=NUMBER))
    with looking_as(cast.cleo) as cleo:
        runs.check(run=run, columns=run.columns, by=cleo, at=cleo.now())
    assert refer_in_the_middle(cast).fault is None
    assert again(cast, run).counts == {"new": 2}
    assert counts(cast)[:2] == [1, 1]


def test_a_row_for_which_others_are_too_busy_says_so_and_the_others_are_written(cast: Cast) -> None:
    run = started(
        cast, row("P-1"), row("P-2", given="Tom", work="employed"), row("P-3", given="Eve", work="")
    )
    with pytest.MonkeyPatch.context() as patch:
        quick = "-c lock_timeout=100 -c timezone=UTC"
        patch.setitem(connection.settings_dict["OPTIONS"], "options", quick)
        connection.close()
        with busy_contract(cast):
            outbox.work_off()
    connection.close()
    assert said(cast, run) == [
        (2, "error", working.BUSY),
        (3, "new", "Not eligible."),
        (4, "new", "More information needed."),
    ]
    finished = again(cast, run)
    assert (finished.state, finished.counts) == ("written", {"error": 1, "new": 2})
    assert [one.external_reference for one in found(cast)] == ["P-2", "P-3"]


def test_a_worker_that_dies_leaves_whole_rows_and_the_next_goes_on(cast: Cast) -> None:
    run = started(cast, row("P-1"), row("P-2", given="Eve"), row("P-3", given="Tom"))
    with looking_as(cast.system()) as system:
        item = OutboxItem.objects.get(consumer=runs.CONSUMER, subject_id=run.pk, done_at=None)
        steps = working.carry_on(item, system)
        assert steps is not None
        next(steps)
    assert (again(cast, run).done, counts(cast)[0]) == (1, 1)
    with transaction.atomic(), acting_as(cast.system()):
        next(steps)
        assert Referral.objects.count() == 2
        transaction.set_rollback(True)  # it dies in the middle of the second row
    assert (again(cast, run).done, counts(cast)[0]) == (1, 1)
    outbox.work_off()
    done = again(cast, run)
    assert (done.state, done.done, done.counts) == ("written", 3, {"new": 3})
    assert [one.external_reference for one in found(cast)] == ["P-1", "P-2", "P-3"]


@pytest.mark.usefixtures("patience")
def test_two_workers_at_one_file_write_each_row_once(cast: Cast) -> None:
    run = started(cast, *(row(f"P-{number}", given=f"Zola {number}") for number in range(8)))
    item = piece(cast, run)
    workers = [Worker(lambda: outbox.perform(item)) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert [one.fault for one in workers] == [None, None]
    outbox.work_off()
    assert again(cast, run).counts == {"new": 8}
    assert counts(cast)[:2] == [8, 8]


@pytest.mark.usefixtures("patience")
def test_two_files_that_hold_the_same_referral_bring_it_once(cast: Cast) -> None:
    files = [ready(cast, row("P-1")) for _ in range(2)]
    pieces = [piece(cast, start(cast, run)) for run in files]
    workers = [Worker(partial(outbox.perform, item)) for item in pieces]
    with looking_as(cast.system()):
        # Both have come to the row before either has written it.
        hold(f"person {cast.serco.pk} {search_name('Zola', 'Okafor')} {date(1990, 5, 17)}")
        for one in workers:
            one.start()
        wait_until_somebody_waits(2)
    for one in workers:
        one.join()
    assert [one.fault for one in workers] == [None, None]
    outbox.work_off()
    assert sorted(said(cast, run)[0][1] for run in files) == ["new", "same"]
    assert counts(cast)[:2] == [1, 1]
