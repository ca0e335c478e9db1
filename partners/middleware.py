"""From a request to a viewer: the tenant in the address, the person in the session, the membership in the database."""

import re
from collections.abc import Callable
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix

from partners import second_factor
from partners.models import Tenant
from partners.organisation_sign_in import service_of
from partners.places import Place, places_of
from partners.viewer import Viewer, acting_as

Handler = Callable[[HttpRequest], HttpResponse]
# First parts of addresses that belong to no tenant.
RESERVED = frozenset({"account", "static", "healthz", "favicon.ico", ""})
FIRST_PART = re.compile(r"^/([a-z0-9-]+)(/.*)$")


def request_id(get_response: Handler) -> Handler:
    """Give each request an id that is safe to log and to show."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.request_id = uuid4().hex  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response

    return handle


def tenant_path(get_response: Handler) -> Handler:
    """Move the tenant out of the path: /serco/referrals/ is handled as /referrals/ with request.tenant set."""

    def handle(request: HttpRequest) -> HttpResponse:
        request.tenant = None  # type: ignore[attr-defined]
        found = FIRST_PART.match(request.path_info)
        if found is None or found[1] in RESERVED:
            return get_response(request)
        tenant = Tenant.objects.filter(slug=found[1]).first()
        if tenant is None:
            return get_response(request)
        outer = get_script_prefix()
        request.tenant = tenant  # type: ignore[attr-defined]
        request.path_info = found[2]
        set_script_prefix(f"{outer}{tenant.slug}/")
        try:
            return get_response(request)
        finally:
            set_script_prefix(outer)

    return handle


def reachable(request: HttpRequest, user_id: UUID) -> list[Place]:
    """The person's places; of them only those that an organisation's own sign-in opens, where that was the way in."""
    places = places_of(user_id)
    if organisation_id := second_factor.signed_in_through(request):
        stands = service_of(organisation_id) is not None
        return [place for place in places if stands and str(place.organisation_id) == organisation_id]
    return places


def viewing(get_response: Handler) -> Handler:
    """Find the person's places and act as the one in this tenant; the session only picks among real ones.

    Whoever an API key makes the viewer of a request (partners.api.keys) is forgotten with it here as well.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        with acting_as(None):
            response = handle_as_person(request)
        if request.viewer is not None:  # type: ignore[attr-defined]
            response.setdefault("Cache-Control", "no-store")
        return response

    def handle_as_person(request: HttpRequest) -> HttpResponse:
        request.places = []  # type: ignore[attr-defined]
        request.place = request.viewer = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated or not second_factor.passed(request):
            return get_response(request)
        places = reachable(request, request.user.pk)
        request.places = places  # type: ignore[attr-defined]
        tenant = request.tenant  # type: ignore[attr-defined]
        if tenant is None:
            return get_response(request)
        here = [place for place in places if place.tenant_id == tenant.pk]
        chosen = request.session.get("place")
        # Their organisation, not the place: where they change roles the place is another one.
        place = next((p for p in here if str(p.organisation_id) == chosen), here[0] if here else None)
        if place is None:
            return get_response(request)
        request.place = place  # type: ignore[attr-defined]
        request.viewer = place.viewer(request.user.pk, request.request_id)  # type: ignore[attr-defined]
        with acting_as(request.viewer):  # type: ignore[attr-defined]
            return get_response(request)

    return handle


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer of a request that passed its audience."""
    viewer = request.viewer  # type: ignore[attr-defined]
    if viewer is None:
        raise Http404
    return viewer
