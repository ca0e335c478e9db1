"""Control measures: what staff must know to be safe, noted and ended without ever saying why."""

from datetime import datetime

from participants.models import ControlMeasure, Participant
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer

Kind = ControlMeasure.Kind
# These say nothing by themselves.
WITH_WORDS = (Kind.NOT_AT_SITE, Kind.OTHER)


class WordsNeeded(ActionError):
    """The kind alone does not tell anyone what to do."""

    code = "words_needed"


class AlreadyNoted(ActionError):
    """The same measure is in force."""

    code = "already_noted"


class AlreadyEnded(ActionError):
    """The measure has ended before."""

    code = "already_ended"


@action
def add(*, participant: Participant, kind: str, words: str, by: Viewer, at: datetime) -> ControlMeasure:
    """Note a measure; kind is a code of ControlMeasure.Kind. Raises WordsNeeded or AlreadyNoted."""
    assert by.organisation_id is not None
    if kind in WITH_WORDS and not words:
        raise WordsNeeded("Say in a few words what staff must do.")
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    if ControlMeasure.objects.filter(participant=participant, kind=kind, words=words, ended_at=None).exists():
        raise AlreadyNoted("This measure is noted already.")
    measure = ControlMeasure(
        tenant_id=by.tenant_id,
        participant=participant,
        organisation_id=by.organisation_id,
        kind=Kind(kind),
        words=words,
        noted_by_id=by.user_id,
        noted_at=at,
    )
    measure.save(force_insert=True)
    _record("measure.noted", measure, by, at)
    return measure


@action
def end(*, measure: ControlMeasure, by: Viewer, at: datetime) -> ControlMeasure:
    """End a measure that is no longer needed. Raises AlreadyEnded."""
    measure = ControlMeasure.objects.select_for_update(no_key=True).get(pk=measure.pk)
    if measure.ended_at is not None:
        raise AlreadyEnded("This measure has already ended.")
    measure.ended_by_id, measure.ended_at = by.user_id, at
    measure.save(update_fields=["ended_by", "ended_at"])
    _record("measure.ended", measure, by, at)
    return measure


def _record(kind: str, measure: ControlMeasure, by: Viewer, at: datetime) -> None:
    """Whoever works with the person is told; the words stay with the measure."""
    events.record(
        kind,
        measure,
        by,
        at=at,
        participant_id=measure.participant_id,
        organisation_id=by.organisation_id,
        measure=measure.kind,
    )
