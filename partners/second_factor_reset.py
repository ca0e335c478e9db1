"""After a lost phone: somebody else resets the second factor, and the link in an e-mail leads to a new one.

As with invitations, the token is made when the e-mail goes and only its hash is kept. Until the person, signed in by
their password, has followed it and set up a second factor, nothing opens: neither their password nor what an
organisation's sign-in vouches for.
"""

import secrets
from datetime import timedelta
from hmac import compare_digest

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from partners.invitations import digest_of
from partners.models import OutboxItem, User
from partners.viewer import Viewer

CONSUMER = "send_second_factor_link"
VALID = timedelta(hours=24)
FOLLOWED = "second_factor_link"


def send(item: OutboxItem, system: Viewer) -> None:
    """Send the e-mail to somebody whose second factor was reset (consumer of send_second_factor_link)."""
    assert item.subject_id is not None
    resets = User.objects.select_for_update(no_key=True).filter(reset_at__isnull=False, reset_digest="")
    user = resets.filter(pk=item.subject_id, is_active=True).first()
    if user is None:
        return
    token = secrets.token_urlsafe(32)
    # Nobody's workspace: an account belongs to none, so it goes by no workspace's clock.
    user.reset_digest, user.reset_expires_at = digest_of(token), timezone.now() + VALID
    user.save(update_fields=["reset_digest", "reset_expires_at"])
    link = f"{settings.ADDRESS}{reverse('follow_second_factor_link', args=[token])}"
    said = {"link": link, "expires_at": user.reset_expires_at}
    subject = render_to_string("partners/email/second_factor_reset_subject.txt").strip()
    send_mail(subject, render_to_string("partners/email/second_factor_reset.txt", said), None, [user.email])


def opens(user: User, digest: str) -> bool:
    """Whether a token of this digest leads to a new second factor now."""
    if not user.reset_digest or user.reset_expires_at is None or timezone.now() >= user.reset_expires_at:
        return False
    return compare_digest(user.reset_digest, digest)


def waits_for_link(request: HttpRequest) -> bool:
    """Whether the person must follow the link first, in this very session."""
    user = request.user
    assert isinstance(user, User)
    return user.reset_at is not None and not opens(user, request.session.get(FOLLOWED, ""))


def is_settled(user: User) -> None:
    """The person has a second factor again: the link opens nothing any more."""
    user.reset_at, user.reset_digest, user.reset_expires_at = None, "", None
    user.save(update_fields=["reset_at", "reset_digest", "reset_expires_at"])
