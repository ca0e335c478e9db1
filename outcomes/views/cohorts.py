"""How far the people referred in each month have come: curves of half-years, and every month with its numbers."""

from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.performance import charts, words
from outcomes.performance.beyond import Beyond
from outcomes.performance.curves import HALF_YEAR, MOST_COHORTS, MOST_MONTHS, Cohort, cohorts
from outcomes.performance.forms import CohortsForm, NoContract
from outcomes.performance.known import Known
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer
from programmes.measure import Unit

# How many months of referral the table shows, and how many shades it has.
MONTHS = 18
SHADES = 5


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def cohort_page(request: HttpRequest) -> HttpResponse:
    """The cohorts of a contract, of everybody or of one provider."""
    viewer = viewer_of(request)
    try:
        form = CohortsForm(request.GET, viewer=viewer)
    except NoContract:
        return render(request, "performance/no_contract.html")
    context = {
        "form": form,
        "contract": form.asked,
        "measure": form.stage,
        "crumbs": [("Performance", f"{reverse('performance')}?contract={form.asked.code}")],
        **shown(form, viewer),
    }
    return render(request, "performance/cohort_page.html", context)


def shown(form: CohortsForm, viewer: Viewer) -> dict[str, Any]:
    """The curves of half-years, and the months as a table with shades and links."""
    beyond = Beyond.of(form.asked, Known(viewer))
    halves = cohorts(form.asked, viewer.today, beyond, form.cohorts(HALF_YEAR, MOST_COHORTS))
    months = cohorts(form.asked, viewer.today, beyond, form.cohorts(1, MONTHS))[::-1]
    links = words.Links(form.asked, form.months, form.whose)
    most = max((max(month.shares) for month in months), default=Fraction())
    drawn = [charts.Curve(one.name, [float(share) for share in one.shares]) for one in halves]
    longest = max((len(month.outcomes) for month in months), default=0)
    event = f"with {form.stage.label.lower()}"
    return {
        "figure": charts.svg(charts.cohort_curve(drawn, title=f"{form.stage.label} by cohort", event=event))
        if halves
        else None,
        "halves": halves,
        "points": [
            (n, [said_of(one, n) for one in halves])
            for n in range(max((len(one.outcomes) for one in halves), default=0))
        ],
        "elapsed": range(longest),
        "lines": [
            (
                month,
                links.people("referrals", point=links.point(month, 0)),
                cells(month, most, links, form),
                longest - len(month.outcomes),
            )
            for month in months
        ],
    }


def said_of(cohort: Cohort, elapsed: int) -> str:
    """One point of a curve in words; not yet where the time is not over."""
    if elapsed >= len(cohort.outcomes):
        return words.NOT_YET
    return words.said(cohort.shares[elapsed], Unit.RATIO)


def cells(month: Cohort, most: Fraction, links: words.Links, form: CohortsForm) -> list[tuple[str, str, int]]:
    """Each share in words with the address of its people and its shade, 0 for none to SHADES for the most of all."""
    return [
        (
            words.said(share, Unit.RATIO),
            links.people(form.stage.code, point=links.point(month, elapsed)),
            -(-share * SHADES // most) if most else 0,
        )
        for elapsed, share in enumerate(month.shares)
    ]


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def cohorts_csv(request: HttpRequest) -> HttpResponse:
    """Every month of referral for a spreadsheet: how many had come so far by each month since; nothing where it is not
    over."""
    viewer = viewer_of(request)
    form = CohortsForm(request.GET, viewer=viewer)
    beyond = Beyond.of(form.asked, Known(viewer))
    months = cohorts(form.asked, viewer.today, beyond, form.cohorts(1, 12 * MONTHS))
    audit.exported(viewer, "cohorts", count=len(months))
    return csv_response(
        f"cohorts-{form.asked.code}-{form.stage.code}.csv",
        ["Month of referral", "Referrals", *(f"By month {n}" for n in range(MOST_MONTHS + 1))],
        [[f"{month.first:%Y-%m}", month.referrals, *month.outcomes] for month in months],
    )
