"""Evidence: recorded by who works with the person, accepted or rejected by somebody else, replaced or withdrawn."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from outcomes.actions.holding import holder, one_at_a_time
from outcomes.models import Earning, Evidence, Job
from participants.models import Document, Enrolment
from partners import events
from partners.acting import ActionError, action
from partners.viewer import Viewer, london_date

Kind = Evidence.Kind


class HappenedInFuture(ActionError):
    """Evidence is of what has happened."""

    code = "happened_in_future"


class HappenedBeforeBirth(ActionError):
    """Nothing happens to people before they are born."""

    code = "happened_before_birth"


class ConcernTold(ActionError):
    """Evidence of a concern says that it was evidenced and nothing more."""

    code = "concern_told"


class NoDefinition(ActionError):
    """A progress measure is one of those that the programme defines."""

    code = "no_definition"


class NotOfThisCase(ActionError):
    """The job, the payment or the document belongs to something else."""

    code = "not_of_this_case"


class AlreadyRecorded(ActionError):
    """The same evidence is recorded already, and nobody rejected it."""

    code = "already_recorded"


class AlreadyChanged(ActionError):
    """Somebody else replaced or withdrew the evidence in the meantime."""

    code = "already_changed"


class AlreadyDecided(ActionError):
    """Somebody accepted or rejected it before."""

    code = "already_decided"


class OwnEvidence(ActionError):
    """Nobody decides on what they recorded themselves."""

    code = "own_evidence"


class DocumentGone(ActionError):
    """The document that was to prove it was taken away."""

    code = "document_gone"


@dataclass(frozen=True)
class Proof:
    """What is put forward. kind is a code of Evidence; definition is the programme's code of the step; the job or the
    payment is what it proves, where it proves one; the document is one of the same person.
    """

    kind: str
    happened_on: date
    definition: str = ""
    job: Job | None = None
    earning: Earning | None = None
    document: Document | None = None
    words: str = ""


@action
def record(
    *, enrolment: Enrolment, proof: Proof, replaces: Evidence | None = None, by: Viewer, at: datetime
) -> Evidence:
    """Put evidence forward, in the place of another where `replaces` is given; somebody else decides on it.

    Raises NotHeld, HappenedInFuture, HappenedBeforeBirth, ConcernTold, NoDefinition, NotOfThisCase, AlreadyRecorded
    or AlreadyChanged.
    """
    organisation_id = holder(enrolment, by, at)
    _check(enrolment, proof, at)
    one_at_a_time(enrolment)
    if replaces is not None:
        _void(replaces, Evidence.VoidReason.REPLACED, at)
    _check_new(enrolment, proof)
    evidence = _written(enrolment, proof, organisation_id, by, at, replaces)
    _record("evidence.recorded", evidence, by, at, on=proof.happened_on)
    return evidence


@action
def accept(*, evidence: Evidence, by: Viewer, at: datetime) -> Evidence:
    """Accept it. Raises NotHeld, AlreadyChanged, AlreadyDecided, OwnEvidence or DocumentGone."""
    decided = _decide(evidence, Evidence.Decision.ACCEPTED, "", by, at)
    _record("evidence.accepted", decided, by, at)
    return decided


@action
def reject(*, evidence: Evidence, reason: str, by: Viewer, at: datetime) -> Evidence:
    """Reject it; reason is a code of Evidence.RejectionReason. Raises what `accept` does, but for DocumentGone."""
    why = Evidence.RejectionReason(reason)
    decided = _decide(evidence, Evidence.Decision.REJECTED, why, by, at)
    _record("evidence.rejected", decided, by, at)
    return decided


@action
def withdraw(*, evidence: Evidence, reason: str, by: Viewer, at: datetime) -> Evidence:
    """Take evidence back, accepted or not; reason is a code of VoidReason. Raises NotHeld or AlreadyChanged."""
    holder(evidence.enrolment, by, at)
    one_at_a_time(evidence.enrolment)
    old = _void(evidence, Evidence.VoidReason(reason), at)
    _record("evidence.withdrawn", old, by, at)
    return old


def _check(enrolment: Enrolment, proof: Proof, at: datetime) -> None:
    if proof.happened_on > london_date(at):
        raise HappenedInFuture("The date cannot be in the future.")
    if proof.happened_on <= enrolment.participant.born_on:
        raise HappenedBeforeBirth("The date must be after the person's date of birth.")
    if proof.kind == Kind.CONCERN and (
        proof.words or proof.document or proof.definition or proof.job or proof.earning
    ):
        raise ConcernTold(
            "Evidence of a family concern says only that it was met: leave out the note, the document and the rest."
        )
    if proof.kind == Kind.PROGRESS_MEASURE and not proof.definition:
        raise NoDefinition("Say which progress measure it is.")
    within = [one.enrolment_id for one in (proof.job, proof.earning) if one]
    person = proof.document.participant_id if proof.document else enrolment.participant_id
    if set(within) - {enrolment.pk} or person != enrolment.participant_id:
        raise NotOfThisCase("Choose a job, a payment and a document of this person on this contract.")


def _check_new(enrolment: Enrolment, proof: Proof) -> None:
    same = Evidence.objects.filter(
        enrolment=enrolment,
        voided_at=None,
        kind=proof.kind,
        definition=proof.definition,
        happened_on=proof.happened_on,
        job=proof.job,
        earning=proof.earning,
    )
    if same.exclude(decision=Evidence.Decision.REJECTED).exists():
        raise AlreadyRecorded("This evidence is already recorded: same kind, same date, same thing proved.")


def _in_force(evidence: Evidence) -> Evidence:
    """The row under a lock. Raises AlreadyChanged where it was voided."""
    current = Evidence.objects.select_for_update(no_key=True).filter(pk=evidence.pk, voided_at=None).first()
    if current is None:
        raise AlreadyChanged("Somebody changed this evidence in the meantime. Look at it again.")
    return current


def _void(evidence: Evidence, reason: Evidence.VoidReason, at: datetime) -> Evidence:
    current = _in_force(evidence)
    current.voided_at = at
    current.void_reason = reason
    current.save(update_fields=["voided_at", "void_reason"])
    return current


def _decide(
    evidence: Evidence, decision: Evidence.Decision, rejection_reason: str, by: Viewer, at: datetime
) -> Evidence:
    if by.kind != "prime":
        holder(evidence.enrolment, by, at)
    one_at_a_time(evidence.enrolment)
    current = _in_force(evidence)
    if current.decision:
        raise AlreadyDecided("Somebody decided on this evidence before. Look at it again.")
    if by.user_id is None or by.user_id == current.recorded_by_id:
        raise OwnEvidence("Somebody else must decide on evidence that you recorded.")
    if decision == Evidence.Decision.ACCEPTED and current.document and current.document.removed_at:
        raise DocumentGone(
            "Its document was removed, so that it proves nothing. Reject it, or ask for another."
        )
    current.decision = decision
    current.rejection_reason = rejection_reason
    current.decided_by_id = by.user_id
    current.decided_at = at
    current.save(update_fields=["decision", "rejection_reason", "decided_by", "decided_at"])
    return current


def _written(
    enrolment: Enrolment,
    proof: Proof,
    organisation_id: UUID,
    by: Viewer,
    at: datetime,
    replaces: Evidence | None,
) -> Evidence:
    evidence = Evidence(
        tenant_id=enrolment.tenant_id,
        participant_id=enrolment.participant_id,
        enrolment=enrolment,
        contract_id=enrolment.contract_id,
        organisation_id=organisation_id,
        kind=Kind(proof.kind),
        definition=proof.definition,
        happened_on=proof.happened_on,
        job=proof.job,
        earning=proof.earning,
        document=proof.document,
        words=proof.words,
        recorded_by_id=by.user_id,
        recorded_at=at,
        replaces=replaces,
    )
    evidence.save(force_insert=True)
    return evidence


def _record(kind: str, evidence: Evidence, by: Viewer, at: datetime, *, on: date | None = None) -> None:
    events.record(
        kind,
        evidence,
        by,
        at=at,
        on=on,
        participant_id=evidence.participant_id,
        organisation_id=evidence.organisation_id,
        enrolment=evidence.enrolment_id,
        contract=evidence.contract_id,
        evidence=evidence.kind,
        happened_on=evidence.happened_on,
        reason=evidence.rejection_reason or evidence.void_reason,
        replaces=evidence.replaces_id,
    )
