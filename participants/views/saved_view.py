"""Keeping what one looks at on the caseload under a name, and removing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from participants.actions import saved_view
from participants.forms import SaveViewForm
from participants.views.caseload import filters
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission


@for_members("provider", permission=Permission.SEE_PEOPLE)
@require_http_methods(["GET", "POST"])
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters and the order in `query` under `name`; words that were searched for are left out. Whoever comes
    here by a link, as after signing in again, is sent to the caseload.
    """
    if request.method == "GET":
        return redirect("caseload")
    viewer = viewer_of(request)
    form = SaveViewForm(request.POST)
    query = filters(viewer, QueryDict(request.POST.get("query", ""))).query
    try:
        if form.is_valid():
            saved_view.save(name=form.cleaned_data["name"], query=query, by=viewer, at=viewer.now())
            messages.success(request, "View saved. It stands beside “Everyone here”.")
        else:
            messages.error(request, str(form.errors["name"][0]))
    except ActionError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('caseload')}?{query}")


@for_members("provider", permission=Permission.SEE_PEOPLE)
@require_POST
def remove_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Remove one of one's own."""
    viewer = viewer_of(request)
    view = get_object_or_404(saved_view.own(viewer), pk=view_id)
    saved_view.remove(view=view, by=viewer, at=viewer.now())
    messages.success(request, f"The view “{view.name}” is removed.")
    return redirect("caseload")
