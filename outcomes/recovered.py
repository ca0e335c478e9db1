"""What the errors of samples came to when they were taken back, worked out anew.

A claim's state changes and its sums stay: which claims were paid when a sample's errors were taken back, and which had
gone back before, the events tell, whose ids sort by the time at which they were written. A payment that was written
shortly before may have been committed after it: so what all claims came to then is what the recovery keeps, if that is
no less than what surely was paid and no more than what may have been.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from outcomes.claims.sampling import Checked, Part, extrapolated
from outcomes.claims.second_look import stands
from outcomes.known import IN_FLIGHT, NO_TIME, earlier
from outcomes.models import Claim, ClaimSum, Journal, Recovery, SampleItem
from partners.models import DomainEvent
from programmes.models import Contract


class Back(NamedTuple):
    """What goes back of one provider's for errors in a sample, in pence; above zero what is returned of it."""

    organisation_id: UUID
    pence: int
    provider_pence: int
    at: datetime


@dataclass(frozen=True)
class Recovered:
    """What was taken back for samples of a contract and given back since, and what the recoveries keep wrongly."""

    back: Sequence[Back]
    wrong: Sequence[str]


def of_contract(contract: Contract) -> Recovered:
    """Everything that was taken back for samples of a contract, and given back since. Runs as the system."""
    recoveries = list(Recovery.objects.filter(contract=contract).select_related("sample").order_by("pk"))
    if not recoveries:
        return Recovered([], [])
    claims = _Claims.of(contract)
    before: list[Recovery] = []
    back: list[Back] = []
    wrong: list[str] = []
    for sample in dict.fromkeys(one.sample for one in recoveries):
        own = [one for one in recoveries if one.sample_id == sample.pk]
        parts = claims.taken_back(own[0], before)
        back += (Back(pk, -part.pence, -part.provider_pence, own[0].made_at) for pk, part in parts.items())
        kept = {(one.organisation_id, one.errors, one.error_pence, one.pence) for one in own}
        says = {(pk, part.errors, part.error_pence, part.pence) for pk, part in parts.items()}
        if kept != says or not claims.may_come_to(own, before):
            wrong.append(f"What the sample {sample.pk} came to is not what its claims were paid.")
        before += own
    return Recovered([*back, *claims.returned(recoveries)], wrong)


@dataclass
class _Claims:
    """The claims of a contract: what was paid for each on both sides, and the events by which it was paid and went."""

    all: Mapping[UUID, Claim]
    received: Mapping[UUID, int]
    paid: Mapping[UUID, int]
    was_paid: Mapping[UUID, DomainEvent]
    went: Mapping[UUID, DomainEvent]
    items: Sequence[SampleItem]

    @classmethod
    def of(cls, contract: Contract) -> "_Claims":
        claims = Claim.objects.filter(contract=contract).in_bulk()
        sums = ClaimSum.objects.filter(claim__contract=contract, paid_pence__isnull=False)
        accruals = Journal.objects.filter(
            contract=contract, side=Journal.Side.PROVIDER, kind=Journal.Kind.ACCRUAL
        )
        pence = dict(accruals.values_list("milestone", "pence"))
        paid, went = (
            {one.subject_id: one for one in DomainEvent.objects.filter(kind=kind, contract_id=contract.pk)}
            for kind in ("claim.paid", "claim.clawback")
        )
        return cls(
            claims,
            {claim_id: pence or 0 for claim_id, pence in sums.values_list("claim", "paid_pence")},
            {pk: pence.get(claim.milestone_id, 0) for pk, claim in claims.items()},
            paid,
            went,
            list(SampleItem.objects.filter(contract=contract)),
        )

    def taken_back(self, recovery: Recovery, before: Sequence[Recovery]) -> Mapping[UUID, Part]:
        """By provider, what the errors of a sample came to at the time of its (first) recovery.

        Every error was paid before, for the commissioner to take it back; of what was sound, only the sum matters.
        """
        standing = self._standing(recovery, before, NO_TIME)
        drawn = self._drawn(recovery, NO_TIME)
        errors = [
            Checked(one.organisation_id, self.received[pk], self.paid[pk], True, pk in standing)
            for pk, one in drawn.items()
            if stands(one)
        ]
        sound = recovery.checked_pence - sum(one.pence for one in errors)
        gone = sum(self.received[pk] for pk in drawn if pk not in standing)
        unseen = recovery.population_pence - (recovery.checked_pence - gone)
        return extrapolated([*errors, Checked(recovery.organisation_id, sound, 0, False)], unseen)

    def may_come_to(self, recoveries: Sequence[Recovery], before: Sequence[Recovery]) -> bool:
        """Whether the sums that the recoveries of a sample keep lie between what surely was paid by then and what may
        have been, of the drawn claims and of all that stood."""
        first = recoveries[0]
        surely, perhaps = (
            (
                sum(self.received[pk] for pk in self._drawn(first, by)),
                sum(self.received[pk] for pk in self._standing(first, before, by)),
            )
            for by in (IN_FLIGHT, NO_TIME)
        )
        return all(
            surely[0] <= one.checked_pence <= perhaps[0] and surely[1] <= one.population_pence <= perhaps[1]
            for one in recoveries
        )

    def _standing(self, recovery: Recovery, before: Sequence[Recovery], by: timedelta) -> set[UUID]:
        """The claims of a sample's period that were paid so long before its recovery, and had not gone back by then."""
        days = [(one.sample.claimed_from, one.sample.claimed_to) for one in before]
        sample, then = recovery.sample, earlier(recovery.pk, by)
        return {
            pk
            for pk, claim in self.all.items()
            if self._is_before(self.was_paid, pk, then)
            and not self._is_before(self.went, pk, recovery.pk)
            and sample.claimed_from <= claim.claimed_on <= sample.claimed_to
            and not any(first <= claim.claimed_on <= last for first, last in days)
        }

    def _drawn(self, recovery: Recovery, by: timedelta) -> Mapping[UUID, SampleItem]:
        """The drawn claims that were paid so long before the recovery, whether they stood or had gone back."""
        drawn = (one for one in self.items if one.sample_id == recovery.sample_id)
        then = earlier(recovery.pk, by)
        return {one.claim_id: one for one in drawn if self._is_before(self.was_paid, one.claim_id, then)}

    def returned(self, recoveries: Sequence[Recovery]) -> Iterator[Back]:
        """What was taken back for an error and returned, since the claim itself went back afterwards."""
        taken = {(one.sample_id, one.organisation_id): one for one in reversed(recoveries)}
        drawn = {
            item.claim_id: item
            for item in self.items
            if (item.sample_id, item.organisation_id) in taken and stands(item)
        }
        for claim_id, item in drawn.items():
            recovery = taken[item.sample_id, item.organisation_id]
            went = self.went.get(claim_id)
            if went and went.pk > recovery.pk and self._is_before(self.was_paid, claim_id, recovery.pk):
                yield Back(item.organisation_id, self.received[claim_id], self.paid[claim_id], went.at)

    def _is_before(self, events: Mapping[UUID, DomainEvent], claim_id: UUID, row: UUID) -> bool:
        event = events.get(claim_id)
        return event is not None and event.pk < row
