"""Jobs, pay and evidence, as the page of their work shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from outcomes.chain import members, resembling
from outcomes.facts import Facts
from outcomes.milestones import Case, Earnings, ProgressMeasure, Rule
from outcomes.milestones.steps import Evidenced
from outcomes.models import Earning, Evidence, Job
from participants.models import Document
from partners.models import Membership, Organisation
from partners.permissions import Permission, can
from partners.templatetags.baton import pence, short_on
from partners.viewer import Viewer

TONES = {Evidence.Decision.ACCEPTED: "green", Evidence.Decision.REJECTED: "red"}


@dataclass(frozen=True)
class Worked:
    """A job; looks_like is the organisation of the chain that an employer nobody declared has the name of."""

    job: Job
    looks_like: str
    is_evidenced: bool


@dataclass(frozen=True)
class Paid:
    """A payment with what counts up to it, in pence; where it does not count itself, why."""

    earning: Earning
    total_pence: int
    why_not: str
    is_evidenced: bool


@dataclass(frozen=True)
class Shown:
    """Evidence with what it proves, in words, and what the viewer may do with it.

    decided_by is empty for somebody whom the walls do not name; document only where the viewer may read it.
    """

    evidence: Evidence
    title: str
    proves: str
    decided_by: str
    document: Document | None
    is_document_gone: bool
    may_decide: bool

    @property
    def state(self) -> str:
        return self.evidence.get_decision_display() or "Waits for a decision"

    @property
    def tone(self) -> str:
        return TONES.get(Evidence.Decision(self.evidence.decision), "") if self.evidence.decision else "amber"


def paid(facts: Facts, case: Case, rules: Sequence[Rule]) -> list[Paid]:
    """The payments in the order of their pay dates, with the running total of those that count."""
    limits = [rule.last_day(case) for rule in rules if isinstance(rule, Earnings)]
    until = max(limits, default=date.max)
    found: list[Paid] = []
    total = 0
    for earning in facts.earnings:
        why_not = earning.get_not_qualifying_because_display()
        if earning.paid_on < case.started_on:
            why_not = "Before the start"
        elif earning.paid_on > until:
            why_not = "After the time that counts"
        total += 0 if why_not else earning.gross_pence
        found.append(Paid(earning, total, why_not, facts.is_evidenced(earning)))
    return found


def named(fact: Job | Earning) -> str:
    """A job or a payment in a few words."""
    if isinstance(fact, Job):
        return f"{fact.title}, {fact.employer}, since {short_on(fact.starts_on)}"
    return f"{pence(fact.gross_pence)} from {fact.employer}, {short_on(fact.paid_on)}"


def title_of(evidence: Evidence, titles: Mapping[str, str] | None) -> str:
    """Its kind, with the programme's own title of the step where it is one."""
    kind = evidence.get_kind_display()
    step = (titles or {}).get(evidence.definition, evidence.definition)
    return f"{kind}: {step}" if step else kind


def step_kinds(rules: Iterable[Rule]) -> set[str]:
    """The kinds of evidence that are steps by these rules."""
    return {rule.kind for rule in rules if isinstance(rule, Evidenced)}


def definitions(rules: Iterable[Rule]) -> Mapping[str, str] | None:
    """The progress measures that count, title by code; empty where every one does, None where none does."""
    found = [rule.definitions for rule in rules if isinstance(rule, ProgressMeasure)]
    return {code: title for each in found for code, title in each.items()} if found else None


@dataclass
class Readers:
    """What the walls let the viewer read beside the facts: documents, who decided, who belongs to the chain."""

    viewer: Viewer
    documents: Mapping[UUID, Document]
    names: Mapping[UUID, str]
    chain: Sequence[Organisation]

    @classmethod
    def of(cls, facts: Iterable[Facts], viewer: Viewer) -> "Readers":
        """Three queries, however much there is."""
        evidence = [one for each in facts for one in each.evidence]
        deciders = {one.decided_by_id for one in evidence if one.decided_by_id}
        places = Membership.objects.filter(user_id__in=deciders).values_list("user_id", "user__name")
        return cls(
            viewer,
            Document.objects.in_bulk({one.document_id for one in evidence if one.document_id}),
            dict(places),
            members(),
        )

    def worked(self, facts: Facts) -> list[Worked]:
        """The jobs, newest first."""
        return [Worked(job, self._asked_about(job), facts.is_evidenced(job)) for job in reversed(facts.jobs)]

    def _asked_about(self, job: Job) -> str:
        looks_like = None if job.related_employer else resembling(job.employer, self.chain)
        return looks_like.name if looks_like else ""

    def shown(self, facts: Facts, rules: Iterable[Rule], *, is_held: bool) -> list[Shown]:
        """The evidence of one enrolment, newest first. is_held: the viewer's organisation holds the case today."""
        reads = is_held or self.viewer.kind == "prime"
        decides = reads and can(self.viewer, Permission.ACCEPT_EVIDENCE)
        return [
            self._shown(one, facts, definitions(rules), reads, decides) for one in reversed(facts.evidence)
        ]

    def _shown(
        self, one: Evidence, facts: Facts, titles: Mapping[str, str] | None, reads: bool, decides: bool
    ) -> Shown:
        document = self.documents.get(one.document_id) if one.document_id else None
        is_gone = document is not None and document.removed_at is not None
        proved = facts.proved_by(one)
        return Shown(
            evidence=one,
            title=title_of(one, titles),
            proves=named(proved) if proved else "",
            decided_by=self.names.get(one.decided_by_id, "") if one.decided_by_id else "",
            document=document if reads and not is_gone else None,
            is_document_gone=is_gone,
            may_decide=decides and not one.decision and one.recorded_by_id != self.viewer.user_id,
        )
