"""A repeated request has one effect: the answer is kept in the transaction of its effect and given again."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from partners.api.keys import caller
from partners.api.problems import Refused
from partners.locks import hold
from partners.models import IdempotentAnswer, OutboxItem
from partners.viewer import Viewer, acting_as

HEADER = "Idempotency-Key"
FORM = re.compile(r"[\x21-\x7e]{1,255}")
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Answer:
    """What a POST came to: its status, body and, where something was made, where it is."""

    status: int
    body: dict[str, Any]
    location: str = ""


def answered_once(request: Request, effect: Callable[[], Answer]) -> HttpResponse:
    """The effect's answer, or the one that was given before to the same Idempotency-Key with the same body.

    Two such requests at a time wait for each other (409 when that takes too long). 400 without a key; 422 when the
    key came before with another body. Only successes are kept: what was refused had no effect, and may be sent again.
    """
    viewer = caller(request)
    assert viewer is not None
    assert viewer.key_id is not None
    if request.headers.get("Transfer-Encoding") and not request.headers.get("Content-Length"):
        raise Refused(411, "length_required", "Send the body with its Content-Length, not in chunks.")
    name = request.headers.get(HEADER, "")
    if not FORM.fullmatch(name):
        sentence = (
            f"Send {HEADER}: 1 to 255 visible ASCII characters, new for each referral, the same to try again."
        )
        raise Refused(400, "idempotency_key_invalid" if name else "idempotency_key_missing", sentence)
    fingerprint = fingerprint_of(request)
    hold(f"idempotency {viewer.key_id} {name}")
    with acting_as(viewer.as_system("look for an earlier answer")):
        kept = IdempotentAnswer.objects.filter(key_id=viewer.key_id, idempotency_key=name).first()
    if kept is not None:
        if kept.fingerprint != fingerprint:
            raise Refused(422, "idempotency_key_reused", f"This {HEADER} came before with another body.")
        return respond(kept, **{"Idempotency-Replayed": "true"})
    answer = effect()
    kept = IdempotentAnswer(
        tenant_id=viewer.tenant_id,
        key_id=viewer.key_id,
        idempotency_key=name,
        path=request.path,
        fingerprint=fingerprint,
        status=answer.status,
        # As text, since PostgreSQL would put the names of an object into an order of its own.
        body=json.dumps(answer.body),
        location=answer.location,
    )
    with acting_as(viewer.as_system("keep the answer")):
        kept.save(force_insert=True)
    return respond(kept)


def fingerprint_of(request: Request) -> str:
    """64 hexadecimal digits of where and what was sent, however it was spaced; keyed, since a body names a person."""
    sent = json.dumps([request.method, request.path, request.data], sort_keys=True)
    return salted_hmac("idempotency", sent, algorithm="sha256").hexdigest()


def respond(kept: IdempotentAnswer, **headers: str) -> HttpResponse:
    """The answer as it is sent, the first time as every other."""
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json", headers=headers)
    if kept.location:
        response["Location"] = kept.location
    return response


def forget_old(item: OutboxItem, system: Viewer) -> None:
    """Outbox consumer: answers are kept for 30 days, for partners that send in weekly batches."""
    IdempotentAnswer.objects.filter(at__lt=timezone.now() - KEPT).delete()
