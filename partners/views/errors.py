"""Pages for what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent too late or from elsewhere."""
    return render(request, "403.html", {"expired": True}, status=403)
