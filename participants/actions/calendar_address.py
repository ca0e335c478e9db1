"""The secret address of an adviser's appointments: made, made anew, and ended."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.db.models import QuerySet

from participants.models import CalendarAddress
from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer

BYTES = 24


class Made(NamedTuple):
    """An address, and its secret, which is told this once."""

    address: CalendarAddress
    secret: str


class NoAddress(ActionError):
    """There is none, or it was ended before."""

    code = "no_address"


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256 in hexadecimal. It is long and random, so no salt."""
    return sha256(secret.encode()).hexdigest()


def open_address(viewer: Viewer) -> QuerySet[CalendarAddress]:
    """The one that opens the viewer's own appointments, if there is any."""
    return CalendarAddress.objects.filter(
        organisation=viewer.organisation_id, user=viewer.user_id, ended_at=None
    )


@action
def make(*, by: Viewer, at: datetime) -> Made:
    """An address for the viewer's own appointments at their provider, in the place of the one before it."""
    assert by.organisation_id is not None
    assert by.user_id is not None
    open_address(by).update(ended_at=at)
    secret = secrets.token_urlsafe(BYTES)
    address = CalendarAddress(
        tenant_id=by.tenant_id,
        organisation_id=by.organisation_id,
        user_id=by.user_id,
        digest=digest_of(secret),
        made_at=at,
    )
    address.save(force_insert=True)
    _tell("calendar.address_made", address, by, at)
    return Made(address, secret)


@action
def end(*, by: Viewer, at: datetime) -> CalendarAddress:
    """End it, so that it opens nothing any more. Raises NoAddress."""
    address = open_address(by).select_for_update(no_key=True).first()
    if address is None:
        raise NoAddress("There is no address that could be ended.")
    address.ended_at = at
    address.save(update_fields=["ended_at"])
    _tell("calendar.address_ended", address, by, at)
    return address


def _tell(kind: str, address: CalendarAddress, by: Viewer, at: datetime) -> None:
    events.record(
        kind, address, by, at=at, wall=DomainEvent.Wall.WORKSPACE, organisation_id=address.organisation_id
    )
