"""Who is behind a figure: the contributions that it is the sum of, each with the reason why it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from outcomes.models import Contribution, PerformanceFact
from outcomes.performance.beyond import Beyond
from outcomes.performance.known import Known
from outcomes.performance.periods import Window
from outcomes.performance.why import reasons
from participants.models import Participant
from partners.permissions import Permission, can
from partners.viewer import Viewer
from programmes.measure import BY_ILLUSTRATIVE_PRICES, COUNTS, Clock, Measure, Unit
from programmes.models import Contract, PaymentGroup

SORTS: Final = {
    "on": ("month", "happened_on", "id"),
    "name": ("search_name", "id"),
    "group": ("payment_group", "id"),
}


@dataclass(frozen=True)
class Line:
    """One thing that counts, and whose it is, as far as the viewer may know. amount: in pence where it is money."""

    participant: Participant | None
    provider: str
    group: str
    on: date
    why: str
    amount: int
    illustrative: bool


class Which(StrEnum):
    """Who of a ratio: those who count, all of whom it is taken, or those among them who do not count."""

    COUNTED = ""
    ALL = "all"
    REST = "rest"


def behind(
    contract: Contract, measure: Measure, window: Window, which: Which = Which.COUNTED
) -> QuerySet[Contribution]:
    """What the figure counts, as the viewer's walls let it be seen; of a ratio perhaps what it is taken of, or the rest
    of that."""
    name = Participant.objects.filter(pk=OuterRef("participant_id")).values("search_name")
    counted = Contribution.objects.filter(window.cells(), contract=contract, code__in=measure.codes)
    found = counted
    if which is not Which.COUNTED:
        codes = COUNTS[measure.denominator]
        found = Contribution.objects.filter(window.base.cells(), contract=contract, code__in=codes)
    if which is Which.REST:
        # On the cohort's clock another thing of the same person counts, else the same thing under another code.
        by_person = {"participant": OuterRef("participant_id"), "cohort_month": OuterRef("cohort_month")}
        same = by_person if measure.clock is Clock.COHORT else {"source_id": OuterRef("source_id")}
        found = found.filter(~Exists(counted.filter(**same)))
    return found.alias(search_name=Subquery(name)).select_related("organisation")


def how_many(
    contract: Contract, measure: Measure, window: Window, which: Which, whose: Q, viewer: Viewer
) -> int | None:
    """How many that is, from the facts, which costs the same however many there are: less whom the viewer may not see.

    whose: the condition on the provider. None where a thing does not count for one, as money, or only the rest is asked
    for: then they have to be counted.
    """
    if measure.unit is Unit.PENCE or which is Which.REST:
        return None
    codes, cells = measure.codes, window
    if which is Which.ALL:
        codes, cells = COUNTS[measure.denominator], window.base
    facts = PerformanceFact.objects.filter(cells.cells(), whose, contract=contract, code__in=codes)
    of_each = facts.order_by().values_list("organisation_id").annotate(Sum("amount"))
    return Beyond.of(contract, Known(viewer)).listed(of_each, codes, cells)


def in_order(found: QuerySet[Contribution], sort: str, viewer: Viewer) -> QuerySet[Contribution]:
    """Sorted by one of SORTS, with a minus descending; newest first for anything else.

    The order of names tells who is there, so whoever may see nobody gets them newest first. What happened before the
    referral stands in the month in which it counts.
    """
    columns = SORTS.get(sort.removeprefix("-"))
    if columns is None or (columns == SORTS["name"] and not can(viewer, Permission.SEE_PEOPLE)):
        sort, columns = "-on", SORTS["on"]
    return found.order_by(*(f"-{column}" if sort.startswith("-") else column for column in columns))


def lines(rows: Iterable[Contribution], contract: Contract, measure: Measure, viewer: Viewer) -> list[Line]:
    """The rows in words, in a constant number of queries; a person whom the viewer may not see is nobody here."""
    rows = list(rows)
    whose = {row.participant_id for row in rows} if can(viewer, Permission.SEE_PEOPLE) else set()
    people = Participant.objects.in_bulk(whose)
    groups = dict(PaymentGroup.objects.filter(contract=contract).values_list("code", "name"))
    why = reasons(rows, viewer)
    return [
        Line(
            participant=people.get(row.participant_id),
            provider=row.organisation.name if row.organisation else "",
            group=groups.get(row.payment_group, row.payment_group),
            on=row.happened_on,
            why=_timed(row, why[key].counts if (key := (row.source_id, row.code)) in why else "", measure),
            amount=row.amount,
            illustrative=row.code in BY_ILLUSTRATIVE_PRICES,
        )
        for row in rows
    ]


def _timed(row: Contribution, why: str, measure: Measure) -> str:
    """The reason, and how long it took where the measure asks for that."""
    if not measure.is_timed or row.days is None:
        return why
    days = f"{row.days} working day{'' if row.days == 1 else 's'} after the referral"
    return f"{days}. {why}" if why else f"Reached {days}."
