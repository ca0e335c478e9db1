"""The measures: every figure on a page, in one place, with the sentence that defines it.

Four rates are easily confused (the contractual one, cumulative, 12-month cohort, two-year), so each carries its clock
and never borrows another's label.
"""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Final

from programmes.measure import ALWAYS, COUNTS, PROGRESSED, Clock, Direction, Measure, Unit

MEDIAN: Final = Fraction(1, 2)
NINE_IN_TEN: Final = Fraction(9, 10)

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
        "plans_in_time",
        "Action plan within {limit} working days",
        "Of the referrals received in a month, the share after which a plan was agreed within {limit} working days, the"
        " limit of the contract's service standard. Months count once that time is over for all of them.",
        "plans",
        "referrals",
        unit=Unit.RATIO,
        clock=Clock.COHORT,
        months_after=1,
        profiled=False,
        standard="action_plan",
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
        "did_not_attend",
        "Did not attend",
        "Of the meetings in person or by video in the period, kept or missed, the share that was missed. Calls,"
        " messages and letters are no meetings.",
        "missed_meetings",
        "meetings",
        unit=Unit.RATIO,
        direction=Direction.DOWN,
        profiled=False,
        shared=False,
    ),
    Measure(
        "caseload",
        "Caseload",
        "People who started and have not left, today, with the provider that holds them. Beside it stands how many"
        " that is for each adviser who holds anybody.",
        "caseload",
        clock=Clock.TODAY,
        profiled=False,
        shared=False,
    ),
    Measure(
        "contacted_lately",
        "Contact in the last 14 days",
        "Of the people on the caseload today, the share who were reached in the last 14 days, today included. The start"
        " itself counts as having been reached; an attempt that reached nobody does not.",
        "caseload",
        "caseload",
        unit=Unit.RATIO,
        clock=Clock.TODAY,
        profiled=False,
        lately=14,
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
    Measure(
        "earned_unclaimed",
        "Earned, not claimed",
        "What the providers' side of the ledger adds up to for milestones that may be claimed from the commissioner by"
        " now and for which no claim stands: none was made, or each was rejected or withdrawn. What the commissioner"
        " pays without a claim is left out.",
        "unclaimed",
        unit=Unit.PENCE,
        direction=Direction.DOWN,
        clock=Clock.TODAY,
        profiled=False,
        due=True,
        shared=False,
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
