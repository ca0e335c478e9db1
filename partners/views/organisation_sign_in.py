"""Signing in with one's organisation: finding it, leaving for its identity service, and coming back."""

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from partners.audience import for_anyone
from partners.forms.sign_in import AddressForm
from partners.organisation_sign_in import OpenIDConnect, offers_for
from partners.throttle import is_too_many

MOST_IN_AN_HOUR = 60


@for_anyone
@require_http_methods(["GET", "POST"])
def find_organisation(request: HttpRequest) -> HttpResponse:
    """Ask for the address at work, and offer the organisations whose service answers for its domain."""
    form = AddressForm(request.POST or None)
    offers = []
    if form.is_valid():
        if is_too_many(request, "find-organisation", MOST_IN_AN_HOUR):
            form.add_error(None, "Too much was asked from your network. Try again in an hour.")
        elif not (offers := offers_for(form.cleaned_data["email"])):
            form.add_error("email", "No organisation signs in with this address. Sign in with your password.")
    shown = {"form": form, "offers": offers, "next": get_next_redirect_url(request) or ""}
    return render(request, "socialaccount/find_organisation.html", shown, status=422 if form.errors else 200)


@transaction.non_atomic_requests
@for_anyone
@require_http_methods(["GET", "POST"])
def leave_for_service(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the identity service, from a page of its own: the forms of this site lead nowhere else (CSP)."""
    response = _answer(OAuth2LoginView, request, provider_id)
    if isinstance(response, HttpResponseRedirect):
        return render(request, "socialaccount/leaving.html", {"address": response.url})
    return response


@transaction.non_atomic_requests
@for_anyone
@require_GET
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the identity service, which says who it is."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(
    view: type[OAuth2LoginView | OAuth2CallbackView], request: HttpRequest, provider_id: str
) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(OpenIDConnect(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except OAuth2Error:
        return render(request, "socialaccount/authentication_error.html", status=401)
    return response
