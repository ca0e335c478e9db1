"""Where plans stand: their events, how they read on the timeline, their tab, and the reasons to act that they give."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from participants import needs, slots, telling, timeline
from participants.models import Assignment, Plan
from participants.needs import Need
from participants.reasons import days
from participants.timeline import Line
from partners.events import declare
from partners.models import DomainEvent
from partners.permissions import Permission
from partners.viewer import Viewer

KINDS = {"plan_review": "Plan review due", "plan_overdue": "Action of the plan overdue"}


def connect() -> None:
    """Called when the app is ready."""
    declare("plan.agreed", "plan.action_done", "plan.action_reopened", "plan.confirmed")
    timeline.tell("plan.agreed", telling.plan_agreed, group="Plan")
    timeline.tell("plan.action_done", telling.plan_actions("Done", "green"), group="Plan")
    timeline.tell("plan.action_reopened", telling.plan_actions("Not done after all", ""), group="Plan")
    timeline.tell("plan.confirmed", timeline.each(_confirmed), group="Plan")
    slots.add(slots.Slot("Plan", "participant_plan", slots.BOTH, Permission.SEE_PEOPLE))
    needs.source(from_plans, **KINDS)


def from_plans(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """Plans to be looked at again, and their actions that are overdue, of whoever is worked with today."""
    held = Assignment.objects.in_force(today).filter(participant_id__in=participant_ids)
    cases = set(held.values_list("participant_id", "contract_id"))
    plans = Plan.objects.filter(participant_id__in=participant_ids)
    in_force = plans.order_by("participant_id", "contract_id", "-number").distinct(
        "participant_id", "contract_id"
    )
    # A person on two contracts has each kind of reason once.
    found: dict[UUID, dict[str, Need]] = {participant_id: {} for participant_id in participant_ids}
    for plan in in_force:
        if (plan.participant_id, plan.contract_id) in cases:
            for need in _of(plan, today):
                found[plan.participant_id].setdefault(need.code, need)
    return {person: list(of_person.values()) for person, of_person in found.items()}


def _confirmed(event: DomainEvent) -> Line:
    return Line(f"Agreed to version {event.facts['number']} of the plan on their own page", tone="green")


def changes(before: Plan, after: Plan) -> list[tuple[str, str]]:
    """What is different between two versions: what happened to it, and its words. An action is known by its words."""
    found = [("Goal before", before.goal)] if before.goal != after.goal else []
    old, new = ({one.what: one for one in plan.steps} for plan in (before, after))
    found += [("New", what) for what in new if what not in old]
    for what, one in old.items():
        now = new.get(what)
        if now is None:
            found.append(("Done before" if one.done_on else "Left out", what))
        elif now.due_on != one.due_on:
            found.append((f"From {one.due_on:%-d %B} to {now.due_on:%-d %B %Y}", what))
        elif now.whose != one.whose:
            found.append((f"Now: {now.whose.label.lower()}", what))
    return found


def _of(plan: Plan, today: date) -> Iterator[Need]:
    if plan.review_on <= today:
        late = (today - plan.review_on).days
        said = f"Plan review overdue by {days(late)}" if late else "Plan review due today"
        yield Need(60, said, "plan_review")
    overdue = sum(one.is_overdue(today) for one in plan.steps)
    if overdue:
        said = "1 action of the plan is" if overdue == 1 else f"{overdue} actions of the plan are"
        yield Need(45, f"{said} overdue", "plan_overdue")
