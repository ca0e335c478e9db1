"""Requests of participants about their data: the list with its clock, one request, and what is done with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from participants import erasing
from participants.actions import erasure, legal_hold, subject_request
from participants.copy_steps import steps_of
from participants.duty_forms import CloseForm, DutyForm, EraseForm, ExtendForm, RequestForm
from participants.models import LegalHold, SubjectRequest
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.second_factor import fresh_second_factor
from partners.viewer import Viewer, acting_as

HANDLE = Permission.HANDLE_DATA_RIGHTS
Kind = SubjectRequest.Kind
MOST_SHOWN = 200
ERASING = (
    "Who they are goes from every table, and their documents with it.",
    "Milestones, payments and counts stay under the reference alone.",
    "This cannot be undone.",
)


@dataclass(frozen=True)
class Page:
    """The words of a form's page, and what of a participant's it is about."""

    title: str
    submit: str
    intro: tuple[str, ...] = ()
    tone: str = ""
    about: SubjectRequest | LegalHold | None = None


def typed(request: HttpRequest) -> QueryDict | None:
    """What was filled in; None for a form that is only shown."""
    return request.POST if request.method == "POST" else None


def trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way back to data protection and further."""
    return [("Workspace", reverse("workspace")), ("Data protection", reverse("data_protection")), *more]


def fill_in(
    request: HttpRequest,
    form: DutyForm,
    act: Callable[[dict[str, Any]], object],
    page: Page,
    *,
    back: str,
    done: str,
    way: list[tuple[str, str]],
) -> HttpResponse:
    """Show the form, or do what it says and go back; a refusal is said in the form, which keeps what was typed."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, done)
            return redirect(back)
    if page.about:
        about = page.about
        audit.look(viewer_of(request), "data_rights.form", participant_id=about.participant_id, subject=about)
    shown = {"form": form, "page": page, "back": back, "trail": way}
    return render(request, "duties/form.html", shown, status=422 if form.errors else 200)


def find(reference: str) -> SubjectRequest:
    """The request, if the viewer may see its participant. Raises Http404."""
    rows = SubjectRequest.objects.select_related("participant", "opened_by", "approved_by", "closed_by")
    found = rows.filter(reference=reference.upper()).first() if reference.isprintable() else None
    if found is None:
        raise Http404
    return found


def clock(row: SubjectRequest, viewer: Viewer) -> tuple[str, str]:
    """How much time is left to answer, in words and as a colour."""
    left = (row.due_on - viewer.today).days
    if left < 0:
        return f"{-left} day{'' if left == -1 else 's'} late", "red"
    return f"{left} day{'' if left == 1 else 's'} left", "amber" if left <= 7 else "green"


@for_members("prime", permission=HANDLE)
@require_GET
def data_protection(request: HttpRequest) -> HttpResponse:
    """The open requests, those that are due first at the top, and the newest closed ones."""
    viewer = viewer_of(request)
    rows = SubjectRequest.objects.select_related("participant")
    waiting = list(rows.filter(closed_at=None).order_by("due_on", "pk")[:MOST_SHOWN])
    ended = list(rows.filter(closed_at__isnull=False).order_by("-closed_at")[:20])
    audit.searched(viewer, "data_rights.list", found=len(waiting) + len(ended))
    shown = {
        "waiting": [(row, *clock(row, viewer)) for row in waiting],
        "ended": ended,
        "trail": [("Workspace", reverse("workspace"))],
    }
    return render(request, "duties/requests.html", shown)


@for_members("prime", permission=HANDLE)
@require_http_methods(["GET", "POST"])
def open_data_request(request: HttpRequest) -> HttpResponse:
    """Note a request."""
    viewer = viewer_of(request)
    form = RequestForm(typed(request), initial={"received_on": viewer.today})

    def act(data: dict[str, Any]) -> object:
        participant = data.pop("reference")
        return subject_request.open_request(participant=participant, by=viewer, at=viewer.now(), **data)

    page = Page(
        "New request", "Open the request", ("It must be answered within one month: UK GDPR Article 12(3).",)
    )
    return fill_in(
        request, form, act, page, back=reverse("data_protection"), done="The request is open.", way=trail()
    )


@for_members("prime", permission=HANDLE)
@require_GET
def data_request(request: HttpRequest, reference: str) -> HttpResponse:
    """One request, with the steps that its kind asks for."""
    viewer = viewer_of(request)
    row = find(reference)
    audit.look(viewer, "data_rights.request", participant_id=row.participant_id, subject=row)
    is_erasure = row.kind in (Kind.ERASURE, Kind.RETENTION)
    prospect = None
    if is_erasure and row.closed_at is None:
        with acting_as(viewer.as_system("dry run of an erasure")):
            prospect = erasing.prospect(row)
    shown = {
        "row": row,
        "left": clock(row, viewer),
        "is_erasure": is_erasure,
        "prospect": prospect,
        "lines": prospect.shown_to(viewer) if prospect else (),
        "is_own": row.opened_by_id == viewer.user_id,
        "is_held": legal_hold.stands(row.participant),
        "may_extend": not row.extended_because and viewer.today <= row.due_on and row.kind != Kind.RETENTION,
        "copy": steps_of(row, viewer) if row.kind == Kind.ACCESS else None,
        "trail": trail(),
    }
    return render(request, "duties/request.html", shown)


def one_step(
    request: HttpRequest,
    row: SubjectRequest,
    form: DutyForm,
    act: Callable[..., object],
    page: Page,
    done: str,
) -> HttpResponse:
    """A form about one request."""
    back = reverse("data_request", args=[row.reference])
    page = replace(page, about=row)
    return fill_in(request, form, act, page, back=back, done=done, way=trail((row.reference, back)))


@for_members("prime", permission=HANDLE)
@require_http_methods(["GET", "POST"])
def close_data_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a request with its answer."""
    viewer = viewer_of(request)
    row = find(reference)

    def act(data: dict[str, Any]) -> object:
        return subject_request.close(request=row, by=viewer, at=viewer.now(), **data)

    page = Page("Close the request", "Close")
    return one_step(request, row, CloseForm(typed(request)), act, page, f"{row.reference} is closed.")


@for_members("prime", permission=HANDLE)
@require_http_methods(["GET", "POST"])
def extend_data_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Take two more months."""
    viewer = viewer_of(request)
    row = find(reference)

    def act(data: dict[str, Any]) -> object:
        return subject_request.extend(request=row, by=viewer, at=viewer.now(), **data)

    page = Page("Take more time", "Take two more months")
    return one_step(request, row, ExtendForm(typed(request)), act, page, "There are two more months.")


@for_members("prime", permission=HANDLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def erase_participant(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve the erasure that somebody else opened, and carry it out."""
    viewer = viewer_of(request)
    row = find(reference)
    form = EraseForm(typed(request), reference=row.participant.reference)

    def act(data: dict[str, Any]) -> object:
        return erasure.carry_out(request=row, by=viewer, at=viewer.now())

    page = Page(
        "Erase the participant",
        "Erase for good",
        ERASING,
        tone="warning",
    )
    return one_step(request, row, form, act, page, f"{row.participant.reference} is erased.")
