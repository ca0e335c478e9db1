"""The kinds of files that can be imported, and what their columns may be called."""

from dataclasses import replace
from typing import Final

from outcomes.imports import portal, values
from outcomes.imports.columns import Field, Kind

JOBS, EARNINGS, RESULTS, PAYMENTS = "jobs", "earnings", "results", "payments"
BENEFITS = "benefits"
REFERRALS: Final = portal.REFERRALS.code
# Of which each row is a transaction: it holds what those want who refer somebody meanwhile.
ONE_BY_ONE: Final = frozenset({REFERRALS})
LONGEST_KEY = 100
PERSON: Final = (
    Field(
        "participant",
        "Participant reference",
        values.words(12),
        ("reference", "participant", "participant id", "participant ref", "person"),
        required=False,
        hint="Such as PT-7K3M-92. This or the National Insurance number is needed.",
    ),
    replace(portal.NUMBER, hint="Only to find the person by. It is not kept."),
)
ROW_KEY: Final = Field(
    "row_key",
    "Row key",
    values.words(LONGEST_KEY),
    ("row id", "record id", "unique id", "payment id", "transaction id"),
    required=False,
    hint="What tells this row from every other, if the file has it. Otherwise it follows from what the row says.",
)
EMPLOYER: Final = Field(
    "employer", "Employer", values.words(120), ("employer name", "company", "paid by", "paye scheme")
)
WORK: Final = {
    **dict.fromkeys(("employed", "employee", "employment", "paye", "job"), "employed"),
    **dict.fromkeys(("self employed", "self employment", "selfemployed"), "self_employed"),
}
ENDED: Final = {
    **dict.fromkeys(("temporary", "the work was for a limited time", "fixed term"), "temporary"),
    **dict.fromkeys(("other job", "left for another job", "new job"), "other_job"),
    **dict.fromkeys(("resigned", "left"), "resigned"),
    **dict.fromkeys(("redundant", "made redundant", "redundancy"), "redundant"),
    **dict.fromkeys(("dismissed", "sacked"), "dismissed"),
    **dict.fromkeys(("health", "ill health", "sickness"), "health"),
    **dict.fromkeys(("family", "family or caring", "caring"), "family"),
    **dict.fromkeys(("not known", "unknown"), "not_known"),
}
BENEFIT: Final = {
    **dict.fromkeys(("universal credit", "uc"), "universal_credit"),
    **dict.fromkeys(
        ("jobseeker's allowance", "jobseeker’s allowance", "jobseekers allowance", "jsa"),
        "jobseekers_allowance",
    ),
    **dict.fromkeys(("employment and support allowance", "esa"), "employment_and_support_allowance"),
    **dict.fromkeys(("incapacity benefit", "ib"), "incapacity_benefit"),
    **dict.fromkeys(("income support", "is"), "income_support"),
    **dict.fromkeys(("carer's allowance", "carer’s allowance", "carers allowance", "ca"), "carers_allowance"),
    **dict.fromkeys(("pension credit", "pc"), "pension_credit"),
}
SAID: Final = {
    **dict.fromkeys(("validated", "matched", "match", "accepted", "approved", "passed", "yes"), "validated"),
    **dict.fromkeys(
        ("rejected", "not matched", "unmatched", "no match", "failed", "declined", "no"), "rejected"
    ),
}
PAID: Final = {
    **dict.fromkeys(("paid", "payment"), "paid"),
    **dict.fromkeys(("recovered", "taken back", "recovery", "clawback"), "recovered"),
}
WHY: Final = {
    **dict.fromkeys(("no evidence", "evidence", "missing evidence"), "no_evidence"),
    **dict.fromkeys(("wrong dates", "dates", "the dates do not match"), "wrong_dates"),
    **dict.fromkeys(("not eligible", "ineligible", "eligibility"), "not_eligible"),
    **dict.fromkeys(("out of work", "not in work", "on benefit"), "out_of_work"),
    **dict.fromkeys(("income", "earnings"), "income"),
    **dict.fromkeys(("related employer", "supply chain"), "related_employer"),
    **dict.fromkeys(("claimed before", "duplicate"), "claimed_before"),
    **dict.fromkeys(("late", "too late", "claimed too late"), "late"),
    **dict.fromkeys(("other", "another reason"), "other"),
}
CLAIM: Final = Field(
    "reference",
    "Claim reference",
    values.words(60),
    ("claim", "claim id", "claim ref", "claim number", "reference", "outcome reference"),
    hint="What the commissioner's system calls the claim.",
)
# What the commissioner pays without a claim has no reference here before its first payment.
WITHOUT_A_CLAIM: Final = (
    Field(
        "participant",
        "Participant reference",
        values.words(12),
        ("participant", "participant id", "participant ref", "person"),
        required=False,
        hint="Finds what is paid without a claim, where no claim has the reference. Such as PT-7K3M-92.",
    ),
    Field(
        "milestone",
        "Milestone",
        values.words(40),
        ("milestone code", "milestone type"),
        required=False,
        hint="By its code, such as job_outcome, where the participant has several.",
    ),
)

KINDS: Final = {
    kind.code: kind
    for kind in (
        Kind(
            JOBS,
            "Jobs",
            (
                *PERSON,
                EMPLOYER,
                Field("title", "Job title", values.words(120), ("title", "occupation", "role", "position")),
                Field(
                    "hours_per_week",
                    "Hours a week",
                    values.hours,
                    ("hours", "hours per week", "weekly hours", "hours pw"),
                ),
                Field(
                    "starts_on",
                    "First day in work",
                    values.day,
                    (
                        "start date",
                        "job start",
                        "job start date",
                        "started",
                        "from",
                        "first day",
                        "starts on",
                    ),
                ),
                Field(
                    "ends_on",
                    "Last day in work",
                    values.day,
                    (
                        "end date",
                        "job end",
                        "job end date",
                        "ended",
                        "to",
                        "until",
                        "last day",
                        "leaving date",
                    ),
                    required=False,
                    hint="Empty where the person still works there.",
                ),
                Field(
                    "end_reason",
                    "Why it ended",
                    values.one_of(ENDED),
                    ("end reason", "leaving reason", "reason for leaving", "reason"),
                    required=False,
                ),
                Field(
                    "kind",
                    "Kind of work",
                    values.one_of(WORK),
                    ("employment type", "type", "type of work"),
                    required=False,
                    hint="Employed or self-employed; employed where it is empty.",
                ),
                Field(
                    "related_employer",
                    "Employer of the supply chain",
                    values.one_of(values.YES_OR_NO),
                    ("related employer", "supply chain employer"),
                    required=False,
                    hint="Yes where the employer is the prime contractor or one of its providers.",
                ),
                Field(
                    "another_job",
                    "Another job",
                    values.one_of(values.YES_OR_NO),
                    ("is another job", "another job as well"),
                    required=False,
                    hint="Yes where it looks like a job that is here, and is another one.",
                ),
                replace(
                    ROW_KEY,
                    headings=(*ROW_KEY.headings, "job id", "job reference", "reference in your system"),
                    hint="What your system calls the job. With it a first day or an employer can be put right.",
                ),
            ),
            (("participant", "number"),),
        ),
        Kind(
            EARNINGS,
            "Earnings",
            (
                *PERSON,
                EMPLOYER,
                Field(
                    "paid_on",
                    "Pay date",
                    values.day,
                    ("date paid", "paid on", "payment date", "date of payment", "paid date", "date"),
                ),
                Field(
                    "gross_pence",
                    "Gross pay",
                    values.pounds,
                    (
                        "gross",
                        "gross pay in pounds",
                        "gross pay (£)",
                        "amount",
                        "taxable pay",
                        "pay",
                        "earnings",
                    ),
                    hint="In pounds, before tax.",
                ),
                Field(
                    "period_from",
                    "First day paid for",
                    values.day,
                    ("period from", "period start", "from", "pay period start"),
                    required=False,
                ),
                Field(
                    "period_to",
                    "Last day paid for",
                    values.day,
                    ("period to", "period end", "to", "pay period end"),
                    required=False,
                ),
                ROW_KEY,
            ),
            (("participant", "number"),),
        ),
        Kind(
            BENEFITS,
            "Days on benefit",
            (
                *PERSON,
                Field(
                    "benefit",
                    "Benefit",
                    values.one_of(BENEFIT),
                    ("benefit type", "benefit name", "type of benefit"),
                    hint="Such as Universal Credit or JSA.",
                ),
                Field(
                    "starts_on",
                    "First day on benefit",
                    values.day,
                    ("first day", "start date", "benefit start", "from", "starts on"),
                ),
                Field(
                    "ends_on",
                    "Last day on benefit",
                    values.day,
                    ("last day", "end date", "benefit end", "to", "until", "ends on"),
                    required=False,
                    hint="Empty where the person still receives it.",
                ),
                ROW_KEY,
            ),
            (("participant", "number"),),
        ),
        Kind(
            RESULTS,
            "Validation results",
            (
                CLAIM,
                Field(
                    "result",
                    "Result",
                    values.one_of(SAID),
                    ("status", "outcome", "validation result", "decision", "matched"),
                    hint="Such as matched or rejected.",
                ),
                Field(
                    "on",
                    "Date",
                    values.day,
                    ("result date", "validation date", "decision date", "date of result"),
                ),
                Field(
                    "reason",
                    "Reason",
                    values.one_of(WHY),
                    ("rejection reason", "reason code"),
                    required=False,
                    hint="Of a rejection, such as no evidence or wrong dates; another reason where it is empty.",
                ),
                Field(
                    "words",
                    "Note",
                    values.words(300),
                    ("comment", "comments", "notes", "explanation", "details"),
                    required=False,
                ),
                *WITHOUT_A_CLAIM,
                ROW_KEY,
            ),
        ),
        Kind(
            PAYMENTS,
            "Payments",
            (
                CLAIM,
                Field("on", "Date", values.day, ("payment date", "date paid", "paid on", "pay date")),
                Field(
                    "pounds",
                    "Amount in pounds",
                    values.pounds,
                    ("amount", "pounds", "paid", "amount paid", "payment", "value", "amount (£)"),
                    required=False,
                    hint="This or the amount in pence is needed.",
                ),
                Field(
                    "pence",
                    "Amount in pence",
                    values.pence,
                    ("pence", "amount pence", "paid pence"),
                    required=False,
                ),
                Field(
                    "result",
                    "Paid or taken back",
                    values.one_of(PAID),
                    ("type", "transaction type", "payment type"),
                    required=False,
                    hint="Paid where it is empty.",
                ),
                *WITHOUT_A_CLAIM,
                ROW_KEY,
            ),
            (("pounds", "pence"),),
        ),
        portal.REFERRALS,
    )
}
