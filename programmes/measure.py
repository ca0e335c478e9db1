"""What a measure is, and the counts that it is made of.

A count is a number of things and has a name; facts, profiles and lists of people are found by that name. A measure is
what a page shows: a count, the ratio of two, or what a count's waits come to.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final


class Unit(StrEnum):
    """What a figure is expressed in."""

    COUNT = "number"
    RATIO = "per cent"
    PENCE = "pounds"
    DAYS = "working days"


class Direction(StrEnum):
    """Which way is better."""

    UP = "higher is better"
    DOWN = "lower is better"


class Clock(StrEnum):
    """The month in which something counts."""

    EVENT = "the month in which it happened"
    COHORT = "the month in which the person was referred"
    TO_DATE = "everything since the contract began"
    TODAY = "as it stands today"


# The first time that somebody was reached after a referral.
FIRST_CONTACT: Final = "first_contact"
# The first plan that was agreed after a referral.
PLAN: Final = "plan"
# The first step of progress of a person.
PROGRESSED: Final = "progressed"
# A claim that the commissioner answered, and one that it rejected.
ANSWERED: Final = "claim_answered"
REJECTED: Final = "claim_rejected"
# A meeting that somebody came to or did not, and one that they did not come to.
MEETING: Final = "meeting"
MISSED: Final = "meeting_missed"
# Somebody who started and has not left, by the day on which they were reached last.
HELD: Final = "caseload"
# What a provider earned by prices that nobody published.
ILLUSTRATIVE: Final = "earned_illustrative"
# What a provider earned that the commissioner may be asked for and is not, by the day from which it may be; and what of
# that by prices that nobody published.
UNCLAIMED: Final = "earned_unclaimed"
UNCLAIMED_ILLUSTRATIVE: Final = "unclaimed_illustrative"
# Facts of money by prices that nobody published.
BY_ILLUSTRATIVE_PRICES: Final = frozenset({ILLUSTRATIVE, UNCLAIMED_ILLUSTRATIVE})
# The codes of the facts behind each count: milestones by the codes of the programmes' own rules, and besides them a
# referral, and what a provider earned by published and by illustrative prices.
COUNTS: Final[dict[str, tuple[str, ...]]] = {
    "referrals": ("referral",),
    "first_contacts": (FIRST_CONTACT,),
    "plans": (PLAN,),
    "starts": ("start",),
    "job_starts": ("job_start",),
    "job_outcomes": ("job_outcome", "short_job_outcome", "self_employed_outcome"),
    "sustainments": ("sustainment",),
    "sustained_outcomes": ("sustained_job_outcome",),
    "progress_measures": ("progress_measure",),
    "people_with_progress": (PROGRESSED,),
    "qualifications": ("qualification",),
    "learners": ("education_or_training",),
    "wellbeing_gains": ("wellbeing_gain",),
    "earned": ("earned", ILLUSTRATIVE),
    "claims_answered": (ANSWERED,),
    "claims_rejected": (REJECTED,),
    "meetings": (MEETING,),
    "missed_meetings": (MISSED,),
    "caseload": (HELD,),
    "unclaimed": (UNCLAIMED, UNCLAIMED_ILLUSTRATIVE),
}
# Facts of money; their amounts are pence.
MONEY: Final = frozenset(COUNTS["earned"] + COUNTS["unclaimed"])
# Facts that every programme has; the others follow its milestones.
ALWAYS: Final = (
    frozenset({"referral", FIRST_CONTACT, PLAN, ANSWERED, REJECTED, MEETING, MISSED, HELD}) | MONEY
)
# Counts that are a part of another one, thing by thing.
PARTS: Final = frozenset({("claims_rejected", "claims_answered"), ("missed_meetings", "meetings")})
# The day from which the days of a standing fact are counted.
DAY_ZERO: Final = date(2000, 1, 1)


@dataclass(frozen=True)
class Measure:
    """One figure. numerator and denominator name counts; a measure without a denominator is a count itself.

    clock says in which month things count. On the cohort's clock, months_after is the elapsed month up to whose end
    they count, and a cohort month takes part only when that month is over. profiled: the profile's monthly numbers of
    the counts promise this figure as well. minimum_sample is the least promise, and for a ratio also the least
    denominator, from which the figure is judged.

    Of a count that knows how many working days after the referral each thing happened: quantile asks for the fewest
    days within which that part of them happened; standard names the service standard of the contract within whose
    limit something counts, and {limit} in label and definition is that limit. shared: whether the commissioner and the
    other providers are shown it.

    On the clock of today a fact stands for as long as it is so, whatever the period; lately asks for those alone whose
    day lies in the last so many days, today included; due leaves out those whose day is still to come.
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
    quantile: Fraction | None = None
    standard: str = ""
    within: int | None = None
    lately: int | None = None
    due: bool = False
    shared: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the facts in the numerator."""
        return COUNTS[self.numerator]

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator)

    @property
    def is_comparable(self) -> bool:
        """Whether it is a share of people: only then does chance say how far rates may differ."""
        return self.is_ratio and self.clock is Clock.COHORT

    @property
    def of_what(self) -> str:
        """What a ratio is taken of, in words: job starts."""
        return self.denominator.replace("_", " ")

    @property
    def is_timed(self) -> bool:
        """Whether it asks how many working days after the referral something happened."""
        return self.quantile is not None or bool(self.standard)

    @property
    def has_rest(self) -> bool:
        """Whether what a ratio is taken of falls into those that count and the rest: not where each counts in its own
        month."""
        if self.clock is Clock.EVENT:
            return (self.numerator, self.denominator) in PARTS
        return self.is_ratio and self.clock is not Clock.TO_DATE

    @property
    def stands(self) -> bool:
        """Whether it says how things stand today; no month has it, and none is published."""
        return self.clock is Clock.TODAY

    def measured_by(self, limit: int | None) -> "Measure":
        """The same within a service standard's limit, in working days; without one, as it is said in general."""
        words = {"limit": "so many" if limit is None else limit}
        label, definition = self.label.format(**words), self.definition.format(**words)
        # Twenty working days may reach into the month after next.
        months_after = self.months_after if limit is None else 1 + limit // 20
        return replace(self, label=label, definition=definition, within=limit, months_after=months_after)
