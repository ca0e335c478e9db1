"""The second factor that every person gives before anything personal: at sign-in, and again before what is grave.

A session remembers how it was authenticated; allauth keeps the records. It has passed when one of them is a second
factor: a code, a passkey, one that was set up in this very session, or that of an identity service known to ask for it.
"""

import base64
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from partners import sealing
from partners.audience import View

# How long one second factor stands for the next before something grave, in seconds.
FRESH = 300
METHOD, BY_ORGANISATION = "mfa", "socialaccount"
# What belongs to no tenant is sealed under keys of the installation's own.
INSTALLATION = UUID(int=0)
PURPOSE = "second factor"
MAIN = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's second factors: secrets sealed as "key id:base64", and nobody's last one removed."""

    def encrypt(self, text: str) -> str:
        key_id, sealed = sealing.seal(
            text.encode(), purpose=PURPOSE, tenant_id=INSTALLATION, bound_to=PURPOSE
        )
        return f"{key_id}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        key_id, _, sealed = encrypted_text.partition(":")
        return sealing.unseal(
            base64.b64decode(sealed),
            key_id=int(key_id),
            purpose=PURPOSE,
            tenant_id=INSTALLATION,
            bound_to=PURPOSE,
        ).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=MAIN)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, kind: str) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=kind).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"

    def get_totp_issuer(self) -> str:
        return "Baton"


class OneUse(Protocol):
    """A form of allauth's that took a code."""

    user: AbstractBaseUser


def use_up(user: AbstractBaseUser, code: str) -> None:
    """Refuse a code that was taken before. allauth forgets it after one period, but it holds a period longer.

    Raises ValidationError.
    """
    periods = 2 * app_settings.TOTP_TOLERANCE + 1
    key = f"code:{user.pk}:{normalize_user_code(code)}"
    if not cache.add(key, "used", timeout=app_settings.TOTP_PERIOD * periods):
        raise SecondFactorAdapter().validation_error("incorrect_code")


class SignInCodeForm(AuthenticateForm):
    """The code at sign-in."""

    def clean_code(self) -> str:
        code = super().clean_code()
        use_up(self.user, code)
        return code


class FreshCodeForm(ReauthenticateForm):
    """The code before something grave."""

    def clean_code(self) -> str:
        code = super().clean_code()
        use_up(self.user, code)
        return code


class FirstCodeForm(ActivateTOTPForm):
    """The code that shows that the authenticator app has the secret."""

    def clean_code(self) -> str:
        code = super().clean_code()
        use_up(self.user, code)
        return code


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; by itself it signs in only if the device asks for finger, face or PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "What to call it"
        alone = self.fields["passwordless"]
        alone.label, alone.initial = "Sign me in with it alone, without my password", True
        alone.help_text = "Your device then asks for your finger, your face or its PIN each time."


def has_one(user: Any) -> bool:
    """Whether the person has set up a second factor; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=MAIN).exists()


def can_spare_one(user: Any) -> bool:
    """Whether one second factor can go and another stays; who asks for the same person meanwhile waits.

    The answer holds until the transaction ends.
    """
    get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
    return Authenticator.objects.filter(user_id=user.pk, type__in=MAIN).count() > 1


def signed_in_through(request: HttpRequest) -> str:
    """The id of the organisation whose own identity service opened this session; empty if none did."""
    records = get_authentication_records(request, request.user)
    return next((str(r["provider"]) for r in records if r["method"] == BY_ORGANISATION), "")


def given_at(request: HttpRequest) -> float:
    """When this session's last second factor was given, in seconds since 1970; 0 if none was."""
    if not request.user.is_authenticated:
        return 0
    records = get_authentication_records(request, request.user)
    return max((float(r["at"]) for r in records if r["method"] == METHOD), default=0)


def passed(request: HttpRequest) -> bool:
    """Whether a second factor was given in this session, and was not reset since."""
    return given_at(request) > 0 and getattr(request.user, "reset_at", None) is None


def is_fresh(request: HttpRequest) -> bool:
    """Whether one was given within the last five minutes."""
    return time.time() - given_at(request) < FRESH


def ways_to_give(user: Any) -> list[dict[str, str]]:
    """How the person can give a second factor again, the usual way first: id, description and url."""
    types = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    code = {
        "id": "mfa_reauthenticate",
        "description": "Use a code",
        "url": reverse("mfa_reauthenticate"),
    }
    passkey = {
        "id": "mfa_reauthenticate_webauthn",
        "description": "Use a passkey",
        "url": reverse("mfa_reauthenticate_webauthn"),
    }
    ways = [passkey] if Authenticator.Type.WEBAUTHN in types else []
    if types - {Authenticator.Type.WEBAUTHN}:
        ways.insert(0 if Authenticator.Type.TOTP in types else len(ways), code)
    return ways


def ask(request: HttpRequest) -> HttpResponse:
    """On to giving a second factor, or setting one up, and then back to where the person is."""
    where = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        # What was sent is not kept: it may be personal. The page that it was sent from comes back.
        referer = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(
            referer, {request.get_host()}, require_https=request.is_secure()
        )
        where = urlsplit(referer)._replace(scheme="", netloc="").geturl() if safe else reverse("home")
    ways, back = ways_to_give(request.user), {"next": where}
    if ways:
        address = f"{ways[0]['url']}?{urlencode(back)}"
    elif passed(request):
        # Only an organisation's identity service has asked for a second factor: so it does again.
        service = reverse("openid_connect_login", args=[signed_in_through(request)])
        address = f"{service}?{urlencode({**back, 'auth_params': 'prompt=login'})}"
    else:
        address = reverse("mfa_index")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def fresh_second_factor(view: View) -> View:
    """For a view so grave that the second factor is asked for again, unless one was given in the last five minutes."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if is_fresh(request) else ask(request)

    return guarded


def before_second_factor(view: View) -> View:
    """For the few pages that are open before: where one is given, and where one signs out."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    opened.before_second_factor = True  # type: ignore[attr-defined]
    return opened


def required(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: to whoever signed in without a second factor only the pages of before_second_factor answer.

    Nobody is the viewer of such a request either (partners.middleware.viewing), so that nothing of a tenant shows
    even where this were passed.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, view: View, *args: Any) -> HttpResponse | None:
        is_open = not getattr(view, "login_required", True) or getattr(view, "before_second_factor", False)
        if is_open or not request.user.is_authenticated or passed(request):
            return None
        return ask(request)

    handle.process_view = process_view  # type: ignore[attr-defined]
    return handle
