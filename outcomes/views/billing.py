"""Who is billed how: names and addresses on invoices, VAT, and agreements to self-billing, by their days."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes.actions import billing as actions
from outcomes.forms import Refusable
from outcomes.models import SelfBillingAgreement, VatStatus
from outcomes.statement_forms import AgreementForm, VatStatusForm
from outcomes.statements import paper
from outcomes.views.step import Page, answer
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import Permission
from partners.viewer import Viewer

KINDS = (Organisation.Kind.PRIME, Organisation.Kind.PROVIDER)


@for_members("prime", permission=Permission.PAY_STATEMENT)
@require_GET
def billing(request: HttpRequest) -> HttpResponse:
    """Every organisation of the chain as it stands today, with what was recorded before and what comes."""
    viewer = viewer_of(request)
    statuses: defaultdict[UUID, list[VatStatus]] = defaultdict(list)
    for status in VatStatus.objects.filter(voided_at=None).order_by("-from_on"):
        statuses[status.organisation_id].append(status)
    agreements: defaultdict[UUID, list[SelfBillingAgreement]] = defaultdict(list)
    for agreement in SelfBillingAgreement.objects.filter(voided_at=None).order_by("-starts_on"):
        agreements[agreement.organisation_id].append(agreement)
    rows = [
        {
            "organisation": one,
            "today": paper.in_force(statuses[one.pk], viewer.today),
            "agreement": paper.agreed(agreements[one.pk], viewer.today),
            "statuses": statuses[one.pk],
            "agreements": agreements[one.pk],
        }
        for one in Organisation.objects.filter(kind__in=KINDS).order_by("kind", "name")
    ]
    crumbs = [("Statements", reverse("statements"))]
    return render(request, "outcomes/billing.html", {"rows": rows, "crumbs": crumbs})


@for_members("prime", permission=Permission.PAY_STATEMENT)
@require_http_methods(["GET", "POST"])
def record_vat_status(request: HttpRequest, slug: str) -> HttpResponse:
    """As whom an organisation trades from a day on."""
    viewer, organisation = viewer_of(request), _organisation(slug)
    known = paper.status_on(organisation, viewer.today)
    form = VatStatusForm(
        request.POST if request.method == "POST" else None,
        today=viewer.today,
        known=known,
        name=organisation.name,
    )
    return _answer(request, "Name, address and VAT", organisation, form, actions.record_vat_status, viewer)


@for_members("prime", permission=Permission.PAY_STATEMENT)
@require_http_methods(["GET", "POST"])
def record_agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """A signed agreement to self-billing."""
    viewer = viewer_of(request)
    organisation = get_object_or_404(Organisation, slug=slug, kind=Organisation.Kind.PROVIDER)
    form = AgreementForm(request.POST if request.method == "POST" else None)
    return _answer(request, "Agreement to self-billing", organisation, form, actions.record_agreement, viewer)


def _organisation(slug: str) -> Organisation:
    return get_object_or_404(Organisation, slug=slug, kind__in=KINDS)


def _answer(
    request: HttpRequest, title: str, organisation: Organisation, form: Refusable, act: Any, viewer: Viewer
) -> HttpResponse:
    """Record what a valid form says, or show it with what was typed."""
    page = Page(
        title,
        "Record",
        f"Recorded for {organisation.name}.",
        organisation.name,
        reverse("billing"),
        "What was recorded before stays on record. Papers that were written do not change.",
        above=[("Statements", reverse("statements")), ("Billing", reverse("billing"))],
    )
    return answer(
        request,
        page,
        form,
        lambda: act(organisation=organisation, **form.cleaned_data, by=viewer, at=viewer.now()),
    )
