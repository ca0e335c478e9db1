"""The forecast: milestones and cash by month from today's caseload, and the working capital that it takes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Min, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from outcomes import cash, in_sight
from outcomes.cash import MonthOfCash, Pace
from outcomes.charging import unknown_charges
from outcomes.forecast import Capital, capital
from outcomes.forecast_forms import ForecastForm
from outcomes.forecasting import shown
from outcomes.models import Forecast
from outcomes.past import MONTHS
from outcomes.performance import charts
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission
from partners.viewer import Viewer
from programmes.months import shifted

SCENARIOS = (("At the current rate", "expected"), ("At best", "best"), ("At worst", "worst"))
# How many jobs and people judge a chance, as a provider is told: of how many others there are, no more than this.
STEPS = (10, 30, 50, 100, 300, 500, 1_000, 5_000, 10_000)
COLUMNS = (
    *("Month", "Paid in", "Provider", "Part", "Code", "Expected", "In sight"),
    *("Expected pence", "Best pence", "Worst pence"),
)


@dataclass(frozen=True)
class MonthAhead:
    """One month of the table, in pence, with its milestones: label, expected number, and most if every job lasts."""

    month: date
    expected: int
    best: int
    worst: int
    milestones: list[tuple[str, Decimal, int]]


@dataclass(frozen=True)
class Asked:
    """A contract's forecast as it was asked for: its rows, when they were made, and when money comes."""

    form: ForecastForm
    viewer: Viewer
    rows: QuerySet[Forecast]
    made_at: datetime | None
    pace: Pace

    @classmethod
    def by(cls, form: ForecastForm, viewer: Viewer) -> "Asked":
        """What the form asks for; nothing where there is no contract."""
        if form.contract is None:
            return cls(form, viewer, Forecast.objects.none(), None, Pace(0, 0))
        whose = _provider(form)
        rows = shown(form.contract, form.asked_side, whose)
        made_at = rows.aggregate(made=Max("made_at"))["made"]
        return cls(
            form, viewer, rows, made_at, cash.pace(form.contract.pk, form.asked_side, whose, viewer.today)
        )

    @property
    def first(self) -> date:
        return self.viewer.today.replace(day=1)

    @property
    def days(self) -> int:
        """From the end of a month until it is paid: as was said, else as it was so far."""
        return self.pace.days if self.form.days is None else self.form.days

    def coming(self) -> list[cash.Coming]:
        """Every part of the cash."""
        if self.form.contract is None:
            return []
        return cash.coming(
            self.rows,
            contract_id=self.form.contract.pk,
            side=self.form.asked_side,
            organisation_id=_provider(self.form),
            days_to_pay=self.days,
            viewer=self.viewer,
        )

    def people_in_work(self) -> list[in_sight.Row]:
        """How many people in work have how many days to go."""
        if self.form.contract is None:
            return []
        found = in_sight.of(self.form.contract, _provider(self.form))
        return list(in_sight.rows(found, self.form.contract, self.viewer.today))

    def unknown(self) -> list[str]:
        """The charges of which nobody published how much."""
        if self.form.contract is None:
            return []
        return unknown_charges(self.viewer, self.form.contract.pk, self.form.asked_side)

    def judged_by(self) -> list[str]:
        """By how many jobs and people who started the chances were judged, in words."""
        fewest = self.rows.aggregate(jobs=Min("jobs"), people=Min("people"))
        words = _number if self.viewer.kind == "prime" else _at_least
        return [
            f"{words(number)} {what}{'' if number == 1 else 's'}"
            for number, what in ((fewest["jobs"], "job"), (fewest["people"], "earlier start"))
            if number is not None
        ]


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def forecast(request: HttpRequest) -> HttpResponse:
    """What the coming months bring, as expected, at best and at worst."""
    viewer = viewer_of(request)
    form = ForecastForm(request.GET, is_prime=viewer.kind == "prime")
    asked = Asked.by(form, viewer)
    months = _months(asked) if asked.made_at else []
    coming = asked.coming()
    paid = cash.by_month(coming, asked.first, MONTHS) if coming else []
    spans = [charts.Span(one.month, one.expected, one.worst, one.best) for one in paid]
    audit.searched(viewer, "forecast", found=len(months), subject=form.contract)
    context = {
        "form": form,
        "contract": form.contract,
        "asked": asked,
        "months": months,
        "cash": paid,
        "total": {name: sum(getattr(one, name) for one in months) for _, name in SCENARIOS},
        "total_cash": {name: sum(getattr(one, name) for one in paid) for _, name in SCENARIOS},
        "chart": charts.svg(charts.money_ahead(spans, title="Cash ahead")) if paid else None,
        "capital": _capital(form, paid),
        "judged_by": asked.judged_by(),
        "unknown": asked.unknown(),
        "in_sight": asked.people_in_work(),
        "bands": in_sight.BANDS,
    }
    return render(request, "outcomes/forecast.html", context, status=422 if form.errors else 200)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def forecast_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet: a row for each month, provider and milestone, charge or statement."""
    viewer = viewer_of(request)
    form = ForecastForm(request.GET, is_prime=viewer.kind == "prime")
    asked = Asked.by(form, viewer)
    found = asked.coming()
    names = dict(Organisation.objects.values_list("pk", "name"))
    audit.exported(viewer, "forecast", count=len(found), subject=form.contract)
    return csv_response(
        f"forecast-{form.contract.code if form.contract else 'none'}.csv",
        COLUMNS,
        [
            [
                f"{one.month:%Y-%m}",
                f"{one.paid_in:%Y-%m}",
                names.get(one.organisation_id, "") if one.organisation_id else "",
                *(cash.WORDS[one.part], one.code, one.number, one.most),
                *(one.expected, one.best, one.worst),
            ]
            for one in found
        ],
    )


def _number(number: int) -> str:
    return f"at least {number:,}"


def _at_least(number: int) -> str:
    """A number of jobs or people of every provider, as one of them may read it."""
    below = [step for step in STEPS if step < number]
    return f"more than {below[-1]:,}" if below else "no more than 10"


def _provider(form: ForecastForm) -> UUID | None:
    """The provider that is asked for; none for every one that the viewer sees."""
    slug = form.cleaned_data.get("provider") or ""
    return Organisation.objects.filter(slug=slug).values_list("pk", flat=True).first() if slug else None


def _months(asked: Asked) -> list[MonthAhead]:
    """What is earned in every month ahead, those in which nothing is as well."""
    contract = asked.form.contract
    assert contract is not None
    rules = in_sight.rules_of(contract)
    by_month: defaultdict[date, list[tuple[str, Decimal, int]]] = defaultdict(list)
    pence: dict[date, tuple[int, int, int]] = {}
    sums = ("number", "most", "expected_pence", "best_pence", "worst_pence")
    rows = asked.rows.filter(part=Forecast.Part.MILESTONE).order_by("month", "code")
    for month, code, number, most, *money in rows.values_list("month", "code").annotate(*map(Sum, sums)):
        by_month[month].append((rules[code].label if code in rules else code, number, most))
        expected, best, worst = (sum(pair) for pair in zip(pence.get(month, (0, 0, 0)), money, strict=True))
        pence[month] = expected, best, worst
    ahead = [shifted(asked.first, number) for number in range(MONTHS)]
    return [MonthAhead(month, *pence.get(month, (0, 0, 0)), by_month[month]) for month in ahead]


def _capital(form: ForecastForm, paid: list[MonthOfCash]) -> list[tuple[str, Capital]]:
    """What has to be put in until the money comes, at the current rate, at best and at worst."""
    cost = form.cost_pence
    if cost is None or not paid:
        return []
    received = {name: {one.month: getattr(one, name) for one in paid} for _, name in SCENARIOS}
    first = paid[0].month
    return [
        (said, capital(received[name], first=first, months=MONTHS, monthly_cost=cost))
        for said, name in SCENARIOS
    ]
