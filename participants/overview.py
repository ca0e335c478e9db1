"""What stands at the head of a participant's page, as far as the walls show it to the viewer."""

from dataclasses import dataclass
from datetime import date

from participants import needs, vault
from participants.actions.restriction import in_force
from participants.answers import Answer, history, in_the_way
from participants.cases import Case, cases_of
from participants.last_contacts import Standing, standing
from participants.models import (
    Appointment,
    Assignment,
    Concern,
    ContactDetails,
    ControlMeasure,
    Health,
    Identity,
    Participant,
    Restriction,
)
from participants.needs import Need
from participants.safety import hides_contacts, measures_of
from partners.models import Organisation
from partners.viewer import Viewer, acting_as


@dataclass(frozen=True)
class Overview:
    """The person in short. is_held: the viewer works with them today, or is the prime, and may reach them.

    cases: each with the name of its provider. number: masked. concerns: in words, for the cleared alone. measures:
    what staff must know to be safe. barriers: what stands between the person and work, by their own word.
    restriction: what is in force. hides_contacts: it keeps from this viewer how to reach the person.
    """

    age: int
    is_held: bool
    cases: list[tuple[Case, str]]
    needs: list[Need]
    contacts: Standing
    appointment: Appointment | None
    details: ContactDetails | None
    number: str
    health: list[str]
    concern_met: bool
    concerns: list[str]
    measures: list[ControlMeasure]
    restriction: Restriction | None
    hides_contacts: bool
    barriers: list[Answer]


def overview(participant: Participant, viewer: Viewer) -> Overview:
    """The person in short, in the same few queries for everyone."""
    today = viewer.today
    cases = _cases(participant, today)
    held = [(case, provider) for case, provider in cases if case.assignment.holds_on(today)]
    is_held = viewer.kind == "prime" or bool(held)
    identity = Identity.objects.filter(participant=participant).first()
    concerns = Concern.objects.filter(participant=participant).order_by("code")
    restriction = in_force(participant)
    return Overview(
        age=age(participant.born_on, today),
        is_held=is_held,
        cases=held or cases,
        needs=needs.gather(viewer, [participant.pk], today)[participant.pk] if is_held else [],
        contacts=standing([participant.pk])[participant.pk],
        appointment=next_of(participant, viewer),
        details=ContactDetails.objects.filter(participant=participant).first(),
        number=vault.masked(vault.open_sealed(identity)) if identity else "",
        health=[
            one.conditions for one in Health.objects.filter(participant=participant).order_by("noted_on")
        ],
        concern_met=is_held and concern_is_met(participant, viewer),
        concerns=[concern.code.replace("_", " ").capitalize() for concern in concerns],
        measures=measures_of([participant.pk])[participant.pk],
        restriction=restriction,
        hides_contacts=restriction is not None and hides_contacts(participant, viewer),
        barriers=in_the_way(history(participant)),
    )


def next_of(participant: Participant, viewer: Viewer) -> Appointment | None:
    """The next appointment that is booked and not over, if the viewer sees one."""
    booked = Appointment.objects.filter(
        participant=participant, state=Appointment.State.BOOKED, starts_on__gte=viewer.today
    )
    found = booked.select_related("adviser").order_by("starts_at", "id")
    return next((one for one in found if one.ends_at > viewer.now()), None)


def _cases(participant: Participant, today: date) -> list[tuple[Case, str]]:
    """The cases that the viewer may see, the newest first, each with its provider's name."""
    assignments = Assignment.objects.filter(participant=participant, voided_at=None)
    cases = cases_of(assignments.select_related("contract", "adviser").order_by("-starts_on", "-id"), today)
    providers = Organisation.objects.in_bulk({case.assignment.organisation_id for case in cases})
    return [(case, providers[case.assignment.organisation_id].name) for case in cases]


def concern_is_met(participant: Participant, viewer: Viewer) -> bool:
    """Whether there is any concern about the family: the one bit that whoever works with the person may know."""
    with acting_as(viewer.as_system("whether a family concern is met")):
        return Concern.objects.filter(participant=participant).exists()


def age(born_on: date, today: date) -> int:
    """Full years; whoever was born on 29 February has their birthday on 1 March in other years."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
