"""What a commissioner sees of its contracts: totals that were shared, small numbers already left out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from outcomes.performance import charts, shared
from outcomes.performance.forms import NoContract
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission


@for_members("commissioner", permission=Permission.SEE_SHARED)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a contract, and one of them by month and provider."""
    viewer = viewer_of(request)
    try:
        form = shared.SharedForm(request.GET)
    except NoContract:
        return render(request, "performance/no_contract.html")
    measure = form.figure
    bars = [] if measure.is_ratio else shared.bars(form, viewer)
    chart = charts.monthly_bars(bars, title=measure.label, unit=measure.label.lower())
    context = {
        "form": form,
        "contract": form.shared.contract,
        "measure": measure,
        "tiles": list(shared.tiles(form.shared, viewer)),
        "why": shared.why(viewer),
        "chart": charts.svg(chart) if bars else None,
        **shared.by_month(form),
    }
    return render(request, "performance/shared.html", context)


@for_members("commissioner", permission=Permission.SEE_SHARED)
@require_GET
def figures_csv(request: HttpRequest) -> HttpResponse:
    """Everything that was shared of the contract, for a spreadsheet."""
    viewer = viewer_of(request)
    try:
        form = shared.SharedForm(request.GET)
        found = form.shared
        rows = list(shared.spreadsheet(found))
        name = found.contract.code
    except NoContract:
        rows, name = [], "none"
    audit.exported(viewer, "shared.figures", count=len(rows))
    header = ["Figure", "Month", "Span", "Provider", "Value", "Unit"]
    return csv_response(f"figures-{name}.csv", header, rows)
