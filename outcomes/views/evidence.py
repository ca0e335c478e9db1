"""What proves a person's work: pages to record, replace and withdraw evidence, and to decide on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from outcomes.actions import evidence as actions
from outcomes.fact_forms import (
    EVERYWHERE,
    DecideForm,
    EvidenceForm,
    WithdrawEvidenceForm,
    as_put_forward,
    suggested,
)
from outcomes.facts import facts_of
from outcomes.milestones import spoken
from outcomes.models import Evidence
from outcomes.proof import definitions, named, step_kinds, title_of
from outcomes.terms import Terms
from outcomes.views.changing import FOLLOWS, Page, answer
from outcomes.work import contracts_held, enrolments_held
from participants import tabs
from participants.models import Document, Enrolment, Participant
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer

CODE = "participant.evidence_form"


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def record_evidence(request: HttpRequest, reference: str) -> HttpResponse:
    """Put evidence forward of somebody who has started; ?about= names the job or the payment that it proves."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    enrolments = enrolments_held(person.pk, viewer)
    if not enrolments:
        raise Http404
    page = Page(
        CODE, "Record evidence", "Record evidence", "Evidence recorded. Somebody else decides on it.", person
    )
    form = _form(request, person, enrolments, {"happened_on": viewer.today})
    return answer(
        request,
        page,
        form,
        lambda at: actions.record(
            enrolment=form.cleaned_data["enrolment"], proof=form.proof, by=viewer, at=at
        ),
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def replace_evidence(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Put better evidence in the place of this."""
    viewer = viewer_of(request)
    evidence = _evidence(evidence_id)
    _check_held(evidence, viewer)
    page = _page(
        "Replace evidence", "Replace evidence", "Evidence replaced. Somebody else decides on it.", evidence
    )
    proved = facts_of([evidence.enrolment])[evidence.enrolment_id].proved_by(evidence)
    initial = as_put_forward(evidence, proved)
    form = _form(request, evidence.participant, [evidence.enrolment], initial)
    return answer(
        request,
        page,
        form,
        lambda at: actions.record(
            enrolment=evidence.enrolment, proof=form.proof, replaces=evidence, by=viewer, at=at
        ),
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def withdraw_evidence(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Take evidence back, and say why."""
    viewer = viewer_of(request)
    evidence = _evidence(evidence_id)
    _check_held(evidence, viewer)
    page = _page("Withdraw evidence", "Withdraw evidence", "Evidence withdrawn.", evidence)
    form = WithdrawEvidenceForm(request.POST or None)
    return answer(
        request,
        page,
        form,
        lambda at: actions.withdraw(evidence=evidence, **form.cleaned_data, by=viewer, at=at),
    )


@for_members("provider", "prime", permission=Permission.ACCEPT_EVIDENCE)
@require_http_methods(["GET", "POST"])
def decide_evidence(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Accept evidence that somebody else recorded, or reject it with a reason."""
    viewer = viewer_of(request)
    evidence = _evidence(evidence_id)
    if viewer.kind != "prime":
        _check_held(evidence, viewer)
    page = _page("Decide on evidence", "Save decision", "Decision saved.", evidence, follows="")
    form = DecideForm(request.POST or None)

    def decide(at: datetime) -> Evidence:
        decision = form.cleaned_data["decision"]
        if decision == Evidence.Decision.ACCEPTED:
            return actions.accept(evidence=evidence, by=viewer, at=at)
        return actions.reject(evidence=evidence, reason=decision, by=viewer, at=at)

    return answer(request, page, form, decide)


def _form(
    request: HttpRequest, person: Participant, enrolments: Sequence[Enrolment], initial: Mapping[str, Any]
) -> EvidenceForm:
    terms = Terms.of(enrolment.contract_id for enrolment in enrolments)
    rules = [rule for one in enrolments for rule in terms.rules(one.contract_id, one.payment_group)]
    facts = [fact for each in facts_of(enrolments).values() for fact in each.provable]
    about = next((fact for fact in facts if str(fact.pk) == request.GET.get("about")), None)
    contracts = [enrolment.contract_id for enrolment in enrolments]
    documents = Document.objects.filter(participant=person, contract__in=contracts, removed_at=None)
    return EvidenceForm(
        request.POST or None,
        enrolments=enrolments,
        kinds=[*EVERYWHERE, *step_kinds(rules)],
        definitions=definitions(rules),
        facts=facts,
        documents=list(documents.order_by("-added_at", "-pk")),
        initial={**initial, **(suggested(about) if about else {})},
    )


def _page(title: str, submit: str, done: str, evidence: Evidence, follows: str = FOLLOWS) -> Page:
    enrolment, document = evidence.enrolment, evidence.document
    rules = Terms.of([enrolment.contract_id]).rules(enrolment.contract_id, enrolment.payment_group)
    proved = facts_of([enrolment])[enrolment.pk].proved_by(evidence)
    rows = [
        ("Evidence", title_of(evidence, definitions(rules))),
        ("Date", spoken(evidence.happened_on)),
        ("Proves", named(proved) if proved else ""),
        ("Note", evidence.words),
    ]
    return Page(
        CODE,
        title,
        submit,
        done,
        evidence.participant,
        evidence,
        [row for row in rows if row[1]],
        follows,
        document if document and document.removed_at is None else None,
    )


def _evidence(evidence_id: UUID) -> Evidence:
    """The evidence with whom it is about, if the viewer may see it. Raises Http404."""
    related = ("participant", "enrolment__participant", "enrolment__contract", "document")
    return get_object_or_404(Evidence.objects.select_related(*related), pk=evidence_id)


def _check_held(evidence: Evidence, viewer: Viewer) -> None:
    """Raises Http404 unless the viewer's organisation holds the person on its contract today."""
    if evidence.contract_id not in contracts_held(evidence.participant_id, viewer):
        raise Http404
