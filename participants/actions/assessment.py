"""Assessing a participant: what they said before is confirmed rather than asked again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from participants.actions.holding import held
from participants.answers import Answer, history
from participants.models import Assessment, HealthAnswers, Participant
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date
from programmes.assessing import Question, questions_of
from programmes.models import AssessmentTemplate, Contract


class NothingAnswered(ActionError):
    """An assessment without an answer is none."""

    code = "nothing_answered"


class AssessedInFuture(ActionError):
    """It is recorded when it is made."""

    code = "assessed_in_future"


class AssessedBeforeAssignment(ActionError):
    """The provider did not work with the person on that day."""

    code = "assessed_before_assignment"


class OtherQuestions(ActionError):
    """The programme of the contract does not use this version of the assessment, or it has no such step."""

    code = "other_questions"


@dataclass(frozen=True)
class Said:
    """What the person said to one question: the place of the step, and their words, which may be empty."""

    step: int
    words: str = ""


@action
def assess(
    *,
    participant: Participant,
    contract: Contract,
    template: AssessmentTemplate,
    answers: Mapping[str, Said],
    made_on: date,
    by: Viewer,
    at: datetime,
) -> Assessment:
    """Record an assessment. answers: by the code of a question of the template; a question that was not asked is left
    out, and what was said to it before stands with its date. What is the same as before is confirmed: it keeps where
    it comes from.

    Raises NotHeld, NothingAnswered, AssessedInFuture, AssessedBeforeAssignment or OtherQuestions.
    """
    assert by.organisation_id is not None
    assert by.user_id is not None
    made = Assessment(
        tenant_id=by.tenant_id,
        participant=participant,
        contract=contract,
        organisation_id=by.organisation_id,
        template=template,
        adviser_id=by.user_id,
        made_on=made_on,
        recorded_at=at,
    )
    questions = {one.code: one for one in questions_of(template.questions)}
    _check(made, answers, questions, london_date(at))
    before = history(participant)
    kept = {code: _kept(questions[code], said, before.get(code)) for code, said in answers.items()}
    _keep(made, kept, {code for code in kept if questions[code].is_health})
    _tell(made, kept.values(), by, at)
    return made


def _check(
    made: Assessment, answers: Mapping[str, Said], questions: Mapping[str, Question], today: date
) -> None:
    """Refuse what cannot be."""
    assignments = held(made, today)
    if made.template.withdrawn_at or made.template.programme_id != made.contract.programme_id:
        raise OtherQuestions("The programme asks other questions by now. Open the assessment again.")
    if not answers:
        raise NothingAnswered("Answer at least one question.")
    if any(
        code not in questions or not 0 <= said.step <= questions[code].best for code, said in answers.items()
    ):
        raise OtherQuestions("The programme asks other questions by now. Open the assessment again.")
    if made.made_on > today:
        raise AssessedInFuture("The day of the assessment cannot be in the future.")
    if not any(one.holds_on(made.made_on) for one in assignments):
        raise AssessedBeforeAssignment("Your organisation did not work with this person on that date.")


def _kept(question: Question, said: Said, before: list[Answer] | None) -> dict[str, Any]:
    """The answer as it is kept, with where it comes from if it was said before."""
    last = before[-1] if before else None
    kept: dict[str, Any] = {"step": said.step, "words": said.words}
    if last and last.says(question, said.step, said.words):
        kept["from"] = str(last.first.pk)
    return kept


def _keep(made: Assessment, kept: Mapping[str, Mapping[str, Any]], of_health: Collection[str]) -> None:
    """Write it, what concerns the person's health into a table of its own."""
    made.answers = {code: answer for code, answer in kept.items() if code not in of_health}
    made.save(force_insert=True)
    if of_health:
        HealthAnswers(
            tenant_id=made.tenant_id,
            assessment=made,
            participant_id=made.participant_id,
            answers={code: kept[code] for code in of_health},
        ).save(force_insert=True)


def _tell(made: Assessment, kept: Iterable[Mapping[str, Any]], by: Viewer, at: datetime) -> None:
    """Which assessment and how much of it was new, without its answers."""
    confirmed = ["from" in one for one in kept]
    events.record(
        "assessment.made",
        made,
        by,
        at=at,
        on=made.made_on,
        participant_id=made.participant_id,
        organisation_id=made.organisation_id,
        contract=made.contract_id,
        template=made.template_id,
        answers=len(confirmed),
        confirmed=sum(confirmed),
    )
