"""Where plans stand: their events, how they read on the timeline, and their tab."""

from participants import slots, telling, timeline
from partners.events import declare
from partners.permissions import Permission


def connect() -> None:
    """Called when the app is ready."""
    declare("plan.agreed", "plan.action_done", "plan.action_reopened")
    timeline.tell("plan.agreed", telling.plan_agreed, group="Plan")
    timeline.tell("plan.action_done", telling.plan_actions("Done", "green"), group="Plan")
    timeline.tell("plan.action_reopened", telling.plan_actions("Not done after all", ""), group="Plan")
    slots.add(slots.Slot("Plan", "participant_plan", slots.BOTH, Permission.SEE_PEOPLE))
