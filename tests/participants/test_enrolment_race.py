"""Eight people start the same people on one contract at once: each is there once. Without lock and rules they are not.

Real connections and transactions, by the actions that production runs. Whoever waits for the lock is refused by what
they then find; whoever does not wait is refused by the database, which keeps any two times of one person apart.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Barrier, Thread
from urllib.parse import urlsplit
from uuid import UUID

import psycopg2
import pytest
from django.db import IntegrityError, connection

from participants.actions import assignment as holding
from participants.actions import enrolment as actions
from participants.models import Assignment, Enrolment, Participant
from partners.models import DomainEvent
from partners.viewer import Viewer
from tests.cast import Cast, looking_as
from tests.participants.people import ago, new_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patience")]
WRITERS = 8
ONE_OPEN, ONE_LEAD = "participants_enrolment_one_open", "participants_assignment_one_lead"
APART = "participants_enrolment_apart"
ALREADY_STARTED = "This person has already started on this contract."
BY_THE_INDEX = "by the index"
# Of an index or a rule of a table: the table, and the statements that take it away and put it back.
DEFINITIONS = """
select i.indrelid::regclass::text,
       case when c.oid is null then 'drop index ' || r.relname
            else format('alter table %%s drop constraint %%I', i.indrelid::regclass, c.conname) end,
       case when c.oid is null then pg_get_indexdef(r.oid)
            else format('alter table %%s add constraint %%I %%s', i.indrelid::regclass, c.conname,
                        pg_get_constraintdef(c.oid)) end
  from pg_index i join pg_class r on r.oid = i.indexrelid left join pg_constraint c on c.conindid = r.oid
   and c.contype = 'x'
 where r.relname = any(%s)
"""
Step = Callable[[Participant, int], None]


@dataclass
class Race:
    """Those who do the same to the same people, what refused them, and what they did not expect."""

    cast: Cast
    people: list[Participant]
    refused: list[str] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def run(self, step: Step) -> None:
        """Everybody takes the step with every person, all of them one person at a time."""
        begin = Barrier(WRITERS)
        crowd = [Thread(target=self.go, args=[step, number, begin]) for number in range(WRITERS)]
        for writer in crowd:
            writer.start()
        for writer in crowd:
            writer.join()
        assert self.failures == []

    def go(self, step: Step, number: int, begin: Barrier) -> None:
        try:
            for person in self.people:
                begin.wait()
                self.take(step, person, number)
        except BaseException as failure:
            self.failures.append(failure)
            begin.abort()
        finally:
            connection.close()

    def take(self, step: Step, person: Participant, number: int) -> None:
        try:
            step(person, number)
        except (actions.AlreadyEnrolled, holding.AlreadyHeld) as refusal:
            self.refused.append(str(refusal))
        except IntegrityError as refusal:
            if ONE_LEAD not in str(refusal):
                raise
            self.refused.append(BY_THE_INDEX)

    def start(self, person: Participant, number: int) -> None:
        """Start the person, each writer on another day."""
        with looking_as(self.cast.ada) as ada:
            self.started(person, days=20 + number, by=ada)

    def come_and_go(self, person: Participant, number: int) -> None:
        """A time there that is over before the next may begin: all of them share the days in the middle."""
        with looking_as(self.cast.ada) as ada:
            begun = self.started(person, days=40 - number, by=ada)
            actions.end(enrolment=begun, ended_on=ago(20 - number), reason="left", by=ada, at=ada.now())

    def started(self, person: Participant, days: int, by: Viewer) -> Enrolment:
        return actions.start(
            participant=person,
            contract=self.cast.contract,
            payment_group="all",
            referred_on=ago(60),
            started_on=ago(days),
            by=by,
            at=by.now(),
        )

    def assign(self, person: Participant, number: int) -> None:
        """Give the person to a provider from a day on, each writer on another day."""
        with looking_as(self.cast.system()) as system:
            holding.assign(
                participant=person,
                contract=self.cast.contract,
                organisation_id=self.cast.organisation("i2i" if number % 2 else "renaisi"),
                starts_on=ago(number),
                by=system,
            )

    def overlapping(self) -> int:
        """How many people are twice on the contract on some day."""
        with looking_as(self.cast.system()):
            return sum(self.overlaps(person) for person in self.people)

    def overlaps(self, person: Participant) -> bool:
        times = Enrolment.objects.filter(participant=person).order_by("started_on", "ended_on")
        return any(one.ended_on is None or one.ended_on >= other.started_on for one, other in pairwise(times))

    def led(self) -> Counter[UUID]:
        """How many providers lead each person."""
        with looking_as(self.cast.system()):
            open_leads = Assignment.objects.filter(ends_on=None, voided_at=None)
            return Counter(open_leads.values_list("participant_id", flat=True))


def people(cast: Cast, number: int, until: int | None = None) -> list[Participant]:
    return [new_person(cast, given=f"Amina {n}", since=60, until=until) for n in range(number)]


@contextmanager
def without(*names: str) -> Iterator[None]:
    """The control: the database lets a person be in two places at once. names: indexes, or rules of a table."""
    server = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])._replace(
        path=f"/{connection.settings_dict['NAME']}"
    )
    superuser = psycopg2.connect(server.geturl())
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute(DEFINITIONS, [list(names)])
        found = cursor.fetchall()
        assert len(found) == len(names)
        for _, drop, _ in found:
            cursor.execute(drop)
        try:
            yield
        finally:
            for table, _, put_back in found:
                cursor.execute(f"truncate {table} cascade")
                cursor.execute(put_back)
            superuser.close()


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_hold", lambda participant: None)


@pytest.mark.parametrize("number", [6, pytest.param(100, marks=pytest.mark.long)])
def test_each_person_starts_once(cast: Cast, number: int) -> None:
    race = Race(cast, people(cast, number))
    race.run(race.start)
    assert race.overlapping() == 0
    assert Counter(race.refused) == {ALREADY_STARTED: number * (WRITERS - 1)}
    with looking_as(cast.system()):
        assert Enrolment.objects.count() == number
        assert DomainEvent.objects.filter(kind="enrolment.started").count() == number


@pytest.mark.parametrize("number", [6, pytest.param(100, marks=pytest.mark.long)])
def test_times_that_are_over_do_not_overlap_either(cast: Cast, number: int) -> None:
    race = Race(cast, people(cast, number))
    race.run(race.come_and_go)
    assert race.overlapping() == 0
    assert Counter(race.refused) == {ALREADY_STARTED: number * (WRITERS - 1)}


@pytest.mark.usefixtures("no_lock")
def test_the_database_alone_keeps_open_times_apart_and_it_reads_the_same(cast: Cast) -> None:
    race = Race(cast, people(cast, 6))
    race.run(race.start)
    assert race.overlapping() == 0
    assert Counter(race.refused) == {ALREADY_STARTED: 6 * (WRITERS - 1)}


@pytest.mark.usefixtures("no_lock")
def test_the_database_alone_keeps_times_apart_that_are_over(cast: Cast) -> None:
    race = Race(cast, people(cast, 6))
    race.run(race.come_and_go)
    assert race.overlapping() == 0
    assert Counter(race.refused) == {ALREADY_STARTED: 6 * (WRITERS - 1)}


@pytest.mark.usefixtures("no_lock")
def test_without_lock_and_rule_times_that_are_over_overlap(cast: Cast) -> None:
    race = Race(cast, people(cast, 6))
    with without(APART):
        race.run(race.come_and_go)
        assert race.overlapping() > 3


@pytest.mark.usefixtures("no_lock")
@pytest.mark.parametrize("number", [6, pytest.param(100, marks=pytest.mark.long)])
def test_without_rules_and_lock_people_start_twice(cast: Cast, number: int) -> None:
    race = Race(cast, people(cast, number))
    with without(ONE_OPEN, APART):
        race.run(race.start)
        assert race.overlapping() > number // 2


def test_the_day_after_the_last_is_another_time(cast: Cast) -> None:
    """Both ends are inclusive; another contract and another person are nobody's concern."""
    [person] = people(cast, 1)
    race = Race(cast, [person])
    with looking_as(cast.ada) as ada:
        begun = race.started(person, days=40, by=ada)
        actions.end(enrolment=begun, ended_on=ago(20), reason="left", by=ada, at=ada.now())
        with pytest.raises(actions.AlreadyEnrolled):
            race.started(person, days=20, by=ada)
        race.started(person, days=19, by=ada)
    assert race.overlapping() == 0


@pytest.mark.parametrize("number", [6, pytest.param(100, marks=pytest.mark.long)])
def test_each_person_is_led_by_one_provider(cast: Cast, number: int) -> None:
    race = Race(cast, people(cast, number, until=50))
    race.run(race.assign)
    assert set(race.led().values()) == {1}
    assert (len(race.led()), len(race.refused)) == (number, number * (WRITERS - 1))


def test_without_the_index_two_providers_lead_one_person(cast: Cast) -> None:
    race = Race(cast, people(cast, 6, until=50))
    with without(ONE_LEAD):
        race.run(race.assign)
        assert sum(count > 1 for count in race.led().values()) > 3
