"""Reminding people of appointments, where they said how it is safe to."""

from datetime import datetime

from participants.models import Appointment, ContactDetails
from partners import events, messages
from partners.acting import action
from partners.viewer import LONDON, Viewer


@action
def remind(*, appointment: Appointment, details: ContactDetails, by: Viewer, at: datetime) -> Appointment:
    """Send one reminder as the details say it is safe, and keep how it went; the appointment is locked by the caller.

    Raises messages.Unavailable, after which it can be tried again.
    """
    channel = ContactDetails.Reminders(details.reminders)
    to = details.phone if channel == ContactDetails.Reminders.TEXT else details.email
    reminded = Appointment.Reminded(channel.value)
    try:
        messages.send(
            channel.value, to, subject="Your appointment", words=words(appointment), reference=appointment.pk
        )
    except messages.Undeliverable:
        reminded = Appointment.Reminded.FAILED
    appointment.reminded, appointment.reminded_at = reminded, at
    appointment.save(update_fields=["reminded", "reminded_at"])
    events.record(
        "appointment.reminded",
        appointment,
        by,
        at=at,
        participant_id=appointment.participant_id,
        organisation_id=appointment.organisation_id,
        contract=appointment.contract_id,
        how=reminded.value,
    )
    return appointment


def words(appointment: Appointment) -> str:
    """What the reminder says: when, how, and with whom by their given name. Nothing of the programme, the provider, the
    place or what it is about, since somebody else may read it.
    """
    begins = appointment.starts_at.astimezone(LONDON)
    adviser = appointment.adviser.name.split()[0]
    how = {"in_person": "", "phone": " by phone", "video": " by video"}[appointment.channel]
    return (
        f"Reminder: you have an appointment{how} with {adviser} on {begins:%A} {begins.day} {begins:%B}"
        f" at {begins:%H:%M}. If you cannot make it, please tell {adviser} beforehand."
    )
