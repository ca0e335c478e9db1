"""The providers' rates of a contract, made ready to be compared fairly. See outcomes.performance.comparison."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final, Self
from uuid import UUID

from django.db.models import Q, Sum

from outcomes.models import PerformanceFact
from outcomes.performance import charts
from outcomes.performance.beyond import Beyond
from outcomes.performance.case_mix import DIMENSIONS, Strata, Stratum, rule_on
from outcomes.performance.comparison import (
    Adjusted,
    Interval,
    Point,
    Rate,
    Verdict,
    adjusted,
    control_chart,
    interval,
    limits,
    pooled,
    verdict,
)
from outcomes.performance.figures import Sums, providers_of
from outcomes.performance.known import Known
from outcomes.performance.periods import Window, months_between, shift
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.measure import COUNTS, Measure
from programmes.models import Contract

# The rate that a comparison opens with, where the contract has it.
USUAL_RATE: Final = "job_outcome_rate"
# How finely the limits of a funnel are drawn.
STEPS: Final = 24


@dataclass(frozen=True)
class Compared:
    """A provider's rate: what it is, where chance leaves it, and what it would be with everybody's caseload.

    counted may be more than the rate says: somebody may start with another provider than accepted the referral.
    """

    organisation: Organisation
    counted: int
    rate: Rate
    interval: Interval
    verdict: Verdict | None
    adjusted: Adjusted | None

    @property
    def is_notable(self) -> bool:
        """Whether it lies outside the funnel."""
        return self.verdict not in (None, Verdict.WITHIN)


@dataclass(frozen=True)
class Comparison:
    """The rates of a contract in one window, by provider, by month of referral and by stratum of the caseload."""

    measure: Measure
    window: Window
    sums: Sums
    organisations: list[Organisation]
    strata: Strata
    whose: Organisation | None = None

    @classmethod
    def of(
        cls,
        contract: Contract,
        measure: Measure,
        window: Window,
        viewer: Viewer,
        whose: Organisation | None = None,
    ) -> Self:
        """Read in a constant number of queries, however many providers and months. The months are those of one provider
        where it is given."""
        windows = [window, *_months_of(window)]
        bases = [one.base for one in windows]
        codes = {*measure.codes, *COUNTS[measure.denominator]}
        sums = Sums.of(contract, [*windows, *bases], Beyond.of(contract, Known(viewer)), codes)
        return cls(
            measure,
            window,
            sums,
            providers_of(contract, sums.organisations - {None}),
            Strata.of(contract, measure, window, rule_on(viewer.today).least)
            or _by_group(contract, measure, window, sums),
            whose,
        )

    @cached_property
    def whole(self) -> Rate:
        """Everybody together whom a provider has accepted."""
        return self._rate(self._everyone, self.window)

    @property
    def _everyone(self) -> set[UUID | None]:
        return self.sums.organisations - {None}

    @property
    def providers(self) -> list[Compared]:
        """Each provider, the highest rate first and those of whom nobody counts last; too few get no verdict."""
        found = [self._compared(each) for each in self.organisations]
        return sorted(found, key=lambda one: (not one.rate.base, -one.rate.share, one.organisation.name))

    @property
    def months(self) -> tuple[list[date], float, list[Point]]:
        """The months of referral, the share of all of them, and what the control chart says of each month."""
        windows = _months_of(self.window)
        counted = [self.whose.pk] if self.whose else self._everyone
        rates = [self._rate(counted, one) for one in windows]
        centre, points = control_chart(rates, least=self.measure.minimum_sample)
        return [one.first for one in windows], centre, points

    @property
    def funnel(self) -> charts.Spec | None:
        """The providers between the limits of chance, drawn; nothing where nobody counts."""
        placed = [
            charts.Placed(one.organisation.name, one.rate.base, one.rate.share, one.is_notable)
            for one in self.providers
            if one.rate.base
        ]
        if not placed:
            return None
        most, centre = max(one.base for one in placed), self.whole.share
        bases = sorted({max(1, round(most * step / STEPS)) for step in range(1, STEPS + 1)})
        bounds = [charts.Bound(base, *limits(centre, base)) for base in bases]
        title = f"{self.measure.label} by provider"
        return charts.funnel(placed, bounds, centre=centre, title=title, base=self.measure.of_what)

    def _compared(self, organisation: Organisation) -> Compared:
        rate = self._rate([organisation.pk], self.window)
        is_enough = rate.base >= self.measure.minimum_sample
        own = self.strata.rates.get(organisation.pk, {})
        return Compared(
            organisation,
            self.sums.shown([organisation.pk], self.measure.codes, self.window),
            rate,
            interval(rate),
            verdict(rate, self.whole.share) if is_enough else None,
            adjusted(own, self._everybody) if is_enough and self.strata.number > 1 else None,
        )

    @cached_property
    def _everybody(self) -> dict[Stratum, Rate]:
        parts: defaultdict[Stratum, list[Rate]] = defaultdict(list)
        for rates in self.strata.rates.values():
            for stratum, rate in rates.items():
                parts[stratum].append(rate)
        return {stratum: pooled(rates) for stratum, rates in parts.items()}

    def _rate(self, organisations: Collection[UUID | None], window: Window) -> Rate:
        if window.is_empty:
            return Rate(0, 0)
        base = self.sums.shown(organisations, COUNTS[self.measure.denominator], window.base)
        # Somebody may start with another provider than the one that accepted the referral.
        return Rate(min(base, self.sums.shown(organisations, self.measure.codes, window)), base)


def _months_of(window: Window) -> list[Window]:
    months = (shift(window.first, n) for n in range(months_between(window.first, window.last) + 1))
    return [replace(window, first=month, last=month) for month in months]


def _by_group(contract: Contract, measure: Measure, window: Window, sums: Sums) -> Strata:
    """By payment group alone, in one query; the rates add up to what is shown of each provider."""
    by = (DIMENSIONS["payment_group"],)
    if window.is_empty:
        return Strata({}, by)
    base, below = window.base, COUNTS[measure.denominator]
    in_above, in_below = Q(code__in=measure.codes) & window.cells(), Q(code__in=below) & base.cells()
    rows = PerformanceFact.objects.filter(
        in_above | in_below, contract=contract, organisation__isnull=False
    ).values_list("organisation_id", "payment_group")
    found: defaultdict[UUID | None, dict[Stratum, Rate]] = defaultdict(dict)
    for one, group, counted, of in rows.annotate(
        counted=Sum("amount", filter=in_above, default=0), of=Sum("amount", filter=in_below, default=0)
    ):
        of -= sums.unseen(one, below, base, group)
        counted -= sums.unseen(one, measure.codes, window, group)
        if of:
            found[one][group,] = Rate(min(counted, of), of)
    return Strata(found, by)
