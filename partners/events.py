"""The one record of what happened, and who listens to it.

An event feeds the timeline, the audit, the outbox and the dirty marks of the dashboards. Upper apps subscribe in their
apps.py; a subscriber runs in the event's own transaction, so that its effect commits with it or not at all.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from partners.acting import recorded
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date

Fact = str | int | bool | date | UUID | None
Subscriber = Callable[[DomainEvent, Viewer], None]
SubscriberToMany = Callable[[Sequence[DomainEvent], Viewer], None]


class Subject(Protocol):
    """Any row with an id."""

    @property
    def pk(self) -> UUID: ...


_subscribers: defaultdict[str, list[Subscriber]] = defaultdict(list)
_to_many: defaultdict[str, list[SubscriberToMany]] = defaultdict(list)
KINDS: set[str] = set()


def declare(*kinds: str) -> None:
    """Name the event kinds of an app; a kind that nobody declared cannot be recorded."""
    KINDS.update(kinds)


def subscribe(subscriber: Subscriber, *kinds: str) -> None:
    """Call the subscriber with (event, by) in the transaction of every event of these kinds."""
    _add(_subscribers, subscriber, kinds)


def subscribe_to_many(subscriber: SubscriberToMany, *kinds: str) -> None:
    """Call the subscriber with (events, by), once for all events of one of these kinds that are recorded together."""
    _add(_to_many, subscriber, kinds)


def _add(subscribers: defaultdict[str, list[Any]], subscriber: Any, kinds: Sequence[str]) -> None:
    for kind in kinds:
        check(kind)
        if subscriber not in subscribers[kind]:
            subscribers[kind].append(subscriber)


def check(kind: str) -> None:
    """Raises ValueError for a kind that nobody declared."""
    if kind not in KINDS:
        raise ValueError(f"No app declares the event kind {kind}")


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
    """Record that something happened to the subject at a moment, and tell the subscribers. As `event` takes it."""
    happened = event(
        kind,
        subject,
        by,
        at=at,
        wall=wall,
        participant_id=participant_id,
        organisation_id=organisation_id,
        on=on,
        **facts,
    )
    record_many([happened], by)
    return happened


def event(
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
    """An event that is still to be recorded, with `record_many`.

    Facts are ids, codes, dates and pence: never names, notes or numbers that identify. on is the London date to which
    the event belongs, the day of `at` unless it is given.
    """
    check(kind)
    return DomainEvent(
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


def record_many(happened: Sequence[DomainEvent], by: Viewer) -> Sequence[DomainEvent]:
    """Record events of one kind in one statement, and tell the subscribers. Nothing happens where there are none."""
    if not happened:
        return happened
    DomainEvent.objects.bulk_create(happened)
    count = recorded.get()
    if count is not None:
        count[0] += len(happened)
    kind = happened[0].kind
    for subscriber_to_many in _to_many[kind]:
        subscriber_to_many(happened, by)
    for subscriber in _subscribers[kind]:
        for one in happened:
            subscriber(one, by)
    return happened
