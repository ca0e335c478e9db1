"""The e-mail of an invitation: its token is made when it is sent, and only the token's hash is kept.

The link opens once, until it expires. Sending again makes another token, so that the link before it opens nothing.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from partners.models import Invitation, Membership, Organisation, OutboxItem, Tenant
from partners.permissions import Role
from partners.viewer import Viewer

VALID = timedelta(days=7)


def digest_of(token: str) -> str:
    """What is kept of a token: its SHA-256 in hexadecimal. Tokens are long and random, so no salt."""
    return sha256(token.encode()).hexdigest()


def opened_by(token: str, now: datetime) -> Invitation | None:
    """The invitation that the token still opens at this moment; asked as the system of the tenant."""
    found = Invitation.objects.select_related("organisation").filter(digest=digest_of(token)).first()
    return found if found and found.state(now) == Invitation.State.OPEN else None


def let_in_by(user_id: UUID) -> set[UUID]:
    """Who answers for somebody's being in the workspace: whoever ever invited them, and whoever invited those.

    An administrator of the prime answers for whom they let in, and nobody for that administrator's choice in turn.
    """
    administrators = Membership.objects.filter(organisation__kind="prime", role=Role.ADMINISTRATOR)
    found: set[UUID] = set()
    asked = {user_id}
    while asked:
        accepted = Invitation.objects.filter(accepted_by__in=asked)
        inviting = set(accepted.values_list("invited_by", flat=True)) - found
        found |= inviting
        asked = inviting - set(administrators.filter(user__in=inviting).values_list("user", flat=True))
    return found


def send(item: OutboxItem, system: Viewer) -> None:
    """Send the e-mail of an invitation that waits for it (consumer of send_invitation)."""
    assert item.subject_id is not None
    waiting = Invitation.objects.select_related("organisation").select_for_update(of=("self",), no_key=True)
    invitation = waiting.filter(pk=item.subject_id, digest="", accepted_at=None, revoked_at=None).first()
    if invitation is None:
        return
    token = secrets.token_urlsafe(32)
    invitation.digest, invitation.expires_at = digest_of(token), system.now() + VALID
    invitation.save(update_fields=["digest", "expires_at"])
    tenant = Tenant.objects.get(pk=system.tenant_id)
    said = {
        "organisation": invitation.organisation.name,
        "workspace": tenant.name,
        "is_prime": invitation.organisation.kind == Organisation.Kind.PRIME,
        "expires_at": invitation.expires_at,
        "link": f"{settings.ADDRESS}/{tenant.slug}{reverse('accept_invitation', args=[token])}",
    }
    subject = render_to_string("partners/email/invitation_subject.txt", said).strip()
    send_mail(subject, render_to_string("partners/email/invitation.txt", said), None, [invitation.email])
