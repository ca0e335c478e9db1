"""Statements as lists: with what each comes to, in the order asked for, and what the terms hold no price for."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Lower, TruncMonth

from outcomes.models import Journal, LineQuery, Statement
from outcomes.terms import lacking_a_price, wholes_known
from partners.viewer import Viewer

# Columns by which the list sorts, each with what decides between equals.
ORDERS: dict[str, tuple[str, ...]] = {
    "month": ("month", "provider", "contract_name"),
    "provider": ("provider", "-month", "contract_name"),
    "contract": ("contract_name", "-month", "provider"),
    "count": ("count", "-month", "provider"),
    "total": ("total", "-month", "provider"),
}


def with_totals(statements: QuerySet[Statement]) -> QuerySet[Any]:
    """Each with `count`, `total` (pence), `taken_back` (reversals), `illustrative` (lines at such a price) and
    `queried` (questions without an answer)."""
    unanswered = LineQuery.objects.filter(statement=OuterRef("pk"), answered_at=None).order_by()
    queried = unanswered.values("statement").annotate(number=Count("pk")).values("number")
    return statements.select_related("organisation", "contract").annotate(
        count=Count("lines"),
        total=Coalesce(Sum("lines__pence"), 0),
        taken_back=Count("lines", filter=Q(lines__kind=Journal.Kind.REVERSAL)),
        illustrative=Count("lines", filter=Q(lines__illustrative=True)),
        queried=Coalesce(Subquery(queried, output_field=IntegerField()), 0),
        # Names sort as people read them, whatever their capitals.
        provider=Lower("organisation__name"),
        contract_name=Lower("contract__name"),
    )


def in_order(statements: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """What with_totals gave, by a column of ORDERS, "-" for downwards; the newest month first where it names none."""
    order = ORDERS.get(sort.removeprefix("-"))
    if order is None:
        return statements.order_by("-month", *ORDERS["month"][1:], "pk")
    first = f"-{order[0]}" if sort.startswith("-") else order[0]
    return statements.order_by(first, *order[1:], "pk")


def first_unsealed_before(statement: Statement) -> Statement | None:
    """The earliest statement of the provider on the contract that is sealed before this one: it has lines."""
    earlier = Statement.objects.filter(
        contract=statement.contract_id, organisation=statement.organisation_id, month__lt=statement.month
    )
    unsealed = earlier.filter(status__in=[Statement.Status.OPEN, Statement.Status.PROPOSED])
    return unsealed.filter(lines__isnull=False).order_by("month").first()


def queried() -> Q:
    """Statements about which somebody asked and nobody answered."""
    return Q(pk__in=LineQuery.objects.filter(answered_at=None).values("statement"))


def months() -> list[date]:
    """The months that have a statement, the newest first."""
    return list(Statement.objects.order_by("-month").values_list("month", flat=True).distinct())


def months_paid() -> list[date]:
    """The months in which a statement was paid, the newest first."""
    paid = Statement.objects.exclude(paid_on=None).annotate(paid_in=TruncMonth("paid_on"))
    return list(paid.order_by("-paid_in").values_list("paid_in", flat=True).distinct())


def without_a_price(
    viewer: Viewer,
    *,
    contract_id: UUID | None = None,
    organisation_id: UUID | None = None,
    month: date | None = None,
) -> int:
    """How many milestones in force, as the viewer sees them, the terms pay for but give a provider no price: nothing
    stands on a statement for them."""
    narrowed: dict[str, object] = {
        "contract": contract_id,
        "organisation": organisation_id,
        "claimable_from__month": month and month.month,
        "claimable_from__year": month and month.year,
    }
    wanted = {name: value for name, value in narrowed.items() if value is not None}
    return lacking_a_price(Journal.Side.PROVIDER, wholes_known(viewer)).filter(**wanted).count()
