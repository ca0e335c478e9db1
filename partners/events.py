"""The one record of what happened, and who listens to it.

An event feeds the timeline, the audit, the outbox and the dirty marks of the dashboards. Upper apps subscribe in their
apps.py; a subscriber runs in the event's own transaction, so that its effect commits with it or not at all.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from partners.acting import recorded
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date

Fact = str | int | bool | date | UUID | None
Subscriber = Callable[[DomainEvent, Viewer], None]


class Subject(Protocol):
    """Any row with an id."""

    @property
    def pk(self) -> UUID: ...


_subscribers: defaultdict[str, list[Subscriber]] = defaultdict(list)
KINDS: set[str] = set()


def declare(*kinds: str) -> None:
    """Name the event kinds of an app; a kind that nobody declared cannot be recorded."""
    KINDS.update(kinds)


def subscribe(subscriber: Subscriber, *kinds: str) -> None:
    """Call the subscriber with (event, by) in the transaction of every event of these kinds."""
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"No app declares the event kind {kind}")
        if subscriber not in _subscribers[kind]:
            _subscribers[kind].append(subscriber)


def plain(value: Fact) -> str | int | bool | None:
    """A fact as JSON keeps it."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def record(
    kind: str,
    subject: Subject,
    by: Viewer,
    *,
    at: datetime,
    wall: str = DomainEvent.Wall.CASE,
    participant_id: UUID | None = None,
    organisation_id: UUID | None = None,
    on: date | None = None,
    **facts: Fact,
) -> DomainEvent:
    """Record that something happened to the subject at a moment, and tell the subscribers.

    Facts are ids, codes, dates and pence: never names, notes or numbers that identify. on is the London date to which
    the event belongs, the day of `at` unless it is given.
    """
    if kind not in KINDS:
        raise ValueError(f"No app declares the event kind {kind}")
    event = DomainEvent(
        tenant_id=by.tenant_id,
        kind=kind,
        at=at,
        on=on or london_date(at),
        wall=wall,
        subject_type=type(subject).__name__.lower(),
        subject_id=subject.pk,
        participant_id=participant_id,
        organisation_id=organisation_id,
        by_user_id=by.user_id,
        by_key_id=by.key_id,
        facts={name: plain(value) for name, value in facts.items()},
    )
    event.save(force_insert=True)
    count = recorded.get()
    if count is not None:
        count[0] += 1
    for subscriber in _subscribers[kind]:
        subscriber(event, by)
    return event
