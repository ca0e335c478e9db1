"""A participant's plan: agreed version by version, and what of it is done."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from participants.actions.holding import held
from participants.models import Participant, Plan, PlanAction
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date
from programmes.models import Contract

MOST_ACTIONS = 8


class NothingAgreed(ActionError):
    """A plan without an action is none."""

    code = "nothing_agreed"


class AgreedInFuture(ActionError):
    """A plan is recorded when it is agreed."""

    code = "agreed_in_future"


class AgreedBeforeAssignment(ActionError):
    """The provider did not work with the person on that day."""

    code = "agreed_before_assignment"


class ReviewTooSoon(ActionError):
    """It is looked at again after the day on which it is agreed, and not in the past."""

    code = "review_too_soon"


class ChangedMeanwhile(ActionError):
    """Somebody else agreed another version, or marked what was done, while this one was written."""

    code = "changed_meanwhile"


class NoLongerInForce(ActionError):
    """A later version was agreed, or there is no such action."""

    code = "no_longer_in_force"


@action
def agree(
    *,
    participant: Participant,
    contract: Contract,
    goal: str,
    actions: Sequence[PlanAction],
    how: str,
    agreed_on: date,
    review_on: date,
    seen: str,
    by: Viewer,
    at: datetime,
) -> Plan:
    """Record what was agreed as the next version of the plan, with up to MOST_ACTIONS actions; how is a code of Plan;
    seen: the state of the version that lay before whoever wrote this one, empty for none.

    Raises NotHeld, NothingAgreed, AgreedInFuture, AgreedBeforeAssignment, ReviewTooSoon or ChangedMeanwhile.
    """
    assert by.organisation_id is not None
    assert by.user_id is not None
    plan = Plan(
        tenant_id=by.tenant_id,
        participant=participant,
        contract=contract,
        organisation_id=by.organisation_id,
        adviser_id=by.user_id,
        goal=goal,
        actions=[
            {"what": one.what, "whose": one.whose.value, "due_on": one.due_on.isoformat()} for one in actions
        ],
        how=Plan.How(how),
        agreed_on=agreed_on,
        review_on=review_on,
        recorded_at=at,
    )
    _check(plan, london_date(at))
    plan.number = _next_number(plan, seen)
    plan.save(force_insert=True)
    _tell("plan.agreed", plan, by, at, on=agreed_on)
    return plan


def _next_number(plan: Plan, seen: str) -> int:
    """One more than the last version's. Whoever agrees on another version at the same moment waits here."""
    Participant.objects.select_for_update(no_key=True).get(pk=plan.participant_id)
    before = Plan.objects.filter(participant=plan.participant_id, contract=plan.contract_id)
    last = before.order_by("-number").first()
    if (last.state if last else "") != seen:
        raise ChangedMeanwhile(
            "A colleague changed the plan while you were writing. Look at what it says now, put into yours what still"
            " holds, and agree it again. What you wrote is still here."
        )
    return last.number + 1 if last else 1


def _check(plan: Plan, today: date) -> None:
    """Refuse what cannot be."""
    assignments = held(plan, today)
    if not plan.actions:
        raise NothingAgreed("Say at least one thing that will be done.")
    if plan.agreed_on > today:
        raise AgreedInFuture("The day on which it was agreed cannot be in the future.")
    if not any(one.holds_on(plan.agreed_on) for one in assignments):
        raise AgreedBeforeAssignment("Your organisation did not work with this person on that date.")
    if plan.review_on <= max(plan.agreed_on, today):
        raise ReviewTooSoon("Choose a later day on which you look at it again.")


@action
def mark(*, plan: Plan, position: int, is_done: bool, by: Viewer, at: datetime) -> Plan:
    """Say that an action of the plan in force is done, or that it is not after all. Raises NoLongerInForce."""
    current = _in_force(plan)
    if not 0 <= position < len(current.actions):
        raise NoLongerInForce("There is no such action in this plan. Look at it again.")
    done = {where: day for where, day in current.done.items() if where != str(position)}
    current.done = done | ({str(position): london_date(at).isoformat()} if is_done else {})
    current.save(update_fields=["done"])
    kind = "plan.action_done" if is_done else "plan.action_reopened"
    _tell(kind, current, by, at, position=position)
    return current


@action
def confirm(*, plan: Plan, by: Viewer, at: datetime) -> Plan:
    """The participant agrees, on their own page, to the version in force. Raises NoLongerInForce."""
    current = _in_force(plan)
    if current.confirmed_at is None:
        current.confirmed_at = at
        current.save(update_fields=["confirmed_at"])
    _tell("plan.confirmed", current, by, at)
    return current


def _in_force(plan: Plan) -> Plan:
    """The plan, locked. Raises NoLongerInForce where a later version was agreed."""
    current = Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    later = Plan.objects.filter(
        participant_id=current.participant_id, contract_id=current.contract_id, number__gt=current.number
    )
    if later.exists():
        raise NoLongerInForce("This plan was replaced by a later one. Look at that.")
    return current


def _tell(kind: str, plan: Plan, by: Viewer, at: datetime, on: date | None = None, **facts: Any) -> None:
    """Which plan, without its words."""
    events.record(
        kind,
        plan,
        by,
        at=at,
        on=on,
        participant_id=plan.participant_id,
        organisation_id=plan.organisation_id,
        contract=plan.contract_id,
        number=plan.number,
        **facts,
    )
