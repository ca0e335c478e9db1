"""Claiming by reference: for somebody whom the one who claims does not see."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from outcomes.actions import claim as actions
from outcomes.claim_forms import KeyForm, ReferenceForm
from outcomes.claims.by_reference import Owed, owed
from outcomes.views.claims import claim_all, shown_to
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer


@for_members("prime", permission=Permission.CLAIM)
@require_http_methods(["GET", "POST"])
def claim_by_reference(request: HttpRequest) -> HttpResponse:
    """Ask for a reference; show what is due and to be keyed for it, claim what is ready, note what was keyed."""
    viewer = viewer_of(request)
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    found = owed(viewer, form.cleaned_data["reference"]) if form.is_valid() else None
    status = 422 if form.errors else 200
    if found:
        audit.look(viewer, "claims.reference", participant_id=found.participant_id)
        if not _done(request, found, viewer):
            status = 422
        found = owed(viewer, form.cleaned_data["reference"])
    elif form.is_bound and form.is_valid():
        audit.searched(viewer, "claims.reference", found=0)
        form.add_error("reference", "Nothing is due or to be keyed under this reference.")
        status = 422
    context = {
        "form": form,
        "found": found,
        "crumbs": [("Claims", reverse("claims_due"))],
        **shown_to(viewer),
    }
    return render(request, "outcomes/claims/by_reference.html", context, status=status)


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
    claim = found.claim(request.POST["key"])
    form = KeyForm({"reference": request.POST.get(f"there-{request.POST['key']}", "")})
    if claim is None or not form.is_valid():
        messages.error(request, "Say what the commissioner's system calls the claim.")
        return False
    try:
        actions.key(claim=claim, reference=form.cleaned_data["reference"], by=viewer, at=viewer.now())
    except ActionError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, "Reference noted.")
    return True
