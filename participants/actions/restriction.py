"""Restricting who sees a person, for as long as there is a live risk: one raises it, two lower it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from participants.actions import control_measure
from participants.models import (
    Assignment,
    ControlMeasure,
    NamedAccess,
    Participant,
    Restriction,
    RestrictionReason,
)
from partners import events
from partners.acting import ActionError, action
from partners.locks import hold
from partners.models import Membership, Organisation
from partners.models.people import MembershipQuerySet
from partners.permissions import GRANTS, Permission
from partners.viewer import Viewer, london_date

Cause, Level, Step = RestrictionReason.Cause, Restriction.Level, RestrictionReason.Step


class AlreadyRestricted(ActionError):
    """The person is restricted to that level, or beyond."""

    code = "already_restricted"


class NotRestricted(ActionError):
    """There is nothing to lower, and nobody to name."""

    code = "not_restricted"


class CannotBeNamed(ActionError):
    """Whoever is named works for the prime, or for a provider that holds the person today, and sees people there."""

    code = "cannot_be_named"


class NotYoursToName(ActionError):
    """Whoever is not named does not decide who is, or everybody could name themselves."""

    code = "not_yours_to_name"


class NotNamed(ActionError):
    """The user was not named, or is no longer."""

    code = "not_named"


class LastNamed(ActionError):
    """A person whom nobody could see any more would be lost."""

    code = "last_named"


def in_force(participant: Participant) -> Restriction | None:
    """The restriction of the highest level that is open, as far as the viewer may see it."""
    return Restriction.objects.filter(participant=participant, lowered_at=None).order_by("-level").first()


def named(participant: Participant) -> QuerySet[NamedAccess]:
    """Who is named today, in the order of naming."""
    rows = NamedAccess.objects.filter(participant=participant, ended_at=None)
    return rows.select_related("user").order_by("named_at", "id")


def who_sees(participant: Participant, users: set[UUID]) -> set[UUID]:
    """Those of the users whom no restriction keeps from seeing the person."""
    return _whom_it_lets(participant, users, Level.NAMED_ONLY)


def who_reaches(participant: Participant, users: set[UUID]) -> set[UUID]:
    """Those of the users whom no restriction keeps from reaching the person: by their contact details, or by knowing
    when and where they will be.
    """
    return _whom_it_lets(participant, users, Level.CONTACTS)


def _whom_it_lets(participant: Participant, users: set[UUID], level: int) -> set[UUID]:
    restriction = in_force(participant)
    if restriction is None or restriction.level < level:
        return users
    return set(named(participant).filter(user__in=users).values_list("user_id", flat=True))


def is_trusted(participant: Participant, viewer: Viewer) -> bool:
    """Whether the viewer is named to see the person, or cleared for safeguarding."""
    return viewer.cleared or named(participant).filter(user=viewer.user_id).exists()


def places_with(permission: Permission, day: date) -> MembershipQuerySet:
    """The places that carry the permission on that day, of people who can sign in. Runs as the system."""
    carrying = Q(pk=None)
    for (kind, role), granted in GRANTS.items():
        if permission in granted:
            carrying |= Q(organisation__kind=kind, role=role)
    return Membership.objects.in_force(day).filter(carrying, user__is_active=True)


def can_be_named(
    participant: Participant, day: date, permission: Permission = Permission.SEE_PEOPLE
) -> QuerySet[Membership]:
    """The places of everybody who could be named, by organisation and name: at the prime, or where the person is held.

    Whoever may not see people at all is not shown this one either. Runs as the system.
    """
    held = Assignment.objects.in_force(day).filter(participant=participant).values("organisation")
    here = Q(organisation__kind=Organisation.Kind.PRIME) | Q(organisation__in=held)
    places = places_with(permission, day).filter(here).select_related("user", "organisation")
    return places.order_by("organisation__name", "user__name", "pk")


@action
def raise_level(
    *,
    participant: Participant,
    level: int,
    cause: str,
    words: str,
    people: Iterable[UUID],
    by: Viewer,
    at: datetime,
) -> Restriction:
    """Restrict the person to a Level for a Cause; whoever raises it is named, with these people (ids of users).

    The words may be empty, and are for the cleared and the named alone. A question to lower an earlier restriction
    falls. Whoever could not reach the person before does not come to it by this: they are not named, and add nobody
    but the cleared. Raises AlreadyRestricted, CannotBeNamed, or LastNamed where nobody would be named at all.
    """
    assert by.user_id is not None
    _hold_restricting(by)
    hold_person(participant)
    before = in_force(participant)
    if before is not None and before.level >= level:
        raise AlreadyRestricted("This person is already restricted to that level.")
    reaches = before is None or is_trusted(participant, by)
    chosen = _chosen(participant, set(people) - {by.user_id}, at, cleared_alone=not reaches)
    for user_id in sorted({*chosen, by.user_id} if reaches else chosen):
        _name(participant, user_id, by, at)
    if not named(participant).exists():
        raise LastNamed("Choose somebody who is cleared: you are not named, and nobody else is.")
    if before is not None:
        forget_question(before)
    return _restrict(participant, level, cause, words, by, at)


@action
def withhold(*, participant: Participant, by: Viewer, at: datetime) -> Restriction:
    """Restrict somebody to level 1 whose referrer withholds how to reach them. Nobody is named: nobody knows it."""
    return _restrict(participant, Level.CONTACTS, Cause.WITHHELD, "", by, at)


def contacts_withheld(*, participant: Participant, by: Viewer, at: datetime) -> None:
    """Keep in mind that the referrer withholds contact details. Part of a greater action, as the system."""
    _hold_restricting(by)
    hold_person(participant)
    if in_force(participant) is None:
        withhold(participant=participant, by=by, at=at)
    known = ControlMeasure.objects.filter(
        participant=participant, kind=ControlMeasure.Kind.THROUGH_REFERRER, ended_at=None
    )
    if not known.exists():
        control_measure.add(
            participant=participant, kind=ControlMeasure.Kind.THROUGH_REFERRER, words="", by=by, at=at
        )


def follow(*, participant: Participant, other: Participant, by: Viewer, at: datetime) -> None:
    """Restrict somebody like the other, who may be the same person: a live risk is a vital interest.

    Nothing where they are restricted to that level already. Part of a greater action, as the system. Whose contract
    the other is on may be none of this one's business, so nothing is said of who raised it, or why.
    """
    _hold_restricting(by)
    for one in (participant, other):
        hold_person(one)
    before, wanted = in_force(participant), in_force(other)
    if wanted is not None and (before is None or before.level < wanted.level):
        nobody = replace(by, organisation_id=None, user_id=None, key_id=None)
        people = set(named(other).values_list("user_id", flat=True))
        raise_alike(participant=participant, level=wanted.level, people=people, by=nobody, at=at)


@action
def raise_alike(
    *, participant: Participant, level: int, people: set[UUID], by: Viewer, at: datetime
) -> Restriction:
    """Restrict the person as on another contract; those of the named people whose place still holds are named too."""
    before = in_force(participant)
    if before is not None:
        forget_question(before)
    here = places_with(Permission.SEE_PEOPLE, london_date(at)).filter(user__in=people)
    for user_id in sorted(set(here.values_list("user_id", flat=True))):
        _name(participant, user_id, by, at)
    return _restrict(participant, level, Cause.ELSEWHERE, "", by, at)


@action
def name_person(
    *, participant: Participant, user_id: UUID, words: str, by: Viewer, at: datetime
) -> NamedAccess:
    """Let one more user see the person; the words say why. By whoever is named themselves, or is cleared.

    Nobody names themselves: a look at a restricted person takes somebody else who knows of it.
    Raises NotRestricted, NotYoursToName or CannotBeNamed, also for somebody who is named already.
    """
    hold_person(participant)
    restriction = restricted(participant)
    _must_be_trusted(participant, by)
    if user_id == by.user_id:
        raise NotYoursToName("Nobody names themselves. Ask somebody else who may.")
    user_ids = _chosen(participant, {user_id}, at)
    if named(participant).filter(user__in=user_ids).exists():
        raise CannotBeNamed("This person is named already.")
    if words:
        note(restriction, Step.NAMED, "", words, at)
    access = _name(participant, user_id, by, at)
    tell("participant.named", restriction, by, at, user=user_id)
    return access


@action
def end_naming(*, participant: Participant, user_id: UUID, by: Viewer, at: datetime) -> NamedAccess:
    """Let a named user see the restricted person no longer. By whoever is named themselves, or is cleared.

    Raises NotRestricted, NotYoursToName or NotNamed; LastNamed where at level 2 nobody remains who works with the
    person still.
    """
    hold_person(participant)
    restriction = restricted(participant)
    _must_be_trusted(participant, by)
    access = named(participant).filter(user=user_id).first()
    if access is None:
        raise NotNamed("This person is not named any more.")
    others = named(participant).exclude(pk=access.pk).values("user")
    remain = can_be_named(participant, london_date(at)).filter(user__in=others)
    if restriction.level == Level.NAMED_ONLY and not remain.exists():
        raise LastNamed("Somebody has to see this person. Name somebody else first.")
    end_namings([access], by, at)
    tell("participant.naming_ended", restriction, by, at, user=user_id)
    return access


def _hold_restricting(by: Viewer) -> None:
    """One raises at a time in a workspace: what follows from it holds further people, in whatever order."""
    hold(f"restricting {by.tenant_id}")


def hold_person(participant: Participant) -> None:
    """Two who change a person's restriction wait for each other."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)


def restricted(participant: Participant) -> Restriction:
    restriction = in_force(participant)
    if restriction is None:
        raise NotRestricted("This person is not restricted.")
    return restriction


def _must_be_trusted(participant: Participant, by: Viewer) -> None:
    if not is_trusted(participant, by):
        raise NotYoursToName("Only somebody who is named, or cleared for safeguarding, decides who is named.")


def _chosen(
    participant: Participant, people: set[UUID], at: datetime, *, cleared_alone: bool = False
) -> set[UUID]:
    places = can_be_named(participant, london_date(at)).filter(user__in=people)
    if cleared_alone:
        places = places.filter(cleared=True)
    if people - set(places.values_list("user_id", flat=True)):
        who = (
            "people who are cleared for safeguarding" if cleared_alone else "people who work with this person"
        )
        raise CannotBeNamed(f"Choose {who}.")
    return people


def _name(participant: Participant, user_id: UUID, by: Viewer, at: datetime) -> NamedAccess:
    access, _ = NamedAccess.objects.get_or_create(
        tenant_id=by.tenant_id,
        participant=participant,
        user_id=user_id,
        ended_at=None,
        defaults={"named_by_id": by.user_id, "named_at": at},
    )
    return access


def end_namings(those: Iterable[NamedAccess], by: Viewer, at: datetime) -> None:
    for access in those:
        access.ended_by_id, access.ended_at = by.user_id, at
        access.save(update_fields=["ended_by", "ended_at"])


def open_level(participant: Participant, level: int, by: Viewer, at: datetime) -> Restriction:
    restriction = Restriction(
        tenant_id=by.tenant_id,
        participant=participant,
        level=Level(level),
        raised_by_id=by.user_id,
        raised_at=at,
    )
    restriction.save(force_insert=True)
    return restriction


def _restrict(
    participant: Participant, level: int, cause: str, words: str, by: Viewer, at: datetime
) -> Restriction:
    restriction = open_level(participant, level, by, at)
    note(restriction, Step.RAISED, Cause(cause), words, at)
    tell("participant.restricted", restriction, by, at, level=level)
    return restriction


def note(restriction: Restriction, step: str, cause: str, words: str, at: datetime) -> None:
    RestrictionReason(
        tenant_id=restriction.tenant_id,
        participant_id=restriction.participant_id,
        restriction=restriction,
        cause=cause,
        words=words,
        step=Step(step),
        noted_at=at,
    ).save(force_insert=True)


def forget_question(restriction: Restriction) -> None:
    restriction.lowering_asked_by_id = restriction.lowering_asked_at = restriction.lowering_to = None
    restriction.save(update_fields=["lowering_asked_by", "lowering_asked_at", "lowering_to"])


def tell(kind: str, about: Restriction | NamedAccess, by: Viewer, at: datetime, **facts: Any) -> None:
    """Whoever sees the person reads that; why is a row behind the safeguarding wall, and no fact."""
    events.record(
        kind,
        about,
        by,
        at=at,
        participant_id=about.participant_id,
        organisation_id=by.organisation_id,
        **facts,
    )
