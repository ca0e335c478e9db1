"""Concerns that were raised for somebody's safety: who reads them, by when they are answered, and how they read."""

from datetime import date

from django.db.models import Case, F, Q, QuerySet, When

from participants import slots, timeline
from participants.actions import restriction
from participants.models import Assignment, Participant, SafeguardingDecision, SafeguardingReport
from participants.safety import HISTORY
from participants.timeline import Line
from partners.events import declare
from partners.models import DomainEvent, Organisation
from partners.pages import Entry, add_to_navigation
from partners.permissions import Permission, can
from partners.viewer import Viewer, acting_as

NOT_DECIDED = Q(decided_at=None)
# What the filter of the list asks for, by its code.
STATES = {
    "open": "Open",
    "raised": "Not looked at yet",
    "acknowledged": "Looked at, to be decided",
    "overdue": "Overdue",
    "decided": "Decided",
    "all": "All",
}


def connect() -> None:
    """Called when the app is ready: events, how they read, the step on the participant's page, and the list."""
    declare("safeguarding.raised", "safeguarding.acknowledged", "safeguarding.decided")
    timeline.tell("safeguarding.raised", timeline.each(_raised), group=HISTORY)
    timeline.tell("safeguarding.acknowledged", timeline.each(_acknowledged), group=HISTORY)
    timeline.tell("safeguarding.decided", timeline.each(_decided), group=HISTORY)
    slots.add_step(slots.Step("Raise a concern", "raise_concern", may_raise))
    add_to_navigation(
        Entry(
            "Safeguarding",
            "safeguarding",
            slots.BOTH,
            Permission.RAISE_CONCERN,
            count=lambda viewer: SafeguardingReport.objects.filter(NOT_DECIDED).count(),
            order=35,
            # Their writers find their own on the person's Safety tab.
            has_any=lambda viewer: viewer.cleared,
        )
    )


def may_raise(participant: Participant, viewer: Viewer) -> bool:
    """Whether the viewer works with the person today, or is the prime, in a role that raises concerns."""
    if viewer.kind not in slots.BOTH or not can(viewer, Permission.RAISE_CONCERN):
        return False
    held = Assignment.objects.in_force(viewer.today).filter(participant=participant)
    return viewer.kind == "prime" or held.exists()


def who_reads(participant: Participant, viewer: Viewer) -> list[str]:
    """The names of those who are cleared and would read a concern that the viewer raises of this person."""
    with acting_as(viewer.as_system("who reads a concern")):
        places = restriction.places_with(Permission.RAISE_CONCERN, viewer.today).filter(
            Q(organisation=viewer.organisation_id) | Q(organisation__kind=Organisation.Kind.PRIME),
            cleared=True,
        )
        names = dict(places.values_list("user_id", "user__name"))
        seeing = restriction.who_sees(participant, set(names))
    return sorted(names[user] for user in seeing - {viewer.user_id})


def reports(today: date, *, state: str, kind: str = "") -> QuerySet[SafeguardingReport]:
    """The concerns that the viewer may read, in a state of STATES and of a kind where one is asked for, by the day on
    which the next step is due (due_on, none once it is decided); those in danger first.
    """
    found = SafeguardingReport.objects.annotate(
        due_on=Case(
            When(decided_at__isnull=False, then=None),
            When(acknowledged_at=None, then=F("acknowledge_by")),
            default=F("decide_by"),
        )
    )
    wanted = {
        "open": NOT_DECIDED,
        "raised": Q(acknowledged_at=None),
        "acknowledged": NOT_DECIDED & Q(acknowledged_at__isnull=False),
        "overdue": Q(due_on__lt=today),
        "decided": Q(decided_at__isnull=False),
        "all": Q(),
    }
    found = found.filter(wanted[state], **({"kind": kind} if kind else {}))
    return found.select_related("participant", "raised_by", "organisation").order_by(
        F("due_on").asc(nulls_last=True), "-in_danger", "-raised_at", "id"
    )


def _raised(event: DomainEvent) -> Line:
    return Line("Concern raised", SafeguardingReport.Kind(event.facts["concern"]).label, "red")


def _acknowledged(event: DomainEvent) -> Line:
    return Line("Concern looked at")


def _decided(event: DomainEvent) -> Line:
    return Line("Concern decided", SafeguardingDecision.Outcome(event.facts["outcome"]).label, "blue")
