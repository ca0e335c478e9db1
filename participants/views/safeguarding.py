"""Concerns for somebody's safety: raising one, the list of them, and what those who are cleared do about each."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from participants.actions import restriction
from participants.actions import safeguarding as actions
from participants.models import Restriction, SafeguardingDecision, SafeguardingReport
from participants.safeguarding import reports, who_reads
from participants.safeguarding_forms import ConcernsFilter, DecideForm, RaiseConcernForm
from participants.safety import names_shown, rules_of
from participants.views.caseload import page_link
from participants.views.safety import BOTH, held, typed
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import DomainEvent
from partners.permissions import Permission, can
from partners.viewer import Viewer

PAGE = 50
# That somebody looked at these pages tells of a concern.
WALL = DomainEvent.Wall.SAFEGUARDING


@for_members(*BOTH, permission=Permission.RAISE_CONCERN)
@require_http_methods(["GET", "POST"])
def raise_concern(request: HttpRequest, reference: str) -> HttpResponse:
    """Raise a concern for somebody whom the provider works with, or as the prime."""
    viewer = viewer_of(request)
    person = held(reference, viewer)
    form = RaiseConcernForm(typed(request))
    if form.is_valid():
        try:
            actions.raise_concern(participant=person, **form.cleaned_data, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Your concern is raised. You see on this page when it is looked at.")
            return redirect("participant_safety", person.reference)
    audit.look(viewer, "safeguarding.form", participant_id=person.pk, wall=WALL)
    context = {
        "participant": person,
        "form": form,
        **rules_of(person),
        "readers": who_reads(person, viewer),
        "trail": [
            *[("Caseload", reverse("caseload"))] * (viewer.kind == "provider"),
            (str(person), reverse("participant", args=[person.reference])),
        ],
    }
    return render(request, "participants/raise_concern.html", context, status=422 if form.errors else 200)


@for_members(*BOTH, permission=Permission.RAISE_CONCERN)
@require_GET
def safeguarding(request: HttpRequest) -> HttpResponse:
    """The concerns that the viewer may read, by deadline: their own, and with clearance those of others."""
    viewer = viewer_of(request)
    form = ConcernsFilter(request.GET)
    page = Paginator(reports(viewer.today, **form.wanted), PAGE).get_page(request.GET.get("page"))
    audit.searched(viewer, "safeguarding.list", found=page.paginator.count, wall=WALL)
    context = {
        "form": form,
        "page": page,
        "reports": list(page),
        "previous": page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "next": page_link(request, page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "participants/safeguarding.html", context)


@for_members(*BOTH, permission=Permission.RAISE_CONCERN)
@require_GET
def safeguarding_report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One concern: what was raised, when it was looked at, and for those who are cleared what was decided."""
    viewer = viewer_of(request)
    report = _report(report_id, viewer)
    decision = SafeguardingDecision.objects.filter(report=report).first()
    users = {report.acknowledged_by_id, decision.decided_by_id if decision else None} - {None}
    names = names_shown({one for one in users if one}, viewer)
    audit.look(viewer, "safeguarding.report", participant_id=report.participant_id, subject=report, wall=WALL)
    context = {
        "report": report,
        "decision": decision,
        "acknowledged_by": names.get(report.acknowledged_by_id) if report.acknowledged_by_id else "",
        "decided_by": names[decision.decided_by_id] if decision else "",
        "trail": [("Safeguarding", reverse("safeguarding"))],
    }
    return render(request, "participants/safeguarding_report.html", context)


@for_members(*BOTH, permission=Permission.RAISE_CONCERN)
@require_POST
def acknowledge_concern(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Say that one has read it and sees to it."""
    viewer = viewer_of(request)
    report = _to_answer(report_id, viewer)
    try:
        actions.acknowledge(report=report, by=viewer, at=viewer.now())
    except ActionError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "Acknowledged. Whoever raised it sees that it is looked at.")
    return redirect("safeguarding_report", report.pk)


@for_members(*BOTH, permission=Permission.RAISE_CONCERN)
@require_http_methods(["GET", "POST"])
def decide_concern(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Decide what comes of it; where the person is to be restricted, that page comes next."""
    viewer = viewer_of(request)
    report = _to_answer(report_id, viewer)
    form = DecideForm(typed(request))
    if form.is_valid():
        try:
            decision = actions.decide(report=report, **form.cleaned_data, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Decided.")
            return _after(decision, viewer)
    audit.look(viewer, "safeguarding.report", participant_id=report.participant_id, subject=report, wall=WALL)
    back = reverse("safeguarding_report", args=[report.pk])
    context = {
        "report": report,
        "form": form,
        "back": back,
        "trail": [("Safeguarding", reverse("safeguarding")), (str(report.participant), back)],
    }
    return render(request, "participants/decide_concern.html", context, status=422 if form.errors else 200)


def _report(report_id: UUID, viewer: Viewer) -> SafeguardingReport:
    """The concern, if the walls show it. Raises Http404."""
    return get_object_or_404(reports(viewer.today, state="all"), pk=report_id)


def _to_answer(report_id: UUID, viewer: Viewer) -> SafeguardingReport:
    """The same for those who are cleared alone: its writer reads it and no more."""
    if not viewer.cleared:
        raise Http404
    return _report(report_id, viewer)


def _after(decision: SafeguardingDecision, viewer: Viewer) -> HttpResponse:
    person = decision.participant
    found = restriction.in_force(person)
    may_restrict = can(viewer, Permission.RESTRICT) and (
        found is None or found.level < Restriction.Level.NAMED_ONLY
    )
    if decision.outcome == SafeguardingDecision.Outcome.RESTRICT and may_restrict:
        return redirect("raise_restriction", person.reference)
    return redirect("safeguarding_report", decision.report_id)
