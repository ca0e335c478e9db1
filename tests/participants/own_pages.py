"""Participants' own pages in tests, by the real actions, and their browser."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.test import Client

from participants import own_page
from participants.actions import own_page as pages
from participants.models import Message, OwnPage, Participant, Rating
from partners.viewer import Viewer
from tests.cast import Cast, looking_as

NUMBER = "402718"


def made(cast: Cast, person: Participant, by: str = "ada", number: str = NUMBER, **other: Any) -> pages.Made:
    """A link that somebody of the cast makes together with the person, who chose this number."""
    with looking_as(getattr(cast, by)) as viewer:
        said = {"contract": cast.contract, "at": viewer.now(), **other}
        return pages.make(participant=person, number=number, by=viewer, **said)


def link_of(made: pages.Made) -> str:
    """The path of the link."""
    return f"/serco/my/{made.page.pk}/{made.secret}/"


def let_in(cast: Cast, person: Participant) -> Client:
    """The browser of a participant who has opened their page."""
    client = Client()
    answer = client.post(link_of(made(cast, person)), {"number": NUMBER})
    assert answer.status_code == 302
    return client


def on_their_page(cast: Cast, page: OwnPage) -> Viewer:
    """The participant as the walls see them."""
    return own_page.viewer(page, cast.serco, "")


def sent(cast: Cast, page: OwnPage, **said: Any) -> Message:
    """What the participant sends from their page."""
    viewer = on_their_page(cast, page)
    with looking_as(viewer):
        return pages.send(page=page, **said, by=viewer, at=viewer.now())


def rated(cast: Cast, page: OwnPage, score: int = 5, words: str = "") -> Rating:
    """How the participant rates the last contact."""
    viewer = on_their_page(cast, page)
    with looking_as(viewer):
        return pages.rate(page=page, score=score, words=words, by=viewer, at=viewer.now())


def planted_message(person: Participant, contract_id: UUID, organisation_id: UUID) -> Message:
    """New contact details that were sent and that nobody has read yet, as a row."""
    with looking_as(Viewer.system(person.tenant_id, "test")) as system:
        return Message.objects.create(
            tenant_id=person.tenant_id,
            participant=person,
            contract_id=contract_id,
            organisation_id=organisation_id,
            kind="details",
            words=f"A word of {person.family_name}",
            sent_at=system.now(),
        )


def address_of(link: str) -> str:
    """The path of a whole address."""
    assert link.startswith(settings.ADDRESS)
    return urlsplit(link).path
