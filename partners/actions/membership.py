"""Changing what a person may do in an organisation, and ending their place in it."""

from datetime import date, datetime, timedelta
from typing import Any

from partners import events
from partners.acting import ActionError, action
from partners.invitations import let_in_by
from partners.leaving import close_without_places
from partners.locks import hold
from partners.models import DomainEvent, Invitation, Membership
from partners.models.people import MembershipQuerySet
from partners.permissions import Permission, Role, can, roles_of
from partners.viewer import Viewer, london_date


class OwnPlace(ActionError):
    """Nobody changes what they may do themselves."""

    code = "own_place"


class PlaceEnded(ActionError):
    """The place no longer holds."""

    code = "place_ended"


class WrongRole(ActionError):
    """The role belongs to another kind of organisation."""

    code = "wrong_role"


class Unchanged(ActionError):
    """The person has this role or clearance already."""

    code = "unchanged"


class LastAdministrator(ActionError):
    """Without an administrator of the prime nobody could let anyone in again."""

    code = "last_administrator"


class NotYoursToClear(ActionError):
    """Clearance is given and taken by the prime's administrators, in organisations that work with people."""

    code = "not_yours_to_clear"


class LetInByYou(ActionError):
    """Whoever could let in a second address of their own must not also give it what asks for two people."""

    code = "let_in_by_you"


class EndsInPast(ActionError):
    """A place that was used cannot have ended before."""

    code = "ends_in_past"


def check_role(role: str, kind: str) -> None:
    """Raises WrongRole where an organisation of this kind has no such role."""
    if role not in roles_of(kind):
        raise WrongRole("This organisation has no such role.")


def is_clearable(kind: str) -> bool:
    """Whether an organisation of this kind works with people at all, so that there is safeguarding to be seen."""
    return kind in {"prime", "provider"}


def check_clearance(by: Viewer, kind: str, thing: object) -> None:
    """Raises NotYoursToClear where the viewer cannot clear somebody of an organisation of this kind."""
    if not is_clearable(kind) or not can(by, Permission.GIVE_CLEARANCE, thing):
        raise NotYoursToClear("Only an administrator of the prime can give or take this clearance.")


def is_administration(role: str, kind: str) -> bool:
    """Whether this is the role that gives every other one: administrator of the prime."""
    return kind == "prime" and role == Role.ADMINISTRATOR


def hold_places(by: Viewer) -> None:
    """Let every other change of places in the workspace wait: each is checked against those before it."""
    hold(f"places {by.tenant_id}")


def hold_place(membership: Membership, by: Viewer, at: datetime) -> Membership:
    """The place as it stands now, held until the transaction ends. Raises PlaceEnded or OwnPlace."""
    hold_places(by)
    today = london_date(at)
    places = Membership.objects.in_force(today).select_related("organisation")
    place = places.filter(pk=membership.pk).first()
    if place is None:
        raise PlaceEnded("This place has already ended.")
    if place.user_id == by.user_id:
        raise OwnPlace("Nobody changes their own place. Ask another administrator.")
    return place


@action
def change_role(*, membership: Membership, role: str, reason: str, by: Viewer, at: datetime) -> Membership:
    """Give a person another role in the same organisation, from this moment on; returns their new place.

    reason is a code of Membership.RoleChange. Raises OwnPlace, PlaceEnded, WrongRole, Unchanged, LastAdministrator or
    LetInByYou.
    """
    place = hold_place(membership, by, at)
    check_role(role, place.organisation.kind)
    if role == place.role:
        raise Unchanged("This is their role already.")
    _keep_an_administrator(place)
    alone = _second_person(place, by, at) if is_administration(role, place.organisation.kind) else {}
    replaced = _replace(place, by, at, role=role)
    _tell("membership.role_changed", replaced, by, at, was=place.role, role=role, reason=reason, **alone)
    return replaced


@action
def change_clearance(
    *, membership: Membership, cleared: bool, reason: str, by: Viewer, at: datetime
) -> Membership:
    """Let a person see safeguarding records, or no longer, from this moment on; returns their new place.

    reason is a code of Membership.ClearanceChange. Raises OwnPlace, PlaceEnded, Unchanged, NotYoursToClear or
    LetInByYou.
    """
    place = hold_place(membership, by, at)
    check_clearance(by, place.organisation.kind, place)
    if cleared == place.cleared:
        raise Unchanged("Their clearance is like this already.")
    alone = _second_person(place, by, at) if cleared else {}
    replaced = _replace(place, by, at, cleared=cleared)
    _tell("membership.clearance_changed", replaced, by, at, cleared=cleared, reason=reason, **alone)
    return replaced


@action
def end(*, membership: Membership, from_on: date, reason: str, by: Viewer, at: datetime) -> Membership:
    """End a person's place: from_on is the first day without it; today ends it at this moment.

    With their last place anywhere their account closes and all their sessions end. reason is a code of
    Membership.Ending. Raises OwnPlace, PlaceEnded, EndsInPast or LastAdministrator.
    """
    place = hold_place(membership, by, at)
    today = london_date(at)
    if from_on < today:
        raise EndsInPast("Choose today or a later day.")
    _keep_an_administrator(place)
    at_once = from_on == today
    _cut(place, today if at_once else from_on - timedelta(days=1), at if at_once else None, reason, by)
    if at_once:
        close_without_places(place.user_id)
        # What they had in the post when they went must not let them in again by another address.
        Invitation.objects.filter(invited_by=place.user_id, accepted_at=None, revoked_at=None).update(
            revoked_at=at, revoked_by=by.user_id
        )
    _tell("membership.ended", place, by, at, from_on=from_on, reason=reason)
    return place


def _keep_an_administrator(place: Membership) -> None:
    if not is_administration(place.role, place.organisation.kind):
        return
    # One whose place is going to end keeps nothing going.
    if not _administrators().filter(ended_on=None).exclude(pk=place.pk).exists():
        raise LastAdministrator(
            "They are the last administrator of the prime. Give the role to somebody else first."
        )


def _second_person(place: Membership, by: Viewer, at: datetime) -> dict[str, bool]:
    """See that two people let somebody have what only the trusted have: one who invited them, and one who gives it.

    Where there is no other administrator, one is enough, and the event says so: returns that fact. Raises LetInByYou.
    """
    if by.user_id not in let_in_by(place.user_id):
        return {}
    # An end that is only planned makes nobody alone: it could be planned for that.
    others = _administrators().in_force(london_date(at)).exclude(user__in=[place.user_id, by.user_id])
    if others.exists():
        raise LetInByYou("You let this person in, so another administrator of the prime decides this.")
    return {"no_other_administrator": True}


def _administrators() -> MembershipQuerySet:
    """The places of the prime's administrators."""
    return Membership.objects.filter(
        organisation__kind="prime", role=Role.ADMINISTRATOR, user__is_active=True
    )


def _cut(place: Membership, on: date, at: datetime | None, reason: str, by: Viewer) -> None:
    place.ended_on, place.ended_at, place.ended_by_id, place.end_reason = on, at, by.user_id, reason
    place.save(update_fields=["ended_on", "ended_at", "ended_by", "end_reason"])


def _replace(place: Membership, by: Viewer, at: datetime, **changes: object) -> Membership:
    """End the place now and begin another like it but for the changes; an end that was planned stays planned."""
    today = london_date(at)
    same = (
        "tenant_id",
        "user_id",
        "organisation_id",
        "role",
        "cleared",
        "ended_on",
        "ended_by_id",
        "end_reason",
    )
    replaced = Membership(**{name: getattr(place, name) for name in same} | {"started_on": today} | changes)
    _cut(place, today, at, Membership.Ending.CHANGED, by)
    replaced.save(force_insert=True)
    return replaced


def _tell(kind: str, place: Membership, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind,
        place,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        organisation_id=place.organisation_id,
        user=place.user_id,
        **facts,
    )
