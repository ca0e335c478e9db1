"""Claims as lists: with what they are worth, and held against what the commissioner's own system says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower

from outcomes.models import Claim, ClaimSum, Milestone, Unclaimed
from outcomes.terms import Terms
from outcomes.work import label_of
from participants.models import Participant
from partners.viewer import Viewer, acting_as

State = Claim.State
# A claim that was neither rejected nor withdrawn nor taken back.
STANDING = (State.CLAIMED, State.VALIDATED, State.PAID)
# Columns by which the list sorts; the claim's id decides between equals.
ORDERS = {"claimed": "claimed_on", "value": "worth", "provider": "provider", "state": "state"}


class Kind(models.TextChoices):
    """How a claim stands against the commissioner's system."""

    DIFFERENT = "different", "Different"
    THERE_ONLY = "there_only", "There only"
    HERE_ONLY = "here_only", "Here only"
    WAITING = "waiting", "Waits for them"
    MATCHED = "matched", "Matched"


MEANINGS = {
    Kind.DIFFERENT: "They paid another sum, or for what has no price here, or for what was reversed since.",
    Kind.THERE_ONLY: "They say something of a claim that nobody made here.",
    Kind.HERE_ONLY: "Claimed or reversed here, and not keyed there.",
    Kind.WAITING: "Known there, and not yet paid, rejected or taken back.",
    Kind.MATCHED: "Both say the same.",
}


def described(claims: QuerySet[Claim]) -> QuerySet[Any]:
    """Each with `pence`, `paid_pence` and `recovered_pence` (None for providers), `kind` (a code of Kind), and `worth`
    and `provider` to sort by.
    """
    of_claim = ClaimSum.objects.filter(claim=OuterRef("pk"))
    names = ("pence", "paid_pence", "recovered_pence")
    sums = {name: Subquery(of_claim.values(name)[:1], output_field=BigIntegerField()) for name in names}
    return (
        claims.select_related("organisation", "contract")
        .annotate(
            **sums,
            worth=Coalesce("pence", Value(-1), output_field=BigIntegerField()),
            provider=Lower("organisation__name"),
        )
        .annotate(kind=_kind())
    )


def _kind() -> Case:
    other_sum = Q(state=State.PAID) & (Q(pence=None) | ~Q(paid_pence=F("pence")))
    gone_unpaid = Q(state=State.CLAWBACK, paid_on=None, recovered_on=None)
    unsettled = Q(state__in=[State.CLAIMED, State.VALIDATED]) | gone_unpaid
    return Case(
        When(other_sum, then=Value(Kind.DIFFERENT.value)),
        When(
            state=State.CLAWBACK, paid_on__isnull=False, recovered_on=None, then=Value(Kind.DIFFERENT.value)
        ),
        When(unsettled & Q(reference="", validated_on=None), then=Value(Kind.HERE_ONLY.value)),
        When(unsettled, then=Value(Kind.WAITING.value)),
        default=Value(Kind.MATCHED.value),
        output_field=CharField(),
    )


@dataclass(frozen=True)
class Balance:
    """What the claims of one kind come to, in pence: owed by the books, and paid there less what was taken back."""

    kind: Kind
    count: int = 0
    here: int = 0
    there: int = 0

    @property
    def meaning(self) -> str:
        return MEANINGS[self.kind]

    @property
    def difference(self) -> int:
        """What they paid above what is held here; below zero where they paid less."""
        return self.there - self.here


def balances(viewer: Viewer, narrowed: Q) -> list[Balance]:
    """What every kind comes to. Reads past the walls of restricted people, for the sums have to be right.

    narrowed: by contract and provider. What is there only has no provider, and is counted by its contract.
    """
    with acting_as(viewer.as_system("the balance of claims")):
        rows = described(Claim.objects.filter(narrowed)).exclude(state=State.WITHDRAWN)
        nothing = When(state__in=[State.REJECTED, State.CLAWBACK], then=Value(0))
        rows = rows.annotate(owed=Case(nothing, default=F("pence"), output_field=BigIntegerField()))
        found = {
            kind: Balance(Kind(kind), count, here or 0, (there or 0) - (back or 0))
            for kind, count, here, there, back in rows.order_by()
            .values_list("kind")
            .annotate(Count("pk"), Sum("owed"), Sum("paid_pence"), Sum("recovered_pence"))
        }
    strays = there_only(narrowed).aggregate(count=Count("pk"), there=Coalesce(Sum("pence"), 0))
    found[Kind.THERE_ONLY] = Balance(Kind.THERE_ONLY, strays["count"], 0, strays["there"])
    return [found.get(kind, Balance(kind)) for kind in Kind]


def there_only(narrowed: Q) -> QuerySet[Unclaimed]:
    """What nobody claimed here and nobody has explained, of the contracts of these filters."""
    contracts: dict[str, Any] = dict(
        child for child in narrowed.children if isinstance(child, tuple) and child[0] == "contract"
    )
    return Unclaimed.objects.filter(**contracts, explained_at=None).select_related("contract")


def to_key(narrowed: Q) -> QuerySet[Any]:
    """Claims that are not there yet, and claims whose milestone was reversed, to be taken back there.

    What the commissioner pays without a claim is never keyed."""
    new = Q(state=State.CLAIMED, reference="", claimed_by__isnull=False)
    back = Q(state=State.CLAWBACK, recovered_on=None) & ~Q(reference="", paid_on=None)
    return described(Claim.objects.filter(narrowed)).filter(new | back)


@dataclass(frozen=True)
class Line:
    """One claim with what it is for, in words."""

    claim: Any
    label: str
    reference: str
    reached_on: Any


def lines(rows: Sequence[Any]) -> list[Line]:
    """What the list shows of these claims, in a handful of queries."""
    terms = Terms.of({one.contract_id for one in rows})
    milestones = Milestone.objects.in_bulk({one.milestone_id for one in rows})
    people = Participant.objects.in_bulk({one.participant_id for one in rows})
    return [
        _line(one, milestones.get(one.milestone_id), people.get(one.participant_id), terms) for one in rows
    ]


def _line(claim: Any, milestone: Milestone | None, person: Participant | None, terms: Terms) -> Line:
    return Line(
        claim,
        label_of(milestone, terms) if milestone else "",
        person.reference if person else "",
        milestone.reached_on if milestone else None,
    )


def hidden(viewer: Viewer, narrowed: Q, shown: int) -> int:
    """How many claims there are by these filters besides those that the viewer sees."""
    with acting_as(viewer.as_system("the number of claims")):
        found = described(Claim.objects.filter(narrowed))
        if viewer.kind == "provider":
            found = found.filter(organisation=viewer.organisation_id)
        return found.count() - shown


def history(claim: Claim) -> list[Claim]:
    """The attempts before this one, the newest first."""
    earlier = Claim.objects.filter(milestone=claim.milestone_id, claimed_at__lt=claim.claimed_at)
    return list(earlier.order_by("-claimed_at"))


def ids_of(ids: Sequence[str]) -> list[UUID]:
    """Those of these texts that are ids."""
    found = []
    for one in ids:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found
