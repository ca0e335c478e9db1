"""Appointments: booked, moved, kept, missed and cancelled."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from participants.actions import contact, restriction
from participants.actions.assignment import NotAnAdviserHere, advisers_of
from participants.actions.holding import held
from participants.models import Appointment, Contact, Participant
from participants.models.appointments import LONGEST
from partners import events
from partners.acting import ActionError, action, action_on_many
from partners.viewer import Viewer, london_date
from programmes.models import Contract

FURTHEST = timedelta(days=365)


class AppointmentInPast(ActionError):
    """An appointment lies ahead when it is booked."""

    code = "appointment_in_past"


class AppointmentTooFar(ActionError):
    """Nobody books more than a year ahead."""

    code = "appointment_too_far"


class NotNamed(ActionError):
    """When and where somebody under a restriction will be is known to named people alone."""

    code = "not_named"


class Clash(ActionError):
    """The adviser or the participant has another appointment then; it can be booked all the same."""

    code = "clash"


class NoLongerBooked(ActionError):
    """It was kept, missed, moved or cancelled before."""

    code = "no_longer_booked"


class NotYet(ActionError):
    """Nobody has kept or missed what is still to come."""

    code = "not_yet"


@action_on_many
def book(
    *,
    participant: Participant,
    contract: Contract,
    adviser_id: UUID,
    times: Sequence[datetime],
    minutes: int,
    channel: str,
    about: str,
    place: str,
    link: str,
    despite_clash: bool,
    by: Viewer,
    at: datetime,
) -> list[Appointment]:
    """Book an appointment at each of the times; channel is one of Appointment.CHANNELS.

    Raises NotHeld, NotNamed, NotAnAdviserHere, AppointmentInPast, AppointmentTooFar or, unless despite_clash, Clash.
    """
    terms = {
        "participant": participant,
        "contract": contract,
        "organisation_id": by.organisation_id,
        "adviser_id": adviser_id,
        "minutes": minutes,
        "channel": channel,
        "about": about,
        "place": place,
        "link": link,
    }
    booked = [_new(starts_at, by, at, **terms) for starts_at in times]
    _check(booked, by, at, despite_clash)
    for one in booked:
        one.save(force_insert=True)
        _tell("appointment.booked", one, by, at)
    return booked


@action
def move(
    *,
    appointment: Appointment,
    adviser_id: UUID,
    starts_at: datetime,
    minutes: int,
    despite_clash: bool,
    by: Viewer,
    at: datetime,
) -> Appointment:
    """Book the same at another time in its place; returns that. Raises what book raises, and NoLongerBooked."""
    old = _close(appointment, Appointment.State.MOVED, by, at)
    same = ("participant_id", "contract_id", "organisation_id", "channel", "about", "place", "link")
    terms = {name: getattr(old, name) for name in same}
    new = _new(starts_at, by, at, adviser_id=adviser_id, minutes=minutes, **terms)
    _check([new], by, at, despite_clash)
    new.save(force_insert=True)
    _tell("appointment.moved", new, by, at, from_at=old.starts_at.astimezone(UTC))
    return new


@action
def keep(
    *,
    appointment: Appointment,
    minutes: int | None,
    note: str,
    next_step: str,
    next_on: date | None,
    by: Viewer,
    at: datetime,
) -> Appointment:
    """Say that it was kept, which logs the contact. Raises NoLongerBooked, NotYet and what contact.log raises."""
    said = {"minutes": minutes, "note": note, "next_step": next_step, "next_on": next_on}
    logged = _log(appointment, Contact.Result.ATTENDED, said, by, at)
    kept = _close(appointment, Appointment.State.KEPT, by, at, contact=logged)
    _tell("appointment.kept", kept, by, at)
    return kept


@action
def miss(
    *,
    appointment: Appointment,
    why: str,
    note: str,
    next_step: str,
    next_on: date | None,
    by: Viewer,
    at: datetime,
) -> Appointment:
    """Say that the participant did not come, which logs that; why is a code of Appointment. Raises as keep does."""
    said = {"minutes": None, "note": note, "next_step": next_step, "next_on": next_on}
    logged = _log(appointment, Contact.Result.DID_NOT_ATTEND, said, by, at)
    missed = _close(appointment, Appointment.State.MISSED, by, at, contact=logged, why=why)
    _tell("appointment.missed", missed, by, at, why=why)
    return missed


@action
def cancel(*, appointment: Appointment, why: str, by: Viewer, at: datetime) -> Appointment:
    """Call it off; why is a code of Appointment. Raises NotHeld or NoLongerBooked."""
    cancelled = _close(appointment, Appointment.State.CANCELLED, by, at, why=why)
    _tell("appointment.cancelled", cancelled, by, at, why=why)
    return cancelled


def _new(starts_at: datetime, by: Viewer, at: datetime, **terms: Any) -> Appointment:
    assert by.user_id is not None
    return Appointment(
        tenant_id=by.tenant_id,
        starts_at=starts_at,
        starts_on=london_date(starts_at),
        booked_at=at,
        booked_by_id=by.user_id,
        **terms,
    )


def _check(new: Sequence[Appointment], by: Viewer, at: datetime, despite_clash: bool) -> None:
    first = new[0]
    assert by.user_id is not None
    held(first, london_date(at))
    if by.user_id not in restriction.who_reaches(first.participant, {by.user_id}):
        raise NotNamed("Only those who are named to reach this person book appointments.")
    if first.adviser_id not in restriction.who_reaches(first.participant, {first.adviser_id}):
        raise NotAnAdviserHere("Choose somebody who is named to reach this person.")
    advisers = advisers_of(first.organisation_id, london_date(at)).values_list("user_id", flat=True)
    if first.adviser_id not in advisers:
        raise NotAnAdviserHere("Choose somebody who works with participants at this provider.")
    for one in new:
        if one.starts_at < at:
            raise AppointmentInPast("Choose a time that is still to come.")
        if one.starts_at > at + FURTHEST:
            raise AppointmentTooFar("Choose a time within a year from now.")
        if not despite_clash:
            _refuse_clash(one)


def _refuse_clash(new: Appointment) -> None:
    around = Appointment.objects.filter(
        state=Appointment.State.BOOKED,
        starts_at__lt=new.ends_at,
        starts_at__gt=new.starts_at - timedelta(minutes=LONGEST),
    )
    when = f"on {new.starts_on.day} {new.starts_on:%B}"
    for other in around.filter(participant_id=new.participant_id).order_by("starts_at"):
        if new.overlaps(other):
            raise Clash(f"The participant has another appointment {when}, {other.hours}.")
    for other in around.filter(adviser_id=new.adviser_id).select_related("adviser").order_by("starts_at"):
        if new.overlaps(other):
            raise Clash(f"{other.adviser.name} has another appointment {when}, {other.hours}.")


def _log(
    appointment: Appointment, result: Contact.Result, said: dict[str, Any], by: Viewer, at: datetime
) -> Contact:
    if appointment.starts_on > london_date(at):
        raise NotYet("This appointment is still to come. If it will not happen, move it or cancel it.")
    return contact.log(
        participant=appointment.participant,
        contract=appointment.contract,
        channel=appointment.channel,
        result=result,
        contacted_on=appointment.starts_on,
        **said,
        by=by,
        at=at,
    )


def _close(
    appointment: Appointment, state: Appointment.State, by: Viewer, at: datetime, **facts: Any
) -> Appointment:
    """Say what came of it, which can be said once: whoever says it at the same moment waits here and is refused."""
    row = Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
    held(row, london_date(at))
    if row.state != Appointment.State.BOOKED:
        raise NoLongerBooked(f"It says “{row.get_state_display().lower()}” of this appointment already.")
    row.state, row.closed_at, row.closed_by_id = state, at, by.user_id
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "why", "contact", "closed_at", "closed_by"])
    return row


def _tell(kind: str, one: Appointment, by: Viewer, at: datetime, **facts: Any) -> None:
    """Which appointment and when, without its words."""
    events.record(
        kind,
        one,
        by,
        at=at,
        participant_id=one.participant_id,
        organisation_id=one.organisation_id,
        contract=one.contract_id,
        starts_at=one.starts_at.astimezone(UTC),
        channel=one.channel,
        **facts,
    )
