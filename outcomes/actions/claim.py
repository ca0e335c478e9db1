"""Claims to the commissioner: made, keyed in its system, settled by what that system says, withdrawn, clawed back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from outcomes.claims.checklist import EvidenceRules, checklists
from outcomes.claims.due import price_is_missing, with_the_chain
from outcomes.models import Claim, ClaimSum, Journal, Milestone, Unclaimed
from partners import events
from partners.acting import ActionError, action, action_on_many
from partners.models import DomainEvent
from partners.viewer import Viewer, london_date
from programmes.models import EvidenceRule

State = Claim.State
Result = Unclaimed.Result
OVER = (State.REJECTED, State.WITHDRAWN)


class NotInForce(ActionError):
    """The milestone was reversed in the meantime."""

    code = "not_in_force"


class NotClaimable(ActionError):
    """It may not be claimed yet, or never is."""

    code = "not_claimable"


class NotReady(ActionError):
    """Evidence is missing."""

    code = "not_ready"


class ClaimedAlready(ActionError):
    """There is a claim for it that was neither rejected nor withdrawn."""

    code = "claimed_already"


class ReferenceTaken(ActionError):
    """Another claim of the contract has this reference."""

    code = "reference_taken"


class NotOpen(ActionError):
    """The claim does not stand where this could happen to it."""

    code = "not_open"


class AlreadySettled(ActionError):
    """The claim says so already."""

    code = "already_settled"


class WrongDay(ActionError):
    """The day lies before the claim or in the future."""

    code = "wrong_day"


class SumMissing(ActionError):
    """A payment has a sum."""

    code = "sum_missing"


@action
def claim(*, milestone: Milestone, by: Viewer, at: datetime) -> Claim:
    """Claim a milestone for which the commissioner pays; after a rejection, claim it again.

    Jobs with the prime or its chain are declared by themselves. Raises NotInForce, NotClaimable, ClaimedAlready or
    NotReady.
    """
    assert by.user_id is not None  # a person claims, never a key
    today = london_date(at)
    current = _held(milestone)
    earlier = Claim.objects.filter(milestone=current).order_by("-claimed_at").first()
    if earlier and earlier.state not in OVER:
        raise ClaimedAlready("This milestone is claimed already.")
    accrual = Journal.objects.filter(
        milestone=current, side="commissioner", kind=Journal.Kind.ACCRUAL
    ).first()
    _check_claimable(current, accrual, today)
    attempt = _attempt(current, today, at, with_the_chain([current]))
    attempt.claimed_by_id, attempt.replaces = by.user_id, earlier
    [made] = _written([attempt], {current.pk: accrual.pence} if accrual else {})
    _record("claim.made", made, by, at)
    return made


@action_on_many
def keep_unclaimed(*, milestones: Sequence[Milestone], by: Viewer, at: datetime) -> list[Claim]:
    """Keep what the commissioner pays without a claim as claims that nobody made, each of the day from which it pays.

    So payments find them and reversals take them back. Whatever is kept already is left out. Called by
    outcomes.claims alone.
    """
    wanted = Milestone.objects.filter(pk__in=[one.pk for one in milestones], reversed_at=None)
    held = list(wanted.select_for_update(no_key=True).order_by("pk"))
    kept = set(Claim.objects.filter(milestone__in=held).values_list("milestone_id", flat=True))
    new = [one for one in held if one.pk not in kept]
    related = with_the_chain(new)
    accruals = Journal.objects.filter(milestone__in=new, side="commissioner", kind=Journal.Kind.ACCRUAL)
    attempts = [_attempt(one, one.claimable_from, at, related) for one in new]
    made = _written(attempts, dict(accruals.values_list("milestone_id", "pence")))
    events.record_many([_event("claim.made", one, by, at) for one in made], by)
    return made


@action
def key(*, claim: Claim, reference: str, by: Viewer, at: datetime) -> Claim:
    """Note what the commissioner's system calls a claim that was keyed there. Raises NotOpen or ReferenceTaken."""
    current = _locked(claim)
    if current.state in OVER:
        raise NotOpen("This claim was rejected or withdrawn.")
    _refer(current, reference)
    current.save(update_fields=["reference"])
    _record("claim.keyed", current, by, at)
    return current


@action
def withdraw(*, claim: Claim, why: str, by: Viewer, at: datetime) -> Claim:
    """Take back a claim that was not paid, so that the milestone is due again. Raises NotOpen."""
    current = _locked(claim)
    if current.state not in (State.CLAIMED, State.VALIDATED):
        raise NotOpen("Only a claim that is open can be withdrawn.")
    current.state, current.withdrawn_on, current.withdrawn_why = State.WITHDRAWN, london_date(at), why
    current.save(update_fields=["state", "withdrawn_on", "withdrawn_why"])
    _record("claim.withdrawn", current, by, at)
    return current


@action
def settle(
    *,
    claim: Claim,
    result: str,
    on: date,
    reference: str = "",
    pence: int | None = None,
    reason: str = "",
    words: str = "",
    by: Viewer,
    at: datetime,
) -> Claim:
    """Take over what the commissioner's system says of a claim: result is a code of Unclaimed.Result, on its day.

    reference is what that system calls the claim, where it is not known yet. pence is what was paid, or taken back;
    reason a code of Claim.RejectionReason. A payment for a claim in clawback is kept, and still goes back. Raises
    AlreadySettled where the claim says so already, NotOpen, WrongDay, SumMissing or ReferenceTaken.
    """
    current = _locked(claim)
    outcome = Result(result)
    _check_settling(current, outcome, on, pence, at)
    if reference:
        _refer(current, reference)
    _take_over(current, outcome, on, pence)
    if outcome == Result.REJECTED:
        current.rejection_reason, current.rejection_words = Claim.RejectionReason(reason or "other"), words
    current.save(
        update_fields=[
            *("state", "reference", "validated_on", "rejected_on", "rejection_reason", "rejection_words"),
            *("paid_on", "recovered_on"),
        ]
    )
    _record(f"claim.{outcome.value}", current, by, at, result_on=on)
    return current


@action
def value(*, claim: Claim, pence: int, by: Viewer, at: datetime) -> Claim:
    """Say what a claim without a price is worth, in pence, as its milestone has one now. Called by outcomes.claims."""
    current = _locked(claim)
    ClaimSum.objects.filter(claim=current, pence=None).update(pence=pence)
    _record("claim.valued", current, by, at)
    return current


@action
def claw_back(*, claim: Claim, why: str, by: Viewer, at: datetime) -> Claim:
    """Put a claim whose milestone was reversed in clawback, paid or not. Called by outcomes.subscriptions alone."""
    current = _locked(claim)
    current.state, current.clawback_on, current.clawback_why = State.CLAWBACK, london_date(at), why
    current.save(update_fields=["state", "clawback_on", "clawback_why"])
    _record("claim.clawback", current, by, at)
    return current


def _attempt(milestone: Milestone, on: date, at: datetime, related: Collection[UUID]) -> Claim:
    """A claim of the milestone that nobody made, not yet written; related: milestones with an employer of the chain."""
    return Claim(
        tenant_id=milestone.tenant_id,
        milestone=milestone,
        participant_id=milestone.participant_id,
        contract_id=milestone.contract_id,
        organisation_id=milestone.organisation_id,
        related_employer=milestone.pk in related,
        claimed_on=on,
        claimed_at=at,
    )


def _written(attempts: Sequence[Claim], pence: Mapping[UUID, int]) -> list[Claim]:
    """The claims, written with what each is worth by its milestone; nothing where there is no price."""
    made = Claim.objects.bulk_create(attempts)
    ClaimSum.objects.bulk_create(
        ClaimSum(
            tenant_id=one.tenant_id,
            claim=one,
            participant_id=one.participant_id,
            pence=pence.get(one.milestone_id),
        )
        for one in made
    )
    return made


def _take_over(claim: Claim, result: Result, on: date, pence: int | None) -> None:
    """The state and the day of a result, and its sum."""
    if result == Result.VALIDATED:
        claim.state, claim.validated_on = State.VALIDATED, on
    elif result == Result.REJECTED:
        claim.state, claim.rejected_on = State.REJECTED, on
    elif result == Result.PAID:
        claim.state = State.CLAWBACK if claim.state == State.CLAWBACK else State.PAID
        claim.paid_on = on
        ClaimSum.objects.filter(claim=claim).update(paid_pence=pence)
    else:
        claim.recovered_on = on
        ClaimSum.objects.filter(claim=claim).update(recovered_pence=pence or 0)


def _check_claimable(milestone: Milestone, accrual: Journal | None, today: date) -> None:
    rule = EvidenceRules.of([milestone.contract_id]).for_milestone(milestone)
    if rule and rule.claimed == EvidenceRule.Claimed.AUTOMATIC:
        raise NotClaimable("The commissioner pays this without a claim.")
    if accrual is None and not price_is_missing(milestone):
        raise NotClaimable("The commissioner does not pay for this milestone.")
    if milestone.claimable_from > today:
        day = milestone.claimable_from
        raise NotClaimable(f"This can be claimed from {day.day} {day:%B %Y} on.")
    found = checklists([milestone])[milestone.pk]
    if not found.is_ready:
        raise NotReady(found.sentence)


def _check_settling(claim: Claim, result: Result, on: date, pence: int | None, at: datetime) -> None:
    said = {
        Result.VALIDATED: claim.validated_on or claim.paid_on,
        Result.REJECTED: claim.rejected_on,
        Result.PAID: claim.paid_on,
        Result.RECOVERED: claim.recovered_on,
    }
    stands = {
        Result.VALIDATED: (State.CLAIMED,),
        Result.REJECTED: (State.CLAIMED, State.VALIDATED),
        Result.PAID: (State.CLAIMED, State.VALIDATED, State.CLAWBACK),
        Result.RECOVERED: (State.CLAWBACK,),
    }
    if day := said[result]:
        raise AlreadySettled(f"This claim is {result.label.lower()} already, on {day.day} {day:%B %Y}.")
    if claim.state not in stands[result]:
        raise NotOpen(
            f"A claim that is {claim.get_state_display().lower()} cannot be {result.label.lower()}."
        )
    if not claim.claimed_on <= on <= london_date(at):
        raise WrongDay("The day must lie between the day of the claim and today.")
    if result == Result.PAID and (pence is None or pence <= 0):
        raise SumMissing("Say what was paid.")


def _refer(claim: Claim, reference: str) -> None:
    taken = Claim.objects.filter(contract=claim.contract_id, reference=reference).exclude(state__in=OVER)
    if taken.exclude(pk=claim.pk).exists():
        raise ReferenceTaken(f"Another claim of this contract has the reference {reference}.")
    claim.reference = reference


def _held(milestone: Milestone) -> Milestone:
    """The milestone under a lock, by which those who claim and reverse it wait for each other. Raises NotInForce."""
    held = Milestone.objects.select_for_update(no_key=True).filter(pk=milestone.pk, reversed_at=None).first()
    if held is None:
        raise NotInForce("This milestone was reversed in the meantime.")
    return held


def _locked(claim: Claim) -> Claim:
    return Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)


def _record(kind: str, claim: Claim, by: Viewer, at: datetime, result_on: date | None = None) -> None:
    events.record_many([_event(kind, claim, by, at, result_on)], by)


def _event(kind: str, claim: Claim, by: Viewer, at: datetime, result_on: date | None = None) -> DomainEvent:
    """Behind the wall of the case, so without sums: what the commissioner pays is none of the providers' business."""
    return events.event(
        kind,
        claim,
        by,
        at=at,
        participant_id=claim.participant_id,
        organisation_id=claim.organisation_id,
        milestone=claim.milestone_id,
        contract=claim.contract_id,
        state=claim.state,
        reason=claim.rejection_reason,
        replaces=claim.replaces_id,
        result_on=result_on,
    )
