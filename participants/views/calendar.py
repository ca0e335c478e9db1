"""The calendar feed, and the page on which its secret address is made and ended."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from participants.actions import calendar_address
from participants.calendar import feed, opened_by
from partners.acting import ActionError
from partners.audience import for_anyone, for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer


@for_anyone
@require_GET
def calendar_feed(request: HttpRequest, user_id: UUID, secret: str) -> HttpResponse:
    """The appointments of whoever has this address: what calendars ask for again and again, without signing in."""
    tenant = request.tenant  # type: ignore[attr-defined]
    viewer = opened_by(user_id, secret, tenant.pk) if tenant else None
    if viewer is None:
        raise Http404
    content = feed(viewer, settings.ADDRESS + reverse("diary"))
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    return answer


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def calendar_address_page(request: HttpRequest) -> HttpResponse:
    """Whether there is an address and since when. POST makes one in the place of the one before and shows it once, or
    ends it where `end` is sent.
    """
    viewer = viewer_of(request)
    shown = ""
    if request.method == "POST":
        if "end" in request.POST:
            return _end(request, viewer)
        made = calendar_address.make(by=viewer, at=viewer.now())
        shown = settings.ADDRESS + reverse("calendar_feed", args=[viewer.user_id, made.secret])
    return render(
        request,
        "participants/calendar.html",
        {
            "address": calendar_address.open_address(viewer).first(),
            "shown": shown,
            "trail": [("Diary", reverse("diary"))],
        },
    )


def _end(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """End it, so that calendars read nothing any more."""
    try:
        calendar_address.end(by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The address opens nothing any more.")
    return redirect("calendar_address")
