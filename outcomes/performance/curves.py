"""How far each cohort has come: of all referred in a half-year, the share with a job outcome by each elapsed month."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Final

from django.db.models import Sum

from outcomes.models import PerformanceFact
from outcomes.performance.beyond import NOBODY_BEYOND, Beyond
from outcomes.performance.periods import Window, month_of, months_between, shift
from programmes.measures import BY_CODE, COUNTS
from programmes.models import Contract

EVENT: Final = BY_CODE["job_outcomes"]
MONTHS_IN_A_COHORT: Final = 6
MOST_COHORTS: Final = 6
MOST_MONTHS: Final = 24


@dataclass(frozen=True)
class Cohort:
    """The people referred in some months, first and last included.

    outcomes[n] is how many outcomes there were by the elapsed month n. It ends where the time of the youngest is not
    over: a curve stops, and never dips.
    """

    first: date
    last: date
    referrals: int
    outcomes: tuple[int, ...]

    @property
    def name(self) -> str:
        """Such as Apr–Sep 2025, or Oct 2025–Mar 2026."""
        year = "" if self.first.year == self.last.year else f" {self.first.year}"
        return f"{self.first:%b}{year}–{self.last:%b} {self.last.year}"

    @property
    def shares(self) -> tuple[Fraction, ...]:
        return tuple(Fraction(outcomes, self.referrals) for outcomes in self.outcomes)

    def window(self, elapsed: int) -> Window:
        """The cells behind one point of the curve."""
        return Window(self.first, self.last, by=elapsed)


def cohorts(contract: Contract, today: date, beyond: Beyond = NOBODY_BEYOND) -> list[Cohort]:
    """The latest half-years of the contract that are over and in which anybody was referred, oldest first."""
    rows = PerformanceFact.objects.filter(contract=contract, code__in=[*COUNTS["referrals"], *EVENT.codes])
    cells = rows.values_list("cohort_month", "elapsed_month", "code").annotate(amount=Sum("amount"))
    return curves_of(cells, contract, today, beyond)


def curves_of(
    cells: Iterable[tuple[date, int, str, int]],
    contract: Contract,
    today: date,
    beyond: Beyond = NOBODY_BEYOND,
) -> list[Cohort]:
    """The same from (cohort month, elapsed month, code, amount), as it may be shown."""
    outcomes: defaultdict[date, Counter[int]] = defaultdict(Counter)
    referrals: Counter[date] = Counter()
    for month, elapsed, code, amount in cells:
        if code in EVENT.codes:
            outcomes[month][elapsed] += amount
        else:
            referrals[month] += amount
    found = []
    for months in _half_years(contract, today):
        first, last = months[0], months[-1]
        age = min(months_between(last, month_of(today)) - 1, MOST_MONTHS)
        in_month = [sum(outcomes[month][elapsed] for month in months) for elapsed in range(age + 1)]
        count = sum(referrals[month] for month in months)
        count = beyond.of_everybody(count, COUNTS["referrals"], Window(first, last))
        reached = tuple(
            beyond.of_everybody(amount, EVENT.codes, Window(first, last, by=elapsed))
            for elapsed, amount in enumerate(accumulate(in_month))
        )
        if count:
            found.append(Cohort(first, last, count, reached))
    return found[-MOST_COHORTS:]


def _half_years(contract: Contract, today: date) -> Iterator[list[date]]:
    first = month_of(contract.starts_on)
    while (after := shift(first, MONTHS_IN_A_COHORT)) <= month_of(today):
        yield [shift(first, n) for n in range(MONTHS_IN_A_COHORT)]
        first = after
