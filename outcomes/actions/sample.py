"""A second look at the evidence of claims: drawn, judged, answered by the provider, opened to an auditor for a time."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from outcomes.claims.sampling import drawn
from outcomes.models import AuditGrant, Claim, Recovery, Sample, SampleItem
from partners import events
from partners.acting import ActionError, action
from partners.locks import hold
from partners.models import DomainEvent, Membership
from partners.viewer import Viewer, london_date
from programmes.models import Contract

TO_REPLY_DAYS = 14
# An auditor is let in for a time, not for good.
LONGEST_DAYS = 90
Finding, Verdict = SampleItem.Finding, SampleItem.Verdict


class NothingToDraw(ActionError):
    """There are fewer claims than asked for."""

    code = "nothing_to_draw"


class PeriodNotOver(ActionError):
    """Claims can still be made in the period."""

    code = "period_not_over"


class OwnClaim(ActionError):
    """Nobody takes the second look at what they claimed themselves."""

    code = "own_claim"


class TooLate(ActionError):
    """The provider has answered, or what was found has been taken back already."""

    code = "too_late"


class NothingToAnswer(ActionError):
    """No error was found, or the time to answer is over."""

    code = "nothing_to_answer"


class NotAnAuditor(ActionError):
    """Not somebody of the commissioner of the contract."""

    code = "not_an_auditor"


class NotForSoLong(ActionError):
    """The days are in the wrong order, past, or too many."""

    code = "not_for_so_long"


class AlreadyOpened(ActionError):
    """The auditor is let in already, or not any more."""

    code = "already_opened"


def population(contract: Contract, first: date, last: date) -> Q:
    """The claims of a contract made from the first to the last day, inclusive, but for those turned down."""
    over = (Claim.State.REJECTED, Claim.State.WITHDRAWN, Claim.State.CLAWBACK)
    return Q(contract=contract.pk, claimed_on__range=(first, last)) & ~Q(state__in=over)


@action
def draw(
    *,
    contract: Contract,
    claimed_from: date,
    claimed_to: date,
    size: int,
    seed: str = "",
    by: Viewer,
    at: datetime,
) -> Sample:
    """Draw so many claims of those made from the first to the last day, inclusive; a new seed unless one is given.

    Raises PeriodNotOver or NothingToDraw.
    """
    assert by.user_id is not None  # a person draws, never a key
    today = london_date(at)
    if claimed_to >= today:
        raise PeriodNotOver("The last day must lie in the past, so that no claim is added to the period.")
    found = Claim.objects.filter(population(contract, claimed_from, claimed_to))
    claims = {claim.pk: claim for claim in found}
    if not 0 < size <= len(claims):
        raise NothingToDraw(f"{len(claims)} claims were made in this period. Draw 1 to that many.")
    sample = Sample(
        tenant_id=by.tenant_id,
        contract=contract,
        claimed_from=claimed_from,
        claimed_to=claimed_to,
        seed=seed or secrets.token_hex(8),
        size=size,
        population=len(claims),
        drawn_by_id=by.user_id,
        drawn_at=at,
    )
    sample.save(force_insert=True)
    chosen = drawn(claims, seed=sample.seed, size=size)
    SampleItem.objects.bulk_create(_item(sample, claims[pk], number) for number, pk in enumerate(chosen, 1))
    _record("sample.drawn", sample, by, at, size=size, population=len(claims))
    return sample


@action
def find(*, item: SampleItem, finding: str, reason: str, words: str, by: Viewer, at: datetime) -> SampleItem:
    """Say whether the evidence of a claim shows it; reason is a code of Claim.RejectionReason, for an error.

    The provider reads it at once and may answer an error for TO_REPLY_DAYS from that day on, that day excluded. It may
    be changed until the provider has answered, and the days count anew. Raises OwnClaim or TooLate.
    """
    held = _held(item)
    if held.replied_at or Recovery.objects.filter(sample=held.sample_id).exists():
        raise TooLate("The provider has answered, or what was found was taken back already.")
    if by.user_id == held.claim.claimed_by_id:
        raise OwnClaim("You made this claim. Somebody else takes the second look.")
    is_error = finding == Finding.ERROR
    held.finding, held.words = Finding(finding), words
    held.reason = Claim.RejectionReason(reason) if is_error else ""
    held.found_by_id, held.found_at = by.user_id, at
    held.reply_by = london_date(at) + timedelta(days=TO_REPLY_DAYS) if is_error else None
    held.save(update_fields=["finding", "reason", "words", "found_by", "found_at", "reply_by"])
    _record_item("sample.found", held, by, at)
    return held


@action
def reply(*, item: SampleItem, words: str, by: Viewer, at: datetime) -> SampleItem:
    """What the provider says to an error that was found. Raises NothingToAnswer or TooLate."""
    held = _held(item)
    if held.reply_by is None or london_date(at) > held.reply_by:
        raise NothingToAnswer("No error was found here, or the time to answer is over.")
    if held.replied_at:
        raise TooLate("Your organisation has answered already.")
    held.reply, held.replied_by_id, held.replied_at = words, by.user_id, at
    held.save(update_fields=["reply", "replied_by", "replied_at"])
    _record_item("sample.replied", held, by, at)
    return held


@action
def decide(*, item: SampleItem, verdict: str, by: Viewer, at: datetime) -> SampleItem:
    """Whether an error stands after the provider's answer; verdict is a code of SampleItem.Verdict.

    Raises OwnClaim or TooLate.
    """
    held = _held(item)
    if not held.replied_at or held.verdict:
        raise TooLate("The provider has not answered, or somebody has decided already.")
    if by.user_id == held.claim.claimed_by_id:
        raise OwnClaim("You made this claim. Somebody else decides.")
    held.verdict, held.decided_by_id, held.decided_at = Verdict(verdict), by.user_id, at
    held.save(update_fields=["verdict", "decided_by", "decided_at"])
    _record_item("sample.decided", held, by, at)
    return held


@action
def let_in(
    *, sample: Sample, auditor: Membership, opens_on: date, closes_on: date, by: Viewer, at: datetime
) -> AuditGrant:
    """Open the sample to somebody of the commissioner, from a day to a day, both inclusive, for LONGEST_DAYS at most.

    Raises NotAnAuditor, NotForSoLong or AlreadyOpened.
    """
    assert by.user_id is not None  # a person opens, never a key
    if auditor.organisation_id != sample.contract.commissioner_id or auditor.ended_at is not None:
        raise NotAnAuditor("Choose somebody of the commissioner of this contract.")
    is_in_order = london_date(at) <= closes_on and opens_on <= closes_on
    if not is_in_order or closes_on - opens_on > timedelta(days=LONGEST_DAYS):
        raise NotForSoLong(f"Open it for {LONGEST_DAYS} days at most, to a day that has not passed.")
    if AuditGrant.objects.filter(sample=sample, user=auditor.user_id, ended_at=None).exists():
        raise AlreadyOpened("The sample is open to this auditor already.")
    grant = AuditGrant(
        tenant_id=by.tenant_id,
        sample=sample,
        organisation_id=auditor.organisation_id,
        user_id=auditor.user_id,
        opens_on=opens_on,
        closes_on=closes_on,
        granted_by_id=by.user_id,
        granted_at=at,
    )
    grant.save(force_insert=True)
    _record("sample.opened", sample, by, at, auditor=auditor.user_id, opens_on=opens_on, closes_on=closes_on)
    return grant


@action
def shut_out(*, grant: AuditGrant, by: Viewer, at: datetime) -> AuditGrant:
    """Close the sample to an auditor before the last day. Raises AlreadyOpened."""
    held = AuditGrant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    if held.ended_at:
        raise AlreadyOpened("The sample is closed to this auditor already.")
    held.ended_by_id, held.ended_at = by.user_id, at
    held.save(update_fields=["ended_by", "ended_at"])
    _record("sample.closed", held.sample, by, at, auditor=held.user_id)
    return held


def _item(sample: Sample, claim: Claim, position: int) -> SampleItem:
    return SampleItem(
        tenant_id=sample.tenant_id,
        sample=sample,
        claim=claim,
        participant_id=claim.participant_id,
        contract_id=claim.contract_id,
        organisation_id=claim.organisation_id,
        position=position,
    )


def _held(item: SampleItem) -> SampleItem:
    """The item as it stands; what is judged and what is taken back of one sample wait for each other."""
    hold(f"sample {item.sample_id}")
    return (
        SampleItem.objects.select_for_update(no_key=True, of=["self"])
        .select_related("sample", "claim")
        .get(pk=item.pk)
    )


def _record(kind: str, sample: Sample, by: Viewer, at: datetime, **facts: Any) -> None:
    events.record(
        kind, sample, by, at=at, wall=DomainEvent.Wall.WORKSPACE, contract=sample.contract_id, **facts
    )


def _record_item(kind: str, item: SampleItem, by: Viewer, at: datetime) -> None:
    """For the prime alone: its provider reads the item."""
    events.record(
        kind,
        item,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        participant_id=item.participant_id,
        organisation_id=item.organisation_id,
        contract=item.contract_id,
        claim=item.claim_id,
        finding=item.finding,
        reason=item.reason,
        verdict=item.verdict,
    )
