"""What outcomes listens to, the work it does for the outbox, and what it puts on other apps' pages."""

from datetime import date

from django.db.models import Q

from outcomes import reasons, sentences, work
from outcomes.accrual import look_again, note_the_unknown, recompute, recompute_due
from outcomes.actions.charge import charge_contract
from outcomes.charging import without_statement
from outcomes.forecasting import forecast
from outcomes.milestones import spoken
from outcomes.models import Ineligibility, Statement
from participants import needs, slots, timeline
from participants.models import Enrolment, Participant
from partners import audit_words, events, outbox, pages
from partners.models import DomainEvent, OutboxItem, Tenant
from partners.permissions import Permission, can
from partners.viewer import Viewer
from programmes.models import Contract
from programmes.months import shifted

BOTH = frozenset({"provider", "prime"})
# Enrolments of one transaction: few enough that nobody waits long for their locks.
PAGE = 500
PAGES = {
    "facts": "the facts behind the figures",
    "figure.queries": "figures that are queried",
    "figure.people": "the people behind a figure",
    "forecast": "the forecast",
    "margin": "the margin of a contract",
    "figures": "figures of performance",
    "participant.benefit_form": "the form about days on benefit",
    "participant.earning_form": "the form about earnings",
    "participant.evidence_form": "the form about evidence",
    "participant.job_form": "the form about a job",
    "participant.eligibility_form": "the form about somebody found not eligible",
    "participant.money": "what the milestones earned",
    "participant.work": "jobs, earnings, evidence and milestones",
    "statement.lines": "the lines of a statement",
    "statement.query": "a question about a line of a statement",
    "statements": "statements",
}
BECAUSE = {
    "job.recorded": "A job that began on {starts_on} was recorded",
    "job.ended": "The job that began on {starts_on} ended on {ends_on}",
    "job.moved": "A job that began on {starts_on} followed the one that ended on {left_on}",
    "job.corrected": "A job was corrected: it began on {starts_on} and {ends_on}",
    "earning.recorded": "A payment of {paid_on} was recorded",
    "earning.corrected": "The payment of {was_paid_on} was corrected",
    "earning.withdrawn": "The payment of {paid_on} was withdrawn",
    "evidence.recorded": "Evidence of {happened_on} was recorded",
    "evidence.accepted": "Evidence of {happened_on} was accepted",
    "evidence.withdrawn": "Evidence of {happened_on} was withdrawn",
    "benefit.noted": "Days on benefit from {starts_on} were noted",
    "benefit.corrected": "Days on benefit were corrected: from {starts_on}",
    "benefit.withdrawn": "Days on benefit from {starts_on} were withdrawn",
    "ineligibility.found": "Found not eligible on {found_on}: {says}",
    "ineligibility.withdrawn": "The finding of {found_on} was taken back",
}
OF_ALL_STARTS = frozenset({"benefit.noted", "benefit.corrected", "benefit.withdrawn"})
# The facts of events that are days, which a sentence may name.
DAYS = ("starts_on", "ends_on", "paid_on", "was_paid_on", "happened_on", "found_on", "left_on")


def keep_in_line() -> None:
    """Milestones and journals follow the facts at once, and the calendar every day."""
    events.declare("accrual.failed")
    events.subscribe(accrue_one, "enrolment.started", *BECAUSE)
    events.subscribe(follow_the_terms, "programme.loaded")
    events.subscribe(follow_the_clock, "workspace.clock_moved")
    outbox.consume("accrue", accrue)
    outbox.every_day("accrue", "accrue")
    outbox.consume("charge", charge)
    outbox.every_day("charge", "charge")
    outbox.consume("forecast", forecast_all)
    outbox.every_day("forecast", "forecast")


def tell_the_story() -> None:
    """How facts and milestones read on a person's timeline, and our pages in the audit."""
    audit_words.say(PAGES)
    timeline.tell("job.recorded", sentences.jobs("Started work", "green"), group="Work")
    timeline.tell("job.ended", sentences.jobs("Job ended", "amber"), group="Work")
    timeline.tell("job.moved", sentences.jobs("Changed employer", "green"), group="Work")
    timeline.tell("job.corrected", sentences.jobs("Job corrected"), group="Work")
    timeline.tell("earning.recorded", sentences.earnings("Earnings recorded"), group="Earnings")
    timeline.tell("earning.corrected", sentences.earnings("Earnings corrected"), group="Earnings")
    timeline.tell("earning.withdrawn", sentences.earnings("Earnings withdrawn", "amber"), group="Earnings")
    timeline.tell("evidence.recorded", sentences.evidence("Evidence recorded"), group="Evidence")
    timeline.tell("evidence.accepted", sentences.evidence("Evidence accepted", "green"), group="Evidence")
    timeline.tell("evidence.rejected", sentences.evidence("Evidence rejected", "red"), group="Evidence")
    timeline.tell("evidence.withdrawn", sentences.evidence("Evidence withdrawn", "amber"), group="Evidence")
    timeline.tell("benefit.noted", sentences.benefits("Days on benefit noted"), group="Benefit")
    timeline.tell("benefit.corrected", sentences.benefits("Days on benefit corrected"), group="Benefit")
    withdrawn = sentences.benefits("Days on benefit withdrawn", "amber")
    timeline.tell("benefit.withdrawn", withdrawn, group="Benefit")
    found, anew = "Found not eligible", "No longer found not eligible"
    timeline.tell("ineligibility.found", sentences.ineligibility(found, "red"), group="Eligibility")
    timeline.tell("ineligibility.withdrawn", sentences.ineligibility(anew, "green"), group="Eligibility")
    timeline.tell("milestone.reached", sentences.milestones("reached", "green"), group="Milestones")
    timeline.tell("milestone.priced", sentences.milestones("priced", ""), group="Milestones")
    timeline.tell("milestone.reversed", sentences.milestones("reversed", "red"), group="Milestones")


def fill_the_participant_page() -> None:
    """Tabs, next steps and reasons to act."""
    slots.add(slots.Slot("Work", "participant_work", BOTH, Permission.SEE_PEOPLE))
    slots.add(slots.Slot("Money", "participant_money", BOTH, Permission.SEE_MONEY))
    slots.add_step(slots.Step("Record a job", "record_job", can_record_a_job))
    needs.source(reasons.from_jobs, **reasons.KINDS)


def add_to_navigation() -> None:
    """Performance or figures come first; money after them, and for the prime before its contracts."""
    prime, commissioner = frozenset({"prime"}), frozenset({"commissioner"})
    pages.add_to_navigation(
        pages.Entry("Performance", "performance", BOTH, Permission.SEE_PERFORMANCE, order=10),
        pages.Entry("Figures", "shared", commissioner, Permission.SEE_SHARED, order=10),
        pages.Entry("Statements", "statements", BOTH, Permission.SEE_MONEY, order=35),
        pages.Entry("Margin", "margin", prime, Permission.SEE_MARGIN, order=36),
        pages.Entry("Forecast", "forecast", BOTH, Permission.SEE_MONEY, order=37),
    )


def can_record_a_job(participant: Participant, viewer: Viewer) -> bool:
    """Whether the viewer keeps the case of somebody who has started."""
    return can(viewer, Permission.KEEP_CASE) and bool(work.enrolments_held(participant.pk, viewer))


def accrue_one(event: DomainEvent, by: Viewer) -> None:
    """A fact of one enrolment changed or moved to another, or one of all the person's starts on the contract: the
    milestones follow in the same transaction.
    """
    touched = [event.facts[name] for name in ("enrolment", "was_enrolment") if name in event.facts]
    enrolments = Enrolment.objects.filter(pk__in=touched)
    if event.kind in OF_ALL_STARTS:
        enrolments = Enrolment.objects.filter(
            participant=event.participant_id, contract=event.facts["contract"]
        )
    recompute(enrolments=enrolments, by=by, at=event.at, because=because(event))


def because(event: DomainEvent) -> str:
    """What changed, in words for a statement; nothing for events that take nothing back."""
    dates = {name: _spoken(event.facts.get(name)) for name in DAYS}
    if event.kind == "job.corrected":
        dates["ends_on"] = f"ended on {dates['ends_on']}" if dates["ends_on"] else "is still held"
    if event.kind == "ineligibility.found":
        found = Ineligibility.objects.get(pk=event.subject_id)
        dates["says"] = found.says.rstrip(".")
    return BECAUSE.get(event.kind, "").format(**dates)


def follow_the_terms(event: DomainEvent, by: Viewer) -> None:
    """A programme file was loaded: whoever is on a contract of the programme is looked at tonight."""
    programme = Contract.objects.filter(pk=event.facts["contract"]).values("programme")
    look_again(Q(enrolment__contract__programme__in=programme), by)


def follow_the_clock(event: DomainEvent, by: Viewer) -> None:
    """The workspace's day changed: what is due by the new one, and whatever was worked out as of a later one."""
    tenant = Tenant.objects.get(pk=event.tenant_id)
    today = Viewer.system(tenant.pk, "clock", tenant.clock_offset).today
    look_again(Q(as_of__gt=today), by)
    outbox.enqueue("accrue", by)


def accrue(item: OutboxItem, system: Viewer) -> None:
    """Bring a page of the enrolments that are due in line, and ask for the next: the workspace is its subject.

    Whoever has nothing to come is not read at all. A price that was loaded late is owed to those who left as well.
    """
    if item.subject_id is None:
        note_the_unknown()
    if recompute_due(most=PAGE, by=system, at=system.now()) == PAGE:
        outbox.enqueue("accrue", system, subject_id=system.tenant_id)


def charge(item: OutboxItem, system: Viewer) -> None:
    """Charge the commissioner of a contract what its terms ask for by the month that ended: each contract on its own,
    so that whoever works out milestones waits for one of them at most.

    A provider is charged when its statement is sealed, and has one of the month that ended where there is anything.
    """
    if item.subject_id is None:
        for pk in Contract.objects.filter(fees__isnull=False).distinct().values_list("pk", flat=True):
            outbox.enqueue("charge", system, subject_id=pk)
        return
    ended, contract = shifted(system.today.replace(day=1), -1), Contract.objects.get(pk=item.subject_id)
    charge_contract(contract=contract, by=system, at=system.now())
    for statement in without_statement(contract, ended):
        Statement.objects.get_or_create(
            tenant_id=system.tenant_id,
            contract=contract,
            organisation_id=statement.organisation_id,
            month=ended,
        )


def forecast_all(item: OutboxItem, system: Viewer) -> None:
    """Work the forecast of every contract out anew."""
    for contract in Contract.objects.order_by("pk"):
        forecast(contract, system)


def _spoken(day: str | None) -> str:
    return spoken(date.fromisoformat(day)) if day else ""
