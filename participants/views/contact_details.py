"""Changing how somebody may be reached."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from participants import tabs
from participants.actions import contact_details
from participants.caseload import contracts_held
from participants.detail_forms import ContactDetailsForm
from participants.models import ContactDetails
from participants.safety import measures_of
from partners import audit
from partners.acting import ActionError
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from programmes.models import Area


@for_members("provider", permission=Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def change_contact_details(request: HttpRequest, reference: str) -> HttpResponse:
    """Change them for somebody whom the provider holds today, unless a restriction keeps them from the viewer."""
    viewer = viewer_of(request)
    person = tabs.find(reference)
    contracts = contracts_held(person, viewer)
    known = ContactDetails.objects.filter(participant=person).first()
    if not contracts or known is None:
        raise Http404
    areas = Area.objects.filter(contract__in=contracts).order_by("name")
    form = ContactDetailsForm(request.POST or None, known=known, areas=areas)
    page = reverse("participant", args=[person.reference])
    if form.is_valid():
        try:
            contact_details.change(participant=person, **form.said, by=viewer, at=viewer.now())
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, "Contact details changed.")
            return redirect(page)
    audit.look(viewer, "participant.details_form", participant_id=person.pk)
    context = {
        "participant": person,
        "form": form,
        "known": known,
        "measures": measures_of([person.pk])[person.pk],
        "back": page,
        "trail": [("Caseload", reverse("caseload")), (str(person), page)],
    }
    status = 422 if form.errors else 200
    return render(request, "participants/contact_details.html", context, status=status)
