"""Restricted people: so that nobody is lost when the last person who was named has left."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from participants import restricted
from participants.actions import restriction
from participants.safety import choices
from participants.safety_forms import NameForm
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.second_factor import fresh_second_factor
from partners.viewer import Viewer


def cleared(request: HttpRequest) -> Viewer:
    """The viewer, who must be cleared for safeguarding: every one of these rows tells of a risk."""
    viewer = viewer_of(request)
    if not viewer.cleared:
        raise PermissionDenied
    return viewer


@for_members("prime", permission=Permission.HANDLE_DATA_RIGHTS)
@require_GET
def restricted_people(request: HttpRequest) -> HttpResponse:
    """Everybody who is restricted, by reference alone, and whether somebody still sees them."""
    viewer = cleared(request)
    rows = restricted.rows(viewer)
    audit.searched(viewer, "restricted.list", found=len(rows))
    trail = [("Workspace", reverse("workspace"))]
    shown = {"rows": rows, "lost": sum(row.is_lost for row in rows), "trail": trail}
    return render(request, "participants/restricted.html", shown)


@for_members("prime", permission=Permission.HANDLE_DATA_RIGHTS)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def name_for_restricted(request: HttpRequest, reference: str) -> HttpResponse:
    """Name somebody to see a restricted person, without seeing them oneself."""
    viewer = cleared(request)
    person, found = restricted.find(reference, viewer)
    form = NameForm(request.POST if request.method == "POST" else None, places=choices(person, viewer))
    if form.is_valid():
        try:
            restriction.name_person(participant=person, by=viewer, at=viewer.now(), **form.cleaned_data)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, f"They see {person.reference} from now on.")
            return redirect("restricted_people")
    audit.look(viewer, "restricted.name_form", participant_id=person.pk)
    shown = {
        "form": form,
        "reference": person.reference,
        "level": found.get_level_display(),
        "trail": [
            ("Workspace", reverse("workspace")),
            ("Restricted people", reverse("restricted_people")),
        ],
    }
    return render(request, "participants/restricted_name.html", shown, status=422 if form.errors else 200)
