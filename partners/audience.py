"""Whom an operation is for. Every view declares it; a test walks the addresses and refuses one that does not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from partners.permissions import Permission, can

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Audience:
    """Who may call an operation: anyone, anyone signed in, or kinds of organisation with a permission.

    An operation of the API names the scope that each method asks of a key in the place of a permission.
    """

    public: bool = False
    kinds: frozenset[str] = frozenset()
    permission: Permission | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)


def for_anyone(view: View) -> View:
    """Open without signing in."""
    view.audience = Audience(public=True)  # type: ignore[attr-defined]
    return login_not_required(view)


def for_signed_in(view: View) -> View:
    """Open to every signed-in person, whatever their place."""
    view.audience = Audience()  # type: ignore[attr-defined]
    return view


def for_members(*kinds: str, permission: Permission) -> Callable[[View], View]:
    """Open to people of these kinds of organisation whose role carries the permission.

    A stranger to the tenant and a wrong kind of organisation get 404; the right kind in the wrong role gets 403.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            viewer = request.viewer  # type: ignore[attr-defined]
            if viewer is None or viewer.kind not in kinds:
                raise Http404
            if not can(viewer, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.audience = Audience(kinds=frozenset(kinds), permission=permission)  # type: ignore[attr-defined]
        return guarded

    return declare
