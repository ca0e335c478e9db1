"""The cash of the months ahead, as the viewer may see it: what is likely paid in each month, and what that consists of.

A month's statement is taken to be paid so many days after its end, and a claim so many after the end of its month.
What is sealed, claimed or due, and not paid, is read as it stands now; the rest is the forecast of last night. Nobody
notes when the commissioner pays a claim of actual cost: it is taken to be paid after as long as claims are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateField, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, TruncMonth

from outcomes.booked import BESIDES, UNSEALED
from outcomes.claims.due import described, due
from outcomes.cohorts import rule_on
from outcomes.forecast import paid_in
from outcomes.models import ActualCost, Charge, Claim, Forecast, Journal, Statement
from outcomes.performance import disclosure
from outcomes.performance.beyond import WHO
from partners.viewer import Viewer, acting_as
from programmes.months import shifted

SEALED, CLAIMED, UNCLAIMED, BACK = "sealed", "claimed", "unclaimed", "back"
UNTIL_KNOWN = 30  # days to pay where nothing was paid yet: the usual term of an invoice
WORDS = {
    SEALED: "Sealed, not paid yet",
    CLAIMED: "Claimed, not paid yet",
    UNCLAIMED: "Earned, not claimed yet",
    BACK: "To be paid back",
    UNSEALED: "Earlier months, not sealed yet",
    BESIDES: "Corrections, adjustments and late lines",
    Forecast.Part.MILESTONE: "Milestones",
    Forecast.Part.WITHHELD: "People shown to named people only",
    **dict(Charge.Kind.choices),
}


class Coming(NamedTuple):
    """One part of the cash: the month of the statement and that of its payment, what it is, and pence; of milestones
    the code, how many are expected and how many at most."""

    month: date
    paid_in: date
    organisation_id: UUID | None
    part: str
    code: str
    number: Decimal | int
    most: int
    expected: int
    best: int
    worst: int


class Line(NamedTuple):
    """What one part comes to in one month of payment, in pence."""

    said: str
    expected: int
    best: int
    worst: int


@dataclass(frozen=True)
class MonthOfCash:
    """What is likely paid in one month, and of what that consists."""

    month: date
    parts: list[Line]

    @property
    def expected(self) -> int:
        return sum(one.expected for one in self.parts)

    @property
    def best(self) -> int:
        return sum(one.best for one in self.parts)

    @property
    def worst(self) -> int:
        return sum(one.worst for one in self.parts)


@dataclass(frozen=True)
class Pace:
    """How many days after the end of a month its money comes: the median of so many that came; of none, usual."""

    days: int
    of: int


def pace(contract_id: UUID, side: str, organisation_id: UUID | None, today: date) -> Pace:
    """How fast statements of the contract, or of one provider, were paid in the last year; on the commissioner's side
    claims, from the end of the month in which they were made."""
    since = {"contract": contract_id, "paid_on__gt": today - timedelta(days=365)}
    whose = {"organisation": organisation_id} if organisation_id else {}
    paid = (
        Statement.objects.filter(**since, **whose).values_list("month", "paid_on")
        if side == Journal.Side.PROVIDER
        else Claim.objects.filter(**since, **whose).values_list("claimed_on", "paid_on")
    )
    days = [max(0, (paid_on - shifted(day.replace(day=1), 1)).days + 1) for day, paid_on in paid if paid_on]
    if len(days) < rule_on(today).least_to_pay:
        return Pace(UNTIL_KNOWN, 0)
    return Pace(round(median(days)), len(days))


def coming(
    rows: Iterable[Forecast],
    *,
    contract_id: UUID,
    side: str,
    organisation_id: UUID | None,
    days_to_pay: int,
    viewer: Viewer,
) -> list[Coming]:
    """Everything that is likely paid, by part: the forecast's rows, and what was sealed, or could be claimed in earlier
    months, and waits for its payment; what the commissioner takes back goes off."""
    today = viewer.today
    is_provider = side == Journal.Side.PROVIDER
    sealed = list(_sealed(contract_id, organisation_id)) if is_provider else []
    waiting = [] if is_provider else list(_waiting(contract_id, organisation_id, days_to_pay, viewer))
    known = {(one.organisation_id, one.month) for one in sealed}
    found = [
        Coming(
            row.month,
            paid_in(row.month, days_to_pay, today),
            row.organisation_id,
            row.part if row.part in (Forecast.Part.MILESTONE, Forecast.Part.WITHHELD) else row.code,
            row.code,
            *(row.number, row.most, row.expected_pence, row.best_pence, row.worst_pence),
        )
        for row in rows
        # Sealed since last night: its total says it now.
        if (row.organisation_id, row.month) not in known
    ]
    for one in sealed:
        if one.paid_on is None and one.total_pence:
            day, pence = paid_in(one.month, days_to_pay, today), one.total_pence
            found.append(Coming(one.month, day, one.organisation_id, SEALED, "", 0, 0, pence, pence, pence))
    for part, organisation, month, pence in waiting:
        day = paid_in(month, days_to_pay, today)
        found.append(Coming(month, day, organisation, part, "", 0, 0, pence, pence, pence))
    return found


def by_month(found: Iterable[Coming], first: date, months: int) -> list[MonthOfCash]:
    """The months of payment from the first one on, each with its parts in the order of WORDS."""
    parts: defaultdict[date, defaultdict[str, list[Coming]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        parts[one.paid_in][one.part].append(one)
    ahead = (shifted(first, number) for number in range(months))
    return [MonthOfCash(month, list(_lines(parts[month]))) for month in ahead]


def _lines(parts: dict[str, list[Coming]]) -> Iterator[Line]:
    for part in WORDS:
        those: Sequence[Coming] = parts.get(part, ())
        sums = [sum(getattr(one, name) for one in those) for name in ("expected", "best", "worst")]
        if any(sums):
            yield Line(str(WORDS[part]), *sums)


def _sealed(contract_id: UUID, organisation_id: UUID | None) -> Iterator[Statement]:
    found = Statement.objects.filter(contract=contract_id, sealed_at__isnull=False)
    yield from found.filter(organisation=organisation_id) if organisation_id else found


def _waiting(
    contract_id: UUID, organisation_id: UUID | None, days_to_pay: int, viewer: Viewer
) -> Iterator[tuple[str, UUID | None, date, int]]:
    """By part, provider and month, what waits between the prime and the commissioner but for what can be claimed since
    this month: what was asked for and is not paid, what can be claimed now, what was paid and goes back, and
    cost. Of people whom only named users see a sum of the whole, where it is of so many that it tells of none."""
    yield from _spent(contract_id, organisation_id, days_to_pay, viewer.today)
    this_month = viewer.today.replace(day=1)
    apart: list[tuple[UUID, int]] = []
    for part, rows, day, pence in _kinds(contract_id, organisation_id, viewer.today):
        sign = -1 if part == BACK else 1
        by_month = rows.annotate(month=TruncMonth(day)).order_by().values_list("organisation", "month")
        for provider, month, total in by_month.annotate(total=Coalesce(Sum(pence), 0)):
            # What is claimed now is paid as long after the end of this month as claims are.
            yield part, provider, this_month if part == UNCLAIMED else month, sign * total
        with acting_as(viewer.as_system("what waits for the commissioner")):
            of_them = rows.filter(participant_id__in=RawSQL(WHO, [])).values_list("participant_id", pence)
            apart += [(person, sign * (worth or 0)) for person, worth in of_them]
    people = {person for person, _ in apart}
    if organisation_id is None and len(people) >= disclosure.rule_on(viewer.today).threshold:
        yield str(Forecast.Part.WITHHELD), None, this_month, sum(worth for _, worth in apart)


def _spent(
    contract_id: UUID, organisation_id: UUID | None, days_to_pay: int, today: date
) -> Iterator[tuple[str, UUID | None, date, int]]:
    """In the same form, what was claimed as actual cost, is not withdrawn and likely not paid yet."""
    whose = {"organisation": organisation_id} if organisation_id else {}
    costs = ActualCost.objects.filter(contract=contract_id, withdrawn_at=None, **whose)
    rows = costs.annotate(month=TruncMonth("claimed_at", output_field=DateField())).order_by()
    for provider, month, pence in rows.values_list("organisation", "month").annotate(Sum("pence")):
        if paid_in(month, days_to_pay, month) >= today.replace(day=1):
            yield str(Charge.Kind.ACTUAL_COST), provider, month, pence


def _kinds(
    contract_id: UUID, organisation_id: UUID | None, today: date
) -> Iterator[tuple[str, QuerySet[Any], str, str]]:
    """Each part with its rows, the day by whose month it counts, and what it is worth."""
    this_month = today.replace(day=1)
    whose = {"organisation": organisation_id} if organisation_id else {}
    claims = Claim.objects.filter(contract=contract_id, **whose)
    open_ones = claims.filter(
        state__in=[Claim.State.CLAIMED, Claim.State.VALIDATED], milestone__claimable_from__lt=this_month
    )
    unclaimed = described(due(today)).filter(contract=contract_id, claimable_from__lt=this_month, **whose)
    yield CLAIMED, open_ones, "claimed_on", "sums__pence"
    yield UNCLAIMED, unclaimed.filter(pence__isnull=False), "claimable_from", "pence"
    back = claims.filter(state=Claim.State.CLAWBACK, paid_on__isnull=False, recovered_on=None)
    yield BACK, back, "clawback_on", "sums__paid_pence"
