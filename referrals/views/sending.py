"""Sending a referral by hand, answering what it lacks, and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer
from programmes.models import Contract, RuleSet
from referrals.actions import referral as actions
from referrals.forms import AnswersForm, ReferralForm, typed
from referrals.models import Referral
from referrals.views.referrals import find


def open_contracts(viewer: Viewer) -> dict[str, Contract]:
    """The contracts, by code, that take referrals today."""
    ruled = RuleSet.objects.values("contract")
    found = Contract.objects.filter(pk__in=ruled, starts_on__lte=viewer.today, ends_on__gte=viewer.today)
    return {contract.code: contract for contract in found.select_related("programme").order_by("name")}


def rules_of(contract: Contract) -> Any:
    """The newest rules of a contract that has some."""
    return contract.rule_sets.order_by("-version")[0].rules


@for_members("referrer", permission=Permission.SUBMIT_REFERRAL)
@require_http_methods(["GET", "POST"])
def new_referral(request: HttpRequest) -> HttpResponse:
    """Choose a contract where there are several, then fill in the referral; what was typed is kept."""
    viewer = viewer_of(request)
    contracts = open_contracts(viewer)
    code = request.GET.get("contract") or (next(iter(contracts)) if len(contracts) == 1 else "")
    if not code:
        return render(request, "referrals/choose_contract.html", {"contracts": contracts.values()})
    if code not in contracts:
        raise Http404
    contract = contracts[code]
    form = ReferralForm(typed(request), contract=contract, rules=rules_of(contract))
    if form.is_valid():
        try:
            made = actions.submit(
                contract=contract,
                sent=form.as_sent(),
                channel=Referral.Channel.FORM,
                by=viewer,
                at=viewer.now(),
            )
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, f"Referral {made.reference} sent.")
            return redirect("referral", made.reference)
    shown = {"form": form, "contract": contract, "several": len(contracts) > 1}
    return render(request, "referrals/new.html", shown, status=422 if form.errors else 200)


@for_members("referrer", permission=Permission.SUBMIT_REFERRAL)
@require_http_methods(["GET", "POST"])
def answer_questions(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer what the decision said was missing; what was typed is kept."""
    viewer, found = viewer_of(request), find(reference)
    missing = [one["fact"] for one in found.decisions.order_by("-decided_at", "-id")[0].missing]
    form = AnswersForm(typed(request), contract=found.contract, missing=missing)
    if form.is_valid():
        try:
            decided = answered(form, found, viewer)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, f"Thank you. {decided.reference} was decided again.")
            return redirect("referral", decided.reference)
    audit.look(viewer, "referral.questions", participant_id=found.participant_id, subject=found)
    shown = {"form": form, "referral": found}
    return render(request, "referrals/answers.html", shown, status=422 if form.errors else 200)


def answered(form: AnswersForm, found: Referral, viewer: Viewer) -> Referral:
    """The referral with the answers of a valid form. Raises ActionError."""
    return actions.answer(
        referral=found,
        circumstances=form.circumstances(),
        local_authority=form.cleaned_data.get("local_authority", ""),
        payment_group=form.cleaned_data.get("payment_group", ""),
        by=viewer,
        at=viewer.now(),
    )


@for_members("referrer", permission=Permission.SUBMIT_REFERRAL)
@require_POST
def withdraw_referral(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the referral back."""
    viewer, found = viewer_of(request), find(reference)
    try:
        actions.withdraw(referral=found, by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Referral {found.reference} was withdrawn.")
    return redirect("referral", found.reference)
