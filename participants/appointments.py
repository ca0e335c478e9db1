"""Where appointments stand: their events, how they read on the timeline, their tab, and the reasons to act."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from participants import needs, slots, timeline
from participants.models import Appointment
from participants.needs import Need
from participants.timeline import Line
from partners.events import declare
from partners.models import DomainEvent
from partners.pages import Entry, add_to_navigation
from partners.permissions import Permission
from partners.viewer import LONDON, Viewer

KINDS = {"appointment_today": "Appointment today", "appointment_over": "Appointment without a result"}


def connect() -> None:
    """Called when the app is ready."""
    declare(*_TOLD, "calendar.address_made", "calendar.address_ended")
    for kind, (title, tone) in _TOLD.items():
        timeline.tell(kind, _told(title, tone), group="Appointments")
    slots.add(
        slots.Slot("Appointments", "participant_appointments", slots.BOTH, Permission.SEE_PEOPLE),
    )
    needs.source(from_appointments, **KINDS)
    add_to_navigation(Entry("Diary", "diary", frozenset({"provider"}), Permission.SEE_PEOPLE, order=11))


def from_appointments(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """Appointments of today, and those whose time is over and of which nobody said what came of them."""
    booked = Appointment.objects.filter(
        participant_id__in=participant_ids,
        organisation=viewer.organisation_id,
        state=Appointment.State.BOOKED,
        starts_on__lte=today,
    )
    found: dict[UUID, dict[str, Need]] = {}
    now = viewer.now()
    for one in booked.order_by("starts_at"):
        need = _need(one, now)
        found.setdefault(one.participant_id, {}).setdefault(need.code, need)
    return {person: list(of_person.values()) for person, of_person in found.items()}


def _need(one: Appointment, now: datetime) -> Need:
    when = one.starts_at.astimezone(LONDON)
    if one.ends_at > now:
        return Need(85, f"Appointment today at {when:%H:%M}", "appointment_today")
    return Need(82, f"Say what came of the appointment on {when.day} {when:%B}", "appointment_over")


# How each event reads, and its tone.
_TOLD = {
    "appointment.booked": ("Appointment booked", ""),
    "appointment.moved": ("Appointment moved", ""),
    "appointment.kept": ("Appointment kept", "green"),
    "appointment.missed": ("Did not attend the appointment", "red"),
    "appointment.cancelled": ("Appointment cancelled", "amber"),
}


def _told(title: str, tone: str) -> Callable[[Sequence[DomainEvent], Viewer], list[Line]]:
    """When it is or was, what it is about, and why it was missed or cancelled."""

    def tell(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
        found = Appointment.objects.in_bulk([event.subject_id for event in told])
        return [Line(title, _words(event, found.get(event.subject_id)), tone) for event in told]

    return tell


def _words(event: DomainEvent, one: Appointment | None) -> str:
    channel = Appointment(channel=event.facts["channel"]).get_channel_display().lower()
    words = [f"{_when(event.facts['starts_at'])}, {channel}"]
    if "from_at" in event.facts:
        words.append(f"It was to be on {_when(event.facts['from_at'])}.")
    if one and one.about:
        words.append(one.about)
    if "why" in event.facts:
        words.append(Appointment.Why(event.facts["why"]).label)
    return "\n".join(words)


def _when(moment: str) -> str:
    at = datetime.fromisoformat(moment).astimezone(LONDON)
    return f"{at:%A} {at.day} {at:%B} {at:%Y} at {at:%H:%M}"
