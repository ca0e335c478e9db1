"""Handovers for tests."""

from typing import Any

from participants.actions import handover as handovers
from participants.models import Assignment, Handover, Participant
from tests.cast import Cast, looking_as

SUMMARY = "Bring the letter about the course. Mornings are hard."


def given(
    cast: Cast, *people: Participant, to: str = "col", by: str = "mona", **other: Any
) -> list[Handover]:
    """The people given to Col, because Ada leaves, unless something else is said."""
    usual = {"adviser_id": cast.users[to].pk, "reason": "leaving", "summary": SUMMARY}
    with looking_as(getattr(cast, by)) as viewer:
        held = list(Assignment.objects.filter(participant__in=people, ends_on=None))
        return handovers.give(assignments=held, **{**usual, "at": viewer.now(), **other}, by=viewer)
