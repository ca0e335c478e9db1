"""Where handovers stand: their events, how they read on the timeline, and whom they ask to act."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from participants import needs, slots, timeline
from participants.caseload import held_by
from participants.models import Handover, Participant
from participants.needs import Need
from participants.timeline import Line
from partners.events import declare
from partners.models import DomainEvent
from partners.permissions import Permission, can
from partners.viewer import Viewer

KINDS = {"handover": "Handover to be taken up"}


def connect() -> None:
    """Called when the app is ready."""
    declare("handover.given", "handover.taken_up")
    timeline.tell("handover.given", _given, group="Programme")
    timeline.tell("handover.taken_up", timeline.each(_taken_up), group="Programme")
    needs.source(from_handovers, **KINDS)
    slots.add_step(slots.Step("Take up the handover", "take_up", may_take_up))
    slots.add_step(slots.Step("Give to another adviser", "give_one", may_give))


def open_for(viewer: Viewer, participant_ids: Sequence[UUID]) -> list[Handover]:
    """The newest handover of each case to the viewer, where it is not taken up yet."""
    newest = Handover.objects.filter(participant__in=participant_ids).order_by(
        "participant", "contract", "-given_at", "-id"
    )
    found = newest.distinct("participant", "contract").select_related("from_adviser", "given_by")
    return [one for one in found if one.to_adviser_id == viewer.user_id and one.taken_up_at is None]


def from_handovers(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """Whom a colleague gave to the viewer, until the viewer takes them up."""
    return {
        one.participant_id: [Need(88, f"Given to you on {_day(one.given_on)}: read the handover", "handover")]
        for one in open_for(viewer, participant_ids)
    }


def may_take_up(participant: Participant, viewer: Viewer) -> bool:
    """Whether the person was given to the viewer, who has not taken them up yet."""
    return can(viewer, Permission.KEEP_CASE) and bool(open_for(viewer, [participant.pk]))


def may_give(participant: Participant, viewer: Viewer) -> bool:
    """Whether the viewer may give the person to another adviser today."""
    return can(viewer, Permission.HAND_OVER) and held_by(viewer).filter(participant=participant).exists()


def _given(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    found = Handover.objects.in_bulk([event.subject_id for event in told])
    return [_line(event, found.get(event.subject_id)) for event in told]


def _line(event: DomainEvent, handover: Handover | None) -> Line:
    words = [Handover.Reason(event.facts["reason"]).label]
    if handover and handover.summary:
        words.append(handover.summary)
    if many := event.facts["appointments"]:
        words.append("1 appointment went along" if many == 1 else f"{many} appointments went along")
    return Line("Given to another adviser", "\n".join(words), "blue")


def _taken_up(event: DomainEvent) -> Line:
    return Line("Handover taken up", f"Told on {_day(date.fromisoformat(event.facts['told_on']))}", "green")


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
