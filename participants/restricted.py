"""Whether somebody still sees each restricted person: for the prime's cleared administrator, without saying who."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from participants import slots, telling, timeline, vault
from participants.actions import restriction
from participants.models import Assignment, NamedAccess, Participant, Restriction
from participants.safety import HISTORY
from partners.events import declare
from partners.models import Membership, Organisation
from partners.pages import Entry, add_to_workspace
from partners.permissions import Permission
from partners.rotation import Sealed, keep_sealed
from partners.viewer import Viewer, acting_as

PURPOSE = "whether somebody still sees each restricted person"


@dataclass(frozen=True)
class Row:
    """One restricted person by their reference. here: how many who are named still have a place in this workspace.

    unseen: providers that hold the person without anybody named who works there.
    """

    reference: str
    level: str
    since: datetime
    here: int
    unseen: list[str]
    is_lost: bool


def connect() -> None:
    """Called when the app is ready: how safety reads on the timeline, its tab, and the page of restricted people."""
    for kind, sentence in telling.SAFETY.items():
        declare(kind)
        timeline.tell(kind, timeline.each(sentence), group=HISTORY)
    for kind in ("participant.named", "participant.naming_ended"):
        declare(kind)
        timeline.tell(kind, telling.named, group=HISTORY)
    keep_sealed(Sealed("National Insurance numbers", vault.count_by_key, vault.renew))
    both = frozenset({"provider", "prime"})
    slots.add(slots.Slot("Safety", "participant_safety", both, Permission.SEE_PEOPLE))
    add_to_workspace(
        Entry(
            "Restricted people",
            "restricted_people",
            frozenset({"prime"}),
            Permission.HANDLE_DATA_RIGHTS,
            order=50,
            about="Whose details only named people see, and whether anybody still can.",
        )
    )


def rows(viewer: Viewer) -> list[Row]:
    """Everybody who is restricted, those whom nobody sees first. Reads past the walls: the caller has to audit it."""
    with acting_as(viewer.as_system(PURPOSE)):
        open_ones = Restriction.objects.filter(lowered_at=None).select_related("participant")
        highest = {one.participant_id: one for one in open_ones.order_by("level")}
        places = _places(viewer)
        named = NamedAccess.objects.filter(participant__in=highest, ended_at=None)
        named_here: dict[object, set[object]] = {}
        at: Counter[tuple[object, object]] = Counter()
        for person, user in named.values_list("participant_id", "user_id"):
            for organisation in places.get(user, ()):
                named_here.setdefault(person, set()).add(user)
                at[person, organisation] += 1
        unseen: dict[object, list[str]] = {}
        holders = Assignment.objects.in_force(viewer.today).filter(participant__in=highest)
        for person, organisation, name in holders.values_list(
            "participant_id", "organisation_id", "organisation__name"
        ).distinct():
            if not at[person, organisation]:
                unseen.setdefault(person, []).append(name)
        found = [
            _row(one, len(named_here.get(person, ())), sorted(unseen.get(person, [])))
            for person, one in highest.items()
        ]
    return sorted(found, key=lambda row: (not row.is_lost, not row.unseen, row.since))


def find(reference: str, viewer: Viewer) -> tuple[Participant, Restriction]:
    """A restricted person whom the viewer may not see, to name somebody. Raises Http404."""
    with acting_as(viewer.as_system(PURPOSE)):
        person = (
            Participant.objects.filter(reference=reference.upper()).first()
            if reference.isprintable()
            else None
        )
        found = restriction.in_force(person) if person else None
    if person is None or found is None:
        raise Http404
    return person, found


def _places(viewer: Viewer) -> dict[object, set[object]]:
    """By user, the organisations in which they have a place today."""
    found: dict[object, set[object]] = {}
    seeing = Membership.objects.in_force(viewer.today).filter(
        user__is_active=True, organisation__kind__in=[Organisation.Kind.PRIME, Organisation.Kind.PROVIDER]
    )
    for user, organisation in seeing.values_list("user_id", "organisation_id"):
        found.setdefault(user, set()).add(organisation)
    return found


def _row(one: Restriction, here: int, unseen: list[str]) -> Row:
    only_named = one.level == Restriction.Level.NAMED_ONLY
    return Row(
        reference=one.participant.reference,
        level=f"Level {one.level}: {one.get_level_display().lower()}",
        since=one.raised_at,
        here=here,
        unseen=unseen if only_named else [],
        is_lost=only_named and here == 0,
    )
