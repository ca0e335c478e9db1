"""What the audit calls the participants' pages, and who knows their references."""

from collections.abc import Iterable
from uuid import UUID

from participants import slots
from participants.models import Participant
from partners import audit_words
from partners.permissions import Permission

PAGES = {
    "safeguarding.list": "concerns that were raised",
    "safeguarding.form": "the form to raise a concern",
    "safeguarding.report": "a concern that was raised",
    "restricted.list": "restricted people",
    "restricted.name_form": "the form to name who sees a restricted person",
    "caseload.list": "the caseload",
    "ratings.list": "what participants say",
    "diary.list": "the diary",
    "handover.list": "whom to give to another adviser",
    "participant.give_form": "the form to give to another adviser",
    "participant.handover": "the handover",
    "participant.appointments": "the appointments",
    "participant.appointment_form": "the form about an appointment",
    "participant.own_page": "the link to their own page",
    "participant.own_page_form": "the form to make a link to their own page",
    "participant.plan": "the plan",
    "participant.plan_form": "the form to agree a plan",
    "participant.assessments": "the assessments",
    "participant.assessment_form": "the form to assess",
    "participant.contact_form": "the form to log a contact",
    "participant.details_form": "the form to change contact details",
    "participant.document_form": "the form about a document",
    "participant.documents": "the documents",
    "participant.document": "a document",
    "participant.looks": "who looked at the person",
    "participant.number_refused": "Asked for the National Insurance number, and was refused",
    "participant.number_form": "the form to read the National Insurance number",
    "participant.safety_form": "a form about safety",
    "participant.safety": "the safety page",
    "participant.timeline": "the timeline",
}


def connect() -> None:
    """Name the pages, find people by reference, and put the tab on the participant's page."""
    audit_words.say(PAGES)
    audit_words.known_by(audit_words.People(id_of, references))
    kinds = frozenset({"provider", "prime"})
    slots.add(slots.Slot("Who looked", "participant_looks", kinds, Permission.SEE_LOOKS))


def id_of(reference: str) -> UUID | None:
    """The participant of that reference, if the viewer may see them."""
    found = Participant.objects.filter(reference=reference.strip().upper())
    return found.values_list("pk", flat=True).first()


def references(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The references of these participants, as far as the viewer may see them."""
    return dict(Participant.objects.filter(pk__in=list(ids)).values_list("pk", "reference"))
