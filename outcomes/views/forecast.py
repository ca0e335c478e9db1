"""The forecast: milestones and cash by month from today's caseload, and the working capital that it takes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from outcomes.forecast import Capital, capital
from outcomes.forecast_forms import ForecastForm
from outcomes.forecasting import MONTHS, shown
from outcomes.models import Forecast
from outcomes.performance import charts
from outcomes.terms import Terms
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission
from programmes.months import shifted


@dataclass(frozen=True)
class MonthAhead:
    """One month of the table, in pence, with its milestones: label, expected number, and most if every job lasts."""

    month: date
    expected: int
    best: int
    worst: int
    milestones: list[tuple[str, Decimal, int]]


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def forecast(request: HttpRequest) -> HttpResponse:
    """What the coming months bring, as expected, at best and at worst."""
    viewer = viewer_of(request)
    form = ForecastForm(request.GET, is_prime=viewer.kind == "prime")
    months, made_at = _months(form, viewer.today)
    spans = [charts.Span(one.month, one.expected, one.worst, one.best) for one in months]
    audit.searched(viewer, "forecast", found=len(months), subject=form.contract)
    context = {
        "form": form,
        "contract": form.contract,
        "months": months,
        "made_at": made_at,
        "total": {name: sum(getattr(one, name) for one in months) for name in ("expected", "best", "worst")},
        "chart": charts.svg(charts.money_ahead(spans, title="Money ahead")) if months else None,
        "capital": _capital(form, months) if months else [],
    }
    return render(request, "outcomes/forecast.html", context, status=422 if form.errors else 200)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def forecast_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet, a row for each month and milestone."""
    viewer = viewer_of(request)
    form = ForecastForm(request.GET, is_prime=viewer.kind == "prime")
    rows = list(_rows(form).select_related("organisation")) if form.contract else []
    audit.exported(viewer, "forecast", count=len(rows), subject=form.contract)
    return csv_response(
        f"forecast-{form.contract.code if form.contract else 'none'}.csv",
        [
            "Month",
            "Provider",
            "Milestone",
            "Expected",
            "At most",
            "Expected pence",
            "Best pence",
            "Worst pence",
        ],
        [
            [
                f"{row.month:%Y-%m}",
                row.organisation.name,
                row.code,
                *(row.number, row.most, row.expected_pence, row.best_pence, row.worst_pence),
            ]
            for row in rows
        ],
    )


def _rows(form: ForecastForm) -> QuerySet[Forecast]:
    assert form.contract is not None
    slug = form.cleaned_data.get("provider") or ""
    provider = Organisation.objects.filter(slug=slug).first() if slug else None
    return shown(form.contract, form.asked_side, provider.pk if provider else None)


def _months(form: ForecastForm, today: date) -> tuple[list[MonthAhead], datetime | None]:
    """Every month ahead, those in which nothing comes as well, and when it was worked out."""
    if form.contract is None:
        return [], None
    rows = _rows(form)
    made_at = rows.aggregate(made=Max("made_at"))["made"]
    if made_at is None:
        return [], None
    terms = Terms.of([form.contract.pk])
    groups = list(form.contract.groups.order_by("code").values_list("code", flat=True))
    labels = {rule.code: rule.label for group in groups for rule in terms.rules(form.contract.pk, group)}
    by_month: defaultdict[date, list[tuple[str, Decimal, int]]] = defaultdict(list)
    pence: dict[date, tuple[int, int, int]] = {}
    sums = ("number", "most", "expected_pence", "best_pence", "worst_pence")
    found = rows.order_by("month", "code").values_list("month", "code").annotate(*map(Sum, sums))
    for month, code, number, most, *money in found:
        by_month[month].append((labels.get(code, code), number, most))
        expected, best, worst = (sum(pair) for pair in zip(pence.get(month, (0, 0, 0)), money, strict=True))
        pence[month] = expected, best, worst
    first = today.replace(day=1)
    ahead = [shifted(first, number) for number in range(MONTHS)]
    return [MonthAhead(month, *pence.get(month, (0, 0, 0)), by_month[month]) for month in ahead], made_at


def _capital(form: ForecastForm, months: list[MonthAhead]) -> list[tuple[str, Capital]]:
    """What has to be put in until the money comes, at the current rate, at best and at worst."""
    cost = form.cost_pence
    if cost is None:
        return []
    return [
        (
            said,
            capital(
                [(one.month, getattr(one, name)) for one in months],
                monthly_cost=cost,
                days_to_pay=form.days,
            ),
        )
        for said, name in (("At the current rate", "expected"), ("At best", "best"), ("At worst", "worst"))
    ]
