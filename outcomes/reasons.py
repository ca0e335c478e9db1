"""The reasons to act that follow from jobs: a milestone that is near, a job that ended, silence since the first day."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Max

from outcomes.facts import Facts, facts_of
from outcomes.in_work import asked_by, due_now
from outcomes.milestones import Outlook, days, outlook
from outcomes.models import Job
from outcomes.terms import Terms
from participants.models import Contact
from participants.needs import Need
from partners.viewer import Viewer

NEAR_DAYS = 28
SETTLING_IN_DAYS = 7
KINDS = {
    "milestone_near": f"Milestone within {NEAR_DAYS} days",
    "job_ended": f"Job ended within {NEAR_DAYS} days",
    "in_work_step": "In-work support due",
    "in_work_silence": "In work, no contact since the first day",
}


def from_jobs(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """What the jobs of each person ask for."""
    jobs: defaultdict[UUID, list[Job]] = defaultdict(list)
    in_force = Job.objects.filter(participant__in=participant_ids, voided_at=None)
    for job in in_force.select_related("enrolment").order_by("starts_on", "pk"):
        jobs[job.participant_id].append(job)
    reached = Contact.objects.filter(participant__in=jobs, result=Contact.Result.ATTENDED).order_by()
    last_contacts = dict(reached.values_list("participant_id").annotate(Max("contacted_on")))
    enrolments = {job.enrolment_id: job.enrolment for held in jobs.values() for job in held}.values()
    contracts = {one.contract_id for one in enrolments}
    terms, facts, asked = Terms.of(contracts), facts_of(enrolments), asked_by(contracts)
    return {
        person: [
            *_needs(held, facts, terms, today),
            *_support(held, asked, last_contacts.get(person), today),
        ]
        for person, held in jobs.items()
    }


def _needs(jobs: list[Job], facts: Mapping[UUID, Facts], terms: Terms, today: date) -> Iterator[Need]:
    """The reasons of one person, whose jobs come in the order in which they began."""
    in_work = [job for job in jobs if job.ends_on is None or job.ends_on >= today]
    if not in_work:
        ended_on = max(job.ends_on for job in jobs if job.ends_on)
        ago = (today - ended_on).days
        if ago <= NEAR_DAYS:
            yield Need(85, f"Job ended on {ended_on.day} {ended_on:%B}: {days(ago)} ago", "job_ended")
        return
    near = _nearest(in_work[-1], facts, terms, today)
    if near:
        yield Need(60 if near.days_to_go in range(8) else 35, near.sentence, "milestone_near")


def _support(
    jobs: list[Job], asked: Mapping[UUID, list[tuple[int, str]]], last_contact_on: date | None, today: date
) -> Iterator[Need]:
    """Whether it is time to speak to somebody in work: by the contract's steps, or after a week where it has none."""
    held = [job for job in jobs if job.ends_on is None or job.ends_on >= today]
    if not held:
        return
    job = held[-1]
    began_on = job.starts_on
    if job.contract_id in asked:
        step = due_now(asked[job.contract_id], began_on, last_contact_on, today)
        if step:
            late = (today - step.due_on).days
            since = f", due {days(late)} ago" if late else ", due today"
            yield Need(66 if late else 62, f"{step.words}{since}", "in_work_step")
        return
    silent = last_contact_on is None or last_contact_on < began_on
    if silent and (today - began_on).days >= SETTLING_IN_DAYS:
        in_work_for = days((today - began_on).days)
        yield Need(65, f"In work for {in_work_for}: no contact since the first day", "in_work_silence")


def _nearest(job: Job, facts: Mapping[UUID, Facts], terms: Terms, today: date) -> Outlook | None:
    """The next milestone on the contract of the job, where it is near and the days in work decide it."""
    enrolment = job.enrolment
    rules = terms.rules(enrolment.contract_id, enrolment.payment_group)
    decided_by_work = {rule.code for rule in rules if rule.needs_a_job}
    case = terms.case(enrolment, facts[enrolment.pk])
    coming = outlook(case, rules, today)
    near = [one for one in coming if one.code in decided_by_work and one.days_to_go in range(NEAR_DAYS + 1)]
    return min(near, key=lambda one: one.on or date.max, default=None)
