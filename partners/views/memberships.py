"""Changing somebody's role or clearance and ending their place: each asks why, and says what will happen."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import date as as_date
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from partners.acting import ActionError
from partners.actions import membership as actions
from partners.audience import for_members
from partners.forms.people import ClearanceForm, EndForm, RoleForm
from partners.middleware import viewer_of
from partners.models import ApiKey, Membership
from partners.permissions import Permission, roles_of
from partners.second_factor import fresh_second_factor
from partners.views.people import MANAGERS, find


def shown(request: HttpRequest, template: str, place: Membership, form: Any, **more: Any) -> HttpResponse:
    """One of the three pages."""
    here = reverse("member", args=[place.pk])
    trail = [("Workspace", reverse("workspace")), ("People", reverse("people")), (place.user.name, here)]
    context = {"place": place, "form": form, "trail": trail, "cancel": here, **more}
    return render(request, template, context, status=422 if form.errors else 200)


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def change_role(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Give somebody another role in the same organisation."""
    viewer = viewer_of(request)
    place = find(viewer, membership_id)
    if len(roles_of(place.organisation.kind)) < 2:
        raise Http404
    form = RoleForm(request.POST if request.method == "POST" else None, membership=place)
    if form.is_valid():
        try:
            replaced = actions.change_role(membership=place, by=viewer, at=viewer.now(), **form.cleaned_data)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{place.user.name} is now {replaced.get_role_display().lower()}.")
            return redirect("member", replaced.pk)
    return shown(request, "partners/change_role.html", place, form)


@for_members("prime", permission=Permission.GIVE_CLEARANCE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def change_clearance(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Let somebody see safeguarding records, or no longer."""
    viewer = viewer_of(request)
    place = find(viewer, membership_id)
    if not actions.is_clearable(place.organisation.kind):
        raise Http404
    form = ClearanceForm(request.POST if request.method == "POST" else None, membership=place)
    if form.is_valid():
        try:
            replaced = actions.change_clearance(
                membership=place, cleared=not place.cleared, by=viewer, at=viewer.now(), **form.cleaned_data
            )
        except ActionError as error:
            form.refuse(error)
        else:
            done = (
                "sees safeguarding records now" if replaced.cleared else "no longer sees safeguarding records"
            )
            messages.success(request, f"{place.user.name} {done}.")
            return redirect("member", replaced.pk)
    return shown(request, "partners/change_clearance.html", place, form)


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def end_place(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """End somebody's place, today and at once or from a later day."""
    viewer = viewer_of(request)
    place = find(viewer, membership_id)
    form = EndForm(request.POST if request.method == "POST" else None, today=viewer.today)
    if form.is_valid():
        try:
            ended = actions.end(membership=place, by=viewer, at=viewer.now(), **form.cleaned_data)
        except ActionError as error:
            form.refuse(error)
        else:
            until = (
                f"keeps the place until {as_date(ended.ended_on, 'j F Y')}"
                if not ended.ended_at
                else "has no place"
            )
            messages.success(request, f"{place.user.name} {until} in {place.organisation.name}.")
            return redirect("member", ended.pk)
    keys = ApiKey.objects.filter(
        organisation_id=place.organisation_id, revoked_at=None, expires_at__gt=timezone.now()
    )
    return shown(request, "partners/end_place.html", place, form, keys=list(keys.order_by("name", "id")))
