"""How far each cohort has come: of all referred in some months, the share with an event by each elapsed month."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Final

from django.db.models import Sum

from outcomes.models import PerformanceFact
from outcomes.performance.beyond import NOBODY_BEYOND, Beyond
from outcomes.performance.periods import Window, month_of, months_between, shift
from partners.models import Organisation
from programmes.measure import COUNTS, Measure
from programmes.measures import BY_CODE
from programmes.models import Contract

EVENT: Final = BY_CODE["job_outcomes"]
# On the way from the referral, each of them happens once to a person at most.
STAGES: Final = tuple(
    BY_CODE[code] for code in ("starts", "job_starts", "job_outcomes", "sustained_outcomes")
)
HALF_YEAR: Final = 6
MOST_COHORTS: Final = 6
MOST_MONTHS: Final = 24


@dataclass(frozen=True)
class Asked:
    """Which cohorts are asked for: by how many months of referral each, at most how many of the latest, of which event,
    and perhaps of one payment group, one area and one provider alone."""

    size: int = HALF_YEAR
    most: int = MOST_COHORTS
    event: Measure = EVENT
    group: str = ""
    area: str = ""
    whose: Organisation | None = None


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
        """Such as Apr–Sep 2025, Oct 2025–Mar 2026, or May 2025 of a single month."""
        if self.first == self.last:
            return f"{self.first:%b %Y}"
        year = "" if self.first.year == self.last.year else f" {self.first.year}"
        return f"{self.first:%b}{year}–{self.last:%b} {self.last.year}"

    @property
    def shares(self) -> tuple[Fraction, ...]:
        return tuple(Fraction(outcomes, self.referrals) for outcomes in self.outcomes)


def cohorts(
    contract: Contract, today: date, beyond: Beyond = NOBODY_BEYOND, asked: Asked = Asked()
) -> list[Cohort]:
    """The latest cohorts of the contract whose months are over and in which anybody was referred, oldest first."""
    codes = [*COUNTS["referrals"], *asked.event.codes]
    rows = PerformanceFact.objects.filter(contract=contract, code__in=codes)
    if asked.group:
        rows = rows.filter(payment_group=asked.group)
    if asked.area:
        rows = rows.filter(area=asked.area)
    if asked.whose:
        rows = rows.filter(organisation=asked.whose)
    cells = rows.values_list("cohort_month", "elapsed_month", "code").annotate(amount=Sum("amount"))
    return curves_of(cells, contract, today, beyond, asked)


def curves_of(
    cells: Iterable[tuple[date, int, str, int]],
    contract: Contract,
    today: date,
    beyond: Beyond = NOBODY_BEYOND,
    asked: Asked = Asked(),
) -> list[Cohort]:
    """The same from (cohort month, elapsed month, code, amount), as it may be shown."""
    reached: defaultdict[date, Counter[int]] = defaultdict(Counter)
    referrals: Counter[date] = Counter()
    for month, elapsed, code, amount in cells:
        if code in asked.event.codes:
            reached[month][elapsed] += amount
        else:
            referrals[month] += amount
    whose = asked.whose.pk if asked.whose else None
    found = []
    for months in _spans(contract, today, asked.size):
        window = Window(months[0], months[-1], group=asked.group, area=asked.area)
        age = min(months_between(months[-1], month_of(today)) - 1, MOST_MONTHS)
        in_month = [sum(reached[month][elapsed] for month in months) for elapsed in range(age + 1)]
        count = sum(referrals[month] for month in months)
        count = beyond.together(count, COUNTS["referrals"], window, whose)
        by_month = tuple(
            beyond.together(amount, asked.event.codes, replace(window, by=elapsed), whose)
            for elapsed, amount in enumerate(accumulate(in_month))
        )
        if count:
            found.append(Cohort(months[0], months[-1], count, by_month))
    return found[-asked.most :]


def _spans(contract: Contract, today: date, size: int) -> Iterator[list[date]]:
    """So many months at a time, from the contract's first, as far as they are over."""
    first = month_of(contract.starts_on)
    while (after := shift(first, size)) <= month_of(today):
        yield [shift(first, n) for n in range(size)]
        first = after
