"""The nightly proof of the facts: everybody computed anew into a shadow of them, and compared with what refreshes left.

One statement for each lane, and so one snapshot of its cells: of people who wait for a refresh in it, it counts what
that refresh will do. Nobody waits for it, and where the shadow equals the facts there is nothing to put in their place.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final
from uuid import UUID

import structlog
from django.db import connection

from outcomes.performance import case_mix
from outcomes.performance.contributions import (
    COLUMNS,
    KEY,
    LANES,
    OF_PEOPLE,
    STORED_OF_PEOPLE,
    in_lane,
    of_everybody,
)
from outcomes.performance.refresh import ADD, RECOMPUTE_EVERYBODY, TURN, finish
from partners import events, outbox
from partners.models import DomainEvent, OutboxItem
from partners.viewer import Viewer
from programmes.models import Contract

log = structlog.stdlib.get_logger("performance")

# The nightly work of each lane.
CONSUMERS: Final = tuple(f"rebuild_{lane}" for lane in LANES)
# All lanes in one, which migrations ask for.
WHOLE: Final = "rebuild"
# So many cells are named in the alarm.
MOST_NAMED: Final = 20
# Behind walls PostgreSQL guesses far too few rows, and would sort a million where it can put them into a hash table.
BY_HASH: Final = "select set_config('work_mem', '256MB', true), set_config('enable_sort', 'off', true)"
AS_USUAL: Final = "select set_config('work_mem', %s, true), set_config('enable_sort', 'on', true)"
# What one contribution is, as a number: of equal sets of them the numbers cancel out, bit by bit.
_TRACE: Final = """(uuid_hash_extended(source_id, 0) # uuid_hash_extended(participant_id, 1)
                    # hashint4extended(happened_on - date '2000-01-01', 2))"""


# shadow: what there should be. How much more than that do the facts say, with what the people who wait will add, and
# how much more the contributions with theirs; trace: whether the contributions are the same ones.
def _differing(lane: int | None) -> str:
    where = f"where true {in_lane(lane, 'cohort_month')}"
    return f"""
with people as materialized (select distinct contract_id, participant_id from outcomes_dirtymark
), to_come ({COLUMNS}) as materialized (
  {OF_PEOPLE} union all
  select participant_id, {KEY}, -amount, happened_on, source_id from ({STORED_OF_PEOPLE}) before
), each as (
  select {KEY}, amount as shadow, -amount as by_facts, -amount as by_people, {_TRACE} as trace
    from ({of_everybody(lane)}) as everybody ({COLUMNS})
  union all select {KEY}, 0, 0, amount, {_TRACE} from outcomes_contribution {where}
  union all select {KEY}, 0, amount, 0, 0 from outcomes_performancefact {where}
  union all select {KEY}, 0, amount, amount, {_TRACE} from to_come {where}
)
select {KEY}, (sum(by_facts) + sum(shadow))::bigint, sum(shadow)::bigint from each group by {KEY}
having sum(by_facts) <> 0 or sum(by_people) <> 0 or bit_xor(trace) <> 0
 order by {KEY}
"""


DIFFERING: Final = {lane: _differing(lane) for lane in (None, *LANES)}
# Of rows that say the same, all but one.
DOUBLED: Final = f"""
delete from outcomes_contribution
 where id = any(array(
   select id from (select id, row_number() over (partition by {COLUMNS}) as copy from outcomes_contribution) each
    where copy > 1))
"""
# What the sum of the contributions lacks or has too much, cell by cell.
CORRECT: Final = f"""
with difference as (
  select {KEY}, sum(amount) as amount
    from (select {KEY}, amount from outcomes_contribution
          union all select {KEY}, -amount from outcomes_performancefact) each
   group by {KEY} having sum(amount) <> 0
) {ADD}
"""


@dataclass(frozen=True)
class Cell:
    """A cell that was not right: was is its amount in the facts, should_be what the rows come to.

    The two are equal where it was right by chance alone: the wrong people were behind it.
    """

    contract_id: UUID
    organisation_id: UUID | None
    payment_group: str
    area: str
    cohort_month: date
    elapsed_month: int
    code: str
    days: int | None
    was: int
    should_be: int


@dataclass(frozen=True)
class Corrected:
    """What was wrong and is put right: the cells, and how many people's contributions."""

    cells: tuple[Cell, ...] = ()
    people: int = 0


def differing(lane: int | None = None) -> tuple[Cell, ...]:
    """The cells of a lane, or all, that are not what the rows say once those who wait for a refresh have had it. Reads
    alone.
    """
    with connection.cursor() as cursor:
        cursor.execute("show work_mem")
        [(memory,)] = cursor.fetchall()
        cursor.execute(BY_HASH)
        cursor.execute(DIFFERING[lane])
        found = tuple(Cell(*row) for row in cursor.fetchall())
        cursor.execute(AS_USUAL, [memory])
        return found


def rebuild(system: Viewer, lane: int | None = None) -> Corrected:
    """Compare the facts with everybody computed anew, and put right what differs; in the running transaction. lane:
    compare those months alone.

    Also makes the first facts of rows that were written in bulk. Refreshes wait only while something is put right.
    """
    cells = differing(lane)
    people = 0
    with connection.cursor() as cursor:
        if cells:
            cursor.execute(TURN, [str(system.tenant_id)])
            if lane is not None:
                # All lanes are put right at once and so named at once, by the lane that comes first.
                cells = differing()
            cursor.execute(DOUBLED)
            cursor.execute(RECOMPUTE_EVERYBODY, {"at": system.now()})
            [(people,)] = cursor.fetchall()
            cursor.execute(CORRECT)
        finish(cursor, Contract.objects.values_list("pk", flat=True), system)
    return Corrected(cells, people)


def alarm(cells: Sequence[Cell], system: Viewer) -> None:
    """Say which cells were wrong, if any were: how many in the log, the first of them in the audit."""
    if not cells:
        return
    log.error("facts were not the sum of the rows", count=len(cells))
    contracts = Contract.objects.in_bulk({cell.contract_id for cell in cells})
    named = [
        events.event(
            "facts.differ",
            contracts[cell.contract_id],
            system,
            at=system.now(),
            wall=DomainEvent.Wall.WORKSPACE,
            findings=len(cells),
            provider=cell.organisation_id,
            **{name: value for name, value in asdict(cell).items() if not name.endswith("_id")},
        )
        for cell in cells[:MOST_NAMED]
    ]
    events.record_many(named, system)


def _rebuild_item(item: OutboxItem, system: Viewer) -> None:
    lane = None if item.consumer == WHOLE else CONSUMERS.index(item.consumer)
    alarm(rebuild(system, lane).cells, system)
    if lane in (None, LANES[-1]):
        case_mix.count(system)


def connect() -> None:
    """Offer the work, and ask for it every day, in lanes that two workers take; called when the apps are ready."""
    events.declare("facts.differ")
    outbox.consume(WHOLE, _rebuild_item)
    for consumer in CONSUMERS:
        outbox.consume(consumer, _rebuild_item)
        outbox.every_day(f"{consumer} of the facts", consumer)
