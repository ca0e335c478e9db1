"""How long providers wait from the sealing of a statement to its payment, and how often no longer than was agreed.

Calendar days, by statement and in the month of its payment. It is no measure of outcomes.performance: those are of what
counts for a person, and a statement is of many. The definition stands in docs/from-sealed-to-paid.md.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from outcomes.models import Statement
from programmes.models import Standard

# The service standard of a contract that says within how many days of its sealing a statement is paid.
PAYMENT: Final = "payment"


@dataclass(frozen=True)
class Wait:
    """The paid statements of one provider on one contract: how many, the median of their days, and how many of them
    were paid within the days agreed; limit is None where nothing was agreed."""

    provider: str
    slug: str
    contract: str
    code: str
    count: int
    median: float
    limit: int | None
    illustrative: bool
    in_time: int

    @property
    def share(self) -> float | None:
        """The part of them that was paid in time."""
        return None if self.limit is None else self.in_time / self.count


def waits(statements: QuerySet[Statement]) -> Iterator[Wait]:
    """Of those of these statements that are paid, by provider and contract, in one query."""
    agreed = Standard.objects.filter(
        contract=OuterRef("contract"), code=PAYMENT, unit=Standard.Unit.DAYS
    ).values("limit", "illustrative")
    paid: QuerySet[Any] = statements.filter(status=Statement.Status.PAID).select_related(
        "organisation", "contract"
    )
    by: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in paid.annotate(
        limit=Subquery(agreed.values("limit")[:1]), is_guess=Subquery(agreed.values("illustrative")[:1])
    ).order_by(Lower("organisation__name"), Lower("contract__name")):
        by[one.organisation.slug, one.contract.code].append(one)
    for (slug, code), those in by.items():
        first, days = those[0], [one.days_to_pay for one in those]
        yield Wait(
            provider=first.organisation.name,
            slug=slug,
            contract=first.contract.name,
            code=code,
            count=len(days),
            median=median(days),
            limit=first.limit,
            illustrative=bool(first.is_guess),
            in_time=sum(number <= first.limit for number in days) if first.limit is not None else 0,
        )
