"""The auditor's window: a drawn sample, opened to somebody of the commissioner by name and for a time, read only."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.claims import reading, second_look
from outcomes.claims.checklist import Checklist
from outcomes.models import AuditGrant, SampleItem
from participants.models import Participant
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer, acting_as


@dataclass(frozen=True)
class Line:
    """One drawn claim with the name of the person and what proves it."""

    item: SampleItem
    claim: reading.Line
    person: str
    checklist: Checklist


@for_members("commissioner", permission=Permission.READ_SAMPLE)
@require_GET
def audit_samples(request: HttpRequest) -> HttpResponse:
    """The samples that are open to the viewer today."""
    grants = AuditGrant.objects.select_related("sample__contract").order_by("closes_on", "pk")
    return render(request, "outcomes/samples/audits.html", {"grants": grants})


@for_members("commissioner", permission=Permission.READ_SAMPLE)
@require_GET
def audit_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The claims of a sample that is open to the viewer today; every look at a person is in the audit."""
    viewer = viewer_of(request)
    grant = get_object_or_404(AuditGrant.objects.select_related("sample__contract"), sample=sample_id)
    items = list(
        SampleItem.objects.filter(sample=sample_id).select_related("organisation").order_by("position")
    )
    for item in items:
        audit.look(viewer, "sample.audit", participant_id=item.participant_id, subject=item)
    context = {
        "sample": grant.sample,
        "closes_on": grant.closes_on,
        "lines": opened(items, viewer),
        "crumbs": [("Audit", reverse("audit_samples"))],
    }
    return render(request, "outcomes/samples/audit.html", context)


def opened(items: list[SampleItem], viewer: Viewer) -> list[Line]:
    """The names and the evidence of claims that the walls have shown the viewer, and of no others.

    A commissioner sees no person and no evidence: what is read here past the walls belongs to rows that they opened.
    """
    with acting_as(viewer.as_system("an audit sample")):
        people = Participant.objects.in_bulk([item.participant_id for item in items])
        found = second_look.lines(items)
    return [Line(one.item, one.claim, str(people[one.item.participant_id]), one.checklist) for one in found]
