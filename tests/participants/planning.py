"""Plans for tests."""

from typing import Any

from participants.actions import plan as plans
from participants.models import Participant, Plan, PlanAction, Whose
from tests.cast import Cast, looking_as
from tests.participants.people import ago

CV = PlanAction(0, "Finish the CV", Whose.PARTICIPANT, ago(-14))
CALL = PlanAction(1, "Call the bakery", Whose.ADVISER, ago(-7))


def agreed(cast: Cast, person: Participant, *actions: PlanAction, by: str = "ada", **other: Any) -> Plan:
    """A version of the person's plan, agreed in person today unless something else is said."""
    said = {"goal": "Bake for a living", "how": "in_person", "agreed_on": ago(0), "review_on": ago(-28)}
    with looking_as(getattr(cast, by)) as viewer:
        last = Plan.objects.filter(participant=person, contract=cast.contract).order_by("-number").first()
        return plans.agree(
            participant=person,
            contract=cast.contract,
            actions=actions or (CV, CALL),
            **{"at": viewer.now(), "seen": last.state if last else "", **said, **other},
            by=viewer,
        )
