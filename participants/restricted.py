"""Whether somebody still sees each restricted person: for the prime's cleared administrator, without saying who."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from participants import slots, telling, timeline, vault
from participants.actions import leaving, restriction
from participants.models import Assignment, NamedAccess, Participant, Restriction
from participants.safety import HISTORY
from partners import outbox
from partners.events import declare, subscribe
from partners.models import Organisation
from partners.pages import Entry, add_to_workspace
from partners.permissions import Permission
from partners.rotation import Sealed, keep_sealed
from partners.viewer import Viewer, acting_as

PURPOSE = "whether somebody still sees each restricted person"


@dataclass(frozen=True)
class Row:
    """One restricted person by their reference. seeing: how many of those who are named can see the person today.

    unseen: providers that hold the person without anybody named who works there.
    """

    reference: str
    level: str
    since: datetime
    seeing: int
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
    subscribe(leaving.after_place, "membership.ended", "membership.role_changed")
    outbox.consume("lapsed_namings", leaving.sweep)
    outbox.every_day("lapsed_namings", "lapsed_namings")
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
            has_any=lambda viewer: viewer.cleared,
        )
    )


def rows(viewer: Viewer) -> list[Row]:
    """Everybody who is restricted, those whom nobody sees first. Reads past the walls: the caller has to audit it."""
    with acting_as(viewer.as_system(PURPOSE)):
        open_ones = Restriction.objects.filter(lowered_at=None).select_related("participant")
        highest = {one.participant_id: one for one in open_ones.order_by("level")}
        at = _named_at(highest, viewer)
        unseen: dict[object, list[str]] = {}
        holders = Assignment.objects.in_force(viewer.today).filter(participant__in=highest)
        for person, organisation, name in holders.values_list(
            "participant_id", "organisation_id", "organisation__name"
        ).distinct():
            if not any(where == organisation for _, where in at[person]):
                unseen.setdefault(person, []).append(name)
        seeing = _seeing(at)
        found = [_row(one, seeing[person], sorted(unseen.get(person, []))) for person, one in highest.items()]
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


# By person, who is named and has a place today that may see people, with its organisation.
NamedAt = dict[UUID, set[tuple[UUID, UUID]]]


def _named_at(people: Iterable[UUID], viewer: Viewer) -> NamedAt:
    found: NamedAt = {person: set() for person in people}
    named = NamedAccess.objects.filter(participant__in=found, ended_at=None)
    places: dict[UUID, list[UUID]] = {}
    for user, organisation in restriction.places_with(Permission.SEE_PEOPLE, viewer.today).values_list(
        "user_id", "organisation_id"
    ):
        places.setdefault(user, []).append(organisation)
    for person, user in named.values_list("participant_id", "user_id"):
        found[person] |= {(user, organisation) for organisation in places.get(user, ())}
    return found


def _seeing(at: NamedAt) -> dict[UUID, int]:
    """How many of them see the person: from the prime, or from a provider that holds the person or did."""
    primes = set(Organisation.objects.filter(kind=Organisation.Kind.PRIME).values_list("pk", flat=True))
    held = Assignment.objects.filter(participant__in=at, voided_at=None)
    reach = set(held.values_list("participant_id", "organisation_id"))
    return {
        person: len({user for user, where in places if where in primes or (person, where) in reach})
        for person, places in at.items()
    }


def _row(one: Restriction, seeing: int, unseen: list[str]) -> Row:
    only_named = one.level == Restriction.Level.NAMED_ONLY
    return Row(
        reference=one.participant.reference,
        level=f"Level {one.level}: {one.get_level_display().lower()}",
        since=one.raised_at,
        seeing=seeing,
        unseen=unseen if only_named else [],
        is_lost=only_named and seeing == 0,
    )
