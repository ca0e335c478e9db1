"""Whether the audit is whole: every row in its place and as it was written, and a row for every event."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db.models import F, QuerySet
from django.utils import timezone

from partners import events
from partners.audit_chain import CONTENT, close_of, digest_of, key_of, lock_of
from partners.locks import hold
from partners.models import AuditDay, AuditEntry, DomainEvent, OutboxItem, Tenant
from partners.sealing import UnknownKey
from partners.viewer import LONDON, Viewer, london_date

PAGE = 2000
# The relay links within a second; what waits for so long is kept from it.
LONGEST_WAIT = timedelta(minutes=10)
# A night checks the days that were never checked, then those that were checked longest ago.
DAYS_A_NIGHT = 8
MOST_NAMED = 20
log = structlog.stdlib.get_logger("audit")


class Finding(NamedTuple):
    """What is wrong, in a sentence; on which day of the chain and at which place, where it has one."""

    day: date | None
    sequence: int | None
    words: str


def check_day(day: AuditDay) -> list[Finding]:
    """What is wrong with one day of the chain. Runs as the system; the day stands still until the transaction ends."""
    hold(lock_of(day.tenant_id))
    day.refresh_from_db()
    earlier = AuditDay.objects.filter(day__lt=day.day).order_by("-day").first()
    try:
        return list(_faults(day, earlier.digest if earlier else ""))
    except UnknownKey as error:
        return [Finding(day.day, None, f"The day cannot be checked: {error}")]


def _faults(day: AuditDay, before: str) -> Iterator[Finding]:
    next_place, last = 1, before
    for sequence, digest, *row in _rows_of(day):
        if sequence > next_place:
            yield _missing(day.day, next_place, sequence - 1)
        # After a gap nobody knows the digest that the row was made from; the gap is told already.
        elif digest != digest_of(day.tenant_id, last, day.day, sequence, row, key_of(digest)):
            yield Finding(day.day, sequence, f"Row {row[0]} is not as it was written.")
        next_place, last = sequence + 1, digest
    close = close_of(day.tenant_id, last, day.day, next_place - 1, key_of(day.digest))
    if next_place <= day.entries:
        yield _missing(day.day, next_place, day.entries)
    elif (next_place - 1, close) != (day.entries, day.digest):
        yield Finding(day.day, None, "The close of the day does not fit its rows.")


def _missing(day: date, first: int, last: int) -> Finding:
    words = "The row is missing." if first == last else f"The rows {first} to {last} are missing."
    return Finding(day, first, words)


def _rows_of(day: AuditDay) -> Iterator[tuple[Any, ...]]:
    """Place, digest and content of the day's rows in their order, some at a time."""
    rows = AuditEntry.objects.filter(day=day.day).order_by("sequence")
    last = 0
    while page := list(rows.filter(sequence__gt=last).values_list("sequence", "digest", *CONTENT)[:PAGE]):
        yield from page
        last = page[-1][0]


def check_around() -> list[Finding]:
    """What is wrong beside the days: rows that no day closes or that were not linked, events without a row.

    Runs as the system of the tenant; the first MOST_NAMED of each are named.
    """
    linked = AuditEntry.objects.exclude(day=None).values_list("day", flat=True).distinct()
    unclosed = set(linked) - set(AuditDay.objects.values_list("day", flat=True))
    findings = [Finding(day, None, "The day has rows, and no close.") for day in unclosed if day]
    waiting = AuditEntry.objects.filter(day=None, written_at__lt=timezone.now() - LONGEST_WAIT)
    findings += [
        Finding(None, None, f"Row {pk} has not been linked since {at.astimezone(LONDON):%Y-%m-%d %H:%M}.")
        for pk, at in waiting.order_by("written_at", "id").values_list("pk", "written_at")[:MOST_NAMED]
    ]
    findings += [Finding(None, None, f"Event {pk}, {kind}, has no row.") for pk, kind in _silent_events()]
    return findings


def _silent_events() -> Iterator[tuple[UUID, str]]:
    """The first events without a row, by id and kind; some at a time, since behind walls a join is planned badly."""
    found = 0
    page = list(_events()[:PAGE])
    while page and found < MOST_NAMED:
        written = set(AuditEntry.objects.filter(pk__in=[pk for pk, _ in page]).values_list("pk", flat=True))
        for silent in [(pk, kind) for pk, kind in page if pk not in written][: MOST_NAMED - found]:
            found += 1
            yield silent
        page = list(_events().filter(pk__gt=page[-1][0])[:PAGE])


def _events() -> QuerySet[DomainEvent, tuple[UUID, str]]:
    return DomainEvent.objects.order_by("pk").values_list("pk", "kind")


def check_some(item: OutboxItem, system: Viewer) -> None:
    """The nightly check: some closed days, and what stands beside them. An alarm is an event, and so in the audit."""
    today = london_date(timezone.now())
    longest_ago = AuditDay.objects.filter(day__lt=today).order_by(
        F("checked_at").asc(nulls_first=True), "day"
    )
    findings = check_around()
    for day in longest_ago[:DAYS_A_NIGHT]:
        wrong = check_day(day)
        day.checked_at, day.broken = timezone.now(), len(wrong)
        day.save(update_fields=["checked_at", "broken"])
        findings += wrong
    if findings:
        log.error("the audit is broken", count=len(findings))
        events.record(
            "audit.broken",
            Tenant.objects.get(pk=system.tenant_id),
            system,
            at=system.now(),
            wall=DomainEvent.Wall.WORKSPACE,
            findings=len(findings),
            first_day=min((one.day for one in findings if one.day), default=None),
        )
