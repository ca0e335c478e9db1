"""The reason to act that follows from evidence: what was earned by somebody's work cannot be claimed without it."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from outcomes.claims.checklist import Checklist, EvidenceRules, checklists
from outcomes.claims.due import TURNED_DOWN
from outcomes.models import Claim, Milestone
from outcomes.terms import Terms
from outcomes.work import label_of
from participants.needs import Need
from partners.viewer import Viewer
from programmes.models import EvidenceRule

KINDS = {"evidence_missing": "Evidence missing"}
# So many days before the last day on which it may be claimed, it has to be found now.
LAST_DAYS = 14


def from_evidence(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """Of each person the milestone whose evidence is missing or was rejected, and whose time to claim ends first."""
    claimed = Claim.objects.filter(milestone=OuterRef("pk")).exclude(state__in=TURNED_DOWN)
    reached = Milestone.objects.filter(participant__in=participant_ids, reversed_at=None)
    milestones = list(reached.filter(~Exists(claimed)).order_by("claimable_from", "pk"))
    contracts = {one.contract_id for one in milestones}
    rules, terms, lists = EvidenceRules.of(contracts), Terms.of(contracts), checklists(milestones)
    found: dict[UUID, list[tuple[date, Need]]] = {}
    for one in milestones:
        rule = rules.for_milestone(one)
        for need in _needs(one, rule, lists[one.pk], terms, today):
            found.setdefault(one.participant_id, []).append(need)
    return {
        person: [min(needs, key=lambda each: (-each[1].weight, each[0]))[1]]
        for person, needs in found.items()
    }


def _needs(
    milestone: Milestone, rule: EvidenceRule | None, needed: Checklist, terms: Terms, today: date
) -> Iterator[tuple[date, Need]]:
    """At most one, with the last day on which the milestone may be claimed; nothing once that is over."""
    lacking = [point.label for point in needed.points if point.state in ("missing", "rejected")]
    if rule is None or rule.claimed != EvidenceRule.Claimed.BY_CLAIM or not lacking:
        return
    words = "; ".join(_small(name) for name in lacking)
    label = _small(label_of(milestone, terms))
    if rule.claim_within_days is None:
        yield date.max, Need(55, f"Evidence missing for {label}: {words}", "evidence_missing")
        return
    last = milestone.claimable_from + timedelta(days=rule.claim_within_days)
    if last >= today:
        weight = 78 if last - today <= timedelta(days=LAST_DAYS) else 55
        until = f"to be claimed by {last.day} {last:%B}"
        yield last, Need(weight, f"Evidence missing for {label}, {until}: {words}", "evidence_missing")


def _small(words: str) -> str:
    return words[0].lower() + words[1:]
