"""People with places, for the tests of who may do what."""

import re
from typing import Any

from django.core import mail
from django.test import Client

from partners import outbox
from partners.actions import invitation as invitations
from partners.actions import membership as memberships
from partners.invitations import opened_by
from partners.models import DomainEvent, Invitation, Membership, User
from partners.viewer import Viewer
from tests.cast import PASSWORD, Cast, looking_as

LINK = re.compile(r"http://localhost:\d+(/\S+)")


def new_place(cast: Cast, name: str, slug: str, role: str, *, cleared: bool = False) -> Membership:
    """Somebody new, or somebody of the cast, with another place since today."""
    if name not in cast.users:
        cast.users[name] = User.objects.create_user(f"{name}@example.org", name=name.title())
    organisation = cast.organisations[slug]
    tenant = cast.serco if organisation.tenant_id == cast.serco.pk else cast.meridian
    with looking_as(Viewer.system(tenant.pk, "test")) as system:
        made = Membership.objects.create(
            tenant=tenant,
            user=cast.users[name],
            organisation=organisation,
            role=role,
            cleared=cleared,
            started_on=system.today,
        )
    cast.memberships.setdefault(name, made)
    return made


def places_in_serco(cast: Cast, name: str) -> list[Membership]:
    """Every place of a person in Serco's workspace, the oldest first."""
    with looking_as(cast.system()):
        found = Membership.objects.filter(user=cast.users[name]).select_related("organisation")
        return list(found.order_by("started_on", "id"))


def told(cast: Cast) -> list[DomainEvent]:
    """What was recorded about people and invitations, the oldest first."""
    with looking_as(cast.system()):
        return list(DomainEvent.objects.filter(wall="workspace").order_by("at", "id"))


def invited(cast: Cast, by: str = "sara", **changes: Any) -> Invitation:
    """An invitation that was made and not yet sent: an adviser for Renaisi."""
    asked = {
        "organisation": cast.organisations["renaisi"],
        "email": "newt@example.org",
        "role": "adviser",
        **changes,
    }
    viewer: Viewer = getattr(cast, by)
    return invitations.invite(by=viewer, at=viewer.now(), **asked)


def link(cast: Cast, **changes: Any) -> str:
    """The link in the e-mail of a new invitation."""
    invited(cast, **changes)
    return newest_link()


def joined(cast: Cast, name: str, slug: str, role: str, *, by: str) -> Membership:
    """Somebody new, let in by an invitation of a member of the cast."""
    system = cast.system()
    path = link(cast, by=by, email=f"{name}@example.org", organisation=cast.organisations[slug], role=role)
    with looking_as(system):
        invitation = opened_by(path.rstrip("/").rpartition("/")[2], system.now())
    assert invitation is not None
    cast.users[name] = invitations.accept_as_new(
        invitation=invitation, name=name.title(), password=PASSWORD, by=system, at=system.now()
    )
    with looking_as(system):
        cast.memberships[name] = Membership.objects.select_related("organisation").get(user=cast.users[name])
    return cast.memberships[name]


def accept(cast: Cast, name: str, path: str) -> None:
    """Somebody of the cast takes up an invitation into a further place."""
    system = cast.system()
    with looking_as(system):
        invitation = opened_by(path.rstrip("/").rpartition("/")[2], system.now())
    assert invitation is not None
    invitations.accept(invitation=invitation, user=cast.users[name], by=system, at=system.now())


def ended(cast: Cast, name: str, by: str = "sara") -> Membership:
    """Somebody's place, taken away at once."""
    viewer: Viewer = getattr(cast, by)
    return memberships.end(
        membership=cast.memberships[name], from_on=viewer.today, reason="left", by=viewer, at=viewer.now()
    )


def newest_link() -> str:
    """Send what waits, and read the newest e-mail."""
    outbox.work_off()
    found = LINK.search(str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def main_of(page: Any) -> str:
    """The words of a page, without what stands around them."""
    text: str = page.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def visitor() -> Client:
    """A browser in which nobody has signed in."""
    return Client()
