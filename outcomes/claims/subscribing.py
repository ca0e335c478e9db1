"""What claims listen to, how they read on a person's timeline, and where their pages stand."""

from collections.abc import Callable, Sequence

from outcomes.actions.claim import OVER, claw_back, keep_unclaimed, value
from outcomes.actions.recovery import give_back, taken_for
from outcomes.claims import lacking
from outcomes.claims.due import paid_without_a_claim
from outcomes.models import Claim, Journal, Milestone
from participants import needs, timeline
from participants.timeline import Line, each
from partners import audit_words, events, outbox, pages
from partners.models import DomainEvent, OutboxItem
from partners.permissions import Permission
from partners.viewer import Viewer
from programmes.models import EvidenceRule

BOTH = frozenset({"provider", "prime"})
# Milestones of one transaction.
PAGE = 500
KINDS = {
    "claim.made": ("Claimed from the commissioner", ""),
    "claim.valued": ("The price of a claim is known", ""),
    "claim.keyed": ("Keyed in the commissioner's system", ""),
    "claim.validated": ("Claim validated", "green"),
    "claim.paid": ("Claim paid by the commissioner", "green"),
    "claim.rejected": ("Claim rejected by the commissioner", "red"),
    "claim.withdrawn": ("Claim withdrawn", "amber"),
    "claim.clawback": ("Claim goes to clawback", "red"),
    "claim.recovered": ("Claim taken back by the commissioner", "amber"),
}
PAGES = {
    "claim": "a claim and its evidence",
    "claims": "claims to the commissioner",
    "claims.due": "what is earned and not claimed",
    "claims.reference": "what is to be claimed for somebody, by their reference",
    "findings.reference": "what a finding about somebody takes back, by their reference",
    "claims.to_key": "claims to be keyed in the commissioner's system",
    "sample": "the second look at a sample of claims",
    "sample.audit": "an audit sample",
}


def connect() -> None:
    """Called when the app is ready."""
    events.declare(*KINDS, "unclaimed.kept", "unclaimed.explained")
    events.declare("sample.drawn", "sample.found", "sample.replied", "sample.decided")
    events.declare("sample.recovered", "sample.returned", "sample.opened", "sample.closed")
    events.declare("cost.claimed", "cost.withdrawn")
    events.subscribe(follow, "milestone.reversed")
    events.subscribe(value_claims, "milestone.priced")
    events.subscribe_to_many(ask_to_keep, "milestone.reached")
    outbox.consume("keep_unclaimed", keep)
    outbox.every_day("keep what is paid without a claim", "keep_unclaimed")
    needs.source(lacking.from_evidence, **lacking.KINDS)
    audit_words.say(PAGES)
    for kind, (title, tone) in KINDS.items():
        timeline.tell(kind, each(_line(title, tone)), group="Claims")
    pages.add_to_navigation(
        pages.Entry("Claims", "claims_due", BOTH, Permission.SEE_CLAIMS, order=34),
        pages.Entry("Audit", "audit_samples", frozenset({"commissioner"}), Permission.READ_SAMPLE, order=40),
    )


def follow(event: DomainEvent, by: Viewer) -> None:
    """A milestone was reversed: what was claimed for it goes to clawback in the same transaction, and says why."""
    why = Milestone.objects.values_list("reversed_why", flat=True).get(pk=event.subject_id)
    # Held as they are found: one that is turned down at this moment stays turned down.
    claims = Claim.objects.select_for_update(no_key=True).filter(milestone=event.subject_id)
    for claim in claims.exclude(state__in=OVER):
        recovered = taken_for(claim)
        claw_back(claim=claim, why=why, by=by, at=event.at)
        if recovered is not None:
            give_back(item=recovered, by=by, at=event.at)


def ask_to_keep(happened: Sequence[DomainEvent], by: Viewer) -> None:
    """Milestones were reached on a contract of which the commissioner pays some without a claim."""
    contracts = {event.facts["contract"] for event in happened}
    if EvidenceRule.objects.filter(contract__in=contracts, claimed=EvidenceRule.Claimed.AUTOMATIC).exists():
        outbox.enqueue("keep_unclaimed", by)


def keep(item: OutboxItem, system: Viewer) -> None:
    """Keep a page of what the commissioner pays without a claim, and ask for the next; what was missed each night."""
    found = list(paid_without_a_claim(system.today).order_by("pk")[:PAGE])
    if found:
        keep_unclaimed(milestones=found, by=system, at=system.now())
    if len(found) == PAGE:
        outbox.enqueue("keep_unclaimed", system)


def value_claims(event: DomainEvent, by: Viewer) -> None:
    """A milestone got its price: what was claimed for it without one is worth as much, in the same transaction."""
    # Whoever claims it at this moment holds it until the claim is there to be found.
    Milestone.objects.select_for_update(no_key=True).get(pk=event.subject_id)
    accruals = Journal.objects.filter(side=Journal.Side.COMMISSIONER, kind=Journal.Kind.ACCRUAL)
    pence = accruals.filter(milestone=event.subject_id).values_list("pence", flat=True).first()
    if pence is None:
        return
    for claim in Claim.objects.filter(milestone=event.subject_id, sums__pence=None).exclude(state__in=OVER):
        value(claim=claim, pence=pence, by=by, at=event.at)


def _line(title: str, tone: str) -> Callable[[DomainEvent], Line]:
    reasons = dict(Claim.RejectionReason.choices)

    def tell(event: DomainEvent) -> Line:
        reason = reasons.get(event.facts.get("reason") or "", "")
        return Line(title, f"{reason}." if reason else "", tone)

    return tell
