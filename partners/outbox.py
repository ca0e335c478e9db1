"""Work that must not be lost: written with the change, leased to Celery, done once.

A row commits with the change that asks for it. The relay leases due rows to Celery; the worker does the work and marks
the row done in one transaction. Celery may lose or double a message: an unanswered lease runs out and is sent again,
and a row that is done or at work is left alone. Work that holds what others want comes in steps, each a transaction.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from partners.models import OutboxItem, ScheduledRun, Tenant
from partners.viewer import LONDON, Viewer, acting_as

LEASE_SECONDS = 5
MOST_ATTEMPTS = 10
OVER = object()
Steps = Iterator[None]
Consumer = Callable[[OutboxItem, Viewer], Steps | None]
_consumers: dict[str, Consumer] = {}
_daily: dict[str, tuple[str, int]] = {}


def consume(name: str, consumer: Consumer) -> None:
    """Name the function that does a kind of work; it is called with (item, system viewer) inside a transaction.

    Where it returns steps the transaction ends after the first, and each of the others is one of its own. Whoever does
    the work of a row that was left half way begins with the function: it finds out what is done already.
    """
    _consumers[name] = consumer


def every_day(task: str, consumer: str, *, from_hour: int = 0) -> None:
    """Have this work enqueued once a day, by each tenant's own clock: from_hour (0 to 23, London) on."""
    _daily[task] = consumer, from_hour


def enqueue(consumer: str, by: Viewer, subject_id: UUID | None = None) -> OutboxItem:
    """Ask for work in the running transaction, as the system."""
    if consumer not in _consumers:
        raise ValueError(f"Nobody consumes {consumer}")
    item = OutboxItem(tenant_id=by.tenant_id, consumer=consumer, subject_id=subject_id)
    item.save(force_insert=True)
    return item


def asking(consumer: str, condition: str) -> str:
    """The same as a statement in SQL, where a condition holds: for a statement that does something else besides."""
    return f"""
insert into partners_outboxitem (id, tenant_id, consumer, created_at, available_at, attempts, last_error)
select gen_random_uuid(), (select wall.tenant()), '{consumer}', clock_timestamp(), clock_timestamp(), 0, ''
 where {condition}"""


def is_due(consumer: str, subject_id: UUID) -> bool:
    """Whether such work about the subject is still to come, asked as the system; what is dead is not."""
    return bool(due(consumer, [subject_id]))


def due(consumer: str, subject_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the subjects about which such work is still to come, in one query."""
    items = OutboxItem.objects.filter(consumer=consumer, subject_id__in=list(subject_ids))
    found = items.filter(done_at=None, dead_at=None).values_list("subject_id", flat=True)
    return {one for one in found if one}


def lease(count: int = 50) -> list[UUID]:
    """Lease due rows of every tenant, oldest first; what is not done when the lease ends comes again, ever later."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select id from wall.lease_outbox(%s, %s)", [count, LEASE_SECONDS])
        return [row[0] for row in cursor.fetchall()]


def _system_of(item_id: UUID) -> Viewer | None:
    """The system of the tenant to which a row belongs, which is not known before; None where there is no such row."""
    with connection.cursor() as cursor:
        cursor.execute("select tenant_id, clock_offset from wall.open_job(%s)", [item_id])
        found = cursor.fetchone()
    return Viewer.system(found[0], purpose="outbox", clock_offset=found[1]) if found else None


def perform(item_id: UUID) -> str:
    """Do the work of one row and mark it done: in one transaction, or in one for each of its steps.

    Returns done, or left where there was nothing.
    """
    steps: Steps | None = None
    while True:
        with transaction.atomic():
            system = _system_of(item_id)
            if system is None:
                return "left"
            with acting_as(system):
                due = OutboxItem.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
                item = due.filter(pk=item_id, done_at=None, dead_at=None).first()
                if item is None:
                    return "left"
                if steps is None:
                    steps = _consumers[item.consumer](item, system) or iter(())
                if _is_over(steps):
                    item.done_at = timezone.now()
                    item.save(update_fields=["done_at"])
                    return "done"
                # Nobody takes it up between two steps.
                item.available_at = timezone.now() + timedelta(seconds=LEASE_SECONDS)
                item.save(update_fields=["available_at"])


def _is_over(steps: Steps) -> bool:
    """Take the next step; whether there was none."""
    return next(steps, OVER) is OVER


def note_failure(item_id: UUID, error: BaseException) -> None:
    """Count the failure and keep its kind, without its words: they can quote a person's data. After MOST_ATTEMPTS of
    them the row is dead; a message that never reached a worker counts nothing.
    """
    with transaction.atomic():
        system = _system_of(item_id)
        if system is not None:
            with acting_as(system):
                item = OutboxItem.objects.select_for_update(no_key=True).get(pk=item_id)
                item.attempts += 1
                item.last_error = type(error).__name__
                item.dead_at = timezone.now() if item.attempts >= MOST_ATTEMPTS else None
                item.save(update_fields=["attempts", "last_error", "dead_at"])


def tick() -> int:
    """Enqueue what is due by the calendar and was not yet; returns how many. Any number of clocks may call it."""
    started = 0
    for tenant in Tenant.objects.all():
        system = Viewer.system(tenant.pk, purpose="schedule", clock_offset=tenant.clock_offset)
        hour = system.now().astimezone(LONDON).hour
        for task, (consumer, from_hour) in _daily.items():
            if hour < from_hour:
                continue
            with transaction.atomic(), acting_as(system):
                _, is_new = ScheduledRun.objects.get_or_create(
                    tenant_id=tenant.pk, task=task, period=system.today.isoformat()
                )
                if is_new:
                    enqueue(consumer, system)
                    started += 1
    return started


def work_off(limit: int = 1000) -> int:
    """Do all due work here and now, without Celery: for commands and tests. Returns how many rows were done."""
    done = 0
    while done < limit and (ids := lease()):
        done += sum(perform(item_id) == "done" for item_id in ids)
    return done


def oldest_due() -> timedelta | None:
    """How long the oldest due row has waited, over all tenants; None when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute("select wall.oldest_due()")
        return cursor.fetchone()[0]
