"""The prime's page of which organisations sign in with their own identity service."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from partners.acting import ActionError
from partners.actions.sign_in import end, set_up
from partners.audience import for_members
from partners.forms.sign_in import SignInServiceForm
from partners.middleware import viewer_of
from partners.models import Organisation, SignInService
from partners.organisation_sign_in import return_address
from partners.permissions import Permission
from partners.second_factor import fresh_second_factor


def standing() -> dict[UUID, SignInService]:
    """The services in use, by organisation."""
    return {service.organisation_id: service for service in SignInService.objects.filter(ended_at=None)}


def trail() -> list[tuple[str, str]]:
    """The way back."""
    return [("Workspace", reverse("workspace")), ("Signing in", reverse("sign_in_services"))]


@for_members("prime", permission=Permission.MANAGE_SIGN_IN)
@require_GET
def sign_in_services(request: HttpRequest) -> HttpResponse:
    """Every organisation, and with what its people sign in."""
    services = standing()
    rows = [(one, services.get(one.pk)) for one in Organisation.objects.order_by("name")]
    return render(request, "partners/sign_in_services.html", {"rows": rows, "trail": trail()[:1]})


@for_members("prime", permission=Permission.MANAGE_SIGN_IN)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def sign_in_service(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Set up an organisation's own sign-in, or change it."""
    viewer = viewer_of(request)
    organisation = get_object_or_404(Organisation, pk=organisation_id)
    service = standing().get(organisation.pk)
    form = SignInServiceForm(request.POST or None, service=service)
    if form.is_valid():
        try:
            set_up(organisation=organisation, terms=form.terms, by=viewer, at=viewer.now())
        except ActionError as refusal:
            form.add_error("client_secret", str(refusal))
        else:
            messages.success(
                request, f"The people of {organisation.name} can now sign in with its own service."
            )
            return redirect("sign_in_services")
    shown: dict[str, Any] = {"form": form, "organisation": organisation, "service": service, "trail": trail()}
    shown["return_address"] = return_address(request, organisation.pk)
    return render(request, "partners/sign_in_service.html", shown, status=422 if form.errors else 200)


@for_members("prime", permission=Permission.MANAGE_SIGN_IN)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def end_sign_in_service(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """End an organisation's own sign-in."""
    services = SignInService.objects.select_related("organisation").filter(ended_at=None)
    service = get_object_or_404(services, organisation_id=organisation_id)
    if request.method == "GET":
        shown = {"service": service, "trail": trail()}
        return render(request, "partners/end_sign_in_service.html", shown)
    viewer = viewer_of(request)
    end(service=service, by=viewer, at=viewer.now())
    messages.success(request, f"{service.organisation.name} no longer signs in with its own service.")
    return redirect("sign_in_services")
