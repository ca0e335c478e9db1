"""Logging a contact, from the caseload or from the person's page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from participants import tabs
from participants.actions import contact
from participants.caseload import contracts_held
from participants.forms import ContactForm
from participants.safety import rules_of
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def log_contact(request: HttpRequest, reference: str) -> HttpResponse:
    """Log a contact with somebody whom the provider holds today, and go back to where one came from."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    contracts = contracts_held(person, viewer)
    if not contracts:
        raise Http404
    form = ContactForm(
        request.POST or None,
        contracts=contracts,
        chosen=request.GET.get("contract", ""),
        today=viewer.today,
    )
    page = reverse("participant", args=[person.reference])
    back = way_back(request, page)
    if form.is_valid():
        try:
            contact.log(participant=person, by=viewer, at=viewer.now(), **form.cleaned_data)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Contact logged.")
            return redirect(back)
    audit.look(viewer, "participant.contact_form", participant_id=person.pk)
    return render(
        request,
        "participants/log_contact.html",
        {
            "participant": person,
            "form": form,
            **rules_of(person),
            "back": back,
            "trail": [("Caseload", reverse("caseload")), (str(person), page)],
        },
        status=422 if form.errors else 200,
    )


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the person came from, if that is a page of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or otherwise
    is_here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_here else otherwise
