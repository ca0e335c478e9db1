"""Setting up an organisation's own sign-in, having somebody else confirm it, and ending it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from partners import events, organisation_sign_in
from partners.acting import ActionError, action
from partners.invitations import let_in_by
from partners.models import DomainEvent, Organisation, SignInService
from partners.people import managers_of
from partners.viewer import Viewer, london_date


class NoSecret(ActionError):
    """Without the client's secret Baton cannot show the identity service who it is."""

    code = "no_secret"


class SetUpByYou(ActionError):
    """Whoever runs the service could sign in as any of its people: one person alone does not decide that."""

    code = "set_up_by_you"


class NotYoursToConfirm(ActionError):
    """Not everybody counts as a second person: see confirmers."""

    code = "not_yours_to_confirm"


class ChangedMeanwhile(ActionError):
    """What was read is not what stands."""

    code = "changed_meanwhile"


@dataclass(frozen=True)
class Terms:
    """What is agreed with an identity service; an empty secret keeps the one that is sealed already."""

    issuer: str
    client_id: str
    client_secret: str
    domains: tuple[str, ...]
    enforces_second_factor: bool


@action
def set_up(*, organisation: Organisation, terms: Terms, by: Viewer, at: datetime) -> SignInService:
    """Say with which identity service the organisation's people sign in, or change on what terms. Raises NoSecret.

    Nobody signs in with it before somebody else confirmed it; after a change nobody does any more until then.
    """
    assert by.user_id is not None
    service = _standing().filter(organisation=organisation).first()
    is_new = service is None
    if service is None:
        if not terms.client_secret:
            raise NoSecret("Enter the client secret that the identity service gave you.")
        service = SignInService(tenant_id=by.tenant_id, organisation=organisation, started_at=at)
    if terms.client_secret:
        service.key_id, service.client_secret = organisation_sign_in.sealed(
            terms.client_secret, by.tenant_id, service.pk
        )
    service.issuer, service.client_id, service.domains = terms.issuer, terms.client_id, list(terms.domains)
    service.enforces_second_factor = terms.enforces_second_factor
    service.changed_at, service.changed_by_id = at, by.user_id
    service.confirmed_at = service.confirmed_by_id = None
    changed = [
        "issuer",
        "client_id",
        "key_id",
        "client_secret",
        "domains",
        "enforces_second_factor",
        "changed_at",
        "changed_by",
        "confirmed_at",
        "confirmed_by",
    ]
    service.save(force_insert=True) if is_new else service.save(update_fields=changed)
    kind = "sign_in.set_up" if is_new else "sign_in.changed"
    _tell(kind, service, by, at, enforces_second_factor=service.enforces_second_factor)
    return service


@action
def confirm(*, service: SignInService, by: Viewer, at: datetime) -> SignInService:
    """Let the organisation's people sign in with the service on the terms that were read, those of changed_at.

    Raises SetUpByYou, NotYoursToConfirm or ChangedMeanwhile.
    """
    standing = _standing().filter(pk=service.pk, confirmed_at=None, changed_at=service.changed_at).first()
    if standing is None:
        raise ChangedMeanwhile("The terms were changed, confirmed or ended in the meantime. Read them again.")
    if standing.changed_by_id == by.user_id:
        raise SetUpByYou("You set this up or changed it last. Somebody else confirms it.")
    if by.user_id not in confirmers(standing, london_date(at)):
        raise NotYoursToConfirm("Whoever set this up let you in. Somebody else confirms it.")
    standing.confirmed_at, standing.confirmed_by_id = at, by.user_id
    standing.save(update_fields=["confirmed_at", "confirmed_by"])
    was_let_in = standing.changed_by_id in let_in_by(by.user_id)
    _tell("sign_in.confirmed", standing, by, at, set_up_by=standing.changed_by_id, let_in_by_them=was_let_in)
    return standing


@action
def end(*, service: SignInService, by: Viewer, at: datetime) -> SignInService:
    """Let nobody in with the service any more; who signed in with it is out at the next request."""
    service.ended_at = at
    service.save(update_fields=["ended_at"])
    _tell("sign_in.ended", service, by, at)
    return service


def confirmers(service: SignInService, day: date) -> set[UUID]:
    """The users who can confirm the terms: everybody else who manages people in the organisation, or in all of them.

    Those whom the one who set it up let into the workspace count only where there is nobody else. Asked as the system.
    """
    others = managers_of(service.organisation_id, day) - {service.changed_by_id}
    return {user_id for user_id in others if service.changed_by_id not in let_in_by(user_id)} or others


def _standing() -> Any:
    return SignInService.objects.select_for_update(no_key=True).filter(ended_at=None)


def _tell(kind: str, service: SignInService, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind,
        service,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=service.organisation_id,
        **facts,
    )
