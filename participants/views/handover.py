"""Giving participants to another adviser, several at once or one, and taking them up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from participants import tabs
from participants.actions import handover as handovers
from participants.actions.assignment import advisers_of
from participants.answers import history, in_the_way
from participants.caseload import held_by
from participants.handing_over import open_for
from participants.handover_forms import GiveForm, TakeUpForm, WhoseForm
from participants.models import Appointment, Assignment, ControlMeasure, Handover, Plan
from participants.models.enrolment import AssignmentQuerySet
from participants.safety import measures_of, rules_of
from participants.views.caseload import page_link
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import Membership
from partners.permissions import Permission
from partners.viewer import Viewer

PAGE = 100


@dataclass(frozen=True)
class Case:
    """Somebody who may be given: the assignment, and how much goes along. measures: what staff must know."""

    held: Assignment
    appointments: int
    actions: int
    measures: list[ControlMeasure]


@for_members("provider", permission=Permission.HAND_OVER)
@require_http_methods(["GET", "POST"])
def give_people(request: HttpRequest) -> HttpResponse:
    """Give some of an adviser's people to another adviser; ?adviser= says whose, those with nobody unless one is."""
    viewer = viewer_of(request)
    whose = WhoseForm(request.GET, advisers=_places(viewer))
    found = held_by(viewer).filter(adviser=whose.adviser_id)
    audit.searched(viewer, "handover.list", found=found.count())
    return _give(request, found, whose=whose)


@for_members("provider", permission=Permission.HAND_OVER)
@require_http_methods(["GET", "POST"])
def give_one(request: HttpRequest, reference: str) -> HttpResponse:
    """Give one person to another adviser."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    found = held_by(viewer).filter(participant=person)
    if not found.exists():
        raise Http404
    audit.look(viewer, "participant.give_form", participant_id=person.pk)
    return _give(request, found, participant=person)


def _give(request: HttpRequest, found: AssignmentQuerySet, **shown: Any) -> HttpResponse:
    viewer = viewer_of(request)
    many = Counter(held_by(viewer).exclude(adviser=None).order_by().values_list("adviser_id", flat=True))
    form = GiveForm(request.POST or None, advisers=_places(viewer), held=many)
    by_name = found.select_related("participant", "contract", "adviser")
    listed = by_name.order_by("participant__search_name", "participant_id", "contract_id")
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    ticked = set(request.POST.getlist("case"))
    if form.is_valid():
        chosen = [one for one in page if str(one.pk) in ticked or request.POST.get("all")]
        try:
            given = handovers.give(assignments=chosen, **form.said, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, _report(given))
            return redirect("caseload")
    context = {
        **shown,
        "form": form,
        "page": page,
        "cases": _cases(list(page)),
        "ticked": ticked if request.method == "POST" or "whose" in shown else {str(one.pk) for one in page},
        "previous": page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "next": page_link(request, page.next_page_number()) if page.has_next() else "",
        "trail": [("Caseload", reverse("caseload"))],
    }
    return render(request, "participants/give.html", context, status=422 if form.errors else 200)


def _places(viewer: Viewer) -> QuerySet[Membership]:
    assert viewer.organisation_id is not None
    return advisers_of(viewer.organisation_id, viewer.today)


def _cases(held: Sequence[Assignment]) -> list[Case]:
    """What goes along with each, in three queries for all of them."""
    people = {one.participant_id for one in held}
    booked = Appointment.objects.filter(participant__in=people, state=Appointment.State.BOOKED)
    appointments: Counter[tuple[Any, ...]] = Counter(
        booked.values_list("participant_id", "contract_id", "adviser_id")
    )
    plans = Plan.objects.filter(participant__in=people).order_by("participant", "contract", "-number")
    open_actions = {
        (plan.participant_id, plan.contract_id): sum(step.done_on is None for step in plan.steps)
        for plan in plans.distinct("participant", "contract")
    }
    measures = measures_of(people)
    return [
        Case(
            one,
            appointments[one.participant_id, one.contract_id, one.adviser_id],
            open_actions.get((one.participant_id, one.contract_id), 0),
            measures[one.participant_id],
        )
        for one in held
    ]


def _report(given: Sequence[Handover]) -> str:
    people = "1 person" if len(given) == 1 else f"{len(given)} people"
    return f"{people} given to {given[0].to_adviser.name}, who is asked to take them up and to tell them."


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Read what the adviser before left, and say when the participant was told."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    waiting = open_for(viewer, [person.pk])
    if not waiting:
        raise Http404
    form = TakeUpForm(request.POST or None)
    if form.is_valid():
        try:
            for one in waiting:
                handovers.take_up(
                    handover=one, told_on=form.cleaned_data["told_on"], by=viewer, at=viewer.now()
                )
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Handover taken up.")
            return redirect("participant", person.reference)
    audit.look(viewer, "participant.handover", participant_id=person.pk)
    held = held_by(viewer).filter(participant=person).select_related("participant", "contract")
    context = {
        "participant": person,
        "waiting": waiting,
        "cases": _cases(list(held)),
        "barriers": in_the_way(history(person)),
        "form": form,
        **rules_of(person),
        "trail": [
            ("Caseload", reverse("caseload")),
            (str(person), reverse("participant", args=[person.reference])),
        ],
    }
    return render(request, "participants/handover.html", context, status=422 if form.errors else 200)
