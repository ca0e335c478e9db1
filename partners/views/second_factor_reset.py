"""Resetting somebody's second factor, and the link that leads them to a new one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from partners import second_factor_reset
from partners.acting import ActionError
from partners.actions import second_factor as actions
from partners.audience import for_members, for_signed_in
from partners.forms.people import SecondFactorForm
from partners.invitations import digest_of
from partners.middleware import viewer_of
from partners.models import User
from partners.permissions import Permission
from partners.second_factor import before_second_factor, fresh_second_factor
from partners.views.memberships import shown
from partners.views.people import MANAGERS, find


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def reset_second_factor(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Let somebody who lost their phone set up a second factor anew."""
    viewer = viewer_of(request)
    place = find(viewer, membership_id)
    form = SecondFactorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.reset(membership=place, by=viewer, at=viewer.now(), **form.cleaned_data)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, f"An e-mail with a link is on its way to {place.user.name}.")
            return redirect("member", place.pk)
    return shown(request, "partners/reset_second_factor.html", place, form)


@before_second_factor
@for_signed_in
@require_GET
def follow_second_factor_link(request: HttpRequest, token: str) -> HttpResponse:
    """On to setting up a new second factor, for whoever signed in and was sent this link."""
    assert isinstance(request.user, User)
    if not second_factor_reset.opens(request.user, digest_of(token)):
        return render(request, "mfa/reset.html" if request.user.reset_at else "404.html", status=404)
    request.session[second_factor_reset.FOLLOWED] = digest_of(token)
    return redirect("mfa_index")
