"""The contractual measure against the minimum performance levels, by contract year and payment group."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from outcomes.performance.beyond import Beyond
from outcomes.performance.figures import TOO_FEW, Status, Sums
from outcomes.performance.periods import Window, month_of, months_between, shift
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.measure import COUNTS
from programmes.measures import BY_CODE
from programmes.models import Contract, MinimumLevel

# The measure in which commissioners set their levels.
MEASURE: Final = BY_CODE["job_outcomes_per_referral"]
ABOVE: Final = Status("green", "At or above the minimum")
BELOW: Final = Status("red", "Below the minimum")
SO_FAR: Final = Status("amber", "Below so far")


@dataclass(frozen=True)
class AgainstMinimum:
    """A level and what was reached of it: outcomes for referrals in the months of the window, both included."""

    level: MinimumLevel
    group: str
    window: Window
    outcomes: int
    referrals: int
    is_over: bool

    @property
    def minimum(self) -> Fraction:
        return Fraction(self.level.basis_points, 10_000)

    @property
    def reached(self) -> Fraction | None:
        """The measure; None while nobody was referred."""
        return Fraction(self.outcomes, self.referrals) if self.referrals else None

    @property
    def status(self) -> Status:
        """A year that is not over can still reach its level."""
        if self.reached is None or self.referrals < MEASURE.minimum_sample:
            return TOO_FEW
        if self.reached >= self.minimum:
            return ABOVE
        return BELOW if self.is_over else SO_FAR


def against_minimum(
    contract: Contract,
    viewer: Viewer,
    beyond: Beyond,
    group: str = "",
    whose: Organisation | None = None,
) -> list[AgainstMinimum]:
    """Every level of a contract year that has begun, the latest year first; of one payment group, and of what counts
    for one provider, where they are given.

    What counts is what the viewer sees: to a provider, its own.
    """
    levels = contract.minimum_levels.filter(measure=MEASURE.code).order_by("-contract_year", "payment_group")
    begun = [
        (level, window)
        for level in (levels.filter(payment_group=group) if group else levels)
        if (window := _year(contract, level, viewer.today)) is not None
    ]
    sums = Sums.of(contract, [window for _, window in begun], beyond)
    names = dict(contract.groups.values_list("code", "name")) if begun else {}
    counted = [whose.pk] if whose else sums.organisations
    return [
        AgainstMinimum(
            level,
            names.get(level.payment_group, level.payment_group) or "All",
            window,
            outcomes=sums.shown(counted, MEASURE.codes, window),
            referrals=sums.shown(counted, COUNTS[MEASURE.denominator], window),
            is_over=window.last < month_of(viewer.today),
        )
        for level, window in begun
    ]


def _year(contract: Contract, level: MinimumLevel, today: date) -> Window | None:
    """The months of the level's contract year so far; None before it begins."""
    first = shift(month_of(contract.starts_on), 12 * (level.contract_year - 1))
    if months_between(first, month_of(today)) < 0:
        return None
    return Window(first, min(shift(first, 11), month_of(today)), group=level.payment_group)
