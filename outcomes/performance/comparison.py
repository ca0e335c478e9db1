"""Whether rates differ by more than chance: intervals, funnel and control limits, and rates adjusted for the caseload.

Plain Python, no rows. A rate is so many of so many people; a share goes from 0 to 1.

Sources: intervals by Wilson (1927); funnel limits by the exact binomial distribution, interpolated, at 95 and 99.8 per
cent, as Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005); control
limits at three standard deviations and the run rules of the Western Electric Statistical Quality Control Handbook
(1956); indirect standardisation with Byar's approximation, as Breslow and Day, Statistical Methods in Cancer Research
II (1987), section 2.3.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import exp, lgamma, log, sqrt
from typing import Final, NamedTuple, TypeVar

Stratum = TypeVar("Stratum", bound=Hashable)
Whose = TypeVar("Whose", bound=Hashable)

# Standard deviations of the normal distribution that 95 per cent lie within.
Z: Final = 1.959964
# How much of the distribution lies below each of a funnel's four limits.
OUTER_LOW, INNER_LOW, INNER_HIGH, OUTER_HIGH = 0.001, 0.025, 0.975, 0.999


class Rate(NamedTuple):
    """So many of so many: above of base."""

    above: int
    base: int

    @property
    def share(self) -> float:
        return self.above / self.base if self.base else 0.0


class Interval(NamedTuple):
    """From a low share to a high one."""

    low: float
    high: float


class Limits(NamedTuple):
    """Between which shares chance alone leaves a rate: 99.8 per cent of the time outer, 95 per cent inner."""

    outer_low: float
    inner_low: float
    inner_high: float
    outer_high: float


class Verdict(StrEnum):
    """Where a rate lies in the funnel."""

    FAR_BELOW = "far below"
    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    FAR_ABOVE = "far above"


class Signal(StrEnum):
    """What in a run of months is more than chance."""

    BEYOND = "outside the control limits"
    TWO_OF_THREE = "two of three months near the limit"
    FOUR_OF_FIVE = "four of five months to one side"
    EIGHT = "eight months running on one side"


def pooled(rates: Sequence[Rate]) -> Rate:
    """All of them together."""
    return Rate(sum(rate.above for rate in rates), sum(rate.base for rate in rates))


def interval(rate: Rate) -> Interval:
    """Where the rate behind the figure lies, with 95 per cent confidence; anywhere for nobody."""
    if not rate.base:
        return Interval(0.0, 1.0)
    n, share = rate.base, rate.share
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


@lru_cache(maxsize=4_096)
def limits(expected: float, base: int) -> Limits:
    """The funnel at so many people, around the share that is expected of everybody."""
    if not 0 < expected < 1 or not base:
        return Limits(expected, expected, expected, expected)
    tails = (OUTER_LOW, INNER_LOW, INNER_HIGH, OUTER_HIGH)
    return Limits(*(found / base for found in _quantiles(base, expected, tails)))


def verdict(rate: Rate, expected: float) -> Verdict:
    """Where the rate lies in the funnel around what is expected; nobody is judged by nobody."""
    if not rate.base or not 0 < expected < 1:
        return Verdict.WITHIN
    found = limits(expected, rate.base)
    if rate.share < found.inner_low:
        return Verdict.FAR_BELOW if rate.share < found.outer_low else Verdict.BELOW
    if rate.share > found.inner_high:
        return Verdict.FAR_ABOVE if rate.share > found.outer_high else Verdict.ABOVE
    return Verdict.WITHIN


def _quantiles(n: int, p: float, tails: Sequence[float]) -> list[float]:
    """How many of n lie below so much of the binomial distribution, interpolated between whole numbers, 0 to n; for
    several parts of it, the smallest first."""
    spread = 6 * sqrt(n * p * (1 - p)) + 10
    first, last = max(0, int(n * p - spread)), min(n, int(n * p + spread))
    all_ways, log_p, log_q = lgamma(n + 1), log(p), log(1 - p)
    found: list[float] = []
    below = 0.0
    for k in range(first, last + 1):
        here = exp(all_ways - lgamma(k + 1) - lgamma(n - k + 1) + k * log_p + (n - k) * log_q)
        while len(found) < len(tails) and below + here >= tails[len(found)]:
            found.append(max(0.0, k - (below + here - tails[len(found)]) / here))
        below += here
    return found + [float(last)] * (len(tails) - len(found))


@dataclass(frozen=True)
class Point:
    """A month in a control chart: its rate, how far chance takes it, and what is noticeable about it."""

    rate: Rate
    low: float
    high: float
    signals: tuple[Signal, ...]


def control_chart(months: Sequence[Rate], least: int = 1) -> tuple[float, list[Point]]:
    """A p-chart: the share of all months together, and each month with its limits and what the run rules say of it.

    A rule speaks of the last month of its run. Months of fewer than `least` people are not judged, and end a run.
    """
    centre = pooled(months).share
    distances = [_distance(month, centre) if month.base >= least else None for month in months]
    return centre, [
        Point(month, *_three_deviations(month, centre), _signals(distances[: n + 1]))
        for n, month in enumerate(months)
    ]


def _deviation(rate: Rate, centre: float) -> float:
    return sqrt(centre * (1 - centre) / rate.base) if rate.base else 0.0


def _distance(rate: Rate, centre: float) -> float | None:
    deviation = _deviation(rate, centre)
    return (rate.share - centre) / deviation if deviation else None


def _three_deviations(rate: Rate, centre: float) -> tuple[float, float]:
    if not rate.base:
        return 0.0, 1.0
    deviation = 3 * _deviation(rate, centre)
    return max(0.0, centre - deviation), min(1.0, centre + deviation)


def _signals(so_far: Sequence[float | None]) -> tuple[Signal, ...]:
    if so_far[-1] is None:
        return ()
    rules: Sequence[tuple[Signal, int, int, Callable[[float], bool]]] = (
        (Signal.BEYOND, 1, 1, lambda distance: distance > 3),
        (Signal.TWO_OF_THREE, 2, 3, lambda distance: distance > 2),
        (Signal.FOUR_OF_FIVE, 4, 5, lambda distance: distance > 1),
        (Signal.EIGHT, 8, 8, lambda distance: distance > 0),
    )
    return tuple(
        signal
        for signal, least, window, counts in rules
        if any(_runs(so_far, side, least, window, counts) for side in (1, -1))
    )


def _runs(
    so_far: Sequence[float | None], side: int, least: int, window: int, counts: Callable[[float], bool]
) -> bool:
    """Whether the last month counts on that side, and enough of the months of the window with it."""
    months = so_far[-window:]
    found = [distance is not None and counts(side * distance) for distance in months]
    return found[-1] and len(months) == window and sum(found) >= least and None not in months


@dataclass(frozen=True)
class Adjusted:
    """What a rate would be with everybody's caseload: share and interval, and what was expected of these people."""

    share: float
    interval: Interval
    expected: float


def adjusted(own: Mapping[Stratum, Rate], everybody: Mapping[Stratum, Rate]) -> Adjusted | None:
    """Indirect standardisation: a provider's rate by stratum of its people against everybody's in the same strata.

    The observed number over the one expected, times everybody's share. None where nothing is expected of these people.
    """
    observed = sum(rate.above for rate in own.values())
    expected = sum(rate.base * everybody[stratum].share for stratum, rate in own.items())
    base = sum(rate.base for rate in own.values())
    if not expected or not base:
        return None
    overall = pooled(list(everybody.values())).share
    low, high = _byar(observed)
    scale = overall / expected
    return Adjusted(
        min(1.0, observed * scale), Interval(min(1.0, low * scale), min(1.0, high * scale)), expected / base
    )


def merged(
    rates: Mapping[Whose, Mapping[tuple[str, ...], Rate]], least: int
) -> dict[Whose, dict[tuple[str, ...], Rate]]:
    """The rates by whose they are and by stratum, where each stratum holds at least so many people of everybody.

    Those of fewer are put together with others that differ from them in the last part alone, and so on, at the end with
    the others of the same payment group, which stands first in a stratum.
    """
    found = {whose: dict(mine) for whose, mine in rates.items()}
    for parts in range(max((len(stratum) for mine in found.values() for stratum in mine), default=0), 1, -1):
        together: Counter[tuple[str, ...]] = Counter()
        for mine in found.values():
            together.update({stratum: rate.base for stratum, rate in mine.items()})
        for whose, mine in found.items():
            wider: defaultdict[tuple[str, ...], list[Rate]] = defaultdict(list)
            for stratum, rate in mine.items():
                is_small = len(stratum) == parts and together[stratum] < least
                wider[stratum[:-1] if is_small else stratum].append(rate)
            found[whose] = {stratum: pooled(each) for stratum, each in wider.items()}
    return found


def _byar(observed: int) -> tuple[float, float]:
    """Between which numbers what is behind an observed one lies, with 95 per cent confidence."""
    low = observed * (1 - 1 / (9 * observed) - Z / (3 * sqrt(observed))) ** 3 if observed else 0.0
    above = observed + 1
    return low, above * (1 - 1 / (9 * above) + Z / (3 * sqrt(above))) ** 3
