"""Legal holds, how long records are kept, and what allows people to be carried from contract to contract."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from participants.actions import legal_hold, sharing
from participants.actions.retention import AHEAD
from participants.duty_forms import BasisForm, EndBasisForm, HoldForm, LiftForm
from participants.models import LegalHold, Participant, SharingBasis, SubjectCopy, SubjectRequest
from participants.retention import standings
from participants.views.data_requests import HANDLE, Page, fill_in, trail, typed
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.second_factor import fresh_second_factor
from programmes.models import Contract
from programmes.privacy import privacy_of

PAGE = 50
HOLD_INTRO = ("While it stands nothing about the participant is erased, whoever asks and however old it is.",)


@for_members("prime", permission=HANDLE)
@require_GET
def legal_holds(request: HttpRequest) -> HttpResponse:
    """The holds that stand, those to be looked at first at the top, and those that were lifted."""
    viewer = viewer_of(request)
    rows = LegalHold.objects.select_related("participant", "placed_by", "lifted_by")
    standing = list(rows.filter(lifted_at=None).order_by("review_on", "pk"))
    lifted = list(rows.filter(lifted_at__isnull=False).order_by("-lifted_at")[:PAGE])
    audit.searched(viewer, "data_rights.holds", found=len(standing) + len(lifted))
    shown = {
        "standing": [(row, row.review_on <= viewer.today) for row in standing],
        "lifted": lifted,
        "trail": trail(),
    }
    return render(request, "duties/holds.html", shown)


@for_members("prime", permission=HANDLE)
@require_http_methods(["GET", "POST"])
def place_hold(request: HttpRequest) -> HttpResponse:
    """Place a legal hold."""
    viewer = viewer_of(request)

    def act(data: dict[str, Any]) -> object:
        participant = data.pop("reference")
        return legal_hold.place(participant=participant, by=viewer, at=viewer.now(), **data)

    page = Page("New legal hold", "Place the hold", HOLD_INTRO)
    back = reverse("legal_holds")
    way = trail(("Legal holds", back))
    return fill_in(request, HoldForm(typed(request)), act, page, back=back, done="The hold stands.", way=way)


@for_members("prime", permission=HANDLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def lift_hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Lift a legal hold."""
    viewer = viewer_of(request)
    hold = get_object_or_404(LegalHold.objects.select_related("participant"), pk=hold_id)

    def act(data: dict[str, Any]) -> object:
        return legal_hold.lift(hold=hold, by=viewer, at=viewer.now(), **data)

    intro = (f"Placed for {hold.participant.reference}: {hold.reason}",)
    page = Page("Lift the legal hold", "Lift the hold", intro, about=hold)
    back = reverse("legal_holds")
    way = trail(("Legal holds", back))
    return fill_in(
        request, LiftForm(typed(request)), act, page, back=back, done="The hold is lifted.", way=way
    )


@for_members("prime", permission=HANDLE)
@require_GET
def retention_due(request: HttpRequest) -> HttpResponse:
    """Whose time to keep is over or ends within 30 days, and what becomes of them: the dry run of the daily round."""
    viewer = viewer_of(request)
    found = standings()
    known = [one for one in found if one.until is not None]
    due = [one for one in known if one.until and one.until <= viewer.today + AHEAD]
    page = Paginator(due, PAGE).get_page(request.GET.get("page"))
    ids = [one.participant_id for one in page]
    people = Participant.objects.in_bulk(ids)
    held = set(
        LegalHold.objects.filter(participant__in=ids, lifted_at=None).values_list("participant_id", flat=True)
    )
    requests = SubjectRequest.objects.filter(participant__in=ids, kind="retention", closed_at=None)
    listed = {one.participant_id: one for one in requests}
    copies = SubjectCopy.objects.filter(expires_at__lte=viewer.now() + AHEAD, removed_at=None)
    going = list(copies.select_related("participant", "request").order_by("expires_at")[:PAGE])
    audit.searched(viewer, "data_rights.retention", found=len(due) + len(going))
    shown = {
        "page": page,
        "rows": [
            (people[one.participant_id], one, one.participant_id in held, listed.get(one.participant_id))
            for one in page
            if one.participant_id in people
        ],
        "copies": going,
        "kept": len(known) - len(due),
        "unknown": len(found) - len(known),
        "contracts": privacy_of(Contract.objects.order_by("name")),
        "today": viewer.today,
        "trail": trail(),
    }
    return render(request, "duties/retention.html", shown)


@for_members("prime", permission=HANDLE)
@require_GET
def sharing_bases(request: HttpRequest) -> HttpResponse:
    """Which contracts share their people, and on what basis."""
    viewer = viewer_of(request)
    rows = SharingBasis.objects.select_related("from_contract", "to_contract", "recorded_by")
    shown = {
        "bases": [
            (row, row.ends_on is not None and row.ends_on < viewer.today)
            for row in rows.order_by("to_contract__name", "from_contract__name", "starts_on")
        ],
        "contracts": privacy_of(Contract.objects.order_by("name")),
        "trail": trail(),
    }
    return render(request, "duties/sharing.html", shown)


@for_members("prime", permission=HANDLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def record_sharing(request: HttpRequest) -> HttpResponse:
    """Record a basis; ?from= and ?to= choose the contracts beforehand."""
    viewer = viewer_of(request)
    chosen = {"from_contract": request.GET.get("from", ""), "to_contract": request.GET.get("to", "")}
    contracts = Contract.objects.order_by("name")
    form = BasisForm(typed(request), contracts=contracts, initial={**chosen, "starts_on": viewer.today})

    def act(data: dict[str, Any]) -> object:
        return sharing.record_basis(by=viewer, at=viewer.now(), **data)

    page = Page(
        "New sharing basis",
        "Record the basis",
        ("It holds for people who are referred from then on. Those who were kept apart before stay apart.",),
    )
    back = reverse("sharing_bases")
    way = trail(("Sharing", back))
    return fill_in(request, form, act, page, back=back, done="The basis is recorded.", way=way)


@for_members("prime", permission=HANDLE)
@require_http_methods(["GET", "POST"])
def end_sharing(request: HttpRequest, basis_id: UUID) -> HttpResponse:
    """End a basis."""
    viewer = viewer_of(request)
    basis = get_object_or_404(
        SharingBasis.objects.select_related("from_contract", "to_contract"), pk=basis_id
    )
    form = EndBasisForm(typed(request), initial={"ends_on": viewer.today})

    def act(data: dict[str, Any]) -> object:
        return sharing.end_basis(basis=basis, by=viewer, at=viewer.now(), **data)

    page = Page(
        "End the basis", "End it", (f"{basis.from_contract} to {basis.to_contract}: {basis.agreement}",)
    )
    back = reverse("sharing_bases")
    way = trail(("Sharing", back))
    return fill_in(request, form, act, page, back=back, done="The basis has its last day.", way=way)
