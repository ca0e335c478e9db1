"""A National Insurance number in full: for its holder by one tap, for anyone else with a reason and a second factor."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from participants import tabs, unmasking
from participants.models import Identity, Participant
from participants.safety_forms import UnmaskForm
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.second_factor import fresh_second_factor

BOTH = ("provider", "prime")


@for_members("provider", permission=Permission.UNMASK)
@never_cache
@require_POST
def reveal_number(request: HttpRequest, reference: str) -> HttpResponse:
    """One tap of the adviser who holds the person. Reloading the person's page hides the number again."""
    viewer = viewer_of(request)
    person = with_number(reference)
    if not unmasking.holds(person, viewer):
        raise Http404
    return shown(request, person, reason="")


@for_members(*BOTH, permission=Permission.UNMASK)
@never_cache
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def unmask_number(request: HttpRequest, reference: str) -> HttpResponse:
    """Anyone else says why, and has just given their second factor."""
    person = with_number(reference)
    form = UnmaskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return shown(request, person, reason=form.cleaned_data["reason"])
    return page(request, person, {"form": form}, status=422 if form.errors else 200)


def with_number(reference: str) -> Participant:
    """The person, if the viewer sees them and their masked number. Raises Http404."""
    person = tabs.find(reference)
    if not Identity.objects.filter(participant=person).exists():
        raise Http404
    return person


def shown(request: HttpRequest, person: Participant, *, reason: str) -> HttpResponse:
    """The number, once; or the sentence that it was too many."""
    viewer = viewer_of(request)
    try:
        number = unmasking.reveal(person, viewer, reason=reason)
    except unmasking.TooMany as error:
        unmasking.refuse(person, viewer)
        return page(request, person, {"refused": str(error)}, status=422)
    return page(request, person, {"number": number})


def page(
    request: HttpRequest, person: Participant, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A fragment in the place of the masked number, or a page of its own."""
    in_place = getattr(request, "htmx", False) and "form" not in context
    template = "participants/number.html" if in_place else "participants/number_page.html"
    if "form" in context:
        audit.look(viewer_of(request), "participant.number_form", participant_id=person.pk)
    back = reverse("participant", args=[person.reference])
    return render(
        request,
        template,
        {**context, "participant": person, "back": back, "trail": [(str(person), back)]},
        status=status,
    )
