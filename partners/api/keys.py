"""API keys: who calls, for which organisation, with which scopes."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.http import Http404
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from partners.audience import Audience
from partners.models import ApiKey
from partners.viewer import Viewer, act_as, acting_as

if TYPE_CHECKING:  # REST framework's views import this module while they are themselves being imported
    from rest_framework.views import APIView


def digest_of(secret: str) -> str:
    """What is kept of a key: the SHA-256 of its secret, in hexadecimal. Secrets are long and random, so no salt."""
    return sha256(secret.encode()).hexdigest()


def viewer_of_key(secret: str, request_id: str = "") -> Viewer | None:
    """Whom a key that is neither expired nor revoked makes of its caller; looked up before any tenant is known."""
    with connection.cursor() as cursor:
        cursor.execute("select * from wall.api_key(%s)", [digest_of(secret)])
        found = cursor.fetchone()
    if found is None:
        return None
    key_id, tenant_id, organisation_id, kind, scopes, clock_offset = found
    return Viewer(
        tenant_id=tenant_id,
        kind=kind,
        organisation_id=organisation_id,
        key_id=key_id,
        scopes=frozenset(json.loads(scopes)),
        request_id=request_id,
        clock_offset=clock_offset,
    )


def note_use(viewer: Viewer) -> None:
    """Keep the day on which the key was last used: one write a day, which nobody waits for."""
    assert viewer.key_id is not None
    with acting_as(viewer.as_system("note the use of a key")):
        unnoted = ApiKey.objects.exclude(last_used_on=viewer.today).filter(pk=viewer.key_id)
        key = unnoted.select_for_update(skip_locked=True, no_key=True).first()
        if key is not None:
            key.last_used_on = viewer.today
            key.save(update_fields=["last_used_on"])


def caller(request: Request) -> Viewer | None:
    """Whom the key of a request speaks for; None without a key."""
    viewer: Any = request.auth
    return viewer if isinstance(viewer, Viewer) else None


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; request.auth is the viewer, and the rest of the request runs as it.

    partners.middleware.viewing ends that with the response. A key of another tenant finds nothing here: 404.
    """

    def authenticate(self, request: Request) -> tuple[None, Viewer] | None:
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        scheme, _, secret = header.partition(" ")
        request_id: str = request._request.request_id  # type: ignore[attr-defined]
        viewer = viewer_of_key(secret.strip(), request_id) if scheme.lower() == "bearer" else None
        if viewer is None:
            raise AuthenticationFailed("Send a valid key: Authorization: Bearer <key>.")
        tenant = request._request.tenant  # type: ignore[attr-defined]
        if tenant is None or tenant.pk != viewer.tenant_id:
            raise Http404
        act_as(viewer)
        request._request.viewer = viewer  # type: ignore[attr-defined]
        note_use(viewer)
        return None, viewer

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """The caller's kind of organisation must be in the view's audience (else 404), and the key must carry the scope."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        viewer = caller(request)
        if viewer is None:
            return False
        audience: Audience = view.audience  # type: ignore[attr-defined]
        if viewer.kind not in audience.kinds:
            raise Http404
        scope = audience.scopes.get("GET" if request.method == "HEAD" else str(request.method))
        self.message = f"This key does not carry the scope {scope}."
        return scope is None or scope in viewer.scopes
