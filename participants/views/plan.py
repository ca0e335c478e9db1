"""A participant's plan: the tab that shows it, the page on which the next version is agreed, and what is done of it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from participants import tabs
from participants.actions import plan as plans
from participants.caseload import contracts_held
from participants.models import Participant, Plan
from participants.plan_forms import PlanForm
from participants.planning import changes
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission, can


@for_members("provider", "prime", permission=Permission.SEE_PEOPLE)
@require_GET
def participant_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """The plan in force on each contract, or the version that is asked for, and which others there are."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    found = list(_of(person))
    latest = {one.contract_id: one for one in reversed(found)}
    numbered = {(one.contract_id, one.number): one for one in found}
    before = {one.pk: numbered.get((one.contract_id, one.number - 1)) for one in found}
    asked = request.GET.get("version", "")
    shown = [one for one in found if str(one.pk) == asked] or list(latest.values())
    held = contracts_held(person, viewer) if can(viewer, Permission.KEEP_CASE) else []
    kept = {one.pk for one in held}
    context = {
        "plans": [
            _shown(one, before.get(one.pk), latest[one.contract_id] == one, kept, viewer.today)
            for one in shown
        ],
        "others": [one for one in found if one not in shown],
        "may_agree": bool(kept),
    }
    return tabs.render_tab(
        request, person, url_name="participant_plan", template="participants/plan.html", context=context
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def agree_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree the next version of the plan of somebody whom the provider holds today."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    held = contracts_held(person, viewer)
    if not held:
        raise Http404
    lasts = _in_force(_of(person).filter(contract__in=held))
    meanwhile: dict[str, Any] | None = None
    form = PlanForm(request.POST or None, contracts=held, lasts=lasts, today=viewer.today)
    if form.is_valid():
        try:
            plans.agree(participant=person, **form.said, by=viewer, at=viewer.now())
        except plans.ChangedMeanwhile as error:
            form.refuse(error)
            lasts = _in_force(_of(person).filter(contract__in=held))
            form.look_again(lasts)
            meanwhile = _shown(lasts[form.said["contract"].code], None, True, set(), viewer.today)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "The plan is agreed.")
            return redirect("participant_plan", person.reference)
    audit.look(viewer, "participant.plan_form", participant_id=person.pk)
    page = reverse("participant", args=[person.reference])
    context: dict[str, Any] = {
        "participant": person,
        "form": form,
        "last": bool(lasts),
        "meanwhile": meanwhile,
        "back": reverse("participant_plan", args=[person.reference]),
        "trail": [("Caseload", reverse("caseload")), (str(person), page)],
    }
    return render(request, "participants/plan_form.html", context, status=422 if form.errors else 200)


@for_members("provider", permission=Permission.KEEP_CASE)
@require_POST
def mark_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that an action is done, or that it is not after all."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    held, position = contracts_held(person, viewer), request.POST.get("position", "")
    found = [one for one in _of(person).filter(contract__in=held) if str(one.pk) == request.POST.get("plan")]
    if not found or not position.isdecimal() or len(position) > 3:
        raise Http404
    try:
        plans.mark(
            plan=found[0],
            position=int(position),
            is_done=request.POST.get("done") == "yes",
            by=viewer,
            at=viewer.now(),
        )
    except ActionError as error:
        messages.error(request, str(error))
    return redirect("participant_plan", person.reference)


def _shown(plan: Plan, before: Plan | None, in_force: bool, kept: set[UUID], today: date) -> dict[str, Any]:
    """A plan for the page; before: the version that it followed; kept: the contracts on which the viewer keeps the
    person's case.
    """
    return {
        "plan": plan,
        "before": before,
        "changes": changes(before, plan) if before else [],
        "in_force": in_force,
        "may_change": in_force and plan.contract_id in kept,
        "review_due": in_force and plan.review_on <= today,
        "steps": [(one, in_force and one.is_overdue(today)) for one in plan.steps],
    }


def _in_force(found: QuerySet[Plan]) -> dict[str, Plan]:
    """The newest of these plans on each contract, by its code."""
    return {one.contract.code: one for one in reversed(found)}


def _of(person: Participant) -> QuerySet[Plan]:
    """The person's plans, the newest first."""
    found = Plan.objects.filter(participant=person).select_related("contract", "adviser")
    return found.order_by("-agreed_on", "-number")
