"""The questions of an assessment, as plain values.

An answer is the place of a step among the question's steps, which run from the worst (0) to the best, so that a higher
one is always a move towards work. A question is known by its code in whichever assessment, version or programme it is
asked: that is how an answer is carried over, as long as the steps are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked, under a heading. is_barrier: whether it may stand in the way of work, which every step
    but the last says. is_health: the answer is kept apart, for those who may read of somebody's health.
    """

    code: str
    heading: str
    ask: str
    steps: tuple[str, ...]
    is_barrier: bool = False
    is_health: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Question:
        """A question as a template keeps it."""
        return cls(**{**stored, "steps": tuple(stored["steps"])})

    def stored(self) -> dict[str, Any]:
        """As a template keeps it."""
        return {**asdict(self), "steps": list(self.steps)}

    @property
    def best(self) -> int:
        """The place of the last step."""
        return len(self.steps) - 1


def questions_of(stored: Iterable[Mapping[str, Any]]) -> list[Question]:
    """The questions of a template, in their order."""
    return [Question.of(one) for one in stored]
