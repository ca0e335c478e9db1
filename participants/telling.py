"""How this app's own events read on the timeline."""

from collections.abc import Callable, Sequence
from uuid import UUID

from participants.models import Contact, ControlMeasure, Document, Enrolment, Plan, Restriction
from participants.safety import names_shown
from participants.timeline import Line, tell
from partners.events import declare
from partners.models import DomainEvent, User
from partners.viewer import Viewer
from programmes.models import Contract

DETAILS = {"area_code": "borough", "email": "e-mail", "safe_contact": "safe contact"}
TONES = {
    Contact.Result.ATTENDED: "green",
    Contact.Result.NOT_REACHED: "amber",
    Contact.Result.DID_NOT_ATTEND: "red",
}


def connect() -> None:
    """Declare this app's own events, and tell them. Called once, when the app is ready."""
    declare("contact.logged", "enrolment.started", "enrolment.ended", "assignment.adviser_chosen")
    declare("contact_details.changed", "caseload.view_saved", "caseload.view_removed")
    tell("contact_details.changed", details_changed, group="Contacts")
    tell("contact.logged", contacts, group="Contacts")
    tell("enrolment.started", started, group="Programme")
    tell("enrolment.ended", ended, group="Programme")
    tell("assignment.adviser_chosen", adviser_chosen, group="Programme")


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


def details_changed(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """Which of the contact details changed, not to what."""
    return [
        Line("Contact details changed", ", ".join(_detail(name) for name in event.facts["fields"].split()))
        for event in told
    ]


def _detail(name: str) -> str:
    return DETAILS.get(name, name).capitalize()


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


def plan_agreed(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """A version of the plan: how it was agreed, and what it is for."""
    found = Plan.objects.in_bulk([event.subject_id for event in told])
    return [_plan(event, found.get(event.subject_id)) for event in told]


def _plan(event: DomainEvent, plan: Plan | None) -> Line:
    number = event.facts["number"]
    title = "Plan agreed" if number == 1 else f"Plan agreed, version {number}"
    return Line(title, f"{plan.goal}\n{plan.get_how_display()}" if plan else "", "blue")


def plan_actions(title: str, tone: str) -> Callable[[Sequence[DomainEvent], Viewer], list[Line]]:
    """An action of a plan that was marked: what it was, for whoever sees the plan."""

    def tell(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
        found = Plan.objects.in_bulk([event.subject_id for event in told])
        return [
            Line(title, _action(found.get(event.subject_id), event.facts["position"]), tone) for event in told
        ]

    return tell


def _action(plan: Plan | None, position: int) -> str:
    """Its words; none once they are erased."""
    return plan.steps[position].what if plan and position < len(plan.actions) else ""


def document_added(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """A document, by its title while it is there: one that was removed may name somebody else."""
    return [Line(f"Document added: {name}") for name in _document_names(told)]


def document_brought_back(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """The undoing of a removal."""
    return [Line(f"Document brought back: {name}") for name in _document_names(told)]


def document_removed(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """A removal, by the kind of document, and why."""
    return [
        Line(
            f"Document removed: {Document.Kind(event.facts['document_kind']).label}",
            Document.RemovalReason(event.facts["reason"]).label,
        )
        for event in told
    ]


def _document_names(told: Sequence[DomainEvent]) -> list[str]:
    """The title of each event's document, or its kind where it was removed."""
    there = Document.objects.filter(pk__in=[event.subject_id for event in told], removed_at=None)
    titles = dict(there.values_list("pk", "title"))
    return [titles.get(event.subject_id, Document.Kind(event.facts["document_kind"]).label) for event in told]


def _contract_names(told: Sequence[DomainEvent]) -> dict[UUID, str]:
    """By event, the name of its contract; a provider does not see the contracts of others."""
    ids = {event.facts["contract"] for event in told}
    names = {str(pk): name for pk, name in Contract.objects.filter(pk__in=ids).values_list("pk", "name")}
    return {event.pk: names.get(event.facts["contract"], "another contract") for event in told}


def restricted(event: DomainEvent) -> Line:
    """A restriction: what it does, and never why."""
    return Line("Restricted", Restriction.Level(event.facts["level"]).label, "red")


def lowering_asked(event: DomainEvent) -> Line:
    """Somebody asked for a lower level."""
    return Line("Asked to restrict less", f"Asked for: {level_in_words(event.facts['to'])}", "amber")


def lowered(event: DomainEvent) -> Line:
    """Two agreed to a lower level."""
    return Line("Restricted less", f"Now: {level_in_words(event.facts['to'])}")


def lowering_refused(event: DomainEvent) -> Line:
    """The restriction stands."""
    return Line("The restriction stays as it is")


def level_in_words(level: int) -> str:
    """A level of Restriction, or 0."""
    return Restriction.Level(level).label.lower() if level else "no restriction"


def measure_noted(event: DomainEvent) -> Line:
    """What staff must know from now on."""
    return Line("Control measure", ControlMeasure.Kind(event.facts["measure"]).label, "amber")


def measure_ended(event: DomainEvent) -> Line:
    """What they need no longer mind."""
    return Line("Control measure ended", ControlMeasure.Kind(event.facts["measure"]).label)


SAFETY = {
    "participant.restricted": restricted,
    "participant.lowering_asked": lowering_asked,
    "participant.lowered": lowered,
    "participant.lowering_refused": lowering_refused,
    "measure.noted": measure_noted,
    "measure.ended": measure_ended,
}


def named(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    """Who was named to see the person, or is no longer; a provider reads names of its own and the prime's."""
    names = names_shown({UUID(event.facts["user"]) for event in told}, viewer)
    verbs = {"participant.named": "may see this person", "participant.naming_ended": "is no longer named"}
    return [Line(f"{names[UUID(event.facts['user'])]} {verbs[event.kind]}") for event in told]
