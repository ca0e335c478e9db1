"""The copy of a participant's data: sections looked through, the copy made by a worker, and its two files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from participants.actions import subject_copy
from participants.copy_steps import Shown, steps_of
from participants.duty_forms import ReviewForm
from participants.models import SubjectCopy, SubjectRequest
from participants.views.data_requests import HANDLE, Page, find, one_step, typed
from partners import audit, files
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.second_factor import fresh_second_factor
from partners.viewer import Viewer

LOOK_THROUGH = (
    "Look at them on the participant's own page. Withhold what would seriously harm somebody, or would reveal somebody"
    " else who has not agreed."
)
FILES = {
    "data": ("data_stored_as", "zip", "application/zip"),
    "letter": ("letter_stored_as", "pdf", "application/pdf"),
}


def section_of(row: SubjectRequest, code: str, viewer: Viewer) -> Shown:
    """A section of the copy that the viewer may look through. Raises Http404."""
    for section in steps_of(row, viewer).sections or ():
        if section.code == code:
            return section
    raise Http404


@for_members("prime", permission=HANDLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def review_section(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Look through one section, and give it out or withhold it."""
    viewer = viewer_of(request)
    row = find(reference)
    shown = section_of(row, section, viewer)
    before = {"exemption": shown.review.exemption, "reason": shown.review.reason} if shown.review else {}
    form = ReviewForm(typed(request), initial=before)

    def act(data: dict[str, Any]) -> object:
        return subject_copy.review(request=row, section=section, by=viewer, at=viewer.now(), **data)

    page = Page(
        shown.label,
        "Save",
        (
            f"{shown.count} {'row' if shown.count == 1 else 'rows'} about {row.participant.reference}.",
            LOOK_THROUGH,
        ),
    )
    return one_step(request, row, form, act, page, f"{shown.label}: looked through.")


@for_members("prime", permission=HANDLE)
@fresh_second_factor
@require_POST
def make_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Have the copy made: by the cleared alone, who have looked it through and may read it."""
    viewer = viewer_of(request)
    row = find(reference)
    if not viewer.cleared:
        raise PermissionDenied
    try:
        subject_copy.ask(request=row, by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The copy is being made.")
    return redirect("data_request", row.reference)


@for_members("prime", permission=HANDLE)
@require_GET
def copy_state(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the copy is: the fragment that the page asks for again and again."""
    row = find(reference)
    return render(request, "duties/copy_state.html", {"row": row, "copy": steps_of(row, viewer_of(request))})


@for_members("prime", permission=HANDLE)
@fresh_second_factor
@require_GET
def copy_file(request: HttpRequest, copy_id: UUID, kind: str) -> HttpResponse:
    """One of the two files, until the copy expires."""
    viewer = viewer_of(request)
    copy = SubjectCopy.objects.select_related("request", "participant").filter(pk=copy_id).first()
    if copy is None or kind not in FILES:
        raise Http404
    column, suffix, content_type = FILES[kind]
    name = getattr(copy, column)
    if not name or copy.expires_at is None or copy.expires_at <= viewer.now():
        raise Http404
    try:
        content = files.read(name, tenant_id=viewer.tenant_id)
    except files.NoSuchFile:
        raise Http404 from None
    audit.exported(
        viewer, f"data_rights.{kind}", count=copy.rows, participant_id=copy.participant_id, subject=copy
    )
    return files.attachment(content, f"{copy.request.reference}-{kind}.{suffix}", content_type)
