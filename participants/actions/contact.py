"""Logging a contact with a participant, or an attempt at one."""

from datetime import date, datetime

from participants.actions.holding import held
from participants.models import Contact, Participant
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date
from programmes.models import Contract


class ContactInFuture(ActionError):
    """A contact is logged when it has happened."""

    code = "contact_in_future"


class ContactBeforeAssignment(ActionError):
    """The provider did not work with the person on that day."""

    code = "contact_before_assignment"


class NextStepInPast(ActionError):
    """What comes next cannot lie behind."""

    code = "next_step_in_past"


class NextStepWithoutWords(ActionError):
    """A date alone does not tell anyone what to do on it."""

    code = "next_step_without_words"


@action
def log(
    *,
    participant: Participant,
    contract: Contract,
    channel: str,
    result: str,
    contacted_on: date,
    minutes: int | None,
    note: str,
    next_step: str,
    next_on: date | None,
    by: Viewer,
    at: datetime,
) -> Contact:
    """Log a contact by the viewer, for its provider; channel and result are codes of Contact.

    contacted_on is a day up to today on which the provider held the person; next_on is today or later.
    Raises NotHeld, ContactInFuture, ContactBeforeAssignment, NextStepInPast or NextStepWithoutWords.
    """
    assert by.organisation_id is not None
    assert by.user_id is not None
    contact = Contact(
        tenant_id=by.tenant_id,
        participant=participant,
        contract=contract,
        organisation_id=by.organisation_id,
        adviser_id=by.user_id,
        channel=Contact.Channel(channel),
        result=Contact.Result(result),
        contacted_on=contacted_on,
        recorded_at=at,
        minutes=minutes,
        note=note,
        next_step=next_step,
        next_on=next_on,
    )
    _check(contact, london_date(at))
    contact.save(force_insert=True)
    _tell(contact, by)
    return contact


def _check(contact: Contact, today: date) -> None:
    assignments = held(contact, today)
    if contact.contacted_on > today:
        raise ContactInFuture("The date of the contact cannot be in the future.")
    if not any(one.holds_on(contact.contacted_on) for one in assignments):
        raise ContactBeforeAssignment("Your organisation did not work with this person on that date.")
    if contact.next_on and contact.next_on < today:
        raise NextStepInPast("The date of the next step cannot be in the past.")
    if contact.next_on and not contact.next_step:
        raise NextStepWithoutWords("Say what the next step is.")


def _tell(contact: Contact, by: Viewer) -> None:
    events.record(
        "contact.logged",
        contact,
        by,
        at=contact.recorded_at,
        on=contact.contacted_on,
        participant_id=contact.participant_id,
        organisation_id=contact.organisation_id,
        contract=contact.contract_id,
        channel=contact.channel,
        result=contact.result,
    )
