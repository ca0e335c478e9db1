"""Identifiers and events of the demo's past, as they would have been made at the time."""

from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from config.demo.bulk import Bulk
from partners.events import plain
from partners.identifiers import new_reference
from partners.models import DomainEvent
from partners.viewer import london_date

Wall = DomainEvent.Wall
# By whom something was done: {"by_user_id": ...}, {"by_key_id": ...}, or nobody.
Who = dict[str, UUID]
NOBODY: Who = {}


class Ids:
    """Version 7 UUIDs of past moments; those of one moment keep the order in which they were made."""

    def __init__(self, seed: str) -> None:
        self.chance = Random(seed)
        self.at = 0
        self.made = 0

    def new(self, at: datetime) -> UUID:
        """The next identifier of a moment."""
        milliseconds = int(at.timestamp() * 1000)
        self.made = self.made + 1 if milliseconds == self.at else 0
        self.at = milliseconds
        value = milliseconds << 80 | 7 << 76 | min(self.made, 0xFFF) << 64 | 0b10 << 62
        return UUID(int=value | self.chance.getrandbits(62))


class References:
    """Short references that nothing of their kind has yet."""

    def __init__(self, prefix: str, taken: set[str]) -> None:
        self.prefix, self.taken = prefix, taken

    def new(self) -> str:
        """One more."""
        while (reference := new_reference(self.prefix)) in self.taken:
            pass
        self.taken.add(reference)
        return reference


class Record:
    """The events of one person, written in bulk: nobody listens."""

    def __init__(self, bulk: Bulk, ids: Ids, tenant_id: UUID, participant_id: UUID) -> None:
        self.bulk, self.ids = bulk, ids
        self.tenant_id, self.participant_id = tenant_id, participant_id

    def event(
        self,
        kind: str,
        subject_type: str,
        subject_id: UUID,
        at: datetime,
        *,
        by: Who,
        organisation_id: UUID | None,
        on: Any = None,
        wall: str = Wall.CASE,
        **facts: Any,
    ) -> None:
        """As partners.events.record writes it."""
        self.bulk.add(
            DomainEvent,
            id=self.ids.new(at),
            tenant_id=self.tenant_id,
            kind=kind,
            at=at,
            on=on or london_date(at),
            wall=wall,
            subject_type=subject_type,
            subject_id=subject_id,
            participant_id=self.participant_id,
            organisation_id=organisation_id,
            facts={name: plain(value) for name, value in facts.items()},
            **by,
        )
