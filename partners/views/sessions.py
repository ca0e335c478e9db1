"""Where you are signed in: every browser with a session, and ending one or all others."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from partners import sessions
from partners.audience import for_signed_in


@for_signed_in
@require_GET
def signed_in(request: HttpRequest) -> HttpResponse:
    """The browsers in which the person is signed in, this one first, then the one seen last."""
    found = UserSession.objects.purge_and_list(request.user)
    found.sort(key=lambda session: (session.is_current(), session.last_seen_at), reverse=True)
    return render(request, "usersessions/signed_in.html", {"sessions": found})


@for_signed_in
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out in one other browser."""
    others = UserSession.objects.filter(user_id=request.user.pk).exclude(
        session_key=request.session.session_key
    )
    get_object_or_404(others, pk=pk).end()
    messages.success(request, "That browser is signed out.")
    return redirect("signed_in")


@for_signed_in
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    assert request.user.is_authenticated
    ended = sessions.end_all(request.user.pk, but=request.session.session_key)
    messages.success(request, f"Signed out in {ended} other {'browser' if ended == 1 else 'browsers'}.")
    return redirect("signed_in")
