"""Restricting who sees a person, for as long as there is a live risk: one raises it, two lower it."""

from collections.abc import Iterable
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
from partners.models import Membership, Organisation
from partners.permissions import GRANTS, Permission
from partners.viewer import Viewer, london_date

Cause, Level, Step = RestrictionReason.Cause, Restriction.Level, RestrictionReason.Step
# Roles that can be named: whoever may not see people at all is not shown this one either.
SEEING = [pair for pair, granted in GRANTS.items() if Permission.SEE_PEOPLE in granted]


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


class AlreadyAsked(ActionError):
    """A question that waits for its answer is not asked twice."""

    code = "already_asked"


class NothingAsked(ActionError):
    """The question was answered, or taken back, in the meantime."""

    code = "nothing_asked"


class TakesTwo(ActionError):
    """Whoever asked does not agree as well; and they must still be there, and still see the person."""

    code = "takes_two"


def in_force(participant: Participant) -> Restriction | None:
    """The restriction of the highest level that is open, as far as the viewer may see it."""
    return Restriction.objects.filter(participant=participant, lowered_at=None).order_by("-level").first()


def named(participant: Participant) -> QuerySet[NamedAccess]:
    """Who is named today, in the order of naming."""
    rows = NamedAccess.objects.filter(participant=participant, ended_at=None)
    return rows.select_related("user").order_by("named_at", "id")


def who_sees(participant: Participant, users: set[UUID]) -> set[UUID]:
    """Those of the users whom no restriction keeps from seeing the person."""
    restriction = in_force(participant)
    if restriction is None or restriction.level < Level.NAMED_ONLY:
        return users
    return set(named(participant).filter(user__in=users).values_list("user_id", flat=True))


def is_trusted(participant: Participant, viewer: Viewer) -> bool:
    """Whether the viewer is named to see the person, or cleared for safeguarding."""
    return viewer.cleared or named(participant).filter(user=viewer.user_id).exists()


def can_be_named(participant: Participant, day: date) -> QuerySet[Membership]:
    """The places of everybody who could be named, by organisation and name. Runs as the system."""
    held = Assignment.objects.in_force(day).filter(participant=participant).values("organisation")
    here = Q(organisation__kind=Organisation.Kind.PRIME) | Q(organisation__in=held)
    seeing = Q(pk=None)
    for kind, role in SEEING:
        seeing |= Q(organisation__kind=kind, role=role)
    places = Membership.objects.in_force(day).filter(here, seeing, user__is_active=True)
    return places.select_related("user", "organisation").order_by("organisation__name", "user__name", "pk")


def why_lower(restriction: Restriction) -> str:
    """Why somebody asked to lower it, where the viewer may read that."""
    asked = RestrictionReason.objects.filter(restriction=restriction, step=Step.LOWERING_ASKED)
    return asked.order_by("-noted_at", "-id").values_list("words", flat=True).first() or ""


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
    _hold(participant)
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
        _forget_question(before)
    return _restrict(participant, level, cause, words, by, at)


@action
def withhold(*, participant: Participant, by: Viewer, at: datetime) -> Restriction:
    """Restrict somebody to level 1 whose referrer withholds how to reach them. Nobody is named: nobody knows it."""
    return _restrict(participant, Level.CONTACTS, Cause.WITHHELD, "", by, at)


def contacts_withheld(*, participant: Participant, by: Viewer, at: datetime) -> None:
    """Keep in mind that the referrer withholds contact details. Part of a greater action, as the system."""
    _hold(participant)
    if in_force(participant) is None:
        withhold(participant=participant, by=by, at=at)
    known = ControlMeasure.objects.filter(
        participant=participant, kind=ControlMeasure.Kind.THROUGH_REFERRER, ended_at=None
    )
    if not known.exists():
        control_measure.add(
            participant=participant, kind=ControlMeasure.Kind.THROUGH_REFERRER, words="", by=by, at=at
        )


@action
def name_person(
    *, participant: Participant, user_id: UUID, words: str, by: Viewer, at: datetime
) -> NamedAccess:
    """Let one more user see the person; the words say why. By whoever is named themselves, or is cleared.

    Nobody names themselves: a look at a restricted person takes somebody else who knows of it.
    Raises NotRestricted, NotYoursToName or CannotBeNamed, also for somebody who is named already.
    """
    _hold(participant)
    restriction = _restricted(participant)
    _must_be_trusted(participant, by)
    if user_id == by.user_id:
        raise NotYoursToName("Nobody names themselves. Ask somebody else who may.")
    user_ids = _chosen(participant, {user_id}, at)
    if named(participant).filter(user__in=user_ids).exists():
        raise CannotBeNamed("This person is named already.")
    if words:
        _note(restriction, Step.NAMED, "", words, at)
    access = _name(participant, user_id, by, at)
    _record("participant.named", restriction, by, at, user=user_id)
    return access


@action
def end_naming(*, participant: Participant, user_id: UUID, by: Viewer, at: datetime) -> NamedAccess:
    """Let a named user see the restricted person no longer. By whoever is named themselves, or is cleared.

    Raises NotRestricted, NotYoursToName or NotNamed; LastNamed where at level 2 nobody remains who works with the
    person still.
    """
    _hold(participant)
    restriction = _restricted(participant)
    _must_be_trusted(participant, by)
    access = named(participant).filter(user=user_id).first()
    if access is None:
        raise NotNamed("This person is not named any more.")
    others = named(participant).exclude(pk=access.pk).values("user")
    remain = can_be_named(participant, _day(at)).filter(user__in=others)
    if restriction.level == Level.NAMED_ONLY and not remain.exists():
        raise LastNamed("Somebody has to see this person. Name somebody else first.")
    _end([access], by, at)
    _record("participant.naming_ended", restriction, by, at, user=user_id)
    return access


@action
def ask_lowering(*, participant: Participant, to: int, words: str, by: Viewer, at: datetime) -> Restriction:
    """Ask somebody else to agree to a lower level, 0 for none; the words say why.

    Raises NotRestricted or AlreadyAsked.
    """
    assert by.user_id is not None
    _hold(participant)
    restriction = _restricted(participant)
    if to >= restriction.level:
        raise NotRestricted("This person is not restricted beyond that level.")
    if restriction.lowering_asked_at is not None:
        raise AlreadyAsked("Somebody has already asked to lower this restriction.")
    restriction.lowering_asked_by_id, restriction.lowering_asked_at = by.user_id, at
    restriction.lowering_to = to
    restriction.save(update_fields=["lowering_asked_by", "lowering_asked_at", "lowering_to"])
    _note(restriction, Step.LOWERING_ASKED, "", words, at)
    _record("participant.lowering_asked", restriction, by, at, level=restriction.level, to=to)
    return restriction


@action
def agree_lowering(*, participant: Participant, to: int, by: Viewer, at: datetime) -> Restriction | None:
    """Agree to what another user asked: to this level, 0 for none. Returns what is in force after it.

    Raises NothingAsked or TakesTwo. With the last restriction, everybody's naming ends.
    """
    restriction = _asked(participant, to)
    asked_by = restriction.lowering_asked_by_id
    assert asked_by is not None
    if by.user_id is None or by.user_id == asked_by:
        raise TakesTwo("Somebody else than who asked has to agree.")
    asker = Membership.objects.in_force(_day(at)).filter(user=asked_by)
    if not asker.exists() or asked_by not in who_sees(participant, {asked_by}):
        raise TakesTwo("Who asked no longer sees this person. Refuse this, and ask again yourself.")
    open_ones = Restriction.objects.filter(participant=participant, lowered_at=None)
    for one in open_ones.filter(level__gt=to):
        one.lowering_asked_by_id, one.lowering_asked_at = asked_by, restriction.lowering_asked_at
        one.lowering_to, one.lowered_by_id, one.lowered_at = to, by.user_id, at
        one.save(
            update_fields=[
                "lowering_asked_by",
                "lowering_asked_at",
                "lowering_to",
                "lowered_by",
                "lowered_at",
            ]
        )
    if to == 0:
        _end(named(participant), by, at)
    elif not open_ones.filter(level=to).exists():
        _open(participant, to, by, at)
    _record("participant.lowered", restriction, by, at, level=restriction.level, to=to)
    return in_force(participant)


@action
def refuse_lowering(*, participant: Participant, to: int, by: Viewer, at: datetime) -> Restriction:
    """Let the restriction stand: somebody else refuses, or whoever asked takes it back. Raises NothingAsked."""
    restriction = _asked(participant, to)
    _forget_question(restriction)
    _record("participant.lowering_refused", restriction, by, at, level=restriction.level, to=to)
    return restriction


def _hold(participant: Participant) -> None:
    """Two who change a person's restriction wait for each other."""
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)


def _day(at: datetime) -> date:
    return london_date(at)


def _restricted(participant: Participant) -> Restriction:
    restriction = in_force(participant)
    if restriction is None:
        raise NotRestricted("This person is not restricted.")
    return restriction


def _asked(participant: Participant, to: int) -> Restriction:
    """The restriction that somebody asked to lower to that level, and nobody answered since."""
    _hold(participant)
    restriction = in_force(participant)
    if restriction is None or restriction.lowering_asked_at is None or restriction.lowering_to != to:
        raise NothingAsked("This no longer waits for an answer.")
    return restriction


def _must_be_trusted(participant: Participant, by: Viewer) -> None:
    if not is_trusted(participant, by):
        raise NotYoursToName("Only somebody who is named, or cleared for safeguarding, decides who is named.")


def _chosen(
    participant: Participant, people: set[UUID], at: datetime, *, cleared_alone: bool = False
) -> set[UUID]:
    places = can_be_named(participant, _day(at)).filter(user__in=people)
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


def _end(those: Iterable[NamedAccess], by: Viewer, at: datetime) -> None:
    for access in those:
        access.ended_by_id, access.ended_at = by.user_id, at
        access.save(update_fields=["ended_by", "ended_at"])


def _open(participant: Participant, level: int, by: Viewer, at: datetime) -> Restriction:
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
    restriction = _open(participant, level, by, at)
    _note(restriction, Step.RAISED, Cause(cause), words, at)
    _record("participant.restricted", restriction, by, at, level=level)
    return restriction


def _note(restriction: Restriction, step: str, cause: str, words: str, at: datetime) -> None:
    RestrictionReason(
        tenant_id=restriction.tenant_id,
        participant_id=restriction.participant_id,
        restriction=restriction,
        cause=cause,
        words=words,
        step=Step(step),
        noted_at=at,
    ).save(force_insert=True)


def _forget_question(restriction: Restriction) -> None:
    restriction.lowering_asked_by_id = restriction.lowering_asked_at = restriction.lowering_to = None
    restriction.save(update_fields=["lowering_asked_by", "lowering_asked_at", "lowering_to"])


def _record(kind: str, restriction: Restriction, by: Viewer, at: datetime, **facts: Any) -> None:
    """Whoever sees the person reads that; why is a row behind the safeguarding wall, and no fact."""
    events.record(
        kind,
        restriction,
        by,
        at=at,
        participant_id=restriction.participant_id,
        organisation_id=by.organisation_id,
        **facts,
    )
