"""The people of the workspace or of an organisation: who they are, what they may do, and until when."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from partners import audit, searches
from partners import people as listed
from partners.actions.membership import is_clearable
from partners.audience import for_members
from partners.exports import csv_response
from partners.forms.people import PeopleFilter
from partners.middleware import viewer_of
from partners.models import Membership, Organisation
from partners.permissions import PURPOSES, Permission, can, roles_of
from partners.viewer import LONDON, Viewer

PAGE = 50
MANAGERS = ("prime", "provider")
HEADER = [
    "Name",
    "E-mail",
    "Organisation",
    "Role",
    "Cleared for safeguarding",
    "From",
    "To",
    "Last sign-in",
    "Second factor",
]


def managed(viewer: Viewer) -> QuerySet[Organisation]:
    """The organisations whose people the viewer manages: the prime's administrator all, others their own."""
    if viewer.kind == "prime":
        return Organisation.objects.order_by("name")
    assert viewer.organisation_id is not None
    return Organisation.objects.filter(pk=viewer.organisation_id)


def asked(request: HttpRequest) -> tuple[PeopleFilter, QuerySet[Membership], str]:
    """The filters, the places that they let through in order, and what they are sorted by."""
    viewer = viewer_of(request)
    form = PeopleFilter(searches.in_words(request, "search"), organisations=managed(viewer))
    return form, *listed.in_order(form.narrow(listed.rows(), viewer.today), request.GET.get("sort", ""))


def neighbours(page: Page[Any]) -> dict[str, str]:
    """The numbers of the pages before and after, empty where there is none."""
    return {
        "previous": str(page.previous_page_number()) if page.has_previous() else "",
        "next": str(page.next_page_number()) if page.has_next() else "",
    }


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everyone with a place, 50 to a page; filters are posted, so that no name is in the address."""
    if request.method == "POST":
        return searches.to_address(request, "search")
    viewer = viewer_of(request)
    form, places, sort = asked(request)
    page = Paginator(places, PAGE).get_page(request.GET.get("page"))
    trail = [("Workspace", reverse("workspace"))]
    shown = {"form": form, "page": page, "sort": sort, "is_prime": viewer.kind == "prime", "trail": trail}
    return render(request, "partners/people.html", shown | neighbours(page))


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@require_GET
def people_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet."""
    _, places, _ = asked(request)
    lines = [line(place) for place in places]
    audit.exported(viewer_of(request), "people.list", count=len(lines))
    return csv_response("people.csv", HEADER, lines)


def line(place: Any) -> list[Any]:
    """A place as a line of the export."""
    signed_in = place.user.last_login
    return [
        place.user.name,
        place.user.email,
        place.organisation.name,
        place.get_role_display(),
        "Yes" if place.cleared else "No",
        place.started_on,
        place.ended_on or "",
        signed_in.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") if signed_in else "",
        "Yes" if place.has_second_factor else "No",
    ]


def find(viewer: Viewer, membership_id: UUID) -> Membership:
    """The place, if the viewer manages its people. Raises Http404."""
    found = listed.every().filter(pk=membership_id).first()
    if found is None or not can(viewer, Permission.MANAGE_PEOPLE, found):
        raise Http404
    return found


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@require_GET
def member(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """One person in one organisation: what they may do, since when, and what it was before."""
    viewer = viewer_of(request)
    place = find(viewer, membership_id)
    kind, is_own = place.organisation.kind, place.user_id == viewer.user_id
    may_change = place.holds_on(viewer.today) and not is_own
    shown = {
        "place": place,
        "holds": place.holds_on(viewer.today),
        "is_own": is_own,
        "purpose": PURPOSES.get((kind, place.role), ""),
        "history": listed.history(place),
        "may_change": may_change,
        "may_change_role": may_change and len(roles_of(kind)) > 1,
        "may_reset": may_change and (place.has_second_factor or place.user.reset_at),  # type: ignore[attr-defined]
        "may_clear": may_change and is_clearable(kind) and can(viewer, Permission.GIVE_CLEARANCE, place),
        "trail": [("Workspace", reverse("workspace")), ("People", reverse("people"))],
    }
    return render(request, "partners/member.html", shown)
