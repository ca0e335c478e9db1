"""How likely things are in the demo. Every number is made up; only invented providers do badly.

The rates are near published ones of such programmes, so that a page looks as one would in life.
"""

from dataclasses import dataclass

# How many referrals a month brings, against an even year.
SEASON = (1.2, 1.05, 1.1, 0.9, 1.0, 1.0, 0.9, 0.75, 1.15, 1.15, 1.05, 0.6)
# The first months of a contract fill slowly.
RAMP = (0.5, 0.8)
# The last days were busy, so that every inbox has something in it.
LATELY_DAYS, LATELY = 4, 2.5


@dataclass(frozen=True, slots=True)
class Ways:
    """How a provider works: shares of 1, and days.

    answer_days: working days to an answer, at most. work and keep multiply the chance of a job and how long it lasts.
    """

    answer_days: int = 2
    hands_back: float = 0.03
    starts: float = 0.85
    prompt: float = 0.9
    work: float = 1.0
    keep: float = 1.0
    contact_days: tuple[int, int] = (9, 14)
    attended: float = 0.8
    falls_silent: float = 0.06


WAYS = {
    "renaisi": Ways(starts=0.88, work=1.06),
    "i2i": Ways(starts=0.86),
    "serco-delivery": Ways(starts=0.86, work=1.02, keep=1.05),
    "tansy-bridge": Ways(work=1.1, keep=1.1),
    "ostrel-delivery": Ways(),
    # Invented, and behind: slow answers, few jobs, and jobs that do not last.
    "larkmoor": Ways(
        answer_days=5, starts=0.78, prompt=0.6, work=0.55, keep=0.6, contact_days=(14, 26), falls_silent=0.3
    ),
    "pennant-row": Ways(
        answer_days=6, hands_back=0.1, starts=0.7, prompt=0.5, work=0.6, keep=0.7, contact_days=(14, 28),
        attended=0.65, falls_silent=0.35
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prospects:
    """How likely a person of a programme and payment group finds work, and after how many days (gamma's scale)."""

    work: float
    scale: float = 70.0
    leaves: float = 0.05


PROSPECTS = {
    ("inspiring-families", "all"): Prospects(0.45, leaves=0.08),
    ("work-programme", "1"): Prospects(0.66),
    ("work-programme", "2"): Prospects(0.56),
    ("work-programme", "5"): Prospects(0.34, scale=95.0),
    ("work-programme", "7"): Prospects(0.22, scale=110.0),
}
# Payment groups of the Work Programme with their weights, benefit and ages.
GROUPS = {
    "1": (34, "jobseekers_allowance", (18, 24)),
    "2": (46, "jobseekers_allowance", (25, 62)),
    "5": (12, "employment_and_support_allowance", (20, 60)),
    "7": (8, "employment_and_support_allowance", (28, 63)),
}
CONCERNS = {
    "own_health": 30,
    "partner_health": 10,
    "child_health": 16,
    "school_attendance": 24,
    "child_protection": 14,
    "domestic_abuse": 12,
    "crime_or_asb": 9,
}
CONDITIONS = (
    "Anxiety", "Asthma", "Back pain", "Chronic fatigue", "Depression", "Diabetes, type 2", "Epilepsy",
    "Hearing loss", "High blood pressure", "Knee injury", "Long-term pain", "Migraine",
)  # fmt: skip
# Neighbours of the five boroughs, from where a referral is not eligible.
NEIGHBOURS = {"E09000025": ["E6", "E7", "E13"], "E09000031": ["E10", "E17"], "E09000019": ["N5", "N7", "N19"]}
EMPLOYERS = (
    "Larch Lane", "Copperfield", "Junction", "Northfold", "Millpond", "Saffron Court", "Harbour Row", "Tallow Street",
    "Beacon Hill", "Wren", "Old Orchard", "Silverdale", "Marsh Gate", "Kestrel", "Foundry Yard",
)  # fmt: skip
TRADES = {
    "Bakery": ("Baker's assistant", "Counter assistant"),
    "Care": ("Care assistant", "Night care assistant"),
    "Cleaning": ("Cleaner", "Team leader"),
    "Catering": ("Kitchen porter", "Catering assistant"),
    "Logistics": ("Warehouse operative", "Van driver"),
    "Stores": ("Shop assistant", "Stock assistant"),
    "Nursery": ("Nursery assistant", "Teaching assistant"),
    "Builders": ("Labourer", "Site administrator"),
    "Offices": ("Receptionist", "Administrator"),
}
HOURS = ("16", "16", "20", "22.5", "25", "30", "35", "37.5", "37.5", "40")
END_REASONS = {
    "temporary": 34, "resigned": 20, "other_job": 14, "redundant": 8, "dismissed": 8, "health": 8, "family": 8,
}  # fmt: skip
NO_START = {
    "did_not_attend": 38,
    "not_reached": 24,
    "declined": 18,
    "found_work": 12,
    "moved_away": 4,
    "not_suitable": 4,
}
HAND_BACKS = {"no_capacity": 40, "not_reached": 30, "needs_specialist": 20, "conflict": 10}
CHANNELS = {"phone": 38, "in_person": 34, "video": 14, "text": 9, "email": 5}
NOTES = {
    "attended": (
        "Talked through last week's applications.", "Updated the CV together.", "Practised interview questions.",
        "Went over travel costs and a better-off calculation.", "Agreed to look at part-time roles near home.",
        "Childcare is settled for three mornings a week.", "Confidence is growing; keen on the short course.",
        "Looked at vacancies and chose two to apply for.",
    ),
    "not_reached": ("No answer; left a message.", "Number rang out.", ""),
    "did_not_attend": ("Did not come; rebooked by text.", "Missed the appointment, says the bus was late.", ""),
}  # fmt: skip
STEPS = (
    "Review applications",
    "Meet at the library",
    "Call about the interview",
    "Check in",
    "Finish the CV",
)
WORK_STEPS = ("Ask how the job is going", "Check first payslip", "Check in about hours")
