"""Earned, not claimed: milestones for which the commissioner pays, that may be claimed and are not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Lower

from outcomes.claims.checklist import Checklist, checklists
from outcomes.models import Claim, Job, Journal, Milestone
from outcomes.terms import Terms, lacking_a_price
from outcomes.work import label_of
from participants.models import Participant
from partners.viewer import Viewer, acting_as
from programmes.models import EvidenceRule

SIDE = Journal.Side.COMMISSIONER
NEVER = date.max
# Claims in these states leave their milestone due.
TURNED_DOWN = (Claim.State.REJECTED, Claim.State.WITHDRAWN)
# Columns by which the list sorts; the milestone's id decides between equals.
ORDERS = {
    "claimable": "claimable_from",
    "deadline": "last_day",
    "value": "worth",
    "provider": "provider",
    "milestone": "code",
    "reached": "reached_on",
}


def price_is_missing(milestone: Milestone) -> bool:
    """Whether the commissioner pays for the milestone, and the terms do not say how much."""
    return lacking_a_price(SIDE).filter(pk=milestone.pk).exists()


def due(today: date) -> QuerySet[Any]:
    """Milestones in force that the prime may claim today and has not claimed, or whose claims were all turned down.

    Must read as the prime or the system: providers do not see the commissioner's side of the books.
    """
    standing = Claim.objects.filter(milestone=OuterRef("pk")).exclude(state__in=TURNED_DOWN)
    return _payable(today, EvidenceRule.Claimed.BY_CLAIM).filter(~Exists(standing))


def paid_without_a_claim(today: date) -> QuerySet[Any]:
    """Milestones in force that the commissioner pays by itself from today on or before, and of which nothing is kept.

    Must read as the system. One that the commissioner turned down is not kept anew.
    """
    kept = Claim.objects.filter(milestone=OuterRef("pk"))
    return _payable(today, EvidenceRule.Claimed.AUTOMATIC).filter(~Exists(kept))


def _payable(today: date, claimed: str) -> QuerySet[Any]:
    """Milestones in force for which the commissioner pays in this way, and may today."""
    rule = Coalesce(Subquery(_rule().values("claimed")[:1]), Value(EvidenceRule.Claimed.BY_CLAIM))
    return Milestone.objects.annotate(claimed=rule).filter(
        Q(Exists(_accrual())) | Q(pk__in=lacking_a_price(SIDE).values("pk")),
        claimed=claimed,
        reversed_at=None,
        claimable_from__lte=today,
    )


def described(milestones: QuerySet[Any]) -> QuerySet[Any]:
    """Each with `pence` (by the books; None where the price is missing, and for providers), `deadline` (None where
    the contract sets none), `was_rejected`, and `worth`, `last_day` and `provider` to sort by.
    """
    within = Subquery(_rule().values("claim_within_days")[:1])
    rejected = Claim.objects.filter(milestone=OuterRef("pk"), state=Claim.State.REJECTED)
    return milestones.select_related("organisation", "enrolment").annotate(
        pence=Subquery(_accrual().values("pence")[:1], output_field=BigIntegerField()),
        worth=Coalesce("pence", Value(-1), output_field=BigIntegerField()),
        deadline=ExpressionWrapper(F("claimable_from") + within, output_field=DateField()),
        last_day=Coalesce("deadline", Value(NEVER), output_field=DateField()),
        was_rejected=Exists(rejected),
        provider=Lower("organisation__name"),
    )


def _accrual() -> QuerySet[Journal]:
    """What the commissioner owes for the milestone, by the books."""
    return Journal.objects.filter(milestone=OuterRef("pk"), side=SIDE, kind=Journal.Kind.ACCRUAL)


def _rule() -> QuerySet[EvidenceRule]:
    """The evidence rule of the milestone: its group's own first."""
    rules = EvidenceRule.objects.filter(contract=OuterRef("contract"), milestone=OuterRef("code"))
    return rules.filter(Q(payment_group=OuterRef("payment_group")) | Q(payment_group="")).order_by(
        "-payment_group"
    )


@dataclass(frozen=True)
class Totals:
    """How many are due, what they are worth in pence, how many have no price, and how many the viewer may not see."""

    count: int
    pence: int
    without_price: int
    hidden: int


@dataclass(frozen=True)
class Due:
    """What is due by some filters: the rows that the viewer sees, as `described`, and what all of it comes to."""

    rows: QuerySet[Any]
    totals: Totals


def find(viewer: Viewer, narrowed: Q, ready: bool | None = None) -> Due:
    """What is due by these filters, for everybody the same; a provider is shown its own alone.

    ready: only what is audit-ready, or only what is not. Reads past the walls of restricted people, for a sum, and past
    the commissioner's side of the books, which providers do not see: for them the sum is nothing.
    """
    is_prime = viewer.kind == "prime"
    ids: list[UUID] | None = None
    with acting_as(viewer.as_system("what is due to be claimed")):
        found = due(viewer.today).filter(narrowed)
        if viewer.kind == "provider":
            found = found.filter(organisation=viewer.organisation_id)
        if ready is not None:
            states = checklists(list(found))
            ids = [pk for pk, one in states.items() if one.is_ready == ready]
            found = found.filter(pk__in=ids)
        elif not is_prime:
            ids = list(found.order_by().values_list("pk", flat=True))
        sums = described(found).aggregate(
            count=Count("pk"), total=Coalesce(Sum("pence"), 0), without=Count("pk", filter=Q(pence=None))
        )
    # The prime asks again for what it sees; a provider cannot, and evidence is no question for the database.
    seen = due(viewer.today).filter(narrowed) if ids is None else Milestone.objects.filter(pk__in=ids)
    return Due(
        described(seen),
        Totals(
            sums["count"],
            sums["total"] if is_prime else 0,
            sums["without"] if is_prime else 0,
            sums["count"] - seen.count(),
        ),
    )


@dataclass(frozen=True)
class Line:
    """One milestone that is due, as the viewer reads it, with what `described` says of it."""

    milestone: Any
    label: str
    reference: str
    is_with_the_chain: bool
    checklist: Checklist


def lines(rows: Sequence[Any]) -> list[Line]:
    """What the list shows of these milestones, in a handful of queries."""
    terms = Terms.of({one.contract_id for one in rows})
    states, related = checklists(rows), with_the_chain(rows)
    people = Participant.objects.in_bulk({one.participant_id for one in rows})
    return [
        Line(
            one,
            label_of(one, terms),
            people[one.participant_id].reference if one.participant_id in people else "",
            one.pk in related,
            states[one.pk],
        )
        for one in rows
    ]


def with_the_chain(milestones: Iterable[Milestone]) -> set[UUID]:
    """Those with a job, between the start and the day reached, that is declared to be with the prime or its chain."""
    those = list(milestones)
    jobs: defaultdict[UUID, list[Job]] = defaultdict(list)
    declared = Job.objects.filter(voided_at=None, related_employer=True)
    for job in declared.filter(enrolment__in={one.enrolment_id for one in those}):
        jobs[job.enrolment_id].append(job)
    return {
        one.pk
        for one in those
        for job in jobs[one.enrolment_id]
        if job.starts_on <= one.reached_on
        and (job.ends_on is None or job.ends_on >= one.enrolment.started_on)
    }
