"""Restricting somebody in a test, by the real actions."""

from typing import Any

from participants.actions import control_measure, restriction
from participants.models import ControlMeasure, Participant, Restriction
from tests.cast import Cast, looking_as


def restrict(cast: Cast, person: Participant, who: str = "ada", *names: str, **different: Any) -> Restriction:
    """Level 2 for domestic abuse by somebody of the cast, who is named with these others; but for what is different."""
    viewer = getattr(cast, who)
    usual: dict[str, Any] = {"level": 2, "cause": "domestic_abuse", "words": "He looks for her."}
    with looking_as(viewer):
        return restriction.raise_level(
            participant=person,
            people=[cast.users[name].pk for name in names],
            by=viewer,
            at=viewer.now(),
            **{**usual, **different},
        )


def add_measure(
    cast: Cast, person: Participant, who: str = "ada", kind: str = "not_alone", words: str = ""
) -> ControlMeasure:
    """A control measure noted by somebody of the cast."""
    viewer = getattr(cast, who)
    with looking_as(viewer):
        return control_measure.add(participant=person, kind=kind, words=words, by=viewer, at=viewer.now())
