"""Samples for the tests, drawn and judged by the real actions."""

from datetime import timedelta
from typing import Any

from outcomes.actions import claim as claims
from outcomes.actions import recovery
from outcomes.actions import sample as samples
from outcomes.models import AuditGrant, Claim, Recovery, Sample, SampleItem
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, settle, with_outcome
from tests.participants.people import ago


def claimed_before(cast: Cast, number: int, **who: Any) -> list[Claim]:
    """So many claims of 20 days ago, each of somebody else."""
    made = []
    for _ in range(number):
        _, milestone = with_outcome(cast, **who)
        with looking_as(cast.frank) as frank:
            made.append(claims.claim(milestone=milestone, by=frank, at=frank.now() - timedelta(days=20)))
    return made


def paid_before(cast: Cast, number: int, **who: Any) -> list[Claim]:
    """So many claims of 20 days ago that the commissioner paid, each of somebody else."""
    return [settle(cast, one, "paid", pence=WORTH) for one in claimed_before(cast, number, **who)]


def draw(cast: Cast, size: int, *, by: str = "priya", **more: Any) -> Sample:
    """Draw so many of the claims of the last 30 days but today's."""
    with looking_as(getattr(cast, by)) as viewer:
        return samples.draw(
            contract=cast.contract,
            **{"claimed_from": ago(30), "claimed_to": ago(1), "size": size, **more},
            by=viewer,
            at=viewer.now(),
        )


def items(cast: Cast, sample: Sample) -> list[SampleItem]:
    with looking_as(cast.system()):
        return list(SampleItem.objects.filter(sample=sample).select_related("sample").order_by("position"))


def judge(
    cast: Cast, item: SampleItem, finding: str = "error", by: str = "priya", later: int = 0
) -> SampleItem:
    """Say what the second look found, today or so many days later."""
    reason = "no_evidence" if finding == "error" else ""
    with looking_as(getattr(cast, by)) as viewer:
        at = viewer.now() + timedelta(days=later)
        return samples.find(item=item, finding=finding, reason=reason, words="", by=viewer, at=at)


def let_in(cast: Cast, sample: Sample, name: str = "dee", *, opens: int = 0, closes: int = -10) -> AuditGrant:
    """Open the sample to somebody, from and to so many days ago; below zero, ahead."""
    with looking_as(cast.priya) as priya:
        return samples.let_in(
            sample=sample,
            auditor=cast.memberships[name],
            opens_on=ago(opens),
            closes_on=ago(closes),
            by=priya,
            at=priya.now(),
        )


def recover(cast: Cast, sample: Sample, later: int = 20) -> list[Recovery]:
    """Frank takes back what the sample comes to, so many days from now."""
    with looking_as(cast.system()):
        sums = recovery.reckoned(sample).sums
    with looking_as(cast.frank) as frank:
        at = frank.now() + timedelta(days=later)
        return recovery.recover(sample=sample, expected=sums, by=frank, at=at)
