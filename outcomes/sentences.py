"""Facts and milestones in a person's story."""

from collections.abc import Sequence
from datetime import date

from outcomes.milestones import spoken
from outcomes.models import Earning, Evidence, Ineligibility, Job, Milestone
from outcomes.terms import Terms
from participants.timeline import Line, Renderer, each
from partners.models import DomainEvent
from partners.templatetags.baton import pence
from partners.viewer import Viewer


def jobs(title: str, tone: str = "") -> Renderer:
    """A renderer of job events: the title with the employer where the walls show the job, and its dates."""

    def tell(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
        known = Job.objects.in_bulk([event.subject_id for event in told])
        return [_job_line(event, known, title, tone) for event in told]

    return tell


def _job_line(event: DomainEvent, known: dict[object, Job], title: str, tone: str) -> Line:
    job = known.get(event.subject_id)
    dates = _days(event)
    return Line(title, f"{job.title} at {job.employer}. {dates}" if job else dates, tone)


def earnings(title: str, tone: str = "") -> Renderer:
    """A renderer of events about payments: the title, the employer where the walls show the payment, sum and day."""

    def tell(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
        known = Earning.objects.in_bulk([event.subject_id for event in told])
        return [_earning_line(event, known, title, tone) for event in told]

    return tell


def _earning_line(event: DomainEvent, known: dict[object, Earning], title: str, tone: str) -> Line:
    earning = known.get(event.subject_id)
    words = f"{pence(event.facts['gross_pence'])} paid on {_spoken(event.facts['paid_on'])}"
    return Line(title, f"{words} by {earning.employer}." if earning else f"{words}.", tone)


def benefits(title: str, tone: str = "") -> Renderer:
    """A renderer of events about days on benefit: the title and the days, never which benefit."""
    return each(lambda event: Line(title, _days(event), tone))


def _days(event: DomainEvent) -> str:
    first, last = (_spoken(event.facts.get(name)) for name in ("starts_on", "ends_on"))
    return f"From {first} to {last}." if last else f"Since {first}."


def evidence(title: str, tone: str = "") -> Renderer:
    """A renderer of events about evidence: the title with its kind and day, and why it was rejected or withdrawn."""
    return each(lambda event: _evidence_line(event, title, tone))


def _evidence_line(event: DomainEvent, title: str, tone: str) -> Line:
    reasons = dict([*Evidence.RejectionReason.choices, *Evidence.VoidReason.choices])
    kind, reason = Evidence.Kind(event.facts["evidence"]).label, event.facts["reason"]
    because = f" {reasons[reason]}." if reason else ""
    return Line(title, f"{kind}, {_spoken(event.facts['happened_on'])}.{because}", tone)


def ineligibility(title: str, tone: str) -> Renderer:
    """A renderer of what was found of somebody's eligibility: the title, by which rule, and what showed it."""

    def tell(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
        known = Ineligibility.objects.in_bulk([event.subject_id for event in told])
        return [_ineligibility_line(event, known, title, tone) for event in told]

    return tell


def _ineligibility_line(
    event: DomainEvent, known: dict[object, Ineligibility], title: str, tone: str
) -> Line:
    found = known.get(event.subject_id)
    if found is None:
        return Line(title, "", tone)
    words = found.withdrawn_why if event.kind == "ineligibility.withdrawn" else f"{found.says} {found.words}"
    return Line(title, words, tone)


def milestones(verb: str, tone: str) -> Renderer:
    """A renderer of milestone events: what it was, and why."""

    def tell(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
        known = Milestone.objects.in_bulk([event.subject_id for event in told])
        terms = Terms.of({milestone.contract_id for milestone in known.values()})
        return [_milestone_line(event, known, terms, verb, tone) for event in told]

    return tell


def _milestone_line(
    event: DomainEvent, known: dict[object, Milestone], terms: Terms, verb: str, tone: str
) -> Line:
    milestone = known.get(event.subject_id)
    if milestone is None:
        return Line(f"Milestone {verb}", "", tone)
    label = terms.label(milestone.contract_id, milestone.payment_group, milestone.code, milestone.ordinal)
    why = milestone.reversed_why if event.kind == "milestone.reversed" else milestone.why
    return Line(f"{label} {verb}", why, tone)


def _spoken(day: str | None) -> str:
    return spoken(date.fromisoformat(day)) if day else ""
