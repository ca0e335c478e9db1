"""The page that leads to the pages about the workspace itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from partners.audience import for_signed_in
from partners.middleware import viewer_of
from partners.pages import workspace_entries


@for_signed_in
@require_GET
def workspace(request: HttpRequest) -> HttpResponse:
    """Every page about the workspace that the viewer may open, with what it is for."""
    entries = [(entry, reverse(entry.url_name)) for entry in workspace_entries(viewer_of(request))]
    return render(request, "partners/workspace.html", {"entries": entries})
