"""What there is about somebody, by what names it in an address: see tests.world."""

from hashlib import sha256

from participants.models import (
    Assignment,
    ControlMeasure,
    Document,
    Enrolment,
    Participant,
)
from partners import files
from partners.models import Invitation
from partners.viewer import Viewer
from programmes.models import Contract
from tests.cast import Cast, looking_as
from tests.journey import Journey
from tests.outcomes.benefiting import on_benefit
from tests.outcomes.claimed import planted_claim
from tests.outcomes.evidencing import planted
from tests.outcomes.questions import asked_about
from tests.participants.appointing import planted_appointment
from tests.participants.assessed import asked
from tests.participants.own_pages import planted_message
from tests.participants.worrying import planted_report
from tests.rights import rights_of

WORDS = b"What the document says."


BY_UUID = (
    "job",
    "earning",
    "benefit",
    "evidence",
    "statement",
    "query",
    "figure query",
    "adjustment",
    "claim",
    "drawn",
    "sample",
    "grant",
    "document",
    "appointment",
    "membership",
    "invitation",
    "organisation",
    *("report", "hold", "basis", "message"),
)


# By the thing that an address names, the arguments that it takes.
Ids = dict[str, list[tuple[str, ...]]]


def ids_of(cast: Cast, journey: Journey, slug: str) -> Ids:
    """The ids of a journey; its statement is the provider's and stays whoever is on it."""
    person = journey.participant
    document, measure = paper(cast, person, cast.contract, slug), measure_for(cast, person, slug)
    ids: Ids = {
        thing: [(one,) for one in each] for thing, each in journey.ids().items() if thing != "statement"
    }
    return {
        **ids,
        **facts_of(cast, journey.enrolment, slug, person.family_name),
        **asked_about(cast, journey.enrolment),
        **planted_claim(cast, journey.enrolment, cast.organisation(slug)),
        "document": [(str(document.pk),)],
        "appointment": appointment_of(cast, person, cast.contract, slug, "ada"),
        "assessment": [(person.reference, str(asked(cast).pk))],
        "measure": [(person.reference, str(measure.pk))],
        "naming": [(person.reference, str(cast.users["ada"].pk))],
        **rights_of(cast, person, person.reference[3:6]),
    }


def facts_of(cast: Cast, enrolment: Enrolment, slug: str, name: str) -> Ids:
    """A payment and its payslip, a day on benefit, a concern, and a message."""
    earning, evidence = planted(cast, enrolment, cast.organisation(slug), name)
    spell = on_benefit(enrolment, cast.organisation(slug))
    worry = planted_report(cast, enrolment.participant, slug)
    message = planted_message(enrolment.participant, enrolment.contract_id, cast.organisation(slug))
    of_one = {"earning": earning, "evidence": evidence, "benefit": spell, "report": worry, "message": message}
    return {thing: [(str(one.pk),)] for thing, one in of_one.items()}


def appointment_of(
    cast: Cast, person: Participant, contract: Contract, slug: str, user: str
) -> list[tuple[str, ...]]:
    """One that the provider has booked."""
    booked = planted_appointment(person, contract, cast.organisation(slug), cast.users[user])
    return [(str(booked),)]


def paper(cast: Cast, person: Participant, contract: Contract, slug: str) -> Document:
    """A document that the provider added on the day on which it took the person on."""
    organisation = cast.organisation(slug)
    with looking_as(Viewer.system(person.tenant_id, "test")) as system:
        held = Assignment.objects.filter(participant=person, organisation_id=organisation).first()
        document = Document(
            tenant_id=person.tenant_id,
            participant=person,
            contract=contract,
            organisation_id=organisation,
            kind="cv",
            title=f"CV of {person.family_name}",
            content_type="application/pdf",
            size=len(WORDS),
            sha256=sha256(WORDS).hexdigest(),
            stored_as=files.keep(WORDS, tenant_id=person.tenant_id),
            added_by=cast.users["ada"],
            added_at=system.now(),
            added_on=held.starts_on if held else system.today,
        )
        document.save(force_insert=True)
        return document


def measure_for(cast: Cast, person: Participant, slug: str) -> ControlMeasure:
    """What staff must know when they meet the person."""
    with looking_as(Viewer.system(person.tenant_id, "test")) as system:
        measure = ControlMeasure(
            tenant_id=person.tenant_id,
            participant=person,
            organisation_id=cast.organisation(slug),
            kind="other",
            words=f"Ask for {person.family_name} at the desk",
            noted_by=cast.users["ada"],
            noted_at=system.now(),
        )
        measure.save(force_insert=True)
        return measure


def of_workspace(cast: Cast, name: str, slug: str) -> Ids:
    """What belongs to an organisation and not to a case: somebody's place, an invitation, its own sign-in."""
    place, organisation = cast.memberships[name], cast.organisation(slug)
    with looking_as(Viewer.system(place.tenant_id, "test")) as system:
        invitation = Invitation(
            tenant_id=place.tenant_id,
            organisation_id=organisation,
            email=f"somebody.at.{slug}@example.org",
            role=place.role,
            invited_at=system.now(),
            invited_by=cast.users[name],
        )
        invitation.save(force_insert=True)
    return {
        "membership": [(str(place.pk),)],
        "invitation": [(str(invitation.pk),)],
        "organisation": [(str(organisation),)],
    }
