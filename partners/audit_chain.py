"""The chain over the audit, by which a changed or missing row is found out.

Committed rows are linked, tenant by tenant, by whichever relay comes first: each gets its place in London's day and a
digest of itself and the digest before it, made with a key that the database does not have. AuditDay closes each day,
so that a cut tail shows, and the first row of a day goes on from the close of the day before. Only who takes away the
newest rows together with their close, or puts back an older copy of it, is not found out by the chain itself: against
that a closing digest is kept elsewhere.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from partners import sealing
from partners.locks import hold_if_free
from partners.models import AuditDay, AuditEntry, Tenant
from partners.viewer import Viewer, acting_as, london_date

BATCH = 1000
# What a digest is made of, besides the digest before it and the row's place.
CONTENT = (
    *("id", "at", "written_at", "act", "kind", "wall", "subject_type", "subject_id", "participant_id"),
    *("organisation_id", "by_user_id", "by_key_id", "purpose", "request_id", "facts"),
)
# By id alone, and without a join: behind walls the planner believes that a table has hardly any rows.
LINK = """
update partners_auditentry e set day = %s,
  sequence = %s + array_position(given.ids, e.id) - 1, digest = given.digests[array_position(given.ids, e.id)]
from (select %s::uuid[] as ids, %s::text[] as digests) given
where e.tenant_id = %s and e.id = any(given.ids)
"""


def lock_of(tenant_id: UUID) -> str:
    """The name that whoever links or checks the tenant's chain holds."""
    return f"audit {tenant_id}"


def link_all() -> int:
    """Link up to BATCH rows of each tenant; returns how many were linked. Any number of relays may call it."""
    return sum(link(tenant.pk, timezone.now()) for tenant in Tenant.objects.all())


def link(tenant_id: UUID, at: datetime) -> int:
    """Link up to BATCH committed rows of the tenant, in one transaction; returns how many.

    at: the moment by the server's clock; the rows belong to its day in London. Nobody waits for a lock: whoever
    holds it is linking too, or is checking.
    """
    with transaction.atomic(), acting_as(Viewer.system(tenant_id, "link the audit")):
        waiting = AuditEntry.objects.filter(day=None).order_by("written_at", "id")
        if not waiting.exists() or not hold_if_free(lock_of(tenant_id)):
            return 0
        rows = list(waiting.values_list(*CONTENT)[:BATCH])
        day, before = _where_to_go_on(tenant_id, london_date(at))
        first, digests = day.entries + 1, []
        for sequence, row in enumerate(rows, first):
            before = digest_of(tenant_id, before, day.day, sequence, row)
            digests.append(before)
        with connection.cursor() as cursor:
            cursor.execute(LINK, [day.day, first, [row[0] for row in rows], digests, tenant_id])
        day.entries += len(rows)
        day.digest = close_of(tenant_id, before, day.day, day.entries)
        day.save(update_fields=["entries", "digest"])
        return len(rows)


def _where_to_go_on(tenant_id: UUID, today: date) -> tuple[AuditDay, str]:
    """Today, or the newest day where a clock was set back, and the digest that the next row goes on from."""
    newest = AuditDay.objects.order_by("-day").first()
    day = newest if newest and newest.day >= today else None
    last = AuditEntry.objects.filter(day=day.day if day else today).order_by("-sequence").first()
    if day is None:
        before = newest.digest if newest else ""
        day = AuditDay(tenant_id=tenant_id, day=today, digest=before)
        # Rows without their close: somebody took it away. A place is left out, which whoever checks will miss.
        day.entries = last.sequence + 1 if last and last.sequence else 0
        day.save(force_insert=True)
    elif last and last.sequence:
        day.entries = max(day.entries, last.sequence)
    return day, last.digest if last else day.digest


def digest_of(
    tenant_id: UUID, before: str, day: date, sequence: int, row: Sequence[Any], key_id: int | None = None
) -> str:
    """The digest of a row whose content is `row`, in the order of CONTENT. Raises sealing.UnknownKey.

    "2:" and 64 hexadecimal digits: the id of the key, the newest unless it is given, and what it made.
    """
    content = dict(zip(CONTENT, row, strict=True))
    return _sealed(tenant_id, [before, day, sequence, content], key_id)


def close_of(tenant_id: UUID, last: str, day: date, entries: int, key_id: int | None = None) -> str:
    """What closes a day of so many rows whose last digest is given; of the same form. Raises sealing.UnknownKey."""
    return _sealed(tenant_id, [last, day, entries], key_id)


def key_of(digest: str) -> int | None:
    """The id of the key that made a digest; None where it is none."""
    key_id = digest.partition(":")[0]
    return int(key_id) if key_id.isdecimal() else None


def _sealed(tenant_id: UUID, said: list[Any], key_id: int | None) -> str:
    key = sealing.newest() if key_id is None else key_id
    words = json.dumps(said, default=_as_text, sort_keys=True, separators=(",", ":")).encode()
    return f"{key}:{sealing.fingerprint(words, purpose='audit', tenant_id=tenant_id, key_id=key)}"


def _as_text(value: UUID | datetime | date) -> str:
    """One way to write each value, whatever the zone of the connection."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
