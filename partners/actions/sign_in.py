"""Setting up an organisation's own sign-in, and ending it."""

from dataclasses import dataclass
from datetime import datetime

from partners import events, organisation_sign_in
from partners.acting import ActionError, action
from partners.models import DomainEvent, Organisation, SignInService
from partners.viewer import Viewer


class NoSecret(ActionError):
    """Without the client's secret Baton cannot show the identity service who it is."""

    code = "no_secret"


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
    """Let the organisation's people sign in with its identity service, or change on what terms. Raises NoSecret."""
    standing = SignInService.objects.select_for_update(no_key=True).filter(
        organisation=organisation, ended_at=None
    )
    service = standing.first()
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
    service.enforces_second_factor, service.changed_at = terms.enforces_second_factor, at
    changed = [
        "issuer",
        "client_id",
        "key_id",
        "client_secret",
        "domains",
        "enforces_second_factor",
        "changed_at",
    ]
    service.save(force_insert=True) if is_new else service.save(update_fields=changed)
    events.record(
        "sign_in.set_up" if is_new else "sign_in.changed",
        service,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=organisation.pk,
        enforces_second_factor=service.enforces_second_factor,
    )
    return service


@action
def end(*, service: SignInService, by: Viewer, at: datetime) -> SignInService:
    """Let nobody in with the service any more; who signed in with it is out at the next request."""
    service.ended_at = at
    service.save(update_fields=["ended_at"])
    events.record(
        "sign_in.ended",
        service,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=service.organisation_id,
    )
    return service
