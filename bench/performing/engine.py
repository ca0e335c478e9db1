"""What keeping the facts costs: a change, a thousand, and everybody anew, beside other ways to the same facts."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from statistics import median
from typing import Any

from django.db import connection

from outcomes.models import Contribution, DirtyMark, Milestone, PerformanceFact
from outcomes.performance.contributions import LANES
from outcomes.performance.nightly import rebuild
from outcomes.performance.refresh import MOVES_A_FIGURE, mark, refresh
from participants.actions import contact
from participants.models import Assignment, Contact, Participant
from partners import events
from performing import ways
from performing.workspace import Workspace, clocked, say, sql

REPEATS = 15
CHANGES = 60
BLOCKS, OF_A_BLOCK = 6, 40
# People whom the loop looks at; the whole is extrapolated.
LOOPED = 1_000


def refresh_times(space: Workspace, people: int) -> list[float]:
    """Refreshing so many people, each of whom has reached one milestone more or less, again and again."""
    times = REPEATS if people > 1 else CHANGES
    with space.acting():
        # Chosen beforehand: what scans a table between two refreshes empties the processor's caches.
        reached = list(Milestone.objects.filter(code="start").order_by("?")[: times * people])
    return [
        _refresh_after(space, reached[n * people : (n + 1) * people]) for n in range(len(reached) // people)
    ]


def _refresh_after(space: Workspace, changed: list[Milestone]) -> float:
    with space.acting():
        for now in (None, space.system.now()):
            ids = [one.pk for one in changed if (one.reversed_at is None) == (now is not None)]
            Milestone.objects.filter(pk__in=ids).update(reversed_at=now)
        DirtyMark.objects.bulk_create(
            DirtyMark(tenant=space.tenant, contract=space.contract, participant_id=one.participant_id)
            for one in changed
        )
    return space.timed(lambda: refresh(space.system))[0]


def held_by_the_adviser(space: Workspace, most: int) -> list[Participant]:
    """People of the adviser's provider, by chance."""
    with space.acting():
        held = Assignment.objects.filter(organisation=space.providers[0]).order_by("?").values("participant")
        return list(Participant.objects.filter(pk__in=held[:most]))


def log_a_contact(space: Workspace, person: Participant) -> float:
    """Milliseconds of the adviser's whole write: the contact, its event, its outbox rows, and the mark."""
    by = space.adviser
    return space.timed(
        lambda: contact.log(
            participant=person,
            contract=space.contract,
            channel="phone",
            result="attended",
            contacted_on=by.today,
            minutes=15,
            note="Spoke about the interview.",
            next_step="",
            next_on=None,
            by=by,
            at=by.now(),
        ),
        by,
    )[0]


def refresh_against_the_write(space: Workspace) -> dict[str, float]:
    """One contact logged and its person refreshed, in turns."""
    say("a write and the refresh that it causes, in turns")
    turns = []
    for person in held_by_the_adviser(space, CHANGES):
        wrote = log_a_contact(space, person)
        turns.append((wrote, space.timed(lambda: refresh(space.system))[0]))
    wrote, refreshed = (median(column) for column in zip(*turns, strict=True))
    ratio = median(refreshed / wrote for wrote, refreshed in turns)
    return {"write_ms": wrote, "refresh_of_it_ms": refreshed, "refresh_against_write": ratio}


def writes_with_and_without_marks(space: Workspace) -> dict[str, float]:
    """Contacts logged a second, in blocks with marks and blocks without, in turns."""
    say("writes with marks and without, in turns")
    people = cycle(held_by_the_adviser(space, 2 * BLOCKS * OF_A_BLOCK))
    speeds: dict[bool, list[float]] = {True: [], False: []}
    for block in range(2 * BLOCKS):
        marked = block % 2 == 0
        if not marked:
            _without(mark)
        try:
            took = sum(log_a_contact(space, next(people)) for _ in range(OF_A_BLOCK))
        finally:
            if not marked:
                events.subscribe_to_many(mark, *MOVES_A_FIGURE)
        speeds[marked].append(OF_A_BLOCK * 1000 / took)
    with space.acting() as system:
        held = Assignment.objects.filter(organisation=space.providers[0])
        met = held.filter(
            participant__in=Contact.objects.filter(contacted_on=system.today).values("participant")
        )
        DirtyMark.objects.bulk_create(
            DirtyMark(tenant=space.tenant, contract=space.contract, participant_id=pk)
            for pk in met.values_list("participant", flat=True)
        )
        while refresh(system):
            pass
    return {
        "writes_per_second": median(speeds[True]),
        "writes_with_marks_against_without": median(
            marked / free for marked, free in zip(speeds[True], speeds[False], strict=True)
        ),
    }


def _without(subscriber: Callable[..., None]) -> None:
    for listening in events._to_many.values():
        if subscriber in listening:
            listening.remove(subscriber)


def in_lanes(space: Workspace) -> list[Any]:
    """The nightly rebuild as two workers do it; the cells that were corrected."""

    def work(lane: int) -> Sequence[Any]:
        try:
            return space.timed(lambda: rebuild(space.system, lane))[1].cells
        finally:
            connection.close()

    with ThreadPoolExecutor(len(LANES)) as workers:
        return [cell for cells in workers.map(work, LANES) for cell in cells]


def everybody_anew(space: Workspace) -> dict[str, Any]:
    """The nightly rebuild in turns with a hand-tuned statement and with DuckDB on columns of its own, and a loop."""
    say("everybody anew: the nightly rebuild, tuned SQL and DuckDB in turns")
    columns = ways.Columns(space)
    with space.acting():
        stored = set(PerformanceFact.objects.values_list(*ways.KEY, "amount"))
    turns, equal, corrected = [], True, 0
    for _ in range(3):
        ours, found = clocked(lambda: in_lanes(space))
        corrected += len(found)
        tuned, by_tuned = ways.tuned(space)
        duck, by_duck = columns.facts()
        equal &= by_tuned == by_duck == stored
        turns.append((ours, tuned, duck, ours / tuned, ours / duck))
    ours, tuned, duck, against_tuned, against_duck = (median(column) for column in zip(*turns, strict=True))
    looped, by_loop = clocked(lambda: ways.loop(space, LOOPED))
    equal &= by_loop == ways.contributed(space, LOOPED)
    return {
        "rebuild_ms": ours,
        "rebuild_corrected": corrected,
        "tuned_ms": tuned,
        "duckdb_ms": duck,
        "loop_ms_extrapolated": looped * space.made / LOOPED,
        "every_way_is_equal": equal,
        "rebuild_against_tuned": against_tuned,
        "rebuild_against_duckdb": against_duck,
        "rebuild_times_faster_than_loop": looped * space.made / LOOPED / ours,
    }


def rows_of(space: Workspace) -> dict[str, int]:
    """How much there is."""
    with space.acting():
        found = {
            model.__name__: model.objects.count() for model in (Milestone, Contribution, PerformanceFact)
        }
        return found | {"Contact": sql("select count(*) from participants_contact")[0][0]}
