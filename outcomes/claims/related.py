"""Claims with an employer of the supply chain, counted apart from the others: how many, and what they are worth."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Lower

from outcomes.claims.reading import STANDING
from outcomes.models import Claim

RELATED = Q(related_employer=True)


@dataclass(frozen=True)
class Apart:
    """The claims of one provider that stand, and those of them with an employer of the supply chain; in pence, which
    are none for whoever may not read what claims are worth."""

    provider: str
    slug: str
    count: int
    pence: int | None
    related: int
    related_pence: int | None


def counted_apart(narrowed: Q) -> Iterator[Apart]:
    """By provider, in one query, of the claims that the viewer sees. narrowed: by contract and provider."""
    standing = Claim.objects.filter(narrowed, state__in=STANDING)
    by = standing.order_by(Lower("organisation__name")).values_list(
        "organisation__name", "organisation__slug"
    )
    for row in by.annotate(
        count=Count("pk"),
        pence=Sum("sums__pence"),
        related=Count("pk", filter=RELATED),
        related_pence=Sum("sums__pence", filter=RELATED),
    ):
        yield Apart(*row)
