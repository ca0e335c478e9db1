"""What other apps put on a participant's page: tabs, and steps that can be taken next."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from participants.models import Participant
from partners.permissions import Permission, can
from partners.viewer import Viewer

# Who works with people: the provider that holds somebody, and the prime.
BOTH = frozenset({"provider", "prime"})


@dataclass(frozen=True)
class Slot:
    """A tab: the page of that name, which takes the participant's reference and answers by participants.tabs."""

    label: str
    url_name: str
    kinds: frozenset[str]
    permission: Permission

    def is_for(self, viewer: Viewer) -> bool:
        return viewer.kind in self.kinds and can(viewer, self.permission)


@dataclass(frozen=True)
class Step:
    """Something to do next with the person, such as to record a job: a button that leads to the page of that name."""

    label: str
    url_name: str
    is_for: Callable[[Participant, Viewer], bool]


@dataclass(frozen=True)
class Link:
    """A tab or a step of one participant, ready for the page."""

    label: str
    url: str
    url_name: str
    is_open: bool = False


_slots: list[Slot] = []
_steps: list[Step] = []


def add(slot: Slot) -> None:
    """Add a tab; tabs stand in the order in which they were added."""
    if slot not in _slots:
        _slots.append(slot)


def add_step(step: Step) -> None:
    """Add a next step; its is_for runs as the viewer and may ask the database."""
    if step not in _steps:
        _steps.append(step)


def tabs(participant: Participant, viewer: Viewer, open_tab: str = "") -> list[Link]:
    """The tabs that the viewer may open; open_tab is the name of the page that is open."""
    return [_link(slot, participant, slot.url_name == open_tab) for slot in _slots if slot.is_for(viewer)]


def steps(participant: Participant, viewer: Viewer) -> list[Link]:
    """The steps that the viewer may take now."""
    return [_link(step, participant) for step in _steps if step.is_for(participant, viewer)]


def _link(entry: Slot | Step, participant: Participant, is_open: bool = False) -> Link:
    return Link(entry.label, reverse(entry.url_name, args=[participant.reference]), entry.url_name, is_open)
