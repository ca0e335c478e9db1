"""Milestone rules as this app keeps them: data. What they mean is known higher up, and handed over in apps.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One milestone: its code, what it is called, how often it can be reached, and its rule as a sentence.

    reading says how a parameter is read that the contract leaves open, and why; empty where nothing is open.
    """

    code: str
    label: str
    most: int
    sentence: str
    reading: str = ""


_explainers: list[Callable[[Rows], list[Meaning]]] = []


def explained_by(explain: Callable[[Rows], list[Meaning]]) -> None:
    """Name the one who knows: given rows, returns their meanings in order, or raises ValueError naming the field
    of the first wrong one ("milestones[2].weeks: must be a whole number, 1 or more")."""
    _explainers[:] = [explain]


def meanings(rows: Rows) -> list[Meaning]:
    """What the rows mean, in order. Raises ValueError for the first that is wrong."""
    return _explainers[0](rows)


def own_rules(programme: Rows, group: Rows) -> list[Mapping[str, Any]]:
    """The programme's rules with those that a payment group has of its own in their places."""
    by_code = {str(row.get("code")): row for row in programme}
    by_code.update({str(row.get("code")): row for row in group})
    return list(by_code.values())
