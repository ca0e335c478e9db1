"""Who on the caseload was not reached lately, by provider, payment group and health condition."""

from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.performance import words
from outcomes.performance.beyond import said
from outcomes.performance.comparison import Rate
from outcomes.performance.disclosure import rule_on
from outcomes.performance.forms import NoContract, WithoutContactForm
from outcomes.performance.parking import BANDS, MEASURE, Line, Parking
from outcomes.performance.parking_by_health import ByHealth
from outcomes.performance.people import Which
from outcomes.performance.words import Links
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.templatetags.baton import NOTHING
from partners.viewer import Viewer
from programmes.measure import Unit

# How the lists behind the numbers are sorted.
OLDEST_FIRST: Final = {"sort": "on"}


class Shown(NamedTuple):
    """A line in words: each band's number with the address of its people, and the share not reached lately."""

    line: Line
    cells: list[tuple[str, int, str]]
    silent: str
    href: str


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def without_contact(request: HttpRequest) -> HttpResponse:
    """The caseload by how long ago people were reached."""
    viewer = viewer_of(request)
    try:
        form = WithoutContactForm(request.GET, viewer=viewer)
    except NoContract:
        return render(request, "performance/no_contract.html")
    found = Parking.of(form.asked, form.months, viewer, form.organisation)
    context = {
        "form": form,
        "contract": form.asked,
        "crumbs": [("Performance", f"{reverse('performance')}?contract={form.asked.code}")],
        "bands": [band.label for band in BANDS],
        "whole": _shown(found.whole, form),
        "tables": [
            ("Provider", [_shown(one, form, provider=one.code) for one in found.providers]),
            ("Payment group", [_shown(one, form, group=one.code) for one in found.groups]),
        ],
        "who_counts": said(rule_on(viewer.today).threshold),
        **_by_health(form, viewer),
    }
    return render(request, "performance/without_contact.html", context)


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def without_contact_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet."""
    viewer = viewer_of(request)
    form = WithoutContactForm(request.GET, viewer=viewer)
    found = Parking.of(form.asked, form.months, viewer, form.organisation)
    kinds = (("Everybody", [found.whole]), ("Provider", found.providers), ("Payment group", found.groups))
    rows = [
        [kind, one.name, *one.counts, one.silent.share, "yes" if one.stands_out else "no"]
        for kind, lines in kinds
        for one in lines
    ]
    audit.exported(viewer, "without_contact", count=len(rows))
    return csv_response(
        f"without-contact-{form.asked.code}.csv",
        [
            "Of",
            "Name",
            *(band.label for band in BANDS),
            "Share not reached in 14 days",
            "More than chance explains",
        ],
        rows,
    )


def _by_health(form: WithoutContactForm, viewer: Viewer) -> dict[str, Any]:
    """The numbers by health condition, each with its share in words; nothing where no health is known."""
    found = ByHealth.of(form.asked, form.months, viewer, form.organisation)
    if found is None:
        return {}
    return {
        "by_health": found,
        "by_health_lines": [(one, _share(one.silent) if one.silent else NOTHING) for one in found.lines],
        "by_health_average": _share(found.average),
        "most_withheld": rule_on(viewer.today).threshold - 1,
    }


def _share(rate: Rate) -> str:
    return words.said(Fraction(*rate), Unit.RATIO)


def _shown(line: Line, form: WithoutContactForm, *, provider: str = "", group: str = "") -> Shown:
    period = replace(form.months, group=group or form.months.group)
    links = Links(form.asked, period, form.whose)
    cells = [
        (band.label, count, links.people("caseload", provider, {"reached": band.code, **OLDEST_FIRST}))
        for band, count in zip(BANDS, line.counts, strict=True)
    ]
    rest = links.people(MEASURE.code, provider, {"which": Which.REST, **OLDEST_FIRST})
    return Shown(line, cells, _share(line.silent) if line.caseload else NOTHING, rest)
