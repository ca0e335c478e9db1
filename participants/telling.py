"""How this app's own events read on the timeline."""

from collections.abc import Sequence
from uuid import UUID

from participants.models import Contact, Enrolment
from participants.timeline import Line
from partners.models import DomainEvent, User
from partners.viewer import Viewer
from programmes.models import Contract

TONES = {
    Contact.Result.ATTENDED: "green",
    Contact.Result.NOT_REACHED: "amber",
    Contact.Result.DID_NOT_ATTEND: "red",
}


def contacts(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """A contact: how and with what result, the note, and the next step that was agreed."""
    found = Contact.objects.in_bulk([event.subject_id for event in told])
    return [_contact(event, found.get(event.subject_id)) for event in told]


def _contact(event: DomainEvent, contact: Contact | None) -> Line:
    channel, result = Contact.Channel(event.facts["channel"]), Contact.Result(event.facts["result"])
    words = []
    if contact:
        if contact.note:
            words.append(contact.note)
        if contact.next_step:
            by = f" (by {contact.next_on.day} {contact.next_on:%B %Y})" if contact.next_on else ""
            words.append(f"Next step: {contact.next_step}{by}")
    minutes = f", {contact.minutes} min" if contact and contact.minutes else ""
    return Line(f"{channel.label}: {result.label.lower()}{minutes}", "\n".join(words), TONES[result])


def started(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """The start on a contract."""
    names = _contract_names(told)
    return [Line(f"Started on {names[event.pk]}", tone="blue") for event in told]


def ended(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """The end of the time on a contract, and why."""
    names = _contract_names(told)
    return [
        Line(f"Time on {names[event.pk]} ended", Enrolment.EndReason(event.facts["reason"]).label, "blue")
        for event in told
    ]


def adviser_chosen(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """Who took the person on; another provider's people stay unnamed."""
    names = dict(
        User.objects.filter(pk__in=[event.facts["adviser"] for event in told]).values_list("pk", "name")
    )
    return [
        Line(f"{names[UUID(event.facts['adviser'])]} became the adviser")
        if viewer.kind == "prime" or event.organisation_id == viewer.organisation_id
        else Line("An adviser was chosen")
        for event in told
    ]


def _contract_names(told: Sequence[DomainEvent]) -> dict[UUID, str]:
    """By event, the name of its contract; a provider does not see the contracts of others."""
    ids = {event.facts["contract"] for event in told}
    names = {str(pk): name for pk, name in Contract.objects.filter(pk__in=ids).values_list("pk", "name")}
    return {event.pk: names.get(event.facts["contract"], "another contract") for event in told}
