"""How long signing in lasts, where a person is signed in, and how it ends."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from partners.audience import View
from partners.models import OutboxItem
from partners.viewer import Viewer

STARTED, SEEN = "signed_in_at", "seen_at"
# Activity is noted once in so many seconds, not at every request.
NOTED_EVERY = 60
# What a page asks for by itself, every few seconds, is nobody's activity: it says so in this header.
POLLING = "X-Polling"


def is_over(session: Any, now: float) -> bool:
    """Whether the session was idle for too long, or began too long ago; now in seconds since 1970."""
    idle, whole = now - session[SEEN], now - session[STARTED]
    return bool(idle > settings.IDLE_SECONDS or whole > settings.SESSION_COOKIE_AGE)


def limited(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: sign out who was idle for BATON_IDLE_MINUTES, or signed in BATON_SESSION_HOURS ago."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            note(request, time.time())
        return get_response(request)

    def note(request: HttpRequest, now: float) -> None:
        session = request.session
        if STARTED not in session:
            session[STARTED] = session[SEEN] = now
        elif is_over(session, now):
            end(session.session_key)
            logout(request)
            messages.info(
                request, "You were signed out because some time had passed. Sign in again to go on."
            )
        elif now - session[SEEN] >= NOTED_EVERY and POLLING not in request.headers:
            session[SEEN] = now
            UserSession.objects.create_from_request(request)

    return handle


def end(session_key: str | None) -> None:
    """Forget that somebody is signed in with this session."""
    for session in UserSession.objects.filter(session_key=session_key):
        session.end()


def end_all(user_id: UUID, *, but: str | None = None) -> int:
    """Sign the person out everywhere, but in the session with this key; returns how many sessions ended."""
    found = list(UserSession.objects.filter(user_id=user_id).exclude(session_key=but))
    for session in found:
        session.end()
    return len(found)


def forget_expired(item: OutboxItem, system: Viewer) -> None:
    """Once a day: what is left of sessions that are over, and of counts that no longer count (forget_sessions)."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from partners_cache where expires < now()")


def signing_out(view: View) -> View:
    """For the page that signs out: the browser forgets what it kept of the pages seen."""

    @wraps(view)
    def forgetting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.session.session_key
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            end(key)
            # On localhost the cookies of every other program would go too.
            kept = '"cache", "cookies", "storage"' if settings.HTTPS else '"cache", "storage"'
            response["Clear-Site-Data"] = kept
        return response

    return forgetting
