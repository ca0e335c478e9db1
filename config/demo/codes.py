"""The second factor of the demo's accounts: secrets that follow from their password, so that they can be printed."""

import base64
import hmac
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings

from config.demo.people import PASSWORD
from partners.models import User

SECRET_BYTES = 20


def password() -> str:
    """The password of every demo account."""
    return settings.DEMO_PASSWORD or PASSWORD


def secret_of(email: str) -> str:
    """The secret of an account's authenticator app, in base32 as apps take it."""
    digest = hmac.digest(password().encode(), f"one-time codes of {email}".encode(), "sha256")
    return base64.b32encode(digest[:SECRET_BYTES]).decode()


def code_now(email: str) -> str:
    """The six digits that the account's authenticator app shows now (RFC 6238: HMAC-SHA1, 30 seconds)."""
    return format_hotp_value(hotp_value(secret_of(email), int(time.time()) // 30))


def set_up(user: User) -> None:
    """Give a demo account its authenticator app, unless it has one."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, secret_of(user.email))
