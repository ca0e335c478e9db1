"""What is asked for each fact, in plain words: of a referrer about somebody, and of people about themselves."""

from dataclasses import dataclass

from programmes.eligibility import FACTS, Tree, decide

NONE = "none"
NONE_OF_THESE = "None of these"


@dataclass(frozen=True)
class Wording:
    """A question and its answers by code. help stands below the question."""

    question: str
    answers: dict[str, str]
    help: str = ""


ABOUT_SOMEBODY = {
    "employment_status": Wording(
        "Work",
        {
            "employed": "Employed",
            "self_employed": "Self-employed",
            "unemployed": "Out of work and looking for it",
            "inactive": "Out of work and not looking, for example because of health or care",
        },
    ),
    "benefit": Wording(
        "Benefits",
        {
            "universal_credit": "Universal Credit",
            "jobseekers_allowance": "Jobseeker’s Allowance",
            "employment_and_support_allowance": "Employment and Support Allowance",
            "incapacity_benefit": "Incapacity Benefit",
            "income_support": "Income Support",
            "carers_allowance": "Carer’s Allowance",
            "pension_credit": "Pension Credit",
        },
    ),
    "concerns": Wording(
        "Concerns in the family",
        {
            "own_health": "The person’s own health",
            "partner_health": "A partner’s health",
            "child_health": "A child’s health",
            "school_attendance": "Children’s attendance at school",
            "child_protection": "A child is on, or may need, a child protection plan",
            "domestic_abuse": "Domestic violence or abuse",
            "crime_or_asb": "Crime or anti-social behaviour in the family",
        },
        "Kept apart, and seen only by those who are cleared to see it. Everybody else reads that a concern is met.",
    ),
    "months_on_benefit": Wording("Whole months on the benefit", {}, "In a row, up to today."),
    "right_to_work": Wording("Right to work in the United Kingdom", {"yes": "Yes", "no": "No"}),
    "adults_working": Wording(
        "Adults in the household who are in paid work", {}, "A number; 0 if nobody is."
    ),
}
ABOUT_ONESELF = {
    **ABOUT_SOMEBODY,
    "employment_status": Wording(
        "Are you in work?",
        {
            "employed": "Yes, I have a job",
            "self_employed": "Yes, I work for myself",
            "unemployed": "No, and I am looking for work",
            "inactive": "No, and I am not looking just now",
        },
    ),
    "benefit": Wording(
        "Do you get any of these?", ABOUT_SOMEBODY["benefit"].answers, "Tick all that you get."
    ),
    "concerns": Wording(
        "Is any of this going on in your family?",
        {
            "own_health": "My own health makes things hard",
            "partner_health": "My partner’s health makes things hard",
            "child_health": "My child’s health makes things hard",
            "school_attendance": "My children miss school",
            "child_protection": "A social worker is worried about a child",
            "domestic_abuse": "Somebody at home hurts or frightens us",
            "crime_or_asb": "Trouble with the police or with neighbours",
        },
        "Tick all that fit. Your answer is kept safe: only the few people who need it can see it.",
    ),
    "months_on_benefit": Wording("For how many whole months have you had it?", {}, "A number is enough."),
    "right_to_work": Wording("May you work in the United Kingdom?", {"yes": "Yes", "no": "No"}),
    "adults_working": Wording("How many adults at home have paid work?", {}, "A number; 0 if nobody has."),
}


def asked_by(rules: Tree) -> list[str]:
    """The names of the facts that could matter to a rule set, in the order of the facts."""
    asked = {missing.fact for missing in decide(rules, {}).missing}
    return [name for name in FACTS if name in asked]
