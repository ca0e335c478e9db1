"""The steps of a claim, each on its own small page: keyed, settled, withdrawn; and what nobody claimed, explained."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from outcomes.actions import claim as actions
from outcomes.actions import unclaimed as strays
from outcomes.claim_forms import ExplainForm, KeyForm, SettleForm, WithdrawForm
from outcomes.claims import reading
from outcomes.models import Claim, Unclaimed
from outcomes.views.claims import find
from outcomes.views.step import Page, Words, answer
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission

KEY: Final = Words("Note the reference", "Save reference", done="Reference noted.")
WITHDRAW: Final = Words(
    "Withdraw the claim",
    "Withdraw claim",
    "The milestone is due again. Where the claim was keyed already, withdraw it there as well.",
    "Claim withdrawn.",
)
SETTLE: Final = Words("What the commissioner says", "Save result", done="Result noted.")


def _page(request: HttpRequest, claim: Claim, words: Words) -> Page:
    """The page of a step of one claim, which is a look at whose it is."""
    [line] = reading.lines([claim])
    audit.look(viewer_of(request), "claim", participant_id=claim.participant_id, subject=claim)
    back = reverse("claim", args=[claim.pk])
    return Page(words.title, words.submit, words.done, f"{line.label}, {line.reference}", back, words.follows)


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def key_claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Note the reference under which the claim was keyed."""
    viewer, found = viewer_of(request), find(claim_id)
    page = _page(request, found, KEY)
    form = KeyForm(request.POST or None, initial={"reference": found.reference})
    return answer(
        request, page, form, lambda: actions.key(claim=found, **form.cleaned_data, by=viewer, at=viewer.now())
    )


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def withdraw_claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Take back a claim that was not paid."""
    viewer, found = viewer_of(request), find(claim_id)
    page = _page(request, found, WITHDRAW)
    form = WithdrawForm(request.POST or None)
    return answer(
        request,
        page,
        form,
        lambda: actions.withdraw(claim=found, **form.cleaned_data, by=viewer, at=viewer.now()),
    )


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def settle_claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Note what the commissioner's system says of a claim, where no file brings it."""
    viewer, found = viewer_of(request), find(claim_id)
    page = _page(request, found, SETTLE)
    form = SettleForm(request.POST or None)
    return answer(
        request,
        page,
        form,
        lambda: actions.settle(claim=found, **form.cleaned_data, by=viewer, at=viewer.now()),
    )


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def explain_unclaimed(request: HttpRequest, unclaimed_id: UUID) -> HttpResponse:
    """Say what something that nobody claimed here turned out to be."""
    viewer = viewer_of(request)
    row = get_object_or_404(Unclaimed.objects.select_related("contract"), pk=unclaimed_id, explained_at=None)
    open_ones = Claim.objects.filter(
        contract=row.contract_id, paid_on=None, reference__in=["", row.reference]
    )
    open_ones = open_ones.exclude(state__in=[Claim.State.REJECTED, Claim.State.WITHDRAWN])
    lines = reading.lines(list(reading.described(open_ones).order_by("-claimed_on", "pk")))
    choices = {str(line.claim.pk): line for line in lines}
    form = ExplainForm(
        request.POST or None,
        claims=[(pk, f"{line.reference}, {line.label}") for pk, line in choices.items()],
    )
    audit.searched(viewer, "claims", found=len(lines))
    caption = f"{row.get_result_display()} on {row.result_on.day} {row.result_on:%B %Y}, {row.reference}"
    page = Page("Explain", "Save", "Explained.", caption, reverse("reconciliation"))

    def act() -> Unclaimed:
        chosen = choices.get(form.cleaned_data["claim"])
        claim = chosen.claim if chosen else None
        words = form.cleaned_data["words"]
        return strays.explain(row=row, claim=claim, words=words, by=viewer, at=viewer.now())

    return answer(request, page, form, act)
