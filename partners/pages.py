"""What every page shows: the workspace, the person, the navigation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from partners.permissions import Permission, can
from partners.viewer import Viewer


@dataclass(frozen=True)
class Entry:
    """One entry of the navigation, for kinds of organisation whose role carries the permission."""

    label: str
    url_name: str
    kinds: frozenset[str]
    # None where every role of these kinds may open the page.
    permission: Permission | None
    # How many things wait there; asked only of those who see the entry.
    count: Callable[[Viewer], int] | None = None
    order: int = 50
    # What the page is for, in a sentence: shown on the workspace page.
    about: str = ""
    # A page that would be empty for some is shown to the others alone.
    has_any: Callable[[Viewer], bool] | None = None

    def is_for(self, viewer: Viewer) -> bool:
        if viewer.kind not in self.kinds or (self.permission and not can(viewer, self.permission)):
            return False
        return self.has_any is None or self.has_any(viewer)


_entries: list[Entry] = []
# What stands on the workspace page instead of in the navigation: seldom needed, and by few.
_workspace: list[Entry] = []


def add_to_navigation(*entries: Entry) -> None:
    """Called by the apps when they are ready; the lowest order comes first and is where a person lands."""
    for entry in entries:
        if entry not in _entries:
            _entries.append(entry)
    _entries.sort(key=lambda entry: entry.order)


def add_to_workspace(*entries: Entry) -> None:
    """Called by the apps when they are ready, for pages about the workspace itself; the lowest order comes first."""
    for entry in entries:
        if entry not in _workspace:
            _workspace.append(entry)
    _workspace.sort(key=lambda entry: entry.order)


def workspace_entries(viewer: Viewer) -> list[Entry]:
    """The pages about the workspace that the viewer may open."""
    return [entry for entry in _workspace if entry.is_for(viewer)]


def has_workspace_entries(viewer: Viewer) -> bool:
    """Whether the viewer may open any of them."""
    return bool(workspace_entries(viewer))


def landing(viewer: Viewer) -> str | None:
    """The address of the first page that the viewer may open; None where there is none."""
    return next((reverse(entry.url_name) for entry in _entries if entry.is_for(viewer)), None)


def navigation(viewer: Viewer, path: str) -> list[dict[str, Any]]:
    """The entries for this viewer, with the one that the path stands under most closely marked."""
    shown = [(entry, reverse(entry.url_name)) for entry in _entries if entry.is_for(viewer)]
    current = max((url for _, url in shown if path.startswith(url)), key=len, default="")
    return [
        {
            "label": entry.label,
            "url": url,
            "current": url == current,
            "count": entry.count(viewer) if entry.count else 0,
        }
        for entry, url in shown
    ]


def page_context(request: HttpRequest) -> dict[str, Any]:
    """The context processor of every page; tolerant where there is no tenant or nobody has signed in."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    tenant = getattr(request, "tenant", None)
    context: dict[str, Any] = {
        "brand": "Baton",
        "tenant": tenant,
        "viewer": viewer,
        "membership": getattr(request, "place", None),
        "memberships": getattr(request, "places", []),
        "demo_notice": tenant.notice if tenant else "",
        "nav": [],
    }
    if viewer is not None:
        # The sign-in pages are rendered after their transaction.
        with transaction.atomic():
            context["nav"] = navigation(viewer, request.path)
        context["today"] = viewer.today
        context["footer_links"] = [{"label": "What each role may do", "url": reverse("roles")}]
        context["clock_moved"] = bool(viewer.clock_offset)
    return context
