"""A person's work on each contract: its facts, what was reached and why, what comes next, and what a change did."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from outcomes.claims.checklist import Checklist, EvidenceRules, checklist
from outcomes.facts import Facts, facts_of
from outcomes.milestones import Earnings, Outlook, Sustainment, outlook, spoken
from outcomes.models import BenefitSpell, Journal, Milestone
from outcomes.proof import Paid, Readers, Shown, Worked, paid
from outcomes.terms import Terms
from participants.models import Assignment, Enrolment
from partners.permissions import Permission, can
from partners.templatetags.baton import pence
from partners.viewer import Viewer

# A message names so many changes; the page shows all.
MOST_NAMED = 4


@dataclass(frozen=True)
class Work:
    """One enrolment with its jobs, evidence and days on benefit, newest first, its payments by pay date, its
    milestones, what each needs to be claimed, and what comes next, each with its label.

    by_pay: the codes of the milestones that pay decides; asks_off_benefit: whether days on benefit decide any. is_kept:
    the viewer may change the facts. outlook is empty where the viewer sees only a part of the jobs.
    """

    enrolment: Enrolment
    jobs: list[Worked]
    paid: list[Paid]
    evidence: list[Shown]
    reached: list[tuple[str, Milestone]]
    reversed: list[tuple[str, Milestone]]
    checklists: list[tuple[str, Checklist]]
    outlook: list[tuple[str, Outlook]]
    benefits: list[BenefitSpell]
    by_pay: set[str]
    asks_off_benefit: bool
    is_kept: bool

    @property
    def thresholds(self) -> list[str]:
        """How far pay is from what the programme asks, as sentences."""
        return [f"{label}: {one.sentence}" for label, one in self.outlook if one.code in self.by_pay]

    @property
    def decides(self) -> bool:
        """Whether the viewer may decide on some of the evidence."""
        return any(shown.may_decide for shown in self.evidence)


def contracts_held(participant_id: UUID, viewer: Viewer) -> set[UUID]:
    """The contracts on which the viewer's organisation holds the person today."""
    held = Assignment.objects.in_force(viewer.today).filter(
        participant=participant_id, organisation=viewer.organisation_id
    )
    return set(held.values_list("contract_id", flat=True))


def enrolments_held(participant_id: UUID, viewer: Viewer) -> list[Enrolment]:
    """The person's newest enrolment on each contract on which the viewer's organisation holds them today."""
    enrolments = Enrolment.objects.filter(
        participant=participant_id, contract__in=contracts_held(participant_id, viewer)
    )
    newest = enrolments.order_by("contract", "-started_on", "-pk").distinct("contract")
    return list(newest.select_related("contract"))


def work_of(participant_id: UUID, viewer: Viewer) -> list[Work]:
    """The person's work on every contract, the newest enrolment first: the same queries however much there is."""
    enrolments = list(Enrolment.objects.filter(participant=participant_id).order_by("-started_on", "-pk"))
    terms = Terms.of(enrolment.contract_id for enrolment in enrolments)
    facts = facts_of(enrolments)
    readers = Readers.of(facts.values(), viewer)
    evidence_rules = EvidenceRules.of(terms.contracts)
    milestones: defaultdict[UUID, list[Milestone]] = defaultdict(list)
    for one in Milestone.objects.filter(participant=participant_id).order_by(
        "reached_on", "computed_at", "pk"
    ):
        milestones[one.enrolment_id].append(one)
    held = contracts_held(participant_id, viewer)
    # A provider sees the contracts that it delivers; a person's time on another prime contract is not its work.
    return [
        _work(
            enrolment,
            facts[enrolment.pk],
            milestones[enrolment.pk],
            enrolment.contract_id in held,
            terms,
            evidence_rules,
            readers,
        )
        for enrolment in enrolments
        if enrolment.contract_id in terms.contracts
    ]


def _work(
    enrolment: Enrolment,
    facts: Facts,
    milestones: Iterable[Milestone],
    is_held: bool,
    terms: Terms,
    evidence_rules: EvidenceRules,
    readers: Readers,
) -> Work:
    viewer = readers.viewer
    enrolment.contract = terms.contracts[enrolment.contract_id]
    named = [(label_of(one, terms), one) for one in milestones]
    contract_id, group = enrolment.contract_id, enrolment.payment_group
    case, rules = terms.case(enrolment, facts), terms.rules(contract_id, group)
    coming: list[Outlook] = []
    if is_held or viewer.kind == "prime":
        coming = sorted(outlook(case, rules, viewer.today), key=lambda one: (one.on is None, one.on))
    return Work(
        enrolment,
        jobs=readers.worked(facts),
        paid=paid(facts, case, rules),
        evidence=readers.shown(facts, rules, is_held=is_held),
        reached=[(label, one) for label, one in named if one.reversed_at is None],
        reversed=[(label, one) for label, one in named if one.reversed_at is not None],
        checklists=_checklists(named, evidence_rules, facts),
        outlook=[(terms.label(contract_id, group, one.code, one.ordinal), one) for one in coming],
        benefits=list(reversed(facts.benefits)),
        asks_off_benefit=any(isinstance(rule, Sustainment) and rule.off_benefit for rule in rules),
        by_pay={rule.code for rule in rules if isinstance(rule, Earnings)},
        is_kept=is_held and can(viewer, Permission.KEEP_CASE),
    )


def _checklists(
    named: Iterable[tuple[str, Milestone]], rules: EvidenceRules, facts: Facts
) -> list[tuple[str, Checklist]]:
    """What each milestone in force needs to be claimed, where the terms ask for evidence."""
    in_force = [(label, one) for label, one in named if one.reversed_at is None]
    found = [(label, checklist(one, rules.for_milestone(one), facts)) for label, one in in_force]
    return [(label, one) for label, one in found if one.points]


def label_of(milestone: Milestone, terms: Terms) -> str:
    """What a stored milestone is called."""
    return terms.label(milestone.contract_id, milestone.payment_group, milestone.code, milestone.ordinal)


def what_changed(enrolment: Enrolment, at: datetime, viewer: Viewer) -> str:
    """What an action of this moment did to the milestones, as sentences; with sums for those who may see them.

    Of all the person's starts on the contract: days on benefit are facts of each.
    """
    milestones = Milestone.objects.filter(
        participant=enrolment.participant_id, contract=enrolment.contract_id
    )
    taken_back = list(milestones.filter(reversed_at=at).order_by("reached_on", "pk"))
    new = list(milestones.filter(computed_at=at, reversed_at=None).order_by("reached_on", "pk"))
    terms = Terms.of([enrolment.contract_id])
    lines: dict[UUID | None, Journal] = {}
    if can(viewer, Permission.SEE_MONEY):
        posted = Journal.objects.filter(milestone__in=[*taken_back, *new], recorded_at=at, side="provider")
        lines = {journal.milestone_id: journal for journal in posted.select_related("statement")}
    sentences = [
        *(_sentence(one, "reversed", "goes back", terms, lines) for one in taken_back),
        *(_sentence(one, "reached", "is", terms, lines) for one in new),
    ]
    more = len(sentences) - MOST_NAMED
    return " ".join([*sentences[:MOST_NAMED], *([f"And {more} more."] if more > 0 else [])])


def _sentence(
    milestone: Milestone, verb: str, goes: str, terms: Terms, lines: dict[UUID | None, Journal]
) -> str:
    label, day = label_of(milestone, terms), spoken(milestone.reached_on)
    sentence = f"{label} of {day} reversed" if verb == "reversed" else f"{label} reached on {day}"
    line = lines.get(milestone.pk)
    if line is None or line.statement is None:
        return f"{sentence}."
    total = f"{pence(abs(line.pence))}{' (illustrative)' if line.illustrative else ''}"
    return f"{sentence}: {total} {goes} on the statement of {line.statement.month:%B %Y}."
