"""What keeps a person and those who meet them safe, as far as the walls show it to the viewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from participants import timeline
from participants.actions import restriction
from participants.models import (
    ContactDetails,
    ControlMeasure,
    NamedAccess,
    Participant,
    Restriction,
    RestrictionReason,
    SafeguardingReport,
)
from partners.models import Membership, Organisation, User
from partners.permissions import Permission, can
from partners.viewer import Viewer, acting_as

SOMEBODY = "Somebody at another organisation"
HISTORY = "Safety"


@dataclass(frozen=True)
class Named:
    """Somebody who is named. name: as far as the viewer may know it; has_place: whether they can still sign in here."""

    access: NamedAccess
    name: str
    has_place: bool


@dataclass(frozen=True)
class Safety:
    """The restriction that is in force, those who are named, the measures, and what the viewer may do.

    reasons: for the cleared and the named alone. concerns: that the viewer raised, or with clearance all of them.
    asked_by: who asked for a lower level, where somebody did.
    """

    restriction: Restriction | None
    named: list[Named]
    reasons: list[RestrictionReason]
    measures: list[ControlMeasure]
    history: list[timeline.Entry]
    concerns: list[SafeguardingReport]
    asked_by: str
    may_raise: bool
    may_name: bool
    may_ask: bool
    may_agree: bool
    may_refuse: bool
    may_measure: bool
    may_raise_concern: bool

    @property
    def level(self) -> int:
        """The level in force, 0 for none."""
        return self.restriction.level if self.restriction else 0


def measures_of(people: Iterable[UUID]) -> dict[UUID, list[ControlMeasure]]:
    """The measures in force for each of these people, oldest first; one query."""
    found: dict[UUID, list[ControlMeasure]] = {one: [] for one in people}
    rows = ControlMeasure.objects.filter(participant_id__in=found, ended_at=None)
    for measure in rows.order_by("noted_at", "id"):
        found[measure.participant_id].append(measure)
    return found


def rules_of(participant: Participant) -> dict[str, Any]:
    """What must be read before anybody calls or books, for participants/measures.html: measures, and safe_contact in
    the referrer's words, empty where nothing was said or the viewer may not reach the person.
    """
    details = ContactDetails.objects.filter(participant=participant).first()
    return {
        "measures": measures_of([participant.pk])[participant.pk],
        "safe_contact": details.safe_contact if details else "",
    }


def hides_contacts(participant: Participant, viewer: Viewer) -> bool:
    """Whether a restriction that is in force keeps the contact details from this viewer, who does see the person."""
    return not restriction.named(participant).filter(user=viewer.user_id).exists()


def safety_of(participant: Participant, viewer: Viewer, *, is_held: bool) -> Safety:
    """The person's safety tab. is_held: the viewer works with them today, or is the prime."""
    found = restriction.in_force(participant)
    asked_by = found.lowering_asked_by_id if found else None
    lowers = can(viewer, Permission.LIFT_RESTRICTION) and is_held and found is not None
    restricts = can(viewer, Permission.RESTRICT) and is_held
    named = _named(participant, viewer)
    reasons = RestrictionReason.objects.filter(participant=participant).select_related("restriction")
    return Safety(
        restriction=found,
        named=named,
        reasons=list(reasons.order_by("-noted_at", "-id")),
        measures=measures_of([participant.pk])[participant.pk],
        concerns=list(
            SafeguardingReport.objects.filter(participant=participant).order_by("-raised_at", "-id")
        ),
        history=timeline.page(participant, viewer, group=HISTORY, number=1)[0],
        asked_by=names_shown({asked_by}, viewer)[asked_by] if asked_by else "",
        may_raise=restricts and (found is None or found.level < Restriction.Level.NAMED_ONLY),
        may_name=restricts and found is not None and restriction.is_trusted(participant, viewer),
        may_ask=lowers and asked_by is None,
        may_agree=lowers and asked_by is not None and asked_by != viewer.user_id,
        may_refuse=lowers and asked_by is not None,
        may_measure=restricts,
        may_raise_concern=can(viewer, Permission.RAISE_CONCERN) and is_held,
    )


def choices(participant: Participant, viewer: Viewer, *, cleared_alone: bool = False) -> list[Membership]:
    """Whose places the viewer may choose from, to name them: its own people and the prime's.

    To a provider the prime's are those who are cleared; who else works with the person it is not told.
    """
    with acting_as(viewer.as_system("who can be named")):
        places = list(restriction.can_be_named(participant, viewer.today))
        taken = set(restriction.named(participant).values_list("user_id", flat=True))
    return [
        place
        for place in places
        if place.user_id not in taken
        and (viewer.kind == "prime" or place.organisation_id == viewer.organisation_id or _is_primes(place))
        and (place.cleared or not cleared_alone)
    ]


def names_shown(users: Iterable[UUID], viewer: Viewer) -> dict[UUID, str]:
    """The names of people as far as the viewer may know them: a competitor's stay unnamed."""
    ids = set(users)
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    if viewer.kind == "prime":
        return names
    with acting_as(viewer.as_system("whose people are named")):
        places = Membership.objects.filter(user__in=ids).values_list(
            "user_id", "organisation_id", "organisation__kind"
        )
        known = {
            user
            for user, organisation, kind in places
            if organisation == viewer.organisation_id or kind == Organisation.Kind.PRIME
        }
    return {user: name if user in known else SOMEBODY for user, name in names.items()}


def _is_primes(place: Membership) -> bool:
    return place.organisation.kind == Organisation.Kind.PRIME and place.cleared


def _named(participant: Participant, viewer: Viewer) -> list[Named]:
    rows = list(restriction.named(participant))
    names = names_shown({row.user_id for row in rows}, viewer)
    with acting_as(viewer.as_system("who still has a place")):
        places = Membership.objects.in_force(viewer.today).filter(user__in=names)
        here = set(places.values_list("user_id", flat=True))
    return [Named(row, names[row.user_id], row.user_id in here) for row in rows]
