"""Sealing while others write: every line is in the total, or on a later statement. Without the locks it is not.

Real connections and transactions, by the code that production runs: writers ask outcomes.ledger for an open statement
and post on it until some time after it is sealed.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from threading import Event, Thread
from time import sleep
from typing import Any
from unittest.mock import ANY
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection
from django.db.models import Sum

from outcomes.actions import statement as actions
from outcomes.actions.charge import post
from outcomes.ledger import Statements
from outcomes.models import Charge, Entry, Journal, Milestone, Statement
from outcomes.statements.chain import verify
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.models import Price
from programmes.months import shifted
from tests.cast import Cast, looking_as
from tests.outcomes.settling import propose
from tests.participants.people import ago, new_person, start

# Whoever seals here has read nothing: what changes meanwhile is left to the locks alone.
AS_IT_STANDS = actions.Expected(ANY, ANY)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patience")]


@dataclass
class Race:
    """One provider's months, and those who write on them while each is sealed."""

    cast: Cast
    writers: int
    written: list[int] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def run(self, months: int) -> None:
        """Seal so many months in their order, each with everybody writing on it."""
        for number in range(months):
            month = shifted(ago(0).replace(day=1), number - months)
            self.write(month, pence=100)
            with looking_as(self.cast.system()):
                statement = Statement.objects.get(month=month)
            propose(self.cast, statement)
            self.seal_in_a_crowd(statement)
        assert self.failures == []

    def seal_in_a_crowd(self, statement: Statement) -> None:
        over = Event()
        crowd = [Thread(target=self.write_until, args=[over, statement.month]) for _ in range(self.writers)]
        for writer in crowd:
            writer.start()
        sleep(0.05)
        cleo = self.cast.cleo
        with looking_as(cleo):
            actions.seal(statement=statement, expected=AS_IT_STANDS, by=cleo, at=cleo.now())
        sleep(0.05)
        over.set()
        for writer in crowd:
            writer.join()

    def write_until(self, over: Event, month: date) -> None:
        try:
            while not over.is_set():
                self.write(month, pence=len(self.written) % 97 + 1)
        except BaseException as failure:
            self.failures.append(failure)
        finally:
            connection.close()

    def write(self, month: date, pence: int) -> None:
        """A line that belongs in the month, on the statement that is open for it."""
        with looking_as(self.cast.system()) as system:
            statement = Statements().open_from(
                tenant_id=system.tenant_id,
                contract_id=self.cast.contract.pk,
                organisation_id=self.cast.organisation("renaisi"),
                on=month,
            )
            charge = a_charge(system, statement, pence)
            post(charge=charge, statement=statement, by=system, at=system.now())
        self.written.append(pence)

    def wrong(self) -> list[date]:
        """The months whose total is not what their lines come to."""
        with looking_as(self.cast.system()):
            sealed = list(Statement.objects.exclude(number=None))
            return [one.month for one in sealed if sum_of(statement=one) != one.total_pence]


def a_charge(system: Viewer, statement: Statement, pence: int) -> Charge:
    return Charge(
        tenant_id=system.tenant_id,
        contract_id=statement.contract_id,
        organisation_id=statement.organisation_id,
        side="provider",
        kind="adjustment",
        month=statement.month,
        pence=pence,
        why="A race",
        made_at=system.now(),
    )


def sum_of(**lines: Any) -> int:
    return Journal.objects.filter(**lines).aggregate(total=Sum("pence"))["total"] or 0


@contextmanager
def without_locks(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The control: whether a statement is open is asked, and nothing is held."""
    server = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])._replace(
        path=f"/{connection.settings_dict['NAME']}"
    )
    superuser = psycopg2.connect(server.geturl())
    superuser.autocommit = True
    guard = "alter table outcomes_journal {} trigger on_an_open_statement"
    with superuser.cursor() as cursor, patch.context() as control:
        control.setattr("outcomes.ledger.share", lambda name: None)
        control.setattr(actions, "_held", found)
        cursor.execute(guard.format("disable"))
        try:
            yield
        finally:
            cursor.execute(guard.format("enable"))
            superuser.close()


def found(statement: Statement) -> Statement:
    """The statement, held by nobody."""
    return Statement.objects.select_related("organisation").get(pk=statement.pk)


def check(cast: Cast, race: Race, months: int) -> None:
    """No total is wrong, nothing that was written is lost, and the books and the chain hold."""
    assert race.wrong() == []
    with looking_as(cast.system()):
        assert sum_of(side="provider") == sum(race.written)
        assert Entry.objects.aggregate(total=Sum("pence")) == {"total": 0}
        assert Statement.objects.exclude(number=None).count() == months
        assert list(verify()) == []


def test_nothing_is_lost_between_the_total_and_the_seal(cast: Cast) -> None:
    race = Race(cast, writers=4)
    race.run(months=3)
    check(cast, race, months=3)


def test_without_the_locks_totals_are_wrong(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    race = Race(cast, writers=4)
    with without_locks(monkeypatch):
        race.run(months=3)
    assert race.wrong()


def written_in(cast: Cast, month: date, until: Event) -> date:
    """A line for a month, committed when `until` is set; on which month's statement it came."""
    with looking_as(cast.system()) as system:
        statement = Statements().open_from(
            tenant_id=system.tenant_id,
            contract_id=cast.contract.pk,
            organisation_id=cast.organisation("renaisi"),
            on=month,
        )
        until.wait(2)
        post(charge=a_charge(system, statement, 500), statement=statement, by=system, at=system.now())
        return statement.month


def at_once(race: Race, work: Callable[[], object]) -> Thread:
    """The work on a connection of its own; what it raises is kept."""

    def run() -> None:
        try:
            work()
        except BaseException as failure:
            race.failures.append(failure)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def empty_month_and_the_next(cast: Cast, race: Race) -> tuple[date, Statement]:
    """A month that ended, with nothing in it, and the proposed statement of the one after it."""
    first = shifted(ago(0).replace(day=1), -3)
    race.write(shifted(first, 1), pence=100)
    with looking_as(cast.system()):
        statement = Statement.objects.get()
    propose(cast, statement)
    return first, statement


def sealed_slowly(cast: Cast, statement: Statement, begun: Event) -> None:
    """Sealed, and committed a while later."""
    with looking_as(cast.cleo) as cleo:
        actions.seal(statement=statement, expected=AS_IT_STANDS, by=cleo, at=cleo.now())
        begun.set()
        sleep(0.5)


@pytest.mark.parametrize("locks", [True, False])
def test_no_line_comes_onto_a_month_before_one_that_is_being_sealed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, locks: bool
) -> None:
    """The control, without the locks, writes on the empty month before."""
    race, begun = Race(cast, writers=0), Event()
    first, statement = empty_month_and_the_next(cast, race)
    with nullcontext() if locks else without_locks(monkeypatch):
        sealing = at_once(race, lambda: sealed_slowly(cast, statement, begun))
        assert begun.wait(20)
        came_to = written_in(cast, first, until=begun)
        sealing.join()
    assert race.failures == []
    assert came_to == (shifted(first, 2) if locks else first)


@pytest.mark.parametrize("locks", [True, False])
def test_no_month_is_sealed_while_somebody_writes_on_one_before_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, locks: bool
) -> None:
    """Whoever seals finds the line and has to seal its month first; the control seals past it."""
    race, go = Race(cast, writers=0), Event()
    first, statement = empty_month_and_the_next(cast, race)
    with nullcontext() if locks else without_locks(monkeypatch):
        writing = at_once(race, lambda: written_in(cast, first, until=go))
        sleep(0.3)
        sealing = at_once(race, lambda: sealed_slowly(cast, statement, Event()))
        sleep(0.3)
        go.set()
        for thread in (writing, sealing):
            thread.join()
    assert [type(failure) for failure in race.failures] == ([actions.EarlierFirst] if locks else [])
    with looking_as(cast.system()):
        assert Statement.objects.get(month=first).lines.count() == 1


def test_whoever_seals_waits_for_a_milestone_without_a_price_too(cast: Cast) -> None:
    """It has no line, and is counted in a volume: whether it was known when the statement was sealed is told by ids."""
    race, begun = Race(cast, writers=0), Event()
    _, statement = empty_month_and_the_next(cast, race)
    person = new_person(cast, since=40)
    with looking_as(cast.system()) as system:
        Price.objects.update(withdrawn_at=system.now())
    with looking_as(cast.ada):
        start(cast, person, days=40)
        sealing = at_once(race, lambda: sealed_slowly(cast, statement, begun))
        assert not begun.wait(1)
    sealing.join()
    assert race.failures == []
    with looking_as(cast.system()):
        told = DomainEvent.objects.get(kind="statement.sealed")
        reached = Milestone.objects.get(code="start")
        assert not reached.journals.exists()
        assert reached.pk < told.pk


@pytest.mark.long
def test_forty_statements_and_six_writers(cast: Cast) -> None:
    race = Race(cast, writers=6)
    race.run(months=40)
    check(cast, race, months=40)


@pytest.mark.long
def test_forty_statements_and_six_writers_without_the_locks(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    race = Race(cast, writers=6)
    with without_locks(monkeypatch):
        race.run(months=40)
    assert len(race.wrong()) > 20
