"""Claiming by reference: for somebody whom the one who claims does not see."""

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from outcomes.actions import claim as actions
from outcomes.claim_forms import KeyForm, ReferenceForm, SettleForm, WithdrawForm
from outcomes.claims.by_reference import Owed, owed
from outcomes.claims.reading import Line
from outcomes.forms import Refusable
from outcomes.views.claim_steps import SETTLE, WITHDRAW
from outcomes.views.claims import claim_all, shown_to
from outcomes.views.guessing import typed
from outcomes.views.step import Page, Words, answer
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer

CODE: Final = "claims.reference"
# By the name of the button: what the page of the step says, its form, and what it does.
STEPS: Final[Mapping[str, tuple[Words, type[Refusable], Callable[..., object]]]] = {
    "settle": (SETTLE, SettleForm, actions.settle),
    "withdraw": (WITHDRAW, WithdrawForm, actions.withdraw),
}


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def claim_by_reference(request: HttpRequest) -> HttpResponse:
    """Ask for a reference; show what is due and claimed for it, claim what is ready, note what became of a claim."""
    viewer = viewer_of(request)
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    found = typed(request, form, CODE, lambda reference: owed(viewer, reference))
    status = 422 if form.errors else 200
    if found:
        reference = form.cleaned_data["reference"]
        audit.look(viewer, CODE, participant_id=found.participant_id)
        for name in STEPS:
            if line := found.claim(request.POST.get(name, "")):
                return _step(request, name, line, reference)
        if not _done(request, found, viewer):
            status = 422
        found = owed(viewer, reference)
    context = {
        "form": form,
        "found": found,
        "crumbs": [("Claims", reverse("claims_due"))],
        **shown_to(viewer),
    }
    return render(request, "outcomes/claims/by_reference.html", context, status=status)


def _step(request: HttpRequest, name: str, line: Line, reference: str) -> HttpResponse:
    """The page of a step of one of the claims, which says the reference with what is typed."""
    viewer = viewer_of(request)
    words, form_class, act = STEPS[name]
    # What the claim is called there is a reference as well.
    form = form_class(request.POST if "sent" in request.POST else None, prefix="step")
    here = reverse("claim_by_reference")
    page = Page(
        words.title,
        words.submit,
        words.done,
        f"{line.label}, {reference}",
        here,
        words.follows,
        above=[("Claims", reverse("claims_due")), ("Claim by reference", here)],
        carried={"reference": reference, name: str(line.claim.pk), "sent": "yes"},
    )
    return answer(
        request, page, form, lambda: act(claim=line.claim, **form.cleaned_data, by=viewer, at=viewer.now())
    )


def _done(request: HttpRequest, found: Owed, viewer: Viewer) -> bool:
    """Do what a button of the page asked for; whether that went well, or nothing was asked."""
    if "claim" in request.POST:
        errors = claim_all(found.ready, viewer)
        if not errors:
            messages.success(request, f"{len(found.ready)} claim{'s' * (len(found.ready) != 1)} made.")
        for words in errors.values():
            messages.error(request, words)
        return not errors
    if "key" in request.POST:
        return _keyed(request, found, viewer)
    return True


def _keyed(request: HttpRequest, found: Owed, viewer: Viewer) -> bool:
    line = found.claim(request.POST["key"])
    form = KeyForm({"reference": request.POST.get(f"there-{request.POST['key']}", "")})
    if line is None or not form.is_valid():
        messages.error(request, "Say what the commissioner's system calls the claim.")
        return False
    try:
        actions.key(claim=line.claim, reference=form.cleaned_data["reference"], by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, "Reference noted.")
    return True
