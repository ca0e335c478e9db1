"""The participant page around each of its tabs: in place by HTMX, as a page of its own without it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from participants import slots, unmasking
from participants.models import Participant
from participants.overview import overview
from partners import audit
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer


def find(reference: str) -> Participant:
    """The participant of that reference, if the viewer may see them. Raises Http404."""
    person = (
        Participant.objects.filter(reference=reference.upper()).first() if reference.isprintable() else None
    )
    if person is None:
        raise Http404
    return person


def way_to_unmask(participant: Participant, viewer: Viewer) -> str:
    """How the viewer may read the number in full: by one tap, by saying why, or not at all."""
    if not can(viewer, Permission.UNMASK):
        return ""
    return "tap" if unmasking.holds(participant, viewer) else "why"


def render_tab(
    request: HttpRequest, participant: Participant, *, url_name: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Answer a tab of the participant page: url_name is its Slot's, template a fragment without base.html.

    HTMX gets the fragment under the row of tabs; a plain link gets the whole page with the tab open. Either is a look
    at the person, and stands in the audit.
    """
    viewer = viewer_of(request)
    audit.look(viewer, url_name.replace("_", ".", 1), participant_id=participant.pk)
    whole = not getattr(request, "htmx", False) or request.htmx.history_restore_request  # type: ignore[attr-defined]
    shown = {
        **context,
        "participant": participant,
        "tabs": slots.tabs(participant, viewer, url_name),
        "tab_template": template,
    }
    if whole:
        short = overview(participant, viewer)
        shown |= {
            "overview": short,
            "may_log": viewer.kind == "provider" and short.is_held and can(viewer, Permission.KEEP_CASE),
            "steps": slots.steps(participant, viewer),
            "unmask": way_to_unmask(participant, viewer),
            "trail": [("Caseload", reverse("caseload"))],
        }
    response = render(request, "participants/participant.html" if whole else "participants/tab.html", shown)
    patch_vary_headers(response, ["HX-Request"])
    return response
