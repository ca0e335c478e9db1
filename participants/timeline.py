"""One story per person: events put into sentences, by whichever app knows what they mean.

A renderer takes all events of its kind on the page at once, so that a page costs the same few queries however much
is on it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from participants.models import Participant
from partners.models import DomainEvent, Membership, Organisation, User
from partners.permissions import Permission, can
from partners.viewer import Viewer, london_date

PAGE = 50


@dataclass(frozen=True)
class Line:
    """What an event says: a title, more words below it, and a tone (green, amber, red or blue)."""

    title: str
    text: str = ""
    tone: str = ""


# Takes the events of one kind and the viewer; answers one line for each, in the same order.
Renderer = Callable[[Sequence[DomainEvent], Viewer], Sequence[Line]]


@dataclass(frozen=True)
class Entry:
    """One thing on the page: the event, its line, and who did it."""

    event: DomainEvent
    line: Line
    who: str

    @property
    def at(self) -> datetime | None:
        """The moment of what was recorded on its own day; what was recorded on another has a date alone."""
        return self.event.at if london_date(self.event.at) == self.event.on else None


_renderers: dict[str, Renderer] = {}
_groups: dict[str, str] = {}


def tell(kind: str, renderer: Renderer, *, group: str = "Other") -> None:
    """Say how events of a kind read, and under which heading of the filter they stand."""
    _renderers[kind] = renderer
    _groups[kind] = group


def each(sentence: Callable[[DomainEvent], Line]) -> Renderer:
    """A renderer from a function of one event, for kinds whose facts say everything."""
    return lambda told, viewer: [sentence(event) for event in told]


def groups() -> list[str]:
    """The headings of the filter, in the order in which the apps named them."""
    return list(dict.fromkeys(_groups.values()))


def page(participant: Participant, viewer: Viewer, *, group: str, number: int) -> tuple[list[Entry], bool]:
    """One page of the person's story, newest first, and whether there is an older one. Pages count from 1."""
    told = DomainEvent.objects.filter(participant_id=participant.pk)
    if not can(viewer, Permission.SEE_MONEY):
        told = told.exclude(wall=DomainEvent.Wall.MONEY)
    if group:
        told = told.filter(kind__in=[kind for kind, its_group in _groups.items() if its_group == group])
    first = (number - 1) * PAGE
    found = list(told.order_by("-on", "-at", "-id")[first : first + PAGE + 1])
    return entries(found[:PAGE], viewer), len(found) > PAGE


def entries(told: Sequence[DomainEvent], viewer: Viewer) -> list[Entry]:
    """The events in words, in the same order."""
    by_kind: defaultdict[str, list[DomainEvent]] = defaultdict(list)
    for event in told:
        by_kind[event.kind].append(event)
    lines: dict[UUID, Line] = {}
    for kind, those in by_kind.items():
        renderer = _renderers.get(kind, each(_in_plain_words))
        lines.update(zip((event.pk for event in those), renderer(those, viewer), strict=True))
    names = _Names(told)
    return [Entry(event, lines[event.pk], names.who(event)) for event in told]


def _in_plain_words(event: DomainEvent) -> Line:
    return Line(event.kind.replace(".", " ").replace("_", " ").capitalize())


class _Names:
    """Who did it and for whom, as far as the walls name them: a competitor's people stay unnamed."""

    def __init__(self, told: Sequence[DomainEvent]) -> None:
        organisations = {event.organisation_id for event in told if event.organisation_id}
        users = {event.by_user_id for event in told if event.by_user_id}
        self.organisations = dict(Organisation.objects.filter(pk__in=organisations).values_list("pk", "name"))
        self.people = dict(User.objects.filter(pk__in=users).values_list("pk", "name"))
        places = Membership.objects.filter(user_id__in=users, organisation_id__in=organisations)
        self.places = set(places.values_list("user_id", "organisation_id"))

    def who(self, event: DomainEvent) -> str:
        """A person is named beside their own organisation; what a referrer set off at a provider is the provider's."""
        person = self.people.get(event.by_user_id, "") if event.by_user_id else ""
        if event.organisation_id is None:
            return person
        organisation = self.organisations.get(event.organisation_id, "Another provider")
        if (event.by_user_id, event.organisation_id) in self.places:
            return f"{person}, {organisation}"
        return organisation
