"""Why somebody on the caseload needs the adviser before they have started."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from participants.needs import Need
from partners.viewer import Viewer
from referrals.inbox import Waiting, to_answer, to_start

KINDS = {"offer": "Referral to answer", "start": "Accepted, not started"}


def from_referrals(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """Offers that wait for an answer, and starts that have not happened."""
    found: dict[UUID, list[Need]] = {}
    for waiting in to_answer(viewer, participant_ids):
        sentence = f"Answer this referral: {waiting.clock.words}"
        need = Need(95 if waiting.clock.is_late else 80, sentence, "offer")
        found.setdefault(person(waiting), []).append(need)
    for waiting in to_start(viewer, participant_ids):
        found.setdefault(person(waiting), []).extend(not_started(waiting, today))
    return found


def person(waiting: Waiting) -> UUID:
    """Whom it is about."""
    assert waiting.referral.participant_id is not None
    return waiting.referral.participant_id


def not_started(waiting: Waiting, today: date) -> Iterator[Need]:
    """The first appointment and the clock; more pressing once the appointment or the limit is past."""
    day = waiting.first_appointment_on
    when = f"First appointment on {day.day} {day:%B}" if day else "No first appointment"
    weight = 92 if waiting.clock.is_late else 72 if day is None or day <= today else 42
    yield Need(weight, f"{when}, not yet started ({waiting.clock.words})", "start")
