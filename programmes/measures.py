"""The measures: every figure on a page, in one place, with the sentence that defines it.

A count is a number of things and has a name; facts, profiles and lists of people are found by that name. A measure is
what a page shows: a count, the ratio of two, or what a count's waits come to. Four rates are easily confused (the
contractual one, cumulative, 12-month cohort, two-year), so each carries its clock and never borrows another's label.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
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


# The first time that somebody was reached after a referral.
FIRST_CONTACT: Final = "first_contact"
# The first step of progress of a person.
PROGRESSED: Final = "progressed"
# A claim that the commissioner answered, and one that it rejected.
ANSWERED: Final = "claim_answered"
REJECTED: Final = "claim_rejected"
# What a provider earned by prices that nobody published.
ILLUSTRATIVE: Final = "earned_illustrative"
# The codes of the facts behind each count: milestones by the codes of the programmes' own rules, and besides them a
# referral, and what a provider earned by published and by illustrative prices.
COUNTS: Final[dict[str, tuple[str, ...]]] = {
    "referrals": ("referral",),
    "first_contacts": (FIRST_CONTACT,),
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
}
# Facts that every programme has; the others follow its milestones.
ALWAYS: Final = frozenset({"referral", FIRST_CONTACT, "earned", ILLUSTRATIVE, ANSWERED, REJECTED})
MEDIAN: Final = Fraction(1, 2)
NINE_IN_TEN: Final = Fraction(9, 10)


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
    shared: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the facts in the numerator."""
        return COUNTS[self.numerator]

    @property
    def is_ratio(self) -> bool:
        return bool(self.denominator)

    @property
    def of_what(self) -> str:
        """What a ratio is taken of, in words: job starts."""
        return self.denominator.replace("_", " ")

    @property
    def is_timed(self) -> bool:
        """Whether it asks how many working days after the referral something happened."""
        return self.quantile is not None or bool(self.standard)

    def measured_by(self, limit: int | None) -> "Measure":
        """The same within a service standard's limit, in working days; without one, as it is said in general."""
        words = {"limit": "so many" if limit is None else limit}
        label, definition = self.label.format(**words), self.definition.format(**words)
        # Twenty working days may reach into the month after next.
        months_after = self.months_after if limit is None else 1 + limit // 20
        return replace(self, label=label, definition=definition, within=limit, months_after=months_after)


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
        "first_contact_wait",
        "Wait for a first contact",
        "Half of the people who were first reached in the period were reached within so many working days of their"
        " referral: the median. An attempt that reached nobody is not a contact.",
        "first_contacts",
        unit=Unit.DAYS,
        direction=Direction.DOWN,
        profiled=False,
        quantile=MEDIAN,
        shared=False,
    ),
    Measure(
        "first_contact_wait_90",
        "Wait for a first contact, 9 in 10",
        "Nine in ten of the people who were first reached in the period were reached within so many working days of"
        " their referral: the 90th percentile.",
        "first_contacts",
        unit=Unit.DAYS,
        direction=Direction.DOWN,
        profiled=False,
        quantile=NINE_IN_TEN,
        shared=False,
    ),
    Measure(
        "start_wait",
        "Wait for the start",
        "Half of the people who started in the period did so within so many working days of their referral: the"
        " median.",
        "starts",
        unit=Unit.DAYS,
        direction=Direction.DOWN,
        profiled=False,
        quantile=MEDIAN,
        shared=False,
    ),
    Measure(
        "start_wait_90",
        "Wait for the start, 9 in 10",
        "Nine in ten of the people who started in the period did so within so many working days of their referral: the"
        " 90th percentile.",
        "starts",
        unit=Unit.DAYS,
        direction=Direction.DOWN,
        profiled=False,
        quantile=NINE_IN_TEN,
        shared=False,
    ),
    Measure(
        "starts_in_time",
        "Started within {limit} working days",
        "Of the referrals received in a month, the share that had started within {limit} working days, the limit of the"
        " contract's service standard. Months count once that time is over for all of them.",
        "starts",
        "referrals",
        unit=Unit.RATIO,
        clock=Clock.COHORT,
        months_after=1,
        profiled=False,
        standard="start",
        shared=False,
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
        "job_outcome_rate_24",
        "Two-year job outcome rate",
        "Of all referred in a month, the share with a job outcome by the end of the twenty-fourth month after it."
        " Months count once those twenty-four months are over.",
        "job_outcomes",
        "referrals",
        unit=Unit.RATIO,
        clock=Clock.COHORT,
        months_after=24,
        profiled=False,
        shared=False,
    ),
    Measure(
        "job_outcomes_per_referral",
        "Job outcomes per referral",
        "The contractual measure: the job outcomes reached in the period for every referral received in it, whoever was"
        " referred when. Minimum performance levels are set in it.",
        "job_outcomes",
        "referrals",
        unit=Unit.RATIO,
        profiled=False,
        shared=False,
    ),
    Measure(
        "job_outcomes_to_date",
        "Job outcomes per referral to date",
        "The cumulative measure: all job outcomes for all referrals since the contract began, up to the end of the"
        " period.",
        "job_outcomes",
        "referrals",
        unit=Unit.RATIO,
        clock=Clock.TO_DATE,
        profiled=False,
        shared=False,
    ),
    Measure(
        "start_to_job",
        "From start to job",
        "Of the people who started within twelve months of their referral, the share whose first job began within"
        " those twelve months. Months of referral count once those twelve months are over.",
        "job_starts",
        "starts",
        unit=Unit.RATIO,
        clock=Clock.COHORT,
        months_after=12,
        profiled=False,
        shared=False,
    ),
    Measure(
        "job_to_outcome",
        "From job to outcome",
        "Of the people whose first job began within eighteen months of their referral, the share with a job outcome"
        " within those eighteen months. Months of referral count once those eighteen months are over.",
        "job_outcomes",
        "job_starts",
        unit=Unit.RATIO,
        clock=Clock.COHORT,
        months_after=18,
        profiled=False,
        shared=False,
    ),
    Measure(
        "progress_measures",
        "Progress measures",
        "Steps of progress reached in the period, each evidenced and accepted: one person can add several.",
        "progress_measures",
        shared=False,
    ),
    Measure(
        "people_with_progress",
        "People with progress",
        "People whose first step of progress was reached in the period; later steps of the same person do not count"
        " again.",
        "people_with_progress",
        profiled=False,
        shared=False,
    ),
    Measure(
        "qualifications",
        "Qualifications",
        "People who gained a qualification in the period, evidenced and accepted.",
        "qualifications",
        shared=False,
    ),
    Measure(
        "learners",
        "Education or training",
        "People who began education or training in the period, evidenced and accepted.",
        "learners",
        shared=False,
    ),
    Measure(
        "wellbeing_gains",
        "Wellbeing improved",
        "People whose wellbeing was measured twice and had grown by the second time, which lies in the period.",
        "wellbeing_gains",
        shared=False,
    ),
    Measure(
        "claims_rejected",
        "Claims rejected",
        "Of the claims that the commissioner answered in the period, the share that it rejected, then or later. A claim"
        " counts in the month of its first answer.",
        "claims_rejected",
        "claims_answered",
        unit=Unit.RATIO,
        direction=Direction.DOWN,
        profiled=False,
        shared=False,
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


def measures_of(
    milestones: Collection[str], *, money: bool, limits: Mapping[str, int] | None = None
) -> list[Measure]:
    """The measures of a programme with these milestone codes, in the order of the page; money only where asked.

    limits are the contract's service standards in working days, by their code; without its standard a measure is none.
    """
    present, known = ALWAYS | set(milestones), limits or {}
    if not present.isdisjoint(COUNTS["progress_measures"]):
        present |= {PROGRESSED}
    found = [m for m in MEASURES if not present.isdisjoint(m.codes) and (money or m.unit is not Unit.PENCE)]
    of_standards = (m.measured_by(known[m.standard]) if m.standard in known else m for m in found)
    return [m for m in of_standards if m.within is not None or not m.standard]
