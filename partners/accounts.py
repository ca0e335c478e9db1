"""How people get an account and keep it: by invitation, never by themselves; changed only with a second factor."""

from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from partners import organisation_sign_in, second_factor, second_factor_reset
from partners.audience import View
from partners.models import User
from partners.places import places_of


class AccountAdapter(DefaultAccountAdapter):
    """allauth with sign-up closed, and never a password where a second factor is asked for."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        # The rest of the row may not change.
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        return second_factor.ways_to_give(user)

    def get_login_stages(self) -> list[str]:
        ours = f"{SecondFactorStage.__module__}.{SecondFactorStage.__name__}"
        return [
            ours if stage.endswith(".AuthenticateStage") else stage for stage in super().get_login_stages()
        ]

    def post_login(self, request: HttpRequest, user: Any, **said: Any) -> HttpResponse:
        organisation_sign_in.note(request, (said["signal_kwargs"] or {}).get("sociallogin"))
        return super().post_login(request, user, **said)


class SecondFactorStage(AuthenticateStage):
    """allauth's: whoever has a second factor of their own gives it, whatever an identity service vouches for."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        response, goes_on = super().handle()
        if response:
            # What the identity service said of the person is not kept in the session meanwhile.
            self.login.signal_kwargs = None
        return response, goes_on


def is_borrowed(request: HttpRequest) -> bool:
    """Whether one organisation's sign-in opened the account of somebody who works elsewhere too.

    What such a session changed would open the other places as well, and it is not that organisation's to open.
    """
    if not request.user.is_authenticated:
        return False
    through = second_factor.signed_in_through(request)
    return bool(through) and any(str(p.organisation_id) != through for p in places_of(request.user.pk))


def own_account(view: View) -> View:
    """For the pages that change how a person signs in: with a fresh second factor, in the person's own session."""
    changing = second_factor.fresh_second_factor(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_borrowed(request):
            return render(request, "account/borrowed.html", status=403)
        return changing(request, *args, **kwargs)

    return guarded


def removing(view: View) -> View:
    """For the pages on which a second factor is removed: one stays, also where two are removed at one moment."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not second_factor.can_spare_one(request.user):
            messages.error(request, "This is your only second factor. Add another before you remove it.")
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return own_account(guarded)


def setting_up(view: View) -> View:
    """For the pages on which a second factor is added: open to who has none yet, else only with a fresh one.

    To whom theirs was reset, open once they followed the link that they were sent.

    The new one counts as given: it was shown to work just now.
    """
    changing = own_account(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if second_factor.has_one(request.user) or second_factor.passed(request) or is_borrowed(request):
            return changing(request, *args, **kwargs)
        if second_factor_reset.waits_for_link(request):
            return render(request, "mfa/reset.html", status=403)
        response = view(request, *args, **kwargs)
        if isinstance(request.user, User) and second_factor.has_one(request.user):
            record_authentication(request, request.user, second_factor.METHOD)
            second_factor_reset.is_settled(request.user)
        return response

    return second_factor.before_second_factor(guarded)


def first_of_all(view: View) -> View:
    """For the page of how one signs in: the first page of who has no second factor yet."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if second_factor.has_one(request.user) and not second_factor.passed(request):
            return second_factor.ask(request)
        if second_factor_reset.waits_for_link(request):
            return render(request, "mfa/reset.html", status=403)
        return view(request, *args, **kwargs)

    return second_factor.before_second_factor(guarded)
