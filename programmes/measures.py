"""The measures: every figure on a page, in one place, with the sentence that defines it.

A count is a number of things and has a name; facts, profiles and lists of people are found by that name. A measure is
what a page shows: a count, or the ratio of two. Four rates are easily confused (in-month, cumulative, 12-month cohort,
two-year), so each carries its clock and never borrows another's label.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    """What a figure is expressed in."""

    COUNT = "number"
    RATIO = "per cent"
    PENCE = "pounds"


class Direction(StrEnum):
    """Which way is better."""

    UP = "higher is better"
    DOWN = "lower is better"


class Clock(StrEnum):
    """The month in which something counts."""

    EVENT = "the month in which it happened"
    COHORT = "the month in which the person was referred"


# What a provider earned by prices that nobody published.
ILLUSTRATIVE: Final = "earned_illustrative"
# The codes of the facts behind each count: milestones by the codes of the programmes' own rules, and besides them a
# referral, and what a provider earned by published and by illustrative prices.
COUNTS: Final[dict[str, tuple[str, ...]]] = {
    "referrals": ("referral",),
    "starts": ("start",),
    "job_starts": ("job_start",),
    "job_outcomes": ("job_outcome", "short_job_outcome", "self_employed_outcome"),
    "sustainments": ("sustainment",),
    "sustained_outcomes": ("sustained_job_outcome",),
    "earned": ("earned", ILLUSTRATIVE),
}
# Facts that every programme has; the others follow its milestones.
ALWAYS: Final = frozenset({"referral", "earned", ILLUSTRATIVE})


@dataclass(frozen=True)
class Measure:
    """One figure. numerator and denominator name counts; a measure without a denominator is a count itself.

    clock says in which month things count. On the cohort's clock, months_after is the elapsed month up to whose end
    they count, and a cohort month takes part only when that month is over. profiled: the profile's monthly numbers of
    the counts promise this figure as well. minimum_sample is the least promise, and for a ratio also the least
    denominator, from which the figure is judged.
    """

    code: str
    label: str
    definition: str
    numerator: str
    denominator: str = ""
    unit: Unit = Unit.COUNT
    direction: Direction = Direction.UP
    clock: Clock = Clock.EVENT
    months_after: int = 0
    profiled: bool = True
    minimum_sample: int = 10

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the facts in the numerator."""
        return COUNTS[self.numerator]

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator)


MEASURES: Final = (
    Measure(
        "referrals",
        "Referrals",
        "Referrals received in the period, save those found not eligible and those that the referrer withdrew, whether"
        " or not the person then started. A referral of somebody who is on the contract already does not count. It"
        " counts for the first provider to accept it.",
        "referrals",
    ),
    Measure(
        "starts",
        "Starts",
        "People who started on the programme in the period, for the provider that held them on that day.",
        "starts",
    ),
    Measure(
        "start_rate",
        "Start rate",
        "Of the referrals received in a month, the share that had started by the end of the following month. Months"
        " count once that following month is over.",
        "starts",
        "referrals",
        unit=Unit.RATIO,
        clock=Clock.COHORT,
        months_after=1,
    ),
    Measure(
        "job_starts",
        "Job starts",
        "People whose first job on the programme began in the period.",
        "job_starts",
    ),
    Measure(
        "job_outcomes",
        "Job outcomes",
        "Job outcomes reached in the period, as the programme's own rule defines them; where a programme has a short"
        " and a sustained job outcome, the short ones.",
        "job_outcomes",
    ),
    Measure(
        "sustainments",
        "Sustainments",
        "Sustainments reached in the period: each four weeks of work after the job outcome counts as one, so that a"
        " person can add several.",
        "sustainments",
    ),
    Measure(
        "sustained_outcomes",
        "Sustained job outcomes",
        "Sustained job outcomes reached in the period, as the programme's own rule defines them.",
        "sustained_outcomes",
    ),
    Measure(
        "job_outcome_rate",
        "12-month job outcome rate",
        "Of all referred in a month, the share with a job outcome by the end of the twelfth month after it. Months"
        " count once those twelve months are over; until then the figure is not yet known.",
        "job_outcomes",
        "referrals",
        unit=Unit.RATIO,
        clock=Clock.COHORT,
        months_after=12,
        profiled=False,
    ),
    Measure(
        "earned",
        "Earned by providers",
        "What the providers' side of the ledger adds up to, reversals taken off, in the month from which it can be"
        " claimed.",
        "earned",
        unit=Unit.PENCE,
        profiled=False,
    ),
)
BY_CODE: Final = {measure.code: measure for measure in MEASURES}


def measures_of(milestones: Collection[str], *, money: bool) -> list[Measure]:
    """The measures of a programme with these milestone codes, in the order of the page; money only where asked."""
    present = ALWAYS | set(milestones)
    return [m for m in MEASURES if not present.isdisjoint(m.codes) and (money or m.unit is not Unit.PENCE)]
