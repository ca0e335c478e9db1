"""Providers compared fairly: a funnel, a control chart and the same figures as tables."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.performance import charts, words
from outcomes.performance.case_mix import rule_on
from outcomes.performance.comparing import Compared, Comparison
from outcomes.performance.comparison import Interval, Verdict
from outcomes.performance.forms import ComparisonForm, NoContract
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.templatetags.baton import NOTHING, percent

# The verdicts in words, each with the colour that repeats it.
SAID = {
    Verdict.FAR_ABOVE: ("green", "Far above"),
    Verdict.ABOVE: ("green", "Above"),
    Verdict.WITHIN: ("grey", "As chance has it"),
    Verdict.BELOW: ("amber", "Below"),
    Verdict.FAR_BELOW: ("red", "Far below"),
    None: ("grey", "Too few to judge"),
}


@for_members("prime", permission=Permission.SEE_PERFORMANCE)
@require_GET
def comparison(request: HttpRequest) -> HttpResponse:
    """One rate of every provider, with the differences that chance alone explains."""
    viewer = viewer_of(request)
    try:
        form = ComparisonForm(request.GET, viewer=viewer)
    except NoContract:
        return render(request, "performance/no_contract.html")
    window = form.months.window(form.rate, viewer.today)
    found = Comparison.of(form.asked, form.rate, window, viewer, form.organisation)
    context = {
        "form": form,
        "contract": form.asked,
        "measure": form.rate,
        "scope": words.months(window),
        "crumbs": [("Performance", f"{reverse('performance')}?contract={form.asked.code}")],
        "whole": found.whole,
        "whole_share": percent(found.whole.share),
        "least": rule_on(viewer.today).least,
        **(shown(found, words.Links(form.asked, form.months)) if found.whole.base else {}),
    }
    return render(request, "performance/comparison.html", context)


def shown(found: Comparison, links: words.Links) -> dict[str, Any]:
    """The charts, and the tables of the same figures."""
    providers, (firsts, centre, points) = found.providers, found.months
    drawn = [
        charts.Controlled(
            month, point.rate.share if point.rate.base else None, point.low, point.high, bool(point.signals)
        )
        for month, point in zip(firsts, points, strict=True)
    ]
    label, funnel = found.measure.label, found.funnel
    return {
        "funnel": charts.svg(funnel) if funnel else None,
        "control": charts.svg(charts.control(drawn, centre=centre, title=f"{label} by month of referral")),
        "lines": [(one, *line(one, links, found.measure.code)) for one in providers],
        "months": [
            (f"{month:%B %Y}", point, percent(point.rate.share) if point.rate.base else NOTHING)
            for month, point in zip(firsts, points, strict=True)
        ],
        "strata": found.strata,
    }


def line(one: Compared, links: words.Links, measure: str) -> tuple[str, str, str, str, str, str]:
    """A provider in words: its rate, its interval, the colour and the words of its verdict, the adjusted rate, and the
    address of its people."""
    rag, said = SAID[one.verdict]
    adjusted = f"{percent(one.adjusted.share)} ({between(one.adjusted.interval)})" if one.adjusted else ""
    people = links.people(measure, one.organisation.slug)
    if not one.rate.base:
        return NOTHING, NOTHING, rag, "Nobody yet", NOTHING, people
    return percent(one.rate.share), between(one.interval), rag, said, adjusted, people


def between(interval: Interval) -> str:
    """From 12.3 % to 15.4 %."""
    return f"{percent(interval.low)} to {percent(interval.high)}"


@for_members("prime", permission=Permission.SEE_PERFORMANCE)
@require_GET
def comparison_csv(request: HttpRequest) -> HttpResponse:
    """The providers' rates for a spreadsheet: shares from 0 to 1."""
    viewer = viewer_of(request)
    form = ComparisonForm(request.GET, viewer=viewer)
    window = form.months.window(form.rate, viewer.today)
    found = Comparison.of(form.asked, form.rate, window, viewer).providers
    audit.exported(viewer, "comparison", count=len(found))
    return csv_response(
        f"comparison-{form.asked.code}-{form.rate.code}-{form.months.code}.csv",
        [
            "Provider",
            "Counted",
            "Of",
            "Share",
            "From",
            "To",
            "Verdict",
            "Adjusted",
            "Adjusted from",
            "Adjusted to",
        ],
        [
            [
                one.organisation.name,
                one.counted,
                one.rate.base,
                one.rate.share,
                one.interval.low,
                one.interval.high,
                SAID[one.verdict][1],
                *([one.adjusted.share, *one.adjusted.interval] if one.adjusted else [None, None, None]),
            ]
            for one in found
        ],
    )
