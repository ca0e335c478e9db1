"""Days on benefit: pages to note, correct and withdraw them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from outcomes.actions import benefit as benefits
from outcomes.benefit_forms import BenefitForm, WithdrawBenefitForm
from outcomes.milestones import spoken
from outcomes.models import BenefitSpell
from outcomes.views.changing import FOLLOWS, Page, answer
from outcomes.work import contracts_held, enrolments_held
from participants import tabs
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer

CODE = "participant.benefit_form"


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def note_benefit(request: HttpRequest, reference: str) -> HttpResponse:
    """Note days on benefit of somebody who has started and whom the provider holds today."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    enrolments = enrolments_held(person.pk, viewer)
    if not enrolments:
        raise Http404
    page = Page(CODE, "Note days on benefit", "Note days", "Days on benefit noted.", person, follows=FOLLOWS)
    form = BenefitForm(request.POST or None, enrolments=enrolments)
    return answer(
        request,
        page,
        form,
        lambda at: benefits.note(
            enrolment=form.cleaned_data["enrolment"], spell=form.spell, by=viewer, at=at
        ),
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def correct_benefit(request: HttpRequest, spell_id: UUID) -> HttpResponse:
    """Say which days it really was."""
    viewer = viewer_of(request)
    noted = _noted(spell_id, viewer)
    page = _page("Correct days on benefit", "Correct days", "Days on benefit corrected.", noted)
    names = ("benefit", "starts_on", "ends_on", "source")
    form = BenefitForm(
        request.POST or None,
        enrolments=[noted.enrolment],
        initial={name: getattr(noted, name) for name in names},
    )
    return answer(
        request,
        page,
        form,
        lambda at: benefits.correct(noted=noted, spell=form.spell, by=viewer, at=at),
    )


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def withdraw_benefit(request: HttpRequest, spell_id: UUID) -> HttpResponse:
    """Take days on benefit back, and say why."""
    viewer = viewer_of(request)
    noted = _noted(spell_id, viewer)
    page = _page("Withdraw days on benefit", "Withdraw days", "Days on benefit withdrawn.", noted)
    form = WithdrawBenefitForm(request.POST or None)
    return answer(
        request,
        page,
        form,
        lambda at: benefits.withdraw(noted=noted, **form.cleaned_data, by=viewer, at=at),
    )


def _page(title: str, submit: str, done: str, noted: BenefitSpell) -> Page:
    until = spoken(noted.ends_on) if noted.ends_on else "now"
    rows = [
        ("Benefit", noted.get_benefit_display()),
        ("Noted days", f"{spoken(noted.starts_on)} to {until}"),
    ]
    return Page(CODE, title, submit, done, noted.participant, noted, rows, FOLLOWS)


def _noted(spell_id: UUID, viewer: Viewer) -> BenefitSpell:
    """The spell, if the viewer's organisation holds the person on its contract today. Raises Http404."""
    related = ("participant", "enrolment__participant", "enrolment__contract")
    noted = get_object_or_404(BenefitSpell.objects.select_related(*related), pk=spell_id)
    if noted.contract_id not in contracts_held(noted.participant_id, viewer):
        raise Http404
    return noted
