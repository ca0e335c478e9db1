"""Signs that somebody may leave a job that they hold: facts, each with its own words, by the limits that the contract's
standards set. No score is made of them: nothing that was found weighs them against each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max

from outcomes.in_work import Step
from outcomes.models import Earning, Job
from participants.models import Contact
from participants.reasons import days
from programmes.models import Standard

CODES = "leaving_"
FIRST_WEEKS, SILENCE, UNPAID, EARLIER = (
    f"{CODES}{what}" for what in ("first", "silence", "unpaid", "earlier")
)
# The limit in days, and the words.
Asked = Mapping[str, tuple[int, str]]


@dataclass(frozen=True)
class Facts:
    """What is known of a job that is held. day: of the job, the first is 1. silent_for and unpaid_for: days since
    somebody spoke with them and since their last pay, counted from the first day of the job where that is later.
    shortest: of their earlier jobs in days, if there was one that ended. missed: steps of support that were.
    """

    day: int
    silent_for: int
    unpaid_for: int
    shortest: int | None
    missed: int


def signs(asked: Asked, facts: Facts) -> list[str]:
    """In words, what speaks for it that they may leave."""
    said = []
    for code, holds, detail in (
        (FIRST_WEEKS, lambda limit: facts.day <= limit, f"day {facts.day}"),
        (SILENCE, lambda limit: facts.silent_for >= limit, days(facts.silent_for)),
        (UNPAID, lambda limit: facts.unpaid_for >= limit, days(facts.unpaid_for)),
        (EARLIER, lambda limit: (facts.shortest or limit) < limit, days(facts.shortest or 0)),
    ):
        if code in asked:
            limit, words = asked[code]
            if holds(limit):
                said.append(f"{words} ({detail})")
    if facts.missed:
        many = f"{facts.missed} steps of support were missed"
        said.append("A step of support was missed" if facts.missed == 1 else many)
    return said


def asked_by(contracts: Iterable[UUID]) -> dict[UUID, dict[str, tuple[int, str]]]:
    """What the standards of each contract take for a sign: one query."""
    found: dict[UUID, dict[str, tuple[int, str]]] = {}
    rows = Standard.objects.filter(
        contract__in=set(contracts), code__startswith=CODES, unit=Standard.Unit.DAYS
    )
    for contract, code, limit, words in rows.values_list("contract", "code", "limit", "sentence"):
        found.setdefault(contract, {})[code] = (limit, words)
    return found


def signs_of(
    jobs: Sequence[Job], support: Sequence[tuple[Job, list[Step]]], today: date
) -> dict[UUID, list[str]]:
    """The signs of each job that is held, of all jobs of one person, by the job: three queries."""
    held = [job for job in jobs if job.ends_on is None]
    if not held:
        return {}
    [person] = {job.participant_id for job in held}
    spoken = Contact.objects.filter(participant=person, result=Contact.Result.ATTENDED).aggregate(
        last=Max("contacted_on")
    )["last"]
    paid = Earning.objects.filter(participant=person, voided_at=None).values_list("enrolment", "paid_on")
    lasted = [(job.ends_on - job.starts_on).days + 1 for job in jobs if job.ends_on]
    asked = asked_by(job.contract_id for job in held)
    steps = {job.pk: of_job for job, of_job in support}
    found = {}
    for job in held:
        pay = max((day for enrolment, day in paid if enrolment == job.enrolment_id), default=job.starts_on)
        facts = Facts(
            day=(today - job.starts_on).days + 1,
            silent_for=(today - max(spoken or job.starts_on, job.starts_on)).days,
            unpaid_for=(today - max(pay, job.starts_on)).days,
            shortest=min(lasted, default=None),
            missed=sum(step.state(today) == "missed" for step in steps.get(job.pk, [])),
        )
        found[job.pk] = signs(asked.get(job.contract_id, {}), facts)
    return found
