"""Keeping the facts right: the only place that writes them.

A change marks its person in its own transaction. A refresh takes the marks, computes what those people add now, and
adds the difference to what they added before, so that its cost follows the change. What a night finds is in
outcomes.performance.nightly.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper

from outcomes.performance.contributions import COLUMNS, KEY, OF_EVERYBODY, OF_PEOPLE, STORED_OF_PEOPLE
from partners import events, outbox
from partners.identifiers import uuid7
from partners.models import DomainEvent, OutboxItem
from partners.viewer import Viewer
from programmes.models import Contract

# Marks of one transaction: few enough that the next change does not wait long.
BATCH: Final = 5_000
MOVES_A_FIGURE: Final = (
    "claim.made",
    "claim.paid",
    "claim.rejected",
    "claim.validated",
    "claim.withdrawn",
    "contact.logged",
    "plan.agreed",
    "referral.received",
    "referral.decided",
    "referral.allocated",
    "referral.accepted",
    "referral.handed_back",
    "referral.withdrawn",
    "referral.started",
    "referral.did_not_start",
    "enrolment.started",
    "enrolment.ended",
    "ineligibility.found",
    "ineligibility.withdrawn",
    "milestone.reached",
    "milestone.priced",
    "milestone.reversed",
)

# The marks, and the refresh that the first of a transaction asks for. The transaction remembers until it ends that it
# has asked, so that one that marks a thousand people asks once.
MARK: Final = f"""
prepare mark_people (uuid[], uuid[], uuid[], text) as
with marked as (
  insert into outcomes_dirtymark (id, tenant_id, contract_id, participant_id)
  select id, (select wall.tenant()), contract_id, participant_id
    from unnest($1, $2, $3) m (id, contract_id, participant_id)
), asked as ({outbox.asking("facts", "current_setting('facts.asked', true) is distinct from $4")}
  returning 1
)
-- Reads what was asked, so that it is remembered after that.
select set_config('facts.asked', $4, true) from (select count(*) from asked) once
"""
# Everybody with anything earned on a contract of the programme.
MARK_THE_PAID: Final = """
insert into outcomes_dirtymark (id, tenant_id, contract_id, participant_id)
select gen_random_uuid(), (select wall.tenant()), contract_id, participant_id
  from (select distinct contract_id, participant_id from outcomes_journal
         where participant_id is not null and contract_id = any(%(contracts)s::uuid[])) paid
"""
EXECUTE_MARK: Final = (
    "execute mark_people (%(ids)s::uuid[], %(contracts)s::uuid[], %(participants)s::uuid[], %(tenant)s)"
)
# One writer in a tenant, so that no cell is hot and no two differences are taken from the same state. The next one
# waits instead of failing: a refresh takes milliseconds, and it would find the marks gone or do them at once. When a
# rebuild keeps it longer than the connection's lock_timeout, the outbox leases the work again.
TURN: Final = "select pg_advisory_xact_lock(hashtextextended('facts:' || %s, 0))"
# Planning takes many times as long as running for a few people, so a connection plans once; and without scans, since
# the tables that it is planned for may be a hundred times as large later. Marks that come from now on are the next
# transaction's, which is to be asked for again.
BEGIN: Final = f"""
{TURN}, set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
       set_config('facts.asked', '', true)
"""
TAKE: Final = """
prepare take_marks (integer) as
delete from outcomes_dirtymark where id = any(array(select id from outcomes_dirtymark order by id limit $1))
returning contract_id, participant_id
"""
EXECUTE_TAKE: Final = "execute take_marks (%s)"
ADD: Final = f"""
insert into outcomes_performancefact (id, tenant_id, {KEY}, amount)
select gen_random_uuid(), (select wall.tenant()), {KEY}, amount from difference order by {KEY}
    on conflict on constraint outcomes_performancefact_cell
    do update set amount = outcomes_performancefact.amount + excluded.amount
"""
# Each statement runs on one snapshot, in which a mark is seen only together with the change that made it.
_EXCHANGE: Final = f"""
gone as (select {COLUMNS} from before except select {COLUMNS} from now
), come as (select {COLUMNS} from now except select {COLUMNS} from before
), deleted as (
  delete from outcomes_contribution
   where id = any(array(select before.id from before join gone using (source_id, code)))
  returning id, added_at, {COLUMNS}
), kept as (
  insert into outcomes_formercontribution (id, tenant_id, added_at, removed_at, {COLUMNS})
  select id, (select wall.tenant()), added_at, %(at)s, {COLUMNS} from deleted
), inserted as (
  insert into outcomes_contribution (id, tenant_id, added_at, {COLUMNS})
  select gen_random_uuid(), (select wall.tenant()), %(at)s, {COLUMNS} from come
), difference as (
  select {KEY}, sum(amount) as amount
    from (select {KEY}, amount from come union all select {KEY}, -amount from gone) each
   group by {KEY} having sum(amount) <> 0
)
"""
RECOMPUTE: Final = f"""
with people as (
  select * from unnest(%(contracts)s::uuid[], %(participants)s::uuid[]) as p (contract_id, participant_id)
), now ({COLUMNS}) as materialized ({OF_PEOPLE}
), before as materialized ({STORED_OF_PEOPLE}
), {_EXCHANGE} {ADD}
"""
RECOMPUTE_EVERYBODY: Final = f"""
with now ({COLUMNS}) as materialized ({OF_EVERYBODY}
), before as materialized (select id, {COLUMNS} from outcomes_contribution
), {_EXCHANGE}, added as ({ADD})
select count(distinct (contract_id, participant_id))
  from (select contract_id, participant_id from gone union all select contract_id, participant_id from come) each
"""
PREPARE: Final = "prepare recompute_facts (uuid[], uuid[], timestamptz) as " + RECOMPUTE % {
    "contracts": "$1",
    "participants": "$2",
    "at": "$3",
}
EXECUTE: Final = "execute recompute_facts (%(contracts)s::uuid[], %(participants)s::uuid[], %(at)s)"
# Cells in which nothing is left go, and it is noted when these contracts were computed.
FINISH: Final = """
prepare finish_facts (uuid[], timestamptz) as
with swept as (delete from outcomes_performancefact where amount = 0), noted as (
insert into outcomes_refresh (id, tenant_id, contract_id, computed_at)
select gen_random_uuid(), (select wall.tenant()), contract_id, $2 from unnest($1) c (contract_id)
    on conflict (tenant_id, contract_id) do update set computed_at = excluded.computed_at
)
select set_config('enable_seqscan', 'on', true)
"""
EXECUTE_FINISH: Final = "execute finish_facts (%(contracts)s::uuid[], %(at)s)"
# What each connection has prepared.
_planned: Final[WeakKeyDictionary[Any, set[str]]] = WeakKeyDictionary()


def mark(happened: Sequence[DomainEvent], by: Viewer) -> None:
    """Subscriber: note in the events' transaction that these participants' figures may have changed."""
    people = {
        (UUID(contract_id), event.participant_id)
        for event in happened
        if event.participant_id and (contract_id := event.facts.get("contract"))
    }
    if not people:
        return
    contracts, participants = zip(*people, strict=True)
    whom = {
        "ids": [uuid7() for _ in people],
        "contracts": list(contracts),
        "participants": list(participants),
    }
    with connection.cursor() as cursor:
        _plan_once(cursor, MARK)
        cursor.execute(EXECUTE_MARK, {**whom, "tenant": str(by.tenant_id)})


def mark_those_paid_for(event: DomainEvent, by: Viewer) -> None:
    """Subscriber: a programme was loaded, and what it says of prices and of claims decides what is not claimed."""
    programme = Contract.objects.filter(pk=event.facts["contract"]).values("programme")
    contracts = list(Contract.objects.filter(programme__in=programme).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(MARK_THE_PAID, {"contracts": contracts})
    outbox.enqueue("facts", by)


def refresh(system: Viewer) -> int:
    """Bring the facts in line with a batch of marks, in the running transaction, in a constant number of statements.

    Returns how many people were recomputed. Asks for another run where marks may be left.
    """
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [str(system.tenant_id)])
        _plan_once(cursor, TAKE)
        cursor.execute(EXECUTE_TAKE, [BATCH])
        marks = cursor.fetchall()
        people = sorted(set(marks))
        if people:
            _plan_once(cursor, PREPARE)
            contracts, participants = zip(*people, strict=True)
            whom = {"contracts": list(contracts), "participants": list(participants)}
            cursor.execute(EXECUTE, {**whom, "at": system.now()})
            finish(cursor, set(contracts), system)
    if len(marks) == BATCH:
        outbox.enqueue("facts", system)
    return len(people)


def _plan_once(cursor: CursorWrapper, statement: str) -> None:
    """Have the connection prepare a statement, where it has not yet; a prepared one outlives its transaction."""
    planned = _planned.setdefault(connection.connection, set())
    if statement not in planned:
        cursor.execute(statement)
        planned.add(statement)


def finish(cursor: CursorWrapper, contracts: Collection[UUID], system: Viewer) -> None:
    """Sweep away what came to nothing, and note that the facts of these contracts were computed now."""
    _plan_once(cursor, FINISH)
    cursor.execute(EXECUTE_FINISH, {"contracts": list(contracts), "at": system.now()})


def _refresh_item(item: OutboxItem, system: Viewer) -> None:
    refresh(system)


def connect() -> None:
    """Listen to every event that can move a figure, and offer the work; called when the apps are ready."""
    events.subscribe_to_many(mark, *MOVES_A_FIGURE)
    events.subscribe(mark_those_paid_for, "programme.loaded")
    outbox.consume("facts", _refresh_item)
