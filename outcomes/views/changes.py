"""What changed in the last days: how much was added, and everything that was taken back with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.models import Milestone
from outcomes.performance import words
from outcomes.performance.changes import changes, measure_of, taken_back
from outcomes.performance.forms import ChangesForm, NoContract
from participants.models import Participant
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer, london_date

PAGE = 50


@dataclass(frozen=True)
class Line:
    """Something that was taken back: whose it is as far as the viewer may know, when it had been reached, and why."""

    participant: Participant | None
    provider: str
    what: str
    reached_on: date
    taken_back_on: date
    why: str


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def what_changed(request: HttpRequest) -> HttpResponse:
    """The changes of the last days, and what was taken back, 50 to a page."""
    viewer = viewer_of(request)
    try:
        form = ChangesForm(request.GET, viewer=viewer)
    except NoContract:
        return render(request, "performance/no_contract.html")
    page = Paginator(taken_back(form.since), PAGE).get_page(request.GET.get("page"))
    audit.searched(viewer, "figure.changes", found=page.paginator.count)
    context = {
        "form": form,
        "contract": form.asked,
        "crumbs": [("Performance", f"{reverse('performance')}?contract={form.asked.code}")],
        "changed": [words.change(one) for one in changes(form.since)],
        "page": page,
        "lines": lines(page.object_list, viewer),
        "shows_names": can(viewer, Permission.SEE_PEOPLE),
    }
    return render(request, "performance/what_changed.html", context)


def lines(milestones: Iterable[Milestone], viewer: Viewer) -> list[Line]:
    """In words, in two queries however many there are."""
    found = list(milestones)
    whose = {one.participant_id for one in found} if can(viewer, Permission.SEE_PEOPLE) else set()
    people = Participant.objects.in_bulk(whose)
    return [
        Line(
            people.get(one.participant_id),
            one.organisation.name,
            measure_of(one).label,
            one.reached_on,
            london_date(one.reversed_at),
            one.reversed_why,
        )
        for one in found
        if one.reversed_at
    ]


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def changes_csv(request: HttpRequest) -> HttpResponse:
    """Everything that was taken back, for a spreadsheet."""
    viewer = viewer_of(request)
    form = ChangesForm(request.GET, viewer=viewer)
    found = lines(taken_back(form.since), viewer)
    audit.exported(viewer, "figure.changes", count=len(found))
    return csv_response(
        f"taken-back-{form.asked.code}-{form.since.since}.csv",
        ["Reference", "Name", "Provider", "What", "Reached on", "Taken back on", "Reason"],
        [
            [
                line.participant.reference if line.participant else "",
                str(line.participant or ""),
                *(line.provider, line.what, line.reached_on, line.taken_back_on, line.why),
            ]
            for line in found
        ],
    )
