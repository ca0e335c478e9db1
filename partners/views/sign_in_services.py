"""Which organisations sign in with their own identity service: set up by one person, confirmed by another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from partners.acting import ActionError
from partners.actions.sign_in import confirm, confirmers, end, set_up
from partners.audience import for_members
from partners.forms.sign_in import ConfirmSignInForm, SignInServiceForm
from partners.middleware import viewer_of
from partners.models import Organisation, SignInService
from partners.organisation_sign_in import return_address
from partners.permissions import Permission, can
from partners.second_factor import fresh_second_factor
from partners.viewer import Viewer, acting_as
from partners.views.people import MANAGERS, managed


def standing() -> QuerySet[SignInService]:
    """The services that have not ended, confirmed or not."""
    return SignInService.objects.select_related("organisation", "changed_by", "confirmed_by").filter(
        ended_at=None
    )


def who_confirms(viewer: Viewer, service: SignInService) -> set[UUID]:
    """The users who can confirm what waits; nobody where nothing does."""
    with acting_as(viewer.as_system("partners.views.sign_in_services")):
        return set() if service.confirmed_at else confirmers(service, viewer.today)


def trail() -> list[tuple[str, str]]:
    """The way back."""
    return [("Workspace", reverse("workspace")), ("Signing in", reverse("sign_in_services"))]


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@require_GET
def sign_in_services(request: HttpRequest) -> HttpResponse:
    """Every organisation whose people the viewer manages, and with what they sign in."""
    viewer = viewer_of(request)
    services = {service.organisation_id: service for service in standing()}
    rows = [(one, services.get(one.pk)) for one in managed(viewer)]
    shown = {
        "rows": rows,
        "may_set_up": can(viewer, Permission.MANAGE_SIGN_IN),
        "stuck": {s.pk for s in services.values() if not s.confirmed_at and not who_confirms(viewer, s)},
        "trail": trail()[:1],
    }
    return render(request, "partners/sign_in_services.html", shown)


@for_members("prime", permission=Permission.MANAGE_SIGN_IN)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def sign_in_service(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Set up an organisation's own sign-in, or change it."""
    viewer = viewer_of(request)
    organisation = get_object_or_404(Organisation, pk=organisation_id)
    service = standing().filter(organisation=organisation).first()
    form = SignInServiceForm(request.POST or None, service=service)
    if form.is_valid():
        try:
            set_up(organisation=organisation, terms=form.terms, by=viewer, at=viewer.now())
        except ActionError as refusal:
            form.add_error("client_secret", str(refusal))
        else:
            messages.success(
                request, f"The sign-in of {organisation.name} waits for somebody else to confirm it."
            )
            return redirect("sign_in_services")
    shown: dict[str, Any] = {"form": form, "organisation": organisation, "service": service, "trail": trail()}
    shown["return_address"] = return_address(request, organisation.pk)
    return render(request, "partners/sign_in_service.html", shown, status=422 if form.errors else 200)


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def confirm_sign_in_service(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Read what somebody else set up, and let it hold."""
    viewer = viewer_of(request)
    service = get_object_or_404(standing(), organisation_id=organisation_id, confirmed_at=None)
    if not can(viewer, Permission.MANAGE_PEOPLE, service):
        raise Http404
    form = ConfirmSignInForm(request.POST if request.method == "POST" else None, service=service)
    if form.is_valid():
        # What was read, whatever stands now.
        service.changed_at = form.cleaned_data["changed_at"]
        try:
            confirm(service=service, by=viewer, at=viewer.now())
        except ActionError as refusal:
            messages.error(request, str(refusal))
        else:
            name = service.organisation.name
            messages.success(request, f"The people of {name} can now sign in with its own service.")
        return redirect("sign_in_services")
    can_confirm = who_confirms(viewer, service)
    shown = {
        "form": form,
        "service": service,
        "may_confirm": viewer.user_id in can_confirm,
        "is_stuck": not can_confirm,
        "trail": trail(),
    }
    return render(request, "partners/confirm_sign_in_service.html", shown, status=422 if form.errors else 200)


@for_members("prime", permission=Permission.MANAGE_SIGN_IN)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def end_sign_in_service(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """End an organisation's own sign-in."""
    service = get_object_or_404(standing(), organisation_id=organisation_id)
    if request.method == "GET":
        shown = {"service": service, "trail": trail()}
        return render(request, "partners/end_sign_in_service.html", shown)
    viewer = viewer_of(request)
    end(service=service, by=viewer, at=viewer.now())
    messages.success(request, f"{service.organisation.name} no longer signs in with its own service.")
    return redirect("sign_in_services")
