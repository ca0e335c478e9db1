"""What proves a milestone to the commissioner: what is needed, what is there, what is missing, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from outcomes.facts import Facts, facts_of
from outcomes.milestones import spoken
from outcomes.models import Evidence, Milestone
from participants.models import Enrolment
from programmes.models import EvidenceRule

Decision = Evidence.Decision
TONES = {"accepted": "green", "waits": "amber", "rejected": "red", "missing": "red"}


@dataclass(frozen=True)
class Point:
    """One thing that is needed: evidence of one of these kinds; there is what comes nearest to it."""

    kinds: tuple[str, ...]
    there: Evidence | None

    @property
    def label(self) -> str:
        """The kinds in words: Payslip, employer's letter or earnings feed."""
        words = _listed([_small(Evidence.Kind(kind).label) for kind in self.kinds], "or")
        return words[0].upper() + words[1:]

    @property
    def state(self) -> str:
        """accepted, waits, rejected or missing."""
        return "missing" if self.there is None else self.there.decision or "waits"

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[self.state]

    @property
    def sentence(self) -> str:
        """What is there, in words."""
        if self.there is None:
            return "Missing"
        dated = f"{self.there.get_kind_display()} of {spoken(self.there.happened_on)}"
        if self.state == "rejected":
            return f"{dated} was rejected: {_small(self.there.get_rejection_reason_display())}"
        return f"{dated} accepted" if self.state == "accepted" else f"{dated} waits for a decision"


@dataclass(frozen=True)
class Checklist:
    """What a milestone needs. Where the terms ask for nothing there are no points, and it is ready."""

    points: tuple[Point, ...] = ()
    is_automatic: bool = False

    @property
    def is_ready(self) -> bool:
        return all(point.state == "accepted" for point in self.points)

    @property
    def missing(self) -> str:
        """What it lacks, as a sentence; empty where it is audit-ready."""
        lacking = {
            state: [_small(point.label) for point in self.points if point.state == state]
            for state in ("missing", "waits", "rejected")
        }
        verbs = {
            "missing": ("is missing", "are missing"),
            "waits": ("waits for a decision", "wait for a decision"),
            "rejected": ("was rejected", "were rejected"),
        }
        parts = [
            f"{_listed(names)} {verbs[state][len(names) > 1]}" for state, names in lacking.items() if names
        ]
        words = "; ".join(parts)
        return f"{words[0].upper()}{words[1:]}." if words else ""

    @property
    def sentence(self) -> str:
        """Whether it is audit-ready, and what it lacks."""
        if not self.points:
            return (
                "The commissioner pays by its own data."
                if self.is_automatic
                else "The terms ask for no evidence."
            )
        return "Audit-ready." if self.is_ready else f"Not audit-ready. {self.missing}"


@dataclass(frozen=True)
class EvidenceRules:
    """The evidence rules of some contracts, as the viewer sees them: one query."""

    rows: Mapping[tuple[UUID, str, str], EvidenceRule]

    @classmethod
    def of(cls, contract_ids: Iterable[UUID]) -> EvidenceRules:
        found = EvidenceRule.objects.filter(contract__in=set(contract_ids))
        return cls({(one.contract_id, one.milestone, one.payment_group): one for one in found})

    def rule(self, contract_id: UUID, group: str, code: str) -> EvidenceRule | None:
        """The group's own row, else the one for every group."""
        return self.rows.get((contract_id, code, group)) or self.rows.get((contract_id, code, ""))

    def for_milestone(self, milestone: Milestone) -> EvidenceRule | None:
        return self.rule(milestone.contract_id, milestone.payment_group, milestone.code)


def checklists(milestones: Sequence[Milestone]) -> dict[UUID, Checklist]:
    """The checklist of each milestone by its id: five queries, however many there are."""
    rules = EvidenceRules.of(one.contract_id for one in milestones)
    asked = [one for one in milestones if rules.for_milestone(one)]
    facts = facts_of(Enrolment.objects.filter(pk__in={one.enrolment_id for one in asked}))
    return {
        one.pk: checklist(one, rules.for_milestone(one), facts.get(one.enrolment_id, Facts()))
        for one in milestones
    }


def checklist(milestone: Milestone, rule: EvidenceRule | None, facts: Facts) -> Checklist:
    """What one milestone needs by this rule, and what these facts hold of it."""
    if rule is None:
        return Checklist()
    usable = list(_usable(milestone, rule, facts))
    wanted = [(kind,) for kind in rule.all_of] + ([tuple(rule.any_of)] if rule.any_of else [])
    return Checklist(
        tuple(Point(kinds, _nearest(kinds, usable)) for kinds in wanted),
        rule.claimed == EvidenceRule.Claimed.AUTOMATIC,
    )


def _usable(milestone: Milestone, rule: EvidenceRule, facts: Facts) -> Iterator[Evidence]:
    """Evidence in force that is new enough, and proves a fact in force where it proves one."""
    for one in facts.evidence:
        is_about_a_fact = one.job_id is not None or one.earning_id is not None
        if is_about_a_fact and facts.proved_by(one) is None:
            continue
        if rule.dated_within_days is not None:
            earliest = milestone.reached_on - timedelta(days=rule.dated_within_days)
            if one.happened_on < earliest:
                continue
        yield one


def _nearest(kinds: Sequence[str], usable: Iterable[Evidence]) -> Evidence | None:
    """Of what is of these kinds, what was accepted, else what waits, else what was rejected; the newest of each."""
    rank = {Decision.ACCEPTED: 2, "": 1, Decision.REJECTED: 0}
    fitting = [one for one in usable if one.kind in kinds]
    return max(fitting, key=lambda one: (rank[one.decision], one.happened_on), default=None)


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


def _listed(names: Sequence[str], last: str = "and") -> str:
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else names[0]
