"""Support in the first days and months of a job: when the contract's standards ask for it, and whether it was given.

Nothing is kept of it but the contacts themselves: a step is done by the first contact that reached the person from its
day on and before the next step's. With every employer the steps begin anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from outcomes.models import Job
from participants.models import Contact
from programmes.models import Standard

# The standards of a contract that are steps of it; their limit is the day of the job, the first of which is day 1.
CODES = "in_work_"


@dataclass(frozen=True)
class Step:
    """One step of one job. until: the last day before the next step's; None for the last. done_on: the day of the
    contact, if there was one.
    """

    day: int
    words: str
    due_on: date
    until: date | None
    done_on: date | None

    def state(self, today: date) -> str:
        """done, coming, due or missed."""
        if self.done_on:
            return "done"
        if today < self.due_on:
            return "coming"
        return "due" if self.until is None or today <= self.until else "missed"


def steps(asked: Sequence[tuple[int, str]], starts_on: date, reached: Iterable[date]) -> list[Step]:
    """The steps of a job that began on a day. asked: day of the job and words, in order; reached: the days on which the
    person was spoken to.
    """
    days, found = sorted(reached), []
    for position, (day, words) in enumerate(asked):
        due_on = starts_on + timedelta(days=day - 1)
        later = asked[position + 1 :]
        until = starts_on + timedelta(days=later[0][0] - 2) if later else None
        done_on = next((one for one in days if due_on <= one and (until is None or one <= until)), None)
        found.append(Step(day, words, due_on, until, done_on))
    return found


def asked_by(contracts: Iterable[UUID]) -> Mapping[UUID, list[tuple[int, str]]]:
    """What each contract asks for, in order: one query."""
    found: defaultdict[UUID, list[tuple[int, str]]] = defaultdict(list)
    standards = Standard.objects.filter(
        contract__in=set(contracts), code__startswith=CODES, unit=Standard.Unit.DAYS
    )
    for contract, day, words in standards.order_by("limit").values_list("contract", "limit", "sentence"):
        found[contract].append((day, words))
    return found


def support_of(jobs: Sequence[Job]) -> list[tuple[Job, list[Step]]]:
    """Of each of one person's jobs that is held, its steps; nothing of a contract that asks for none. Two queries."""
    held = [job for job in jobs if job.ends_on is None]
    asked = asked_by(job.contract_id for job in held)
    spoken = Contact.objects.filter(
        participant__in={job.participant_id for job in held}, result=Contact.Result.ATTENDED
    )
    reached = list(spoken.values_list("contacted_on", flat=True)) if held else []
    return [
        (job, steps(asked[job.contract_id], job.starts_on, reached))
        for job in held
        if job.contract_id in asked
    ]


def due_now(asked: Sequence[tuple[int, str]], starts_on: date, last: date | None, today: date) -> Step | None:
    """The step whose turn it is, unless the person was spoken to since; last: when they were spoken to last."""
    coming = steps(asked, starts_on, [last] if last else [])
    return next((step for step in coming if step.state(today) == "due"), None)
