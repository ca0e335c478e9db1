"""Few connections, many threads, two tenants: whatever goes wrong in between, nobody reads a foreign row.

The connections are kept and used again, as CONN_MAX_AGE keeps them, by whoever comes next.
"""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import Queue
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from participants.models import Participant
from partners import guard
from partners.models import Membership, Organisation
from partners.viewer import Viewer, acting_as
from tests.cast import Cast, looking_as
from tests.participants.people import new_person


class Leak(AssertionError):
    """Somebody read a row of another tenant."""


class OnPurpose(Exception):
    """What a view raises when something goes wrong in it."""


@pytest.fixture
def viewers(transactional_db: None, cast: Cast) -> list[Viewer]:
    """People of both tenants; there is a participant for each of them to see."""
    new_person(cast)
    with looking_as(Viewer.system(cast.meridian.pk, "test")) as system:
        Participant.objects.create(
            tenant_id=system.tenant_id,
            reference="PT-MERI-00",
            given_name="Mer",
            family_name="Idian",
            search_name="idian mer",
            born_on=system.today.replace(year=1990, day=1),
            made_at=system.now(),
        )
    return [cast.priya, cast.ada, cast.hana, cast.sam, cast.rita]


def read(viewer: Viewer) -> None:
    """Look at some tables and make sure that every row is the viewer's tenant's."""
    seen: set[Any] = set()
    for model in (Organisation, Membership, Participant):
        seen |= set(model.objects.values_list("tenant_id", flat=True))
    if seen != {viewer.tenant_id}:
        raise Leak(f"{viewer.tenant_id} read rows of {seen}")


def read_and_fail(viewer: Viewer) -> None:
    """An exception in the middle of a savepoint."""
    with suppress(OnPurpose), transaction.atomic():
        read(viewer)
        raise OnPurpose
    read(viewer)


def read_as_another(viewer: Viewer, other: Viewer) -> None:
    """Somebody else for a while, whose savepoint is rolled back; both go on reading."""
    read(viewer)
    with acting_as(other):
        with suppress(OnPurpose), transaction.atomic():
            read(other)
            raise OnPurpose
        read(other)
    read(viewer)


def read_too_slowly(viewer: Viewer) -> None:
    """A statement that takes longer than it may."""
    read(viewer)
    with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 1")
        cursor.execute("select pg_sleep(1)")
    read(viewer)


def read_and_be_cut_off(viewer: Viewer) -> None:
    """The connection is gone; whoever comes next gets a new one in its place."""
    read(viewer)
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")


def visit(viewer: Viewer, other: Viewer, dice: random.Random) -> None:
    """One request or task: a transaction in which something may go wrong, on whatever connection there is."""
    with suppress(DatabaseError, OnPurpose), transaction.atomic(), acting_as(viewer):
        read(viewer)
        match dice.randrange(8):
            case 0:
                read_and_fail(viewer)
            case 1 | 2:
                read_as_another(viewer, other)
            case 3:
                read_too_slowly(viewer)
            case 4:
                raise OnPurpose
            case 5:
                with connection.cursor() as cursor:
                    cursor.execute("select no_such_column")
            case 6 if dice.random() < 0.1:
                read_and_be_cut_off(viewer)
        read(viewer)


@contextmanager
def pool(size: int) -> Iterator[Queue[BaseDatabaseWrapper]]:
    """Connections that are handed from thread to thread."""
    kept: Queue[BaseDatabaseWrapper] = Queue()
    made = [connections.create_connection("default") for _ in range(size)]
    for one in made:
        one.inc_thread_sharing()
        kept.put(one)
    yield kept
    for one in made:
        one.close()


def visits(kept: "Queue[BaseDatabaseWrapper]", viewers: list[Viewer], seed: int, number: int) -> int:
    """So many visits by random viewers, each on the connection that is free; returns how many were made."""
    dice = random.Random(seed)
    for _ in range(number):
        borrowed = kept.get()
        connections["default"] = borrowed
        try:
            viewer, other = dice.sample(viewers, 2)
            visit(viewer, other, dice)
        finally:
            # As at the end of each request: what is broken goes, what works is kept.
            borrowed.close_if_unusable_or_obsolete()
            kept.put(borrowed)
    return number


def crowd(viewers: list[Viewer], *, threads: int, size: int, each: int) -> int:
    """Many threads on few connections. Raises Leak as soon as one reads a foreign row."""
    with pool(size) as kept, ThreadPoolExecutor(threads) as executor:
        made = [executor.submit(visits, kept, viewers, seed, each) for seed in range(threads)]
        return sum(one.result() for one in made)


def cancel_now_and_then(stop: Queue[None], dice: random.Random) -> int:
    """Cancel what the application's connections to this database are doing, at random, until told to stop."""
    name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    address = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])._replace(path=f"/{name}").geturl()
    server = psycopg2.connect(address)
    server.autocommit = True
    cancelled = 0
    with server.cursor() as cursor:
        while stop.empty():
            cursor.execute(
                "select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database()"
                " and usename = 'baton_app' and state = 'active' and random() < 0.3"
            )
            cancelled += cursor.rowcount
            cursor.execute("select pg_sleep(%s)", [dice.random() / 50])
    server.close()
    return cancelled


@pytest.mark.django_db(transaction=True)
def test_a_few_threads_on_fewer_connections_read_their_own_rows_alone(viewers: list[Viewer]) -> None:
    assert crowd(viewers, threads=6, size=2, each=15) == 90


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_crowd_with_cancelled_statements_reads_its_own_rows_alone(viewers: list[Viewer]) -> None:
    stop: Queue[None] = Queue()
    with ThreadPoolExecutor(1) as executor:
        cancelling = executor.submit(cancel_now_and_then, stop, random.Random(7))
        try:
            made = crowd(viewers, threads=50, size=5, each=80)
        finally:
            stop.put(None)
    assert made == 4_000
    assert cancelling.result() > 0


@pytest.mark.django_db(transaction=True)
def test_a_guard_that_forgets_nothing_at_a_rollback_to_a_savepoint_would_leak(
    viewers: list[Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves that the tests above can fail."""

    def remembering(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        before = context["connection"].wall_settings
        answer = careful(execute, sql, params, many, context)
        if str(sql).startswith("ROLLBACK TO"):
            context["connection"].wall_settings = before
        return answer

    careful = guard.guard
    monkeypatch.setattr(guard, "guard", remembering)
    with pytest.raises(Leak):
        crowd(viewers, threads=4, size=2, each=25)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_not_found_harmless_is_not_used(
    viewers: list[Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever catches the error and asks again meets the guard, and the same question again."""

    def interrupted(connection: BaseDatabaseWrapper) -> None:
        raise DatabaseError("cancelled")

    with monkeypatch.context() as patch, pool(1) as kept:
        patch.setattr(guard, "refuse_privilege", interrupted)
        fresh = kept.get()
        for _ in range(2):
            with pytest.raises(DatabaseError, match="cancelled"):
                fresh.cursor()
        assert fresh.connection is None
