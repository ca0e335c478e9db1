"""What proves the demo's milestones, by the evidence rules of their contracts: put forward by whoever holds the case,
accepted by the provider's manager some days later. Of the newest some still wait, and of a few something is missing.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from config.demo.bulk import Bulk
from config.demo.record import Ids, Record
from config.demo.staff import Staff
from config.demo.supply import Worker
from outcomes.claims.checklist import EvidenceRules
from outcomes.models import Evidence, Job, Milestone
from participants.models import Assignment, Enrolment
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.models import Contract, EvidenceRule

PAGE = 500
# Of the milestones, the part of which something is missing.
LACKING = 0.06
ABOUT_A_JOB = (Evidence.Kind.PAYSLIP, Evidence.Kind.EMPLOYER_LETTER)


def prove(by: Viewer, staff: Staff, seed: int) -> int:
    """Write the evidence of every enrolment that has none, in bulk; returns how many pieces. Runs as the system."""
    proofs = Proofs(by, staff, seed)
    written = 0
    for page in _pages():
        proofs.add(page)
        written += proofs.bulk.flush()
    return written


def _pages() -> Iterator[list[Enrolment]]:
    proved = Exists(Evidence.objects.filter(enrolment=OuterRef("pk")))
    last: UUID | None = None
    found = Enrolment.objects.filter(~proved).order_by("pk")
    while page := list((found.filter(pk__gt=last) if last else found)[:PAGE]):
        yield page
        last = page[-1].pk


class Proofs:
    """The evidence of a workspace on its way into rows."""

    def __init__(self, by: Viewer, staff: Staff, seed: int) -> None:
        self.by, self.staff, self.seed = by, staff, seed
        self.bulk = Bulk(Evidence, DomainEvent)
        self.ids = Ids(f"{seed} evidence")
        self.rules = EvidenceRules.of(Contract.objects.values_list("pk", flat=True))
        self.slugs = {pk: slug for slug, pk in staff.organisations.items()}

    def add(self, enrolments: list[Enrolment]) -> None:
        """What proves the milestones of some enrolments, in three queries."""
        jobs: defaultdict[UUID, list[Job]] = defaultdict(list)
        for job in Job.objects.filter(enrolment__in=enrolments, voided_at=None).order_by("starts_on", "pk"):
            jobs[job.enrolment_id].append(job)
        people = {one.participant_id for one in enrolments}
        held = Assignment.objects.filter(participant__in=people, adviser__isnull=False).order_by("starts_on")
        advisers = {(one.participant_id, one.contract_id): one.adviser_id for one in held}
        reached = Milestone.objects.filter(enrolment__in=enrolments, reversed_at=None)
        for milestone in reached.order_by("reached_on", "pk"):
            rule = self.rules.for_milestone(milestone)
            adviser = advisers.get((milestone.participant_id, milestone.contract_id))
            if rule and adviser:
                self._prove(milestone, rule, adviser, jobs[milestone.enrolment_id])

    def _prove(self, milestone: Milestone, rule: EvidenceRule, adviser: UUID, jobs: list[Job]) -> None:
        chance = Random(f"{self.seed} {milestone.pk}")
        typed = [kind for kind in rule.any_of if kind != Evidence.Kind.EARNINGS_FEED]
        needed = [*rule.all_of, *([chance.choice(typed)] if typed else [])]
        kinds = needed[:-1] if chance.random() < LACKING else needed
        worked = [job for job in jobs if job.starts_on <= milestone.reached_on]
        recorded_at = milestone.computed_at + timedelta(minutes=chance.randint(30, 3 * 24 * 60))
        decided_at = recorded_at + timedelta(minutes=chance.randint(60, 9 * 24 * 60))
        for kind in kinds if recorded_at < self.by.now() else []:
            job = worked[-1].pk if worked and kind in ABOUT_A_JOB else None
            self._write(milestone, kind, job, adviser, recorded_at, decided_at)

    def _write(
        self,
        milestone: Milestone,
        kind: str,
        job: UUID | None,
        adviser: UUID,
        recorded_at: datetime,
        decided_at: datetime,
    ) -> None:
        """One piece, with what was told of it."""
        manager = self.staff.worker(Worker(self.slugs[milestone.organisation_id], 0))
        is_decided = decided_at < self.by.now() and manager != adviser
        evidence_id = self.ids.new(recorded_at)
        decision: dict[str, Any] = (
            {"decision": Evidence.Decision.ACCEPTED.value, "decided_by_id": manager, "decided_at": decided_at}
            if is_decided
            else {}
        )
        self.bulk.add(
            Evidence,
            id=evidence_id,
            tenant_id=milestone.tenant_id,
            participant_id=milestone.participant_id,
            enrolment_id=milestone.enrolment_id,
            contract_id=milestone.contract_id,
            organisation_id=milestone.organisation_id,
            kind=kind,
            happened_on=milestone.reached_on,
            job_id=job,
            recorded_by_id=adviser,
            recorded_at=recorded_at,
            **decision,
        )
        self._tell("recorded", milestone, kind, evidence_id, recorded_at, adviser)
        if is_decided:
            self._tell("accepted", milestone, kind, evidence_id, decided_at, manager)

    def _tell(
        self, what: str, milestone: Milestone, kind: str, evidence_id: UUID, at: datetime, who: UUID
    ) -> None:
        """The event, as outcomes.actions.evidence records it."""
        Record(self.bulk, self.ids, milestone.tenant_id, milestone.participant_id).event(
            f"evidence.{what}",
            "evidence",
            evidence_id,
            at,
            by={"by_user_id": who},
            organisation_id=milestone.organisation_id,
            on=milestone.reached_on if what == "recorded" else None,
            enrolment=milestone.enrolment_id,
            contract=milestone.contract_id,
            evidence=kind,
            happened_on=milestone.reached_on,
            reason="",
            replaces=None,
        )
