"""The facts of enrolments from which milestones follow, as far as the viewer sees them.

Jobs, earnings, evidence and days on benefit, and whether somebody was found not eligible.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from outcomes.models import BenefitSpell, Earning, Evidence, Ineligibility, Job
from participants.models import Enrolment

Row = TypeVar("Row", Job, Earning, Evidence)
# A person on a contract, by their ids.
OnContract = tuple[UUID, UUID]


@dataclass(frozen=True)
class Facts:
    """What is known of one enrolment: rows in force, in the order of their days.

    proofs: by the id of a job or a payment in force, the evidence in force that proves it. not_eligible: the finding
    that the person should never have started, if it stands.
    """

    jobs: tuple[Job, ...] = ()
    earnings: tuple[Earning, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    proofs: Mapping[UUID, tuple[Evidence, ...]] = field(default_factory=dict)
    not_eligible: Ineligibility | None = None
    benefits: tuple[BenefitSpell, ...] = ()

    @property
    def provable(self) -> tuple[Job | Earning, ...]:
        """What evidence may prove."""
        return (*self.jobs, *self.earnings)

    @property
    def self_employed(self) -> tuple[Job, ...]:
        """Self-employment with accepted evidence: without it, its days are days in work and nothing more."""
        return tuple(
            job for job in self.jobs if job.kind == Job.Kind.SELF_EMPLOYED and self.is_evidenced(job)
        )

    @property
    def accepted(self) -> tuple[Evidence, ...]:
        """The evidence that somebody accepted."""
        return tuple(one for one in self.evidence if one.decision == Evidence.Decision.ACCEPTED)

    def proved_by(self, evidence: Evidence) -> Job | Earning | None:
        """The job or the payment in force that the evidence proves."""
        return next((fact for fact in self.provable if evidence in self.proofs.get(fact.pk, ())), None)

    def is_evidenced(self, fact: Job | Earning) -> bool:
        """Whether accepted evidence proves the job or the payment."""
        return any(one.decision == Evidence.Decision.ACCEPTED for one in self.proofs.get(fact.pk, ()))


def facts_of(enrolments: Iterable[Enrolment]) -> Mapping[UUID, Facts]:
    """The facts of each of these enrolments by its id: five queries, however many there are.

    A person's days on benefit are facts of all their starts on a contract, whichever they were noted for.

    Evidence of a job or a payment that was corrected goes on proving the row that replaced it, unless that row says
    more than was evidenced: further days, another pay date, a higher sum.
    """
    person = {one.pk: (one.participant_id, one.contract_id) for one in enrolments}
    ids = list(person)
    # Voided rows as well: evidence may point at one that was replaced.
    jobs = _by_enrolment(Job.objects.filter(enrolment__in=ids).order_by("starts_on", "pk"))
    earnings = _by_enrolment(Earning.objects.filter(enrolment__in=ids).order_by("paid_on", "pk"))
    evidence = _by_enrolment(
        Evidence.objects.filter(enrolment__in=ids, voided_at=None).order_by("happened_on", "pk")
    )
    benefits = _benefits(person.values())
    standing = Ineligibility.objects.filter(enrolment__in=ids, withdrawn_at=None)
    not_eligible = {one.enrolment_id: one for one in standing}
    return {
        pk: _facts(jobs[pk], earnings[pk], evidence[pk], benefits[person[pk]], not_eligible.get(pk))
        for pk in ids
    }


def _by_enrolment(rows: Iterable[Row]) -> defaultdict[UUID, list[Row]]:
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.enrolment_id].append(row)
    return found


def _benefits(people: Collection[OnContract]) -> defaultdict[OnContract, list[BenefitSpell]]:
    found: defaultdict[OnContract, list[BenefitSpell]] = defaultdict(list)
    in_force = BenefitSpell.objects.filter(participant__in={person for person, _ in people}, voided_at=None)
    for row in in_force.order_by("starts_on", "pk"):
        found[row.participant_id, row.contract_id].append(row)
    return found


def _facts(
    jobs: list[Job],
    earnings: list[Earning],
    evidence: list[Evidence],
    benefits: list[BenefitSpell],
    not_eligible: Ineligibility | None,
) -> Facts:
    in_force_now = _Replacements([*jobs, *earnings])
    proofs: defaultdict[UUID, list[Evidence]] = defaultdict(list)
    for one in evidence:
        for proved in (one.job_id, one.earning_id):
            if proved and (now := in_force_now.proved_by(proved)):
                proofs[now].append(one)
    return Facts(
        tuple(job for job in jobs if job.voided_at is None),
        tuple(earning for earning in earnings if earning.voided_at is None),
        tuple(evidence),
        {pk: tuple(those) for pk, those in proofs.items()},
        not_eligible,
        tuple(benefits),
    )


class _Replacements:
    """Which row in force stands for one that evidence was recorded for."""

    def __init__(self, rows: Iterable[Job | Earning]) -> None:
        self.rows = {row.pk: row for row in rows}
        self.replaced_by = {row.replaces_id: row for row in self.rows.values() if row.replaces_id}

    def proved_by(self, pk: UUID) -> UUID | None:
        """The id of the row in force, if it says no more than the evidenced one did."""
        if pk not in self.rows:
            return None
        evidenced = now = self.rows[pk]
        while now.pk in self.replaced_by:
            now = self.replaced_by[now.pk]
        return now.pk if now.voided_at is None and _says_no_more(now, evidenced) else None


def _says_no_more(now: Job | Earning, evidenced: Job | Earning) -> bool:
    if isinstance(now, Job) and isinstance(evidenced, Job):
        if now.kind != evidenced.kind:
            return False
        ends_in_time = evidenced.ends_on is None or (
            now.ends_on is not None and now.ends_on <= evidenced.ends_on
        )
        return now.starts_on >= evidenced.starts_on and ends_in_time
    assert isinstance(now, Earning)
    assert isinstance(evidenced, Earning)
    return now.paid_on == evidenced.paid_on and now.gross_pence <= evidenced.gross_pence
