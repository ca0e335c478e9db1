"""Appointments for tests."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from participants.actions import appointment as appointments
from participants.models import Appointment, Participant
from partners.models import User
from partners.viewer import LONDON, Viewer, london_date
from programmes.models import Contract
from tests.cast import Cast, looking_as
from tests.participants.people import ago


def at(day: date, clock: str = "10:30") -> datetime:
    """That moment of the day on the London clock."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=LONDON)


def planted_appointment(person: Participant, contract: Contract, organisation_id: UUID, user: User) -> UUID:
    """The id of one that the provider has booked for tomorrow, as a row."""
    with looking_as(Viewer.system(person.tenant_id, "test")) as system:
        starts_at = at(ago(-1), "09:00")
        return Appointment.objects.create(
            tenant_id=person.tenant_id,
            participant=person,
            contract=contract,
            organisation_id=organisation_id,
            adviser=user,
            channel="in_person",
            about=f"Meeting {person.family_name}",
            starts_at=starts_at,
            starts_on=london_date(starts_at),
            minutes=30,
            booked_at=system.now(),
            booked_by=user,
        ).pk


def booked(
    cast: Cast, person: Participant, *times: datetime, by: str = "ada", **other: Any
) -> list[Appointment]:
    """Half an hour with Ada in person, at these times, tomorrow at half past ten unless something else is said; what
    lies behind was booked a day before it.
    """
    times = times or (at(ago(-1)),)
    usual = {
        "channel": "in_person",
        "about": "Review meeting",
        "place": "Mare Street",
        "link": "",
        "minutes": 30,
    }
    with looking_as(getattr(cast, by)) as viewer:
        said_at = min(viewer.now(), *(one - timedelta(days=1) for one in times)) if times else viewer.now()
        return appointments.book(
            participant=person,
            contract=cast.contract,
            times=times,
            **{"adviser_id": cast.users["ada"].pk, "despite_clash": False, "at": said_at, **usual, **other},
            by=viewer,
        )
