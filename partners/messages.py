"""Short messages to people outside Baton, by text or e-mail: through GOV.UK Notify where the settings hold its key,
otherwise printed on the console without the number or address, but for e-mails where there is an e-mail service.

Notify's API: https://docs.notifications.service.gov.uk/rest-api.html. Its own client brings a library without a wheel.
"""

import sys
import time
from typing import Any
from uuid import UUID

import jwt
import requests
from django.conf import settings
from django.core.mail import send_mail

TEXT, EMAIL = "text", "email"
SECONDS = 10
# What Notify calls each kind, and the field in which it takes the address.
KINDS = {TEXT: ("sms", "phone_number"), EMAIL: ("email", "email_address")}


class Undeliverable(Exception):
    """The service will never take this message: the number or address is wrong."""


class Unavailable(Exception):
    """The service did not take the message, and may take it later."""


def send(channel: str, to: str, *, subject: str, words: str, reference: UUID) -> None:
    """Send one message. channel: TEXT or EMAIL; to: a number in E.164 or an address; reference: what the service keeps
    with it, so that it can be found there without the person. Raises Undeliverable or Unavailable.
    """
    if settings.NOTIFY_KEY:
        _by_notify(channel, to, subject, words, reference)
    elif channel == EMAIL and settings.SMTP.hostname:
        _by_mail(to, subject, words)
    else:
        sys.stdout.write(f"Message {reference} by {channel}, not sent: {words}\n")


def _by_mail(to: str, subject: str, words: str) -> None:
    try:
        send_mail(subject, words, None, [to])
    except OSError as error:
        raise Unavailable from error


def _by_notify(channel: str, to: str, subject: str, words: str, reference: UUID) -> None:
    kind, field = KINDS[channel]
    body: dict[str, Any] = {
        field: to,
        "template_id": settings.NOTIFY_TEMPLATES[channel],
        "personalisation": {"subject": subject, "message": words},
        "reference": str(reference),
    }
    try:
        answer = requests.post(
            f"{settings.NOTIFY_URL}/v2/notifications/{kind}",
            json=body,
            headers={"Authorization": f"Bearer {_token()}"},
            timeout=SECONDS,
        )
    except requests.RequestException as error:
        raise Unavailable from error
    if answer.status_code == requests.codes.bad_request:
        raise Undeliverable
    if not answer.ok:
        raise Unavailable(f"Notify answered {answer.status_code}")


def _token() -> str:
    """A token of this moment. A key is a name, the service's id and the secret, the last two UUIDs of 36 characters."""
    service, secret = settings.NOTIFY_KEY[-73:-37], settings.NOTIFY_KEY[-36:]
    return jwt.encode({"iss": service, "iat": int(time.time())}, secret, algorithm="HS256")
