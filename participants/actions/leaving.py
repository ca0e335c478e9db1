"""A naming ends with the place by which somebody was named, so that whoever comes back is not named by the past."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from participants.actions.restriction import (
    NotNamed,
    can_be_named,
    end_namings,
    hold_person,
    places_with,
    tell,
)
from participants.models import NamedAccess
from partners.acting import action
from partners.models import DomainEvent, Membership, OutboxItem
from partners.permissions import Permission
from partners.viewer import Viewer, london_date


def after_place(event: DomainEvent, by: Viewer) -> None:
    """Subscriber: somebody's place ended, or has a role from now on that may see nobody."""
    user_id = UUID(event.facts["user"])
    end_lapsed(NamedAccess.objects.filter(user=user_id), by=by, at=event.at)


def sweep(item: OutboxItem, system: Viewer) -> None:
    """Outbox consumer, daily: the namings of those whose place ended by its date."""
    end_lapsed(NamedAccess.objects.all(), by=system, at=system.now())


def end_lapsed(namings: QuerySet[NamedAccess], *, by: Viewer, at: datetime) -> None:
    """End those of the namings whose place is gone. As the system."""
    for access in list(lapsed(namings, london_date(at))):
        with suppress(NotNamed):
            lapse(access=access, by=by, at=at)


def lapsed(namings: QuerySet[NamedAccess], day: date) -> Iterator[NamedAccess]:
    """Those of the namings whose user has lost a place since, and could be named by no other that is left."""
    for access in namings.filter(ended_at=None).select_related("participant").order_by("pk"):
        left = places_with(Permission.SEE_PEOPLE, day).filter(user=access.user_id).values("organisation")
        gone = Membership.objects.filter(user=access.user_id, ended_on__gte=london_date(access.named_at))
        others = can_be_named(access.participant, day).filter(user=access.user_id)
        if gone.exclude(organisation__in=left).exists() and not others.exists():
            yield access


@action
def lapse(*, access: NamedAccess, by: Viewer, at: datetime) -> NamedAccess:
    """End one naming with its place, be it the last one: the page of restricted people then asks for another.

    Raises NotNamed where somebody ended it in the meantime.
    """
    hold_person(access.participant)
    if not NamedAccess.objects.filter(pk=access.pk, ended_at=None).exists():
        raise NotNamed("This naming has ended already.")
    end_namings([access], by, at)
    tell("participant.naming_ended", access, by, at, user=access.user_id)
    return access
