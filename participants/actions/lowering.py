"""Lowering a restriction takes two: one asks, and another agrees or refuses."""

from datetime import datetime

from participants.actions.restriction import (
    NotRestricted,
    can_be_named,
    end_namings,
    forget_question,
    hold_person,
    in_force,
    named,
    note,
    open_level,
    restricted,
    tell,
    who_sees,
)
from participants.models import Participant, Restriction, RestrictionReason
from partners.acting import ActionError, action
from partners.permissions import Permission
from partners.viewer import Viewer, london_date

Step = RestrictionReason.Step


class AlreadyAsked(ActionError):
    """A question that waits for its answer is not asked twice."""

    code = "already_asked"


class NothingAsked(ActionError):
    """The question was answered, or taken back, in the meantime."""

    code = "nothing_asked"


class TakesTwo(ActionError):
    """Whoever asked does not agree as well; they must still see the person, and still be allowed to lower."""

    code = "takes_two"


def why_lower(restriction: Restriction) -> str:
    """Why somebody asked to lower it, where the viewer may read that."""
    asked = RestrictionReason.objects.filter(restriction=restriction, step=Step.LOWERING_ASKED)
    return asked.order_by("-noted_at", "-id").values_list("words", flat=True).first() or ""


@action
def ask_lowering(*, participant: Participant, to: int, words: str, by: Viewer, at: datetime) -> Restriction:
    """Ask somebody else to agree to a lower level, 0 for none; the words say why.

    Raises NotRestricted or AlreadyAsked.
    """
    assert by.user_id is not None
    hold_person(participant)
    restriction = restricted(participant)
    if to >= restriction.level:
        raise NotRestricted("This person is not restricted beyond that level.")
    if restriction.lowering_asked_at is not None:
        raise AlreadyAsked("Somebody has already asked to lower this restriction.")
    restriction.lowering_asked_by_id, restriction.lowering_asked_at = by.user_id, at
    restriction.lowering_to = to
    restriction.save(update_fields=["lowering_asked_by", "lowering_asked_at", "lowering_to"])
    note(restriction, Step.LOWERING_ASKED, "", words, at)
    tell("participant.lowering_asked", restriction, by, at, level=restriction.level, to=to)
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
    asker = can_be_named(participant, london_date(at), Permission.LIFT_RESTRICTION).filter(user=asked_by)
    if not asker.exists() or asked_by not in who_sees(participant, {asked_by}):
        raise TakesTwo(
            "Who asked no longer sees this person, or may not lower this. Refuse it, and ask yourself."
        )
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
        end_namings(named(participant), by, at)
    elif not open_ones.filter(level=to).exists():
        open_level(participant, to, by, at)
    tell("participant.lowered", restriction, by, at, level=restriction.level, to=to)
    return in_force(participant)


@action
def refuse_lowering(*, participant: Participant, to: int, by: Viewer, at: datetime) -> Restriction:
    """Let the restriction stand: somebody else refuses, or whoever asked takes it back. Raises NothingAsked."""
    restriction = _asked(participant, to)
    forget_question(restriction)
    tell("participant.lowering_refused", restriction, by, at, level=restriction.level, to=to)
    return restriction


def _asked(participant: Participant, to: int) -> Restriction:
    """The restriction that somebody asked to lower to that level, and nobody answered since."""
    hold_person(participant)
    restriction = in_force(participant)
    if restriction is None or restriction.lowering_asked_at is None or restriction.lowering_to != to:
        raise NothingAsked("This no longer waits for an answer.")
    return restriction
