"""What each adviser of a provider holds and reaches: staff data, for the provider's managers and the prime's."""

from fractions import Fraction
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.performance import words
from outcomes.performance.advisers import LATELY, MISSING, Advisers, Line
from outcomes.performance.comparison import Rate
from outcomes.performance.forms import AdvisersForm, NoContract
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission
from programmes.measure import Measure, Unit


class Share(NamedTuple):
    """A rate in words, with the address of its people; grey where so few cannot be judged."""

    value: str
    of: str
    is_few: bool
    href: str


class Shown(NamedTuple):
    """A line in words: every number with the address of its people."""

    line: Line
    caseload: str
    lately: Share
    longest: str
    missed: Share
    reached: list[tuple[Measure, int, str]]


@for_members("prime", "provider", permission=Permission.SEE_ADVISERS)
@require_GET
def advisers(request: HttpRequest) -> HttpResponse:
    """A line for each adviser of one provider on one contract."""
    viewer = viewer_of(request)
    try:
        form = AdvisersForm(request.GET, viewer=viewer)
    except NoContract:
        return render(request, "performance/no_contract.html")
    sort = request.GET.get("sort", "adviser")
    context: dict[str, Any] = {
        "form": form,
        "contract": form.asked,
        "crumbs": [("Performance", f"{reverse('performance')}?contract={form.asked.code}")],
        "sort": sort,
        "columns": {"lately": LATELY, "missed": MISSING},
    }
    if form.held_by:
        found = Advisers.of(form.asked, form.months, viewer, form.held_by)
        context |= {
            "found": found,
            "per_adviser": "" if found.per_adviser is None else f"{float(found.per_adviser):.1f}",
            "lines": [_shown(line, found, form) for line in found.in_order(sort)],
        }
    return render(request, "performance/advisers.html", context)


@for_members("prime", "provider", permission=Permission.SEE_ADVISERS)
@require_GET
def advisers_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet; shares from 0 to 1. Of no provider there are no lines."""
    viewer = viewer_of(request)
    form = AdvisersForm(request.GET, viewer=viewer)
    found = Advisers([], [])
    if form.held_by:
        found = Advisers.of(form.asked, form.months, viewer, form.held_by)
    lines = found.in_order(request.GET.get("sort", "adviser"))
    audit.exported(viewer, "advisers", count=len(lines))
    return csv_response(
        f"advisers-{form.asked.code}-{form.months.code}.csv",
        [
            *(
                "Adviser",
                "Caseload today",
                LATELY.label,
                "Longest without contact (days)",
                "Meetings",
                "Missed",
            ),
            *(MISSING.label, *(measure.label for measure in found.measures)),
        ],
        [
            [
                *(line.name, line.caseload, _number(line.lately), line.longest, line.missed.base),
                *(line.missed.above, _number(line.missed), *line.reached.values()),
            ]
            for line in lines
        ],
    )


def _number(rate: Rate) -> float | None:
    return rate.share if rate.base else None


def _shown(line: Line, found: Advisers, form: AdvisersForm) -> Shown:
    links = words.Links(form.asked, form.months, form.whose)

    def people(measure: str, **more: str) -> str:
        return links.people(measure, point={"period": form.months.code, "adviser": line.code, **more})

    def share(rate: Rate, measure: Measure) -> Share:
        said = words.said(Fraction(*rate) if rate.base else None, Unit.RATIO)
        few = rate.base < measure.minimum_sample
        return Share(said, f"{rate.above} of {rate.base}" if rate.base else "", few, people(measure.code))

    return Shown(
        line,
        people("caseload"),
        share(line.lately, LATELY),
        people("caseload", sort="on"),
        share(line.missed, MISSING),
        [(one, line.reached[one.code], people(one.code)) for one in found.measures],
    )
