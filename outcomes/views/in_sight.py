"""The people in work behind the forecast: what comes next to each of them, and in how many days."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.forecast_forms import InSightForm
from outcomes.in_sight import in_order, lines
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can

PAGE = 50


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The people, whoever is next first, 50 to a page; without names for whoever may see nobody."""
    viewer = viewer_of(request)
    form = InSightForm(request.GET, viewer=viewer)
    shows_names = can(viewer, Permission.SEE_PEOPLE)
    sort = request.GET.get("sort", "on")
    found = in_order(form.found(), sort, shows_names=shows_names)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    audit.searched(viewer, "forecast.people", found=page.paginator.count)
    listed = list(page.object_list)
    context = {
        "form": form,
        "contract": form.contract,
        "crumbs": [("Forecast", reverse("forecast"))],
        "page": page,
        "lines": lines(listed, form.contract, viewer.today, shows_names=shows_names) if form.contract else [],
        "sort": sort,
        "shows_names": shows_names,
    }
    return render(request, "outcomes/in_sight.html", context)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def people_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet."""
    viewer = viewer_of(request)
    form = InSightForm(request.GET, viewer=viewer)
    shows_names = can(viewer, Permission.SEE_PEOPLE)
    found = list(in_order(form.found(), request.GET.get("sort", ""), shows_names=shows_names))
    audit.exported(viewer, "forecast.people", count=len(found))
    return csv_response(
        "people-in-work.csv",
        ["Reference", "Name", "Provider", "Next milestone", "On, if the job lasts", "Days to go"],
        [
            [
                line.participant.reference if line.participant else "",
                str(line.participant or ""),
                *(line.provider, line.milestone, line.on, line.to_go),
            ]
            for line in (
                lines(found, form.contract, viewer.today, shows_names=shows_names) if form.contract else []
            )
        ],
    )
