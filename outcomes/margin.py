"""What remains of a contract for the prime: what the commissioner pays less what the providers are paid, by provider.

Sums of the ledger alone, read past the walls of restricted people, for the sums have to be right; for finance.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from outcomes.models import Journal
from partners.models import Organisation
from programmes.months import shifted

ORDERS = ("provider", "income", "cost", "margin", "rate")


@dataclass(frozen=True)
class Margin:
    """One provider, or the contract itself where nobody is named: pence received and paid."""

    provider: str
    income: int
    cost: int
    illustrative: bool = False

    @property
    def margin(self) -> int:
        """What remains, in pence."""
        return self.income - self.cost

    @property
    def rate(self) -> float | None:
        """What remains of each pound received; none where nothing was."""
        return self.margin / self.income if self.income > 0 else None


def margins(contract_id: UUID, months: tuple[date, date] | None, sort: str = "") -> list[Margin]:
    """Each provider's margin on a contract, in the months from the first to the second (first days, inclusive).

    An entry belongs to the month of its statement, and on the commissioner's side to the month in which it can be
    claimed. What belongs to no provider comes last.
    """
    found = _within(Journal.objects.filter(contract=contract_id), months)
    rows = (
        found.order_by().values_list("organisation_id", "side", "illustrative").annotate(total=Sum("pence"))
    )
    pence: defaultdict[UUID | None, dict[str, int]] = defaultdict(lambda: {"commissioner": 0, "provider": 0})
    guessed: set[UUID | None] = set()
    for organisation_id, side, illustrative, total in rows:
        pence[organisation_id][side] += total
        guessed |= {organisation_id} if illustrative else set()
    names = dict(Organisation.objects.filter(pk__in=[pk for pk in pence if pk]).values_list("pk", "name"))
    lines = [
        Margin(names[pk], sums["commissioner"], sums["provider"], pk in guessed)
        for pk, sums in pence.items()
        if pk is not None
    ]
    own = [
        Margin("The contract itself", sums["commissioner"], sums["provider"], None in guessed)
        for pk, sums in pence.items()
        if pk is None
    ]
    return _sorted(lines, sort) + own


def total_of(lines: list[Margin]) -> Margin:
    """All of them together."""
    return Margin(
        "All",
        sum(line.income for line in lines),
        sum(line.cost for line in lines),
        any(line.illustrative for line in lines),
    )


def months_of(contract_id: UUID) -> list[date]:
    """The months in which money of the contract moved, newest first."""
    moved = Journal.objects.filter(contract=contract_id).annotate(month=TruncMonth("claimable_from"))
    return list(moved.order_by("-month").values_list("month", flat=True).distinct())


def _within(found: QuerySet[Journal], months: tuple[date, date] | None) -> QuerySet[Journal]:
    if months is None:
        return found
    first, last = months
    before = shifted(last, 1)
    return found.filter(
        Q(side="provider", statement__month__gte=first, statement__month__lt=before)
        | Q(side="commissioner", claimable_from__gte=first, claimable_from__lt=before)
    )


def _sorted(lines: list[Margin], sort: str) -> list[Margin]:
    name = sort.removeprefix("-")
    lines = sorted(lines, key=lambda line: line.provider.lower())
    if name in ORDERS[1:]:
        lines.sort(
            key=lambda line: (getattr(line, name) is None, getattr(line, name) or 0),
            reverse=sort.startswith("-"),
        )
    elif sort == "-provider":
        lines.reverse()
    return lines
