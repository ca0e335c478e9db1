"""What a month to come consists of besides people's milestones: what the terms will charge, and what is booked already.

The terms are asked as they are when a statement is sealed (outcomes.charging), month after month, with what people are
expected to earn added to the books: as expected, at best and at worst. Runs as the system.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from django.db.models import Sum

from outcomes import charging
from outcomes.charges import Month
from outcomes.charging import Account
from outcomes.forecast import Coming
from outcomes.models import Forecast, Journal, Statement
from programmes.models import Contract, Fee
from programmes.months import shifted

PROVIDER, COMMISSIONER = Journal.Side.PROVIDER, Journal.Side.COMMISSIONER
# What stands on a statement of a month before this one that is not sealed, and on this month's or a later one besides
# the milestones that can be claimed in it: corrections, what came late, adjustments, costs.
UNSEALED, BESIDES = "unsealed", "besides"
SCENARIOS = ("expected", "best", "worst")


class Part(NamedTuple):
    """One part of one month's money in pence; of nobody where it is the contract's own."""

    organisation_id: UUID | None
    side: str
    part: str
    code: str
    month: date
    expected: int
    best: int
    worst: int


@dataclass(frozen=True)
class Ahead:
    """The months from the first one on that are looked at, and what people may earn in them: by provider (on the
    commissioner's side all together) the milestones to come, each with its code."""

    first: date
    months: int
    coming: Mapping[tuple[UUID | None, str], Sequence[tuple[str, Coming]]]

    def parts(self, contract: Contract) -> Iterator[Part]:
        """Everything besides the milestones."""
        booked = _booked(contract)
        providers = Statement.objects.filter(contract=contract).values_list("organisation", flat=True)
        for organisation_id in sorted({*providers, *(pk for pk, side in self.coming if pk)}):
            own = {month: pence for (pk, month), pence in booked.items() if pk == organisation_id}
            yield from self._besides(organisation_id, own)
            charged = charging.charged_to_provider(contract.pk, organisation_id)
            account = charging.account_of(contract, organisation_id, charged)
            open_ones = charging.unsealed(contract, organisation_id, before=self.first)
            yield from self._charged(account, PROVIDER, open_ones)
        account = charging.commissioners_account(contract, list(charging.charged_to_commissioner(contract)))
        since = charging.first_uncharged(contract.starts_on, account.charged)
        count = max(0, (self.first.year - since.year) * 12 + self.first.month - since.month)
        yield from self._charged(account, COMMISSIONER, [shifted(since, number) for number in range(count)])

    def _besides(self, organisation_id: UUID, booked: Mapping[date, int]) -> Iterator[Part]:
        """What stands on statements that are not sealed, but for the milestones that are counted themselves."""
        counted: defaultdict[date, int] = defaultdict(int)
        for _, one in self.coming.get((organisation_id, PROVIDER), ()):
            counted[one.month] += round(one.pence * one.chance) if one.is_certain else 0
        for month in sorted({*booked, *counted}):
            pence = booked.get(month, 0) - counted[month]
            code = UNSEALED if month < self.first else BESIDES
            if pence:
                yield Part(organisation_id, PROVIDER, Forecast.Part.BOOKED, code, month, pence, pence, pence)

    def _charged(self, account: Account, side: str, before: Iterable[date]) -> Iterator[Part]:
        """What the terms will charge the months that are not charged yet, whatever people earn."""
        months = [*before, *(shifted(self.first, number) for number in range(self.months))]
        uncertain = [
            (code, one)
            for code, one in self.coming.get((account.organisation_id, side), ())
            if not one.is_certain
        ]
        found: defaultdict[tuple[str, date], dict[str, int]] = defaultdict(dict)
        for scenario in SCENARIOS:
            for due in _due(account, months, _to_come(uncertain, scenario)):
                pence = found[due.kind, due.month]
                pence[scenario] = pence.get(scenario, 0) + due.pence
        for (kind, month), pence in found.items():
            sums = (pence.get(scenario, 0) for scenario in SCENARIOS)
            yield Part(account.organisation_id, side, Forecast.Part.CHARGE, kind, month, *sums)


def _due(account: Account, months: Sequence[date], to_come: Sequence[Month]) -> Iterator[charging.ChargeDue]:
    """What is due month after month, if people earn what is to come; what is held back in one comes free in another."""
    retained = [fee for fee in account.fees if fee.kind == Fee.Kind.RETENTION and fee not in account.held]
    then = replace(
        account,
        charged=list(account.charged),
        months=[*account.months, *to_come],
        statements=[*account.statements, *to_come],
        held=[*account.held, *retained],
    )
    for month in months:
        due = then.due(month)
        then.charged.extend(charging.as_charged(one) for one in due)
        yield from due


def _to_come(uncertain: Sequence[tuple[str, Coming]], scenario: str) -> list[Month]:
    """What uncertain milestones come to by month: at worst nothing, at best each of them once."""
    if scenario == "worst":
        return []
    by_month: defaultdict[date, list[tuple[str, Coming, Fraction]]] = defaultdict(list)
    for code, one in uncertain:
        share = one.at_best if scenario == "best" else one.chance
        weight = Fraction(round(share * 10_000), 10_000)
        by_month[one.month].append((code, one, weight))
    months = []
    for month, those in by_month.items():
        counts: defaultdict[str, int | Fraction] = defaultdict(Fraction)
        for code, _, weight in those:
            counts[code] += weight
        months.append(Month(month, round(sum(one.pence * weight for _, one, weight in those)), counts))
    return months


def _booked(contract: Contract) -> dict[tuple[UUID, date], int]:
    """What stands on statements that are not sealed, by provider and month, in pence; everybody's lines."""
    lines = Journal.objects.filter(contract=contract, side=PROVIDER, statement__sealed_at=None)
    sums = lines.order_by().values_list("statement__organisation", "statement__month").annotate(Sum("pence"))
    return {(organisation_id, month): pence for organisation_id, month, pence in sums}
