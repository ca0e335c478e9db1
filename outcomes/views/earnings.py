"""What a person was paid: pages to record, correct and withdraw a payment."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from outcomes.actions import earning as earnings
from outcomes.fact_forms import EarningForm, WithdrawEarningForm, as_typed
from outcomes.milestones import spoken
from outcomes.models import Earning, Job
from outcomes.views.changing import FOLLOWS, Page, answer
from outcomes.work import contracts_held, enrolments_held
from participants import tabs
from participants.models import Participant
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.templatetags.baton import pence
from partners.viewer import Viewer

CODE = "participant.earning_form"


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def record_earning(request: HttpRequest, reference: str) -> HttpResponse:
    """Record a payment to somebody who has started and whom the provider holds today."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    enrolments = enrolments_held(person.pk, viewer)
    if not enrolments:
        raise Http404
    page = Page(CODE, "Record earnings", "Record earnings", "Earnings recorded.", person)
    form = EarningForm(request.POST or None, enrolments=enrolments, initial=_usual(person))
    return answer(
        request,
        page,
        form,
        lambda at: earnings.record(
            enrolment=form.cleaned_data["enrolment"], payment=form.payment, by=viewer, at=at
        ),
        day="paid_on",
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def correct_earning(request: HttpRequest, earning_id: UUID) -> HttpResponse:
    """Say what was really paid."""
    viewer = viewer_of(request)
    earning = _earning(earning_id, viewer)
    page = _page("Correct earnings", "Correct earnings", "Earnings corrected.", earning)
    form = EarningForm(request.POST or None, enrolments=[earning.enrolment], initial=as_typed(earning))
    return answer(
        request,
        page,
        form,
        lambda at: earnings.correct(earning=earning, payment=form.payment, by=viewer, at=at),
        day="paid_on",
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def withdraw_earning(request: HttpRequest, earning_id: UUID) -> HttpResponse:
    """Take a payment back, and say why."""
    viewer = viewer_of(request)
    earning = _earning(earning_id, viewer)
    page = _page("Withdraw earnings", "Withdraw earnings", "Earnings withdrawn.", earning)
    form = WithdrawEarningForm(request.POST or None)
    return answer(
        request,
        page,
        form,
        lambda at: earnings.withdraw(earning=earning, **form.cleaned_data, by=viewer, at=at),
    )


def _usual(person: Participant) -> dict[str, Any]:
    """The employer of the newest job: most payments are its."""
    newest = Job.objects.filter(participant=person, voided_at=None).order_by("-starts_on", "-pk").first()
    return {"employer": newest.employer} if newest else {}


def _page(title: str, submit: str, done: str, earning: Earning) -> Page:
    rows = [
        ("Employer", earning.employer),
        ("Pay date", spoken(earning.paid_on)),
        ("Gross pay", pence(earning.gross_pence)),
    ]
    return Page(CODE, title, submit, done, earning.participant, earning, rows, FOLLOWS)


def _earning(earning_id: UUID, viewer: Viewer) -> Earning:
    """The payment, if the viewer's organisation holds the person on its contract today. Raises Http404."""
    related = ("participant", "enrolment__participant", "enrolment__contract")
    earning = get_object_or_404(Earning.objects.select_related(*related), pk=earning_id)
    if earning.contract_id not in contracts_held(earning.participant_id, viewer):
        raise Http404
    return earning
