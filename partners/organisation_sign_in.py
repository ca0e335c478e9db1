"""Signing in with an organisation's own identity service: OpenID Connect 1.0, the authorisation code flow with PKCE.

The service vouches for people who have a place in its organisation already, by a verified e-mail address in one of the
organisation's domains. It opens that organisation's places alone, and whoever has a second factor in Baton gives it all
the same. allauth speaks the protocol; here is whom it trusts.
"""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import requests
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import get_script_prefix, reverse

from partners import sealing, second_factor
from partners.models import User
from partners.places import places_of

PURPOSE = "sign-in service"
TIMEOUT = 5
DISCOVERY = "/.well-known/openid-configuration"
# What the sign-in needs of a service; RFC 8414 and OpenID Connect Discovery 1.0 name them.
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")

# RFC 8176, 2: the methods that an id_token's amr may name, by what they prove: something that one knows, has or is.
KINDS = (
    {"kba", "pin", "pwd"},
    {"hwk", "otp", "pop", "sc", "sms", "swk", "tel"},
    {"face", "fpt", "iris", "retina", "vbm"},
)


class Unreachable(Exception):
    """The identity service does not answer as OpenID Connect asks; the message is a sentence for people."""


@dataclass(frozen=True)
class Service:
    """An organisation's identity service, as it is looked up before anybody is known."""

    organisation_id: UUID
    organisation_name: str
    tenant_id: UUID
    tenant_name: str
    service_id: UUID
    issuer: str
    client_id: str
    key_id: int
    client_secret: memoryview
    domains: list[str]
    enforces_second_factor: bool

    def app(self) -> SocialApp:
        """The service as allauth takes it; nothing of it is stored in allauth's tables."""
        secret = unsealed(self.client_secret, self.key_id, self.tenant_id, self.service_id)
        return SocialApp(
            provider=OpenIDConnectProvider.id,
            provider_id=str(self.organisation_id),
            name=self.organisation_name,
            client_id=self.client_id,
            secret=secret,
            settings={"server_url": self.issuer.rstrip("/"), "oauth_pkce_enabled": True},
        )


def sealed(secret: str, tenant_id: UUID, service_id: UUID) -> tuple[int, bytes]:
    """A client's secret, sealed to its row: the key's id and the bytes."""
    return sealing.seal(secret.encode(), purpose=PURPOSE, tenant_id=tenant_id, bound_to=str(service_id))


def unsealed(secret: bytes | memoryview, key_id: int, tenant_id: UUID, service_id: UUID) -> str:
    """A client's secret in the clear."""
    return sealing.unseal(
        bytes(secret), key_id=key_id, purpose=PURPOSE, tenant_id=tenant_id, bound_to=str(service_id)
    ).decode()


def service_of(organisation_id: str) -> Service | None:
    """The service that stands for an organisation now."""
    try:
        wanted = UUID(organisation_id)
    except ValueError:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select * from wall.sign_in_service(%s)", [wanted])
        row = cursor.fetchone()
    return Service(*row) if row else None


def offers_for(email: str) -> list[tuple[UUID, str, str]]:
    """The organisations whose service answers for the domain of an address: id, name, and for which workspace.

    Says nothing about whether anybody has an account.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from wall.sign_in_domain(%s)", [email.rpartition("@")[2].lower()])
        return cursor.fetchall()


def calls() -> requests.Session:
    """Calls to identity services: TLS, except on this very machine while Baton itself runs without."""
    session = requests.Session()
    plain = session.adapters.pop("http://")
    if not settings.HTTPS:
        session.mount("http://localhost:", plain)
        session.mount("http://127.0.0.1:", plain)
    return session


def discover(issuer: str) -> dict[str, Any]:
    """What a service says of itself. Raises Unreachable, also where it names another issuer than it was asked as."""
    try:
        with calls() as session:
            answer = session.get(issuer.rstrip("/") + DISCOVERY, timeout=TIMEOUT)
            answer.raise_for_status()
            found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Unreachable("The identity service does not answer at this address.") from error
    if not isinstance(found, dict) or str(found.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise Unreachable("The identity service gives another issuer than this address.")
    if missing := [name for name in ENDPOINTS if not isinstance(found.get(name), str)]:
        raise Unreachable(f"The identity service does not say its {missing[0].replace('_', ' ')}.")
    return found


def return_address(request: HttpRequest, organisation_id: UUID | str) -> str:
    """Where an identity service sends people back to: the same from every workspace's pages."""
    path = reverse("openid_connect_callback", args=[organisation_id])
    return request.build_absolute_uri("/" + path.removeprefix(get_script_prefix()))


class OpenIDConnect(OpenIDConnectOAuth2Adapter):
    """allauth's, with the issuer held to what was set up and the signature of every token checked."""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return return_address(request, app.provider_id)

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            try:
                self._openid_config = discover(self.get_provider().app.settings["server_url"])
            except Unreachable as error:
                raise OAuth2Error(str(error)) from error
        return self._openid_config

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


class IdentityService(OpenIDConnectProvider):
    """An organisation's identity service."""

    oauth2_adapter_class = OpenIDConnect


class SocialAdapter(DefaultSocialAccountAdapter):
    """allauth with the services of partners.SignInService, and nobody let in but those who have a place there."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        service = service_of(provider or "")
        return [service.app()] if service else []

    def get_requests_session(self) -> requests.Session:
        return with_timeout(calls())

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Put the person whom the service vouches for into the sign-in, or refuse it in one way for every reason."""
        service = service_of(sociallogin.account.provider)
        user = member(service, sociallogin) if service else None
        if user is None or sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(render(request, "socialaccount/refused.html", status=403))
        sociallogin.user = user


def with_timeout(session: requests.Session) -> requests.Session:
    """A session that waits no longer than TIMEOUT seconds for any answer."""
    ask = session.request

    def request(*args: Any, **kwargs: Any) -> requests.Response:
        return ask(*args, **{"timeout": TIMEOUT, **kwargs})

    session.request = request  # type: ignore[method-assign]
    return session


def member(service: Service, sociallogin: SocialLogin) -> User | None:
    """The person with one of the verified addresses, in a domain of the service, and a place in its organisation."""
    for address in sociallogin.email_addresses:
        domain = address.email.rpartition("@")[2].lower()
        if address.verified is not True or domain not in service.domains:
            continue
        user = User.objects.filter(email=address.email.lower(), is_active=True).first()
        if user and any(p.organisation_id == service.organisation_id for p in places_of(user.pk)):
            return user
    return None


def vouched(sociallogin: SocialLogin | None) -> bool:
    """Whether the service asked for a second factor by itself, as far as that counts for who has none in Baton.

    Whoever has one gave it before this is asked (partners.accounts). Whose second factor was reset proves themself by
    the link that they were sent, and by nothing else.
    """
    service = service_of(sociallogin.account.provider) if sociallogin else None
    if sociallogin is None or service is None or sociallogin.user.reset_at is not None:
        return False
    claims = sociallogin.account.extra_data.get("id_token", {})
    return service.enforces_second_factor and ("amr" not in claims or has_two_factors(claims["amr"]))


def has_two_factors(methods: Any) -> bool:
    """Whether the amr of an id_token says so (mfa), or names methods of two kinds; two passwords are no two factors."""
    named = {method for method in methods if isinstance(method, str)} if isinstance(methods, list) else set()
    return "mfa" in named or sum(bool(named & kind) for kind in KINDS) >= 2


def note(request: HttpRequest, sociallogin: SocialLogin | None) -> None:
    """Write down a second factor that the service asked for, as given when the person signed in there.

    Without auth_time (OpenID Connect Core 1.0, 2) it was given at no known moment, and so is never fresh.
    """
    if sociallogin is not None and vouched(sociallogin):
        claims = sociallogin.account.extra_data.get("id_token", {})
        signed_in_at = claims.get("auth_time")
        at = min(float(signed_in_at), time.time()) if isinstance(signed_in_at, int) else 1.0
        record_authentication(request, request.user, second_factor.METHOD, at=at)
