"""The day before an appointment: who is reminded of what, once, by work that is not lost."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from participants import timeline
from participants.actions.reminder import remind
from participants.models import Appointment, ContactDetails, Restriction
from participants.timeline import Line
from partners import outbox
from partners.events import declare
from partners.models import DomainEvent, OutboxItem
from partners.viewer import Viewer

# From this hour of the day on, London's clock: nobody's phone rings at night.
HOUR = 10


def connect() -> None:
    """Called when the app is ready."""
    declare("appointment.reminded")
    timeline.tell("appointment.reminded", _told, group="Appointments")
    outbox.consume("reminders", ask_for_all)
    outbox.consume("reminder", send)
    outbox.every_day("reminders", "reminders", from_hour=HOUR)


def due(by: Viewer) -> QuerySet[Appointment]:
    """The appointments of tomorrow whose participants are to be reminded and were not yet. Runs as the system.

    Nobody under a restriction is written to: who reaches them is for named people to decide.
    """
    agreed = ContactDetails.objects.filter(participant=OuterRef("participant")).exclude(reminders="")
    restricted = Restriction.objects.filter(participant=OuterRef("participant"), lowered_at=None)
    booked = Appointment.objects.filter(
        state=Appointment.State.BOOKED, starts_on=by.today + timedelta(days=1), reminded=""
    )
    return booked.filter(Exists(agreed), ~Exists(restricted))


def ask_for_all(item: OutboxItem, by: Viewer) -> None:
    """Each reminder is work of its own, so that one that fails keeps none of the others waiting."""
    for one in due(by).values_list("pk", flat=True):
        outbox.enqueue("reminder", by, one)


def send(item: OutboxItem, by: Viewer) -> None:
    """Send one, unless the appointment was moved, cancelled or held apart meanwhile, or its day has come."""
    assert item.subject_id is not None
    found = due(by).filter(pk=item.subject_id).select_for_update(of=("self",), no_key=True)
    one = found.select_related("adviser").first()
    if one:
        details = ContactDetails.objects.get(participant=one.participant_id)
        remind(appointment=one, details=details, by=by, at=by.now())


def _told(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    lines = []
    for event in told:
        how = Appointment.Reminded(event.facts["how"])
        lines.append(Line(how.label, tone="amber" if how == Appointment.Reminded.FAILED else ""))
    return lines
