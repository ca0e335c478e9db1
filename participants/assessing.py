"""Where assessments stand: their events, how they read on the timeline, their tab, and the reasons to act."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max

from participants import needs, slots, timeline
from participants.cases import Case, Stage, cases_of
from participants.models import Assessment, Assignment
from participants.needs import Need
from participants.reasons import NOTICE_DAYS, days
from participants.timeline import Line
from partners.events import declare
from partners.models import DomainEvent
from partners.permissions import Permission
from partners.viewer import Viewer
from programmes.models import AssessmentTemplate

KINDS = {"assessment": "Assessment due"}


def connect() -> None:
    """Called when the app is ready."""
    declare("assessment.made")
    timeline.tell("assessment.made", _told, group="Assessments")
    slots.add(slots.Slot("Assessment", "participant_assessments", slots.BOTH, Permission.SEE_PEOPLE))
    needs.source(from_assessments, **KINDS)


def _told(told: Sequence[DomainEvent], viewer: Viewer) -> list[Line]:
    titles = dict(
        AssessmentTemplate.objects.filter(pk__in={event.facts["template"] for event in told}).values_list(
            "pk", "title"
        )
    )
    return [_line(event, titles[UUID(event.facts["template"])]) for event in told]


def _line(event: DomainEvent, title: str) -> Line:
    many, confirmed = event.facts["answers"], event.facts["confirmed"]
    words = "1 answer" if many == 1 else f"{many} answers"
    return Line(
        f"Assessed: {title}", f"{words}, {confirmed} of them as before" if confirmed else words, "blue"
    )


def from_assessments(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
    """Who is to be assessed for the first time, or again: whichever provider made the last one."""
    held = Assignment.objects.in_force(today).filter(participant_id__in=participant_ids)
    cases = cases_of(held.select_related("contract").order_by("starts_on", "id"), today)
    templates = list(AssessmentTemplate.objects.filter(withdrawn_at=None).order_by("title"))
    made = Assessment.objects.filter(participant_id__in=participant_ids).order_by()
    last = {
        (participant_id, code): on
        for participant_id, code, on in made.values_list("participant_id", "template__code").annotate(
            Max("made_on")
        )
    }
    # A person on two contracts has one reason at most: the first that is found.
    found: dict[UUID, list[Need]] = {participant_id: [] for participant_id in participant_ids}
    for case in cases:
        for template in templates:
            if template.programme_id == case.assignment.contract.programme_id:
                person = case.assignment.participant_id
                found[person] = found[person] or list(_due(case, template, last.get((person, template.code))))
    return found


def _due(case: Case, template: AssessmentTemplate, last: date | None) -> Iterator[Need]:
    """Why somebody on the programme has to be assessed by these questions, if they have."""
    if case.stage != Stage.ON_PROGRAMME or case.enrolment is None:
        return
    if last is None:
        due_on = case.enrolment.started_on + timedelta(days=template.first_within_days - 1)
        late = (case.today - due_on).days
        if late > 0:
            yield Need(52, f"Not assessed yet: overdue by {days(late)}", "assessment")
        elif late >= -NOTICE_DAYS:
            yield Need(43, f"Not assessed yet: due by {due_on.day} {due_on:%B}", "assessment")
    elif last + timedelta(days=template.again_after_days) <= case.today:
        yield Need(41, f"To be assessed again: last on {last.day} {last:%B %Y}", "assessment")
