"""Who needs the adviser, and why: apps add sources of reasons, the caseload gathers them in bulk.

A weight says how soon somebody should act: from 90 at once, from 70 today, from 40 this week, below that good to know.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from partners.viewer import Viewer


@dataclass(frozen=True)
class Need:
    """One reason why a person needs the adviser: its weight, the words on the chip, and its kind."""

    weight: int
    sentence: str
    code: str

    @property
    def tone(self) -> str:
        """The colour that repeats the weight."""
        if self.weight >= 90:
            return "red"
        return "amber" if self.weight >= 70 else "blue" if self.weight >= 40 else "grey"


# Takes the viewer, the participants and the viewer's date; asks one or two queries for all of them.
Source = Callable[[Viewer, list[UUID], date], dict[UUID, list[Need]]]

_sources: list[Source] = []
# What the filter of the caseload calls each kind of need.
KINDS: dict[str, str] = {}


def source(function: Source, **kinds: str) -> None:
    """Let a function give reasons. kinds: each code that it gives, and what the filter calls it."""
    if function not in _sources:
        _sources.append(function)
    KINDS.update(kinds)


def gather(viewer: Viewer, ids: Iterable[UUID], today: date) -> dict[UUID, list[Need]]:
    """The reasons of each participant, the weightiest first; an empty list where there is none."""
    participant_ids = list(ids)
    found: dict[UUID, list[Need]] = {participant_id: [] for participant_id in participant_ids}
    if participant_ids:
        for function in _sources:
            for participant_id, reasons in function(viewer, participant_ids, today).items():
                found[participant_id].extend(reasons)
    for reasons in found.values():
        reasons.sort(key=lambda need: -need.weight)
    return found
