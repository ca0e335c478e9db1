"""The page behind the link of an invitation. It tells nothing to whoever has no link that opens."""

from dataclasses import replace

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from partners import second_factor
from partners.actions import invitation as actions
from partners.audience import for_anyone
from partners.forms.invitations import NewAccountForm
from partners.forms.people import RefusableForm
from partners.invitations import opened_by
from partners.models import Invitation, Tenant, User
from partners.permissions import PURPOSES
from partners.throttle import count, counted
from partners.viewer import Viewer, acting_as

PURPOSE, MOST_FAILURES = "invitation", 30


def gone(request: HttpRequest) -> HttpResponse:
    """The one answer to a link that was never sent, was used, has expired or was revoked."""
    count(request, PURPOSE)
    return render(request, "partners/invitation_gone.html", status=404)


@for_anyone
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say who invites, and let the person in: with a new account, or with the one that they have signed in to."""
    tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
    if tenant is None:
        raise Http404
    if counted(request, PURPOSE) >= MOST_FAILURES:
        return render(request, "429.html", status=429)
    request_id: str = request.request_id  # type: ignore[attr-defined]
    system = replace(Viewer.system(tenant.pk, PURPOSE, tenant.clock_offset), request_id=request_id)
    with acting_as(system):
        invitation = opened_by(token, system.now())
    if invitation is None:
        return gone(request)
    try:
        if request.user.is_authenticated:
            return join(request, request.user, invitation, system)
        if User.objects.filter(email=invitation.email, is_active=True).exists():
            return page(request, "partners/invitation_sign_in.html", invitation)
        return make_account(request, invitation, system)
    except actions.NotOpen:
        return gone(request)


def page(
    request: HttpRequest, template: str, invitation: Invitation, form: RefusableForm | None = None
) -> HttpResponse:
    """One of the pages that say who invites to what."""
    purpose = PURPOSES[invitation.organisation.kind, invitation.role]
    shown = {"invitation": invitation, "purpose": purpose, "form": form}
    return render(request, template, shown, status=422 if form and form.errors else 200)


def join(request: HttpRequest, user: User, invitation: Invitation, system: Viewer) -> HttpResponse:
    """Give somebody who has signed in their place, once they say so."""
    if not second_factor.passed(request):
        return second_factor.ask(request)
    form = RefusableForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            joined = actions.accept(invitation=invitation, user=user, by=system, at=system.now())
        except (actions.AnotherAddress, actions.AlreadyHere, actions.NotByInvitation) as error:
            form.refuse(error)
        else:
            request.session["place"] = str(joined.organisation_id)
            messages.success(request, f"You have a place in {invitation.organisation.name} now.")
            return redirect("home")
    return page(request, "partners/invitation_join.html", invitation, form)


def make_account(request: HttpRequest, invitation: Invitation, system: Viewer) -> HttpResponse:
    """Let somebody new choose a name and a password, and sign them in: setting up a second factor comes next."""
    sent = request.POST if request.method == "POST" else None
    form = NewAccountForm(sent, email=invitation.email)
    if form.is_valid():
        try:
            user = actions.accept_as_new(
                invitation=invitation, by=system, at=system.now(), **form.cleaned_data
            )
        except (actions.HasAccount, actions.AlreadyHere, actions.NotByInvitation) as error:
            form.refuse(error)
        else:
            login = Login(user=user, redirect_url=reverse("home"))
            return perform_password_login(request, {"email": user.email}, login)
    return page(request, "partners/invitation_account.html", invitation, form)
