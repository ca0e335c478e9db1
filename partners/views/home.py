"""The way in: which workspace, which place in it, and whether the service is alive."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from partners.audience import for_anyone, for_signed_in
from partners.pages import landing
from partners.places import Place


@for_signed_in
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Straight to the person's first page where there is only one place; else let them choose."""
    places: list[Place] = request.places  # type: ignore[attr-defined]
    if request.tenant is not None and request.viewer is None:  # type: ignore[attr-defined]
        raise Http404
    if request.viewer is not None:  # type: ignore[attr-defined]
        first = landing(request.viewer)  # type: ignore[attr-defined]
        return redirect(first) if first else render(request, "home/nothing.html")
    if len(places) == 1:
        return redirect(f"/{places[0].tenant_slug}/")
    return render(request, "home/places.html", {"places": places})


@for_signed_in
@require_http_methods(["POST"])
def choose_place(request: HttpRequest) -> HttpResponse:
    """Work as another of one's own places."""
    chosen = request.POST.get("place", "")
    for place in request.places:  # type: ignore[attr-defined]
        if str(place.membership_id) == chosen:
            request.session["place"] = str(place.organisation_id)
            messages.success(request, f"You now work for {place.organisation_name} in {place.tenant_name}.")
            return redirect(f"/{place.tenant_slug}/")
    raise Http404


@for_signed_in
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Every place of the person, to switch between them."""
    return render(request, "home/places.html", {"places": request.places})  # type: ignore[attr-defined]


@for_anyone
@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive."""
    return JsonResponse({"status": "ok"})
