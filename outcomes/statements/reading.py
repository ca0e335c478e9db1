"""Statements as people read them: the list, and one statement line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Lower

from outcomes.models import Journal, Milestone, Statement
from outcomes.terms import Terms, lacking_a_price
from outcomes.work import label_of
from participants.models import Participant
from partners.viewer import Viewer, acting_as
from programmes.models import Price

# Columns by which the list sorts, each with what decides between equals.
ORDERS: dict[str, tuple[str, ...]] = {
    "month": ("month", "provider", "contract_name"),
    "provider": ("provider", "-month", "contract_name"),
    "contract": ("contract_name", "-month", "provider"),
    "count": ("count", "-month", "provider"),
    "total": ("total", "-month", "provider"),
}


@dataclass(frozen=True)
class Line:
    """One journal on a statement, in words. participant is None where the walls hide the person."""

    journal: Journal
    milestone: Milestone
    label: str
    participant: Participant | None
    source: str

    @property
    def reference(self) -> str:
        return self.participant.reference if self.participant else ""


@dataclass(frozen=True)
class Subtotal:
    """What one milestone comes to on a statement, the sources of its prices and whether one is illustrative."""

    label: str
    count: int
    pence: int
    illustrative: bool
    sources: list[str]


@dataclass(frozen=True)
class Withheld:
    """Lines whose person the walls hide from the viewer: how many, their sum, and whether one is illustrative."""

    count: int
    pence: int
    illustrative: bool


def withheld(statement: Statement, lines: Sequence[Line], viewer: Viewer) -> Withheld:
    """What stands on a statement besides the lines that the viewer sees, so that its total is the same for everybody.

    Reads past the walls, for a sum: a restricted person is nobody's line but is paid for.
    """
    with acting_as(viewer.as_system("the total of a statement")):
        rest = Journal.objects.filter(statement=statement).exclude(pk__in=[line.journal.pk for line in lines])
        found = rest.aggregate(
            count=Count("pk"),
            pence=Coalesce(Sum("pence"), 0),
            guesses=Count("pk", filter=Q(illustrative=True)),
        )
    return Withheld(found["count"], found["pence"], bool(found["guesses"]))


def with_totals(statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Each with `count`, `total` (pence), `taken_back` (reversals) and `illustrative` (lines at such a price)."""
    return statements.select_related("organisation", "contract").annotate(
        count=Count("lines"),
        total=Coalesce(Sum("lines__pence"), 0),
        taken_back=Count("lines", filter=Q(lines__kind=Journal.Kind.REVERSAL)),
        illustrative=Count("lines", filter=Q(lines__illustrative=True)),
        # Names sort as people read them, whatever their capitals.
        provider=Lower("organisation__name"),
        contract_name=Lower("contract__name"),
    )


def in_order(statements: QuerySet[Statement], sort: str) -> QuerySet[Statement]:
    """What with_totals gave, by a column of ORDERS, "-" for downwards; the newest month first where it names none."""
    order = ORDERS.get(sort.removeprefix("-"))
    if order is None:
        return statements.order_by("-month", *ORDERS["month"][1:], "pk")
    first = f"-{order[0]}" if sort.startswith("-") else order[0]
    return statements.order_by(first, *order[1:], "pk")


def lines_of(statement: Statement, sort: str = "") -> list[Line]:
    """The lines of a statement in a handful of queries, however many there are.

    Each part is looked up by itself and not joined: a join would drop lines whose person the walls hide.
    """
    journals = list(
        Journal.objects.filter(statement=statement).order_by("claimable_from", "recorded_at", "pk")
    )
    milestones = Milestone.objects.in_bulk({journal.milestone_id for journal in journals})
    people = Participant.objects.in_bulk({journal.participant_id for journal in journals})
    sources = dict(
        Price.objects.filter(pk__in={one.price_id for one in journals}).values_list("pk", "source")
    )
    terms = Terms.of([statement.contract_id])
    lines = [
        Line(
            journal,
            milestones[journal.milestone_id],
            label_of(milestones[journal.milestone_id], terms),
            people.get(journal.participant_id),
            sources.get(journal.price_id, ""),
        )
        for journal in journals
    ]
    return _sorted(lines, sort)


def _sorted(lines: list[Line], sort: str) -> list[Line]:
    keys = {
        "participant": lambda line: line.reference,
        "milestone": lambda line: line.label,
        "reached": lambda line: line.milestone.reached_on,
        "claimable": lambda line: line.journal.claimable_from,
        "amount": lambda line: line.journal.pence,
    }
    key = keys.get(sort.removeprefix("-"))
    return sorted(lines, key=key, reverse=sort.startswith("-")) if key else lines


def subtotals(lines: Iterable[Line]) -> list[Subtotal]:
    """What each milestone comes to, in the order of the names."""
    by_label: dict[str, list[Line]] = {}
    for line in lines:
        by_label.setdefault(line.label, []).append(line)
    return [
        Subtotal(
            label,
            len(those),
            sum(one.journal.pence for one in those),
            any(one.journal.illustrative for one in those),
            sorted({one.source for one in those if one.source}),
        )
        for label, those in sorted(by_label.items())
    ]


def months() -> list[date]:
    """The months that have a statement, the newest first."""
    return list(Statement.objects.order_by("-month").values_list("month", flat=True).distinct())


def without_a_price(
    side: str,
    *,
    contract_id: UUID | None = None,
    organisation_id: UUID | None = None,
    month: date | None = None,
) -> int:
    """How many milestones in force the terms pay for but give no price: nothing stands on a statement for them."""
    narrowed: dict[str, object] = {
        "contract": contract_id,
        "organisation": organisation_id,
        "claimable_from__month": month and month.month,
        "claimable_from__year": month and month.year,
    }
    wanted = {name: value for name, value in narrowed.items() if value is not None}
    return lacking_a_price(side).filter(**wanted).count()
