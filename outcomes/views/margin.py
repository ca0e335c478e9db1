"""The margin: what remains of a contract for the prime, for its finance managers alone."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from outcomes import margin as reading
from outcomes.charging import unknown_charges
from outcomes.margin_forms import MarginForm
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import acting_as


@for_members("prime", permission=Permission.SEE_MARGIN)
@require_GET
def margin(request: HttpRequest) -> HttpResponse:
    """What each provider's work brings in, costs and leaves, on one contract."""
    viewer, form = viewer_of(request), MarginForm(request.GET)
    sort = request.GET.get("sort", "")
    with acting_as(viewer.as_system("the margin of a contract")):
        lines = reading.margins(form.contract.pk, form.months, sort) if form.contract else []
    audit.searched(viewer, "margin", found=len(lines), subject=form.contract)
    unknown = [
        (word, unknown_charges(viewer, form.contract.pk, side))
        for word, side in (("received", "commissioner"), ("paid", "provider"))
        if form.contract
    ]
    context = {"form": form, "contract": form.contract, "lines": lines, "sort": sort, "unknown": unknown}
    return render(request, "outcomes/margin.html", {**context, "total": reading.total_of(lines)})


@for_members("prime", permission=Permission.SEE_MARGIN)
@require_GET
def margin_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet, in pounds."""
    viewer, form = viewer_of(request), MarginForm(request.GET)
    with acting_as(viewer.as_system("the margin of a contract")):
        lines = (
            reading.margins(form.contract.pk, form.months, request.GET.get("sort", ""))
            if form.contract
            else []
        )
    audit.exported(viewer, "margin", count=len(lines), subject=form.contract)
    return csv_response(
        f"margin-{form.contract.code if form.contract else 'none'}.csv",
        [
            "Provider",
            "Received in pounds",
            "Paid in pounds",
            "Margin in pounds",
            "Margin of income",
            "Illustrative",
        ],
        [
            [
                line.provider,
                *(f"{Decimal(pence) / 100:.2f}" for pence in (line.income, line.cost, line.margin)),
                "" if line.rate is None else f"{line.rate:.1%}",
                "yes" if line.illustrative else "no",
            ]
            for line in lines
        ],
    )
