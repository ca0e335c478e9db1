"""Participants for the tests: rows as the actions leave them, dated so many days ago."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from participants.actions import contact, document, enrolment
from participants.models import Assignment, Contact, ContactDetails, Document, Enrolment, Participant
from participants.names import folded
from partners.identifiers import new_reference
from partners.uploads import Checked
from partners.viewer import Viewer
from tests.cast import Cast, looking_as


def ago(days: int) -> date:
    """The date so many days before today."""
    return date.today() - timedelta(days=days)


def new_person(
    cast: Cast,
    *,
    given: str = "Amina",
    family: str = "Okafor",
    provider: str = "renaisi",
    adviser: str | None = "ada",
    since: int = 10,
    until: int | None = None,
    area: str = "E09000012",
) -> Participant:
    """Somebody whom the provider has held since so many days ago, and until so many days ago."""
    with looking_as(cast.system()):
        person = Participant.objects.create(
            tenant=cast.serco,
            reference=new_reference("PT"),
            given_name=given,
            family_name=family,
            search_name=folded(family, given),
            born_on=date(1990, 3, 1),
            made_at=cast.system().now(),
        )
        ContactDetails.objects.create(
            tenant=cast.serco,
            participant=person,
            postcode="E8 1EA",
            area_code=area,
            phone="020 7946 0018",
            safe_contact="Text first",
        )
    hold(cast, person, provider=provider, adviser=adviser, since=since, until=until)
    return person


def hold(
    cast: Cast,
    person: Participant,
    *,
    provider: str = "renaisi",
    adviser: str | None = "ada",
    since: int = 10,
    until: int | None = None,
) -> Assignment:
    """Put the person in the hands of the provider, from and until so many days ago."""
    with looking_as(cast.system()):
        return Assignment.objects.create(
            tenant=cast.serco,
            participant=person,
            contract=cast.contract,
            organisation=cast.organisations[provider],
            adviser=cast.users[adviser] if adviser else None,
            starts_on=ago(since),
            ends_on=None if until is None else ago(until),
        )


def start(cast: Cast, person: Participant, *, days: int, referred: int | None = None) -> Enrolment:
    """Start the person on the contract so many days ago."""
    with looking_as(cast.ada) as ada:
        return enrolment.start(
            participant=person,
            contract=cast.contract,
            payment_group="all",
            referred_on=ago(days if referred is None else referred),
            started_on=ago(days),
            by=ada,
            at=ada.now(),
        )


def log(cast: Cast, person: Participant, by: Viewer, **different: Any) -> Contact:
    """Log a phone call today that reached the person, but for what is different; `days` dates it so long ago."""
    days = different.pop("days", 0)
    usual = {
        "contract": cast.contract,
        "channel": "phone",
        "result": "attended",
        "contacted_on": ago(days),
        "minutes": None,
        "note": "",
        "next_step": "",
        "next_on": None,
        "at": by.now() - timedelta(days=days),
    }
    with looking_as(by):
        return contact.log(participant=person, by=by, **{**usual, **different})


def keep(cast: Cast, person: Participant, by: Viewer, **different: Any) -> Document:
    """Add a document to the person, now, but for what is different."""
    usual = {
        "contract": cast.contract,
        "kind": "letter",
        "title": "Invitation",
        "file": Checked(b"Dear Amina", "application/pdf"),
        "at": by.now(),
    }
    with looking_as(by):
        return document.add(participant=person, by=by, **{**usual, **different})


def ids(*people: Participant) -> list[UUID]:
    """Their ids."""
    return [person.pk for person in people]
