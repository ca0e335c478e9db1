"""Invitations: who was invited where, and what became of it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from partners.acting import ActionError
from partners.actions import invitation as actions
from partners.audience import for_members
from partners.forms.invitations import InvitationFilter, InviteForm
from partners.middleware import viewer_of
from partners.models import Invitation
from partners.permissions import Permission, can
from partners.second_factor import fresh_second_factor
from partners.viewer import Viewer
from partners.views.people import MANAGERS, PAGE, managed, neighbours

State = Invitation.State
TONES = {
    State.SENDING: "amber",
    State.OPEN: "blue",
    State.ACCEPTED: "green",
    State.EXPIRED: "amber",
    State.REVOKED: "grey",
}
UNANSWERED = Q(accepted_at=None, revoked_at=None)


def in_state(rows: QuerySet[Invitation], state: str, viewer: Viewer) -> QuerySet[Invitation]:
    """Those of the invitations that are in this state now; all of them where none is asked for."""
    conditions = {
        State.SENDING: UNANSWERED & Q(expires_at=None),
        State.OPEN: UNANSWERED & Q(expires_at__gt=viewer.now()),
        State.ACCEPTED: Q(accepted_at__isnull=False),
        State.EXPIRED: UNANSWERED & Q(expires_at__lte=viewer.now()),
        State.REVOKED: Q(revoked_at__isnull=False),
    }
    return rows.filter(conditions[State(state)]) if state else rows


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    """Every invitation into the organisations that the viewer manages, newest first."""
    viewer = viewer_of(request)
    form = InvitationFilter(request.GET)
    everything = Invitation.objects.select_related("organisation", "invited_by")
    rows = in_state(everything, form.wanted, viewer).order_by("-invited_at", "-id")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    states = [(invitation, invitation.state(viewer.now())) for invitation in page]
    shown = {
        "form": form,
        "page": page,
        "rows": [(invitation, state, TONES[state]) for invitation, state in states],
        "is_prime": viewer.kind == "prime",
        "trail": [("Workspace", reverse("workspace"))],
        **neighbours(page),
    }
    return render(request, "partners/invitations.html", shown)


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody by e-mail."""
    viewer = viewer_of(request)
    sent = request.POST if request.method == "POST" else None
    form = InviteForm(sent, organisations=managed(viewer))
    if form.is_valid():
        try:
            invitation = actions.invite(by=viewer, at=viewer.now(), **form.cleaned_data)
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, f"An invitation is on its way to {invitation.email}.")
            return redirect("invitations")
    trail = [("Workspace", reverse("workspace")), ("Invitations", reverse("invitations"))]
    context = {"form": form, "trail": trail, "cancel": reverse("invitations")}
    return render(request, "partners/invite.html", context, status=422 if form.errors else 200)


def find(viewer: Viewer, invitation_id: UUID) -> Invitation:
    """The invitation, if the viewer manages the people of its organisation. Raises Http404."""
    found = Invitation.objects.select_related("organisation").filter(pk=invitation_id).first()
    if found is None or not can(viewer, Permission.MANAGE_PEOPLE, found):
        raise Http404
    return found


def confirmed(
    request: HttpRequest, invitation_id: UUID, template: str, action: Callable[..., Invitation], done: str
) -> HttpResponse:
    """A page that asks whether to do it, and does it."""
    viewer = viewer_of(request)
    invitation = find(viewer, invitation_id)
    if request.method == "POST":
        try:
            action(invitation=invitation, by=viewer, at=viewer.now())
        except ActionError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, done.format(invitation.email))
        return redirect("invitations")
    trail = [("Workspace", reverse("workspace")), ("Invitations", reverse("invitations"))]
    context = {"invitation": invitation, "trail": trail, "cancel": reverse("invitations")}
    return render(request, template, context)


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def send_invitation_again(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Send the invitation once more, with a new link."""
    done = "The invitation is on its way to {} again."
    return confirmed(request, invitation_id, "partners/send_again.html", actions.send_again, done)


@for_members(*MANAGERS, permission=Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def revoke_invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take the invitation back."""
    done = "The invitation to {} is revoked."
    return confirmed(request, invitation_id, "partners/revoke.html", actions.revoke, done)
