"""The diary of a provider: its appointments of a week, by day and hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Self
from uuid import UUID

from django.db.models import QuerySet

from participants.caseload import EVERYONE
from participants.models import Appointment, ControlMeasure
from participants.safety import measures_of
from partners.viewer import Viewer


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday on."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day - timedelta(days=day.weekday()))

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.monday + timedelta(days=7)


@dataclass(frozen=True)
class Entry:
    """An appointment in the diary. is_over: its time has passed and nobody said what came of it. measures: what staff
    must know to be safe.
    """

    appointment: Appointment
    is_over: bool
    measures: list[ControlMeasure]


def appointments_of(viewer: Viewer, week: Week, *, adviser: str, place: str) -> QuerySet[Appointment]:
    """The appointments of the viewer's provider in a week, in their order, without those that were moved.

    adviser: a user's id, or EVERYONE. place: as it was written; empty for any.
    """
    found = Appointment.objects.filter(
        organisation=viewer.organisation_id, starts_on__range=(week.monday, week.sunday)
    ).exclude(state=Appointment.State.MOVED)
    if adviser != EVERYONE:
        found = found.filter(adviser_id=UUID(adviser))
    if place:
        found = found.filter(place=place)
    return found.select_related("participant", "adviser", "contract").order_by("starts_at", "id")


def places_of(viewer: Viewer, week: Week) -> list[str]:
    """Where the provider's appointments of the week take place, by name."""
    found = appointments_of(viewer, week, adviser=EVERYONE, place="").exclude(place="")
    return sorted(set(found.order_by().values_list("place", flat=True)))


def by_day(found: Sequence[Appointment], now: datetime) -> list[tuple[date, list[Entry]]]:
    """The days on which there are any, each with its appointments: two queries however many there are."""
    measures = measures_of({one.participant_id for one in found})
    entries = [
        Entry(one, one.state == Appointment.State.BOOKED and one.ends_at <= now, measures[one.participant_id])
        for one in found
    ]
    return [(day, list(those)) for day, those in groupby(entries, key=lambda one: one.appointment.starts_on)]
