"""An adviser's appointments for the calendar on their phone: when and how, and nothing of anybody.

The address holds the id of the adviser and a secret; whoever has it reads the times and no more, so that a
calendar's owner, its maker and a lost phone tell nothing about participants.
"""

from datetime import UTC, timedelta
from hmac import compare_digest
from uuid import UUID

from icalendar import Calendar, Event

from participants.actions.calendar_address import digest_of, open_address
from participants.models import Appointment
from partners.models import User
from partners.permissions import Permission, can
from partners.places import places_of
from partners.viewer import Viewer, acting_as

BEFORE, AHEAD = timedelta(days=14), timedelta(days=366)
HOW = {"in_person": "Appointment", "phone": "Appointment by phone", "video": "Appointment by video"}


def opened_by(user_id: UUID, secret: str, tenant_id: UUID) -> Viewer | None:
    """Whose appointments the address opens; nobody's where they no longer work with participants there, or may not
    sign in.
    """
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        return None
    for place in places_of(user_id):
        viewer = place.viewer(user_id, "")
        if place.tenant_id == tenant_id and viewer.kind == "provider" and can(viewer, Permission.SEE_PEOPLE):
            with acting_as(viewer):
                digests = open_address(viewer).values_list("digest", flat=True)
                if any(compare_digest(digest, digest_of(secret)) for digest in digests):
                    return viewer
    return None


def feed(viewer: Viewer, diary: str) -> bytes:
    """What is booked with the viewer around today, in the format of RFC 5545. diary: where one reads more of it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Baton//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Baton")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    with acting_as(viewer):
        booked = Appointment.objects.filter(
            organisation=viewer.organisation_id,
            adviser=viewer.user_id,
            state=Appointment.State.BOOKED,
            starts_on__range=(viewer.today - BEFORE, viewer.today + AHEAD),
        )
        for one in booked.order_by("starts_at", "id"):
            calendar.add_component(_event(one, diary))
    return calendar.to_ical()


def _event(one: Appointment, diary: str) -> Event:
    event = Event()
    event.add("uid", f"{one.pk}@baton")
    event.add("dtstamp", one.booked_at.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", HOW[one.channel])
    event.add("url", f"{diary}?day={one.starts_on.isoformat()}")
    event.add("class", "PRIVATE")
    return event
