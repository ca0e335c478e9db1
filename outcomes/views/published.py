"""Closed months as they were published, how they were restated, and what moved them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.performance import words
from outcomes.performance.beyond import said
from outcomes.performance.disclosure import rule_on
from outcomes.performance.forms import MovesForm, NoContract, PublishedForm
from outcomes.performance.moves import lines, moves
from outcomes.performance.published import Beside, beside, restatements
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer, london_date
from programmes.measure import Unit

PAGE = 50


@dataclass(frozen=True)
class Line:
    """A figure in words: as published, now, by how much it moved, and the address of what moved it."""

    label: str
    then: str
    now: str
    moved: str
    published_on: date
    defined_anew: bool
    href: str


@dataclass(frozen=True)
class Restated:
    """A restatement in words."""

    label: str
    was: str
    now: str
    moved: str
    restated_at: datetime


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def published(request: HttpRequest) -> HttpResponse:
    """A closed month as it was published, beside what is known now."""
    viewer = viewer_of(request)
    try:
        form = PublishedForm(request.GET, viewer=viewer)
    except NoContract:
        return render(request, "performance/no_contract.html")
    found = _found(form, viewer)
    context = {
        "form": form,
        "contract": form.asked,
        "month": form.closed,
        "crumbs": [("Performance", f"{reverse('performance')}?contract={form.asked.code}")],
        "lines": [_line(one, form) for one in found],
        "restated": list(_restated(form, found, viewer)),
        "who_counts": said(rule_on(viewer.today).threshold),
    }
    return render(request, "performance/published.html", context)


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def published_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet: numbers as they are, shares from 0 to 1, money in pence."""
    viewer = viewer_of(request)
    form = PublishedForm(request.GET, viewer=viewer)
    found = _found(form, viewer)
    audit.exported(viewer, "published", count=len(found))
    month = f"{form.closed:%Y-%m}" if form.closed else "none"
    return csv_response(
        f"published-{form.asked.code}-{month}.csv",
        ["Figure", "As published", "Published on", "Now"],
        [
            [
                one.measure.label,
                words.number(one.then),
                london_date(one.published_at),
                words.number(one.now),
            ]
            for one in found
        ],
    )


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def moved(request: HttpRequest) -> HttpResponse:
    """What came to count in a figure since a moment, and what counts no more, 50 to a page."""
    viewer = viewer_of(request)
    form = MovesForm(request.GET, viewer=viewer)
    found = moves(form.asked, form.figure, form.window, form.moment, form.of_whom)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    audit.searched(viewer, "figure.moves", found=page.paginator.count)
    context = {
        "form": form,
        "crumbs": [
            ("Performance", f"{reverse('performance')}?contract={form.asked.code}"),
            ("As published", f"{reverse('published')}?contract={form.asked.code}"),
        ],
        "scope": words.months(form.window, form.figure),
        "page": page,
        "lines": lines(page.object_list, form.figure, viewer),
        "is_money": form.figure.unit is Unit.PENCE,
        "shows_names": can(viewer, Permission.SEE_PEOPLE),
        "who_counts": said(rule_on(viewer.today).threshold),
    }
    return render(request, "performance/moves.html", context)


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def moves_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet; money in pence."""
    viewer = viewer_of(request)
    form = MovesForm(request.GET, viewer=viewer)
    rows = moves(form.asked, form.figure, form.window, form.moment, form.of_whom)
    found = lines(rows, form.figure, viewer)
    audit.exported(viewer, "figure.moves", count=len(found))
    return csv_response(
        f"{form.figure.code}-moved.csv",
        ["Reference", "Name", "Provider", "Counts as", "Amount", "Date", "Known since", "Reason"],
        [
            [
                line.participant.reference if line.participant else "",
                str(line.participant or ""),
                *(line.provider, line.counts_as, line.amount, line.happened_on),
                *(london_date(line.at), line.why),
            ]
            for line in found
        ],
    )


def _found(form: PublishedForm, viewer: Viewer) -> list[Beside]:
    if form.closed is None:
        return []
    money = can(viewer, Permission.SEE_MONEY)
    return beside(form.asked, form.closed, viewer, form.organisation, money=money)


def _line(one: Beside, form: PublishedForm) -> Line:
    query = {
        "contract": form.asked.code,
        "measure": one.measure.code,
        "provider": form.whose,
        "period": f"{form.closed:%Y-%m}",
        "since": one.published_at.isoformat(),
    }
    return Line(
        one.measure.label,
        words.worded(one.then),
        words.worded(one.now),
        words.moved(one.then, one.now) if one.moved else "",
        london_date(one.published_at),
        one.defined_anew,
        f"{reverse('moves')}?{urlencode(query)}" if one.moved else "",
    )


def _restated(form: PublishedForm, found: list[Beside], viewer: Viewer) -> Iterator[Restated]:
    if form.closed is None:
        return
    for one in restatements(form.asked, form.closed, viewer, form.organisation, found):
        label, by = one.now.measure.label, words.moved(one.was, one.now)
        yield Restated(label, words.worded(one.was), words.worded(one.now), by, one.at)
