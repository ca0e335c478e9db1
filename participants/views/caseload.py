"""The caseload: who needs the adviser today."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from participants.actions import saved_view
from participants.actions.assignment import advisers_of
from participants.caseload import EVERYONE, NOBODY, FullRow, held_by, in_full, rows
from participants.forms import CaseloadFilter, SaveViewForm
from partners import audit, searches
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer
from programmes.models import Contract

PAGE = 50
HEADER = [
    "Reference",
    "Given name",
    "Family name",
    "Contract",
    "Area",
    "Adviser",
    "Stage",
    "Last contact",
    "Result",
    "Next step",
    "Next step on",
    "Reasons",
]


def asked(request: HttpRequest) -> CaseloadFilter:
    """The filters of the address."""
    return filters(viewer_of(request), searches.in_words(request, "search"))


def filters(viewer: Viewer, wanted: QueryDict) -> CaseloadFilter:
    """The filters, with the contracts and advisers of the viewer's organisation to choose from."""
    assert viewer.organisation_id is not None
    on = Contract.objects.filter(pk__in=held_by(viewer).values("contract_id")).order_by("name")
    here = advisers_of(viewer.organisation_id, viewer.today)
    return CaseloadFilter(wanted, viewer=viewer, contracts=list(on), places=here)


@for_members("provider", permission=Permission.SEE_PEOPLE)
@require_http_methods(["GET", "POST"])
def caseload(request: HttpRequest) -> HttpResponse:
    """Everyone held today, ordered by need, 50 to a page; filters are posted, so that no name is in the address."""
    if request.method == "POST":
        return searches.to_address(request, "search")
    viewer = viewer_of(request)
    form = asked(request)
    page = Paginator(rows(viewer, form.wanted), PAGE).get_page(request.GET.get("page"))
    whose, own = form.wanted["adviser"], str(viewer.user_id)
    views = list(saved_view.own(viewer))
    here = next((view for view in views if view.query == form.query), None)
    audit.searched(viewer, "caseload.list", found=page.paginator.count)
    return render(
        request,
        "participants/caseload.html",
        {
            "form": form,
            "page": page,
            "rows": in_full(page),
            "is_anyone_held": bool(page.object_list) or held_by(viewer).exists(),
            "own": own,
            "everyone": EVERYONE,
            "is_own": whose == own and here is None,
            "views": views,
            "here": here,
            "save": SaveViewForm(),
            "may_give": can(viewer, Permission.HAND_OVER),
            "gives_from": "" if whose in (EVERYONE, NOBODY) else whose,
            "is_everyones": whose == EVERYONE and here is None,
            "previous": page_link(request, page.previous_page_number()) if page.has_previous() else "",
            "next": page_link(request, page.next_page_number()) if page.has_next() else "",
            "may_log": can(viewer, Permission.KEEP_CASE),
        },
    )


def page_link(request: HttpRequest, number: int) -> str:
    """The same list at another page."""
    asked = request.GET.copy()
    asked["page"] = str(number)
    return f"?{asked.urlencode()}"


@for_members("provider", permission=Permission.SEE_PEOPLE)
@require_GET
def caseload_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet."""
    viewer = viewer_of(request)
    found = in_full(rows(viewer, asked(request).wanted))
    audit.exported(viewer, "caseload.list", count=len(found))
    return csv_response("caseload.csv", HEADER, [line(shown) for shown in found])


def line(shown: FullRow) -> list[Any]:
    """A case as a line of the export."""
    held = shown.row.case.assignment
    last, step = shown.contacts.last, shown.contacts.step
    return [
        held.participant.reference,
        held.participant.given_name,
        held.participant.family_name,
        held.contract.name,
        shown.area,
        held.adviser.name if held.adviser else "",
        shown.row.case.stage.label,
        last.contacted_on if last else "",
        last.get_result_display() if last else "",
        step.next_step if step else "",
        step.next_on or "" if step else "",
        "; ".join(need.sentence for need in shown.row.needs),
    ]
