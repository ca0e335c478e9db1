"""What each role may do: the table by which the service goes, as a page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from partners.audience import for_signed_in
from partners.middleware import viewer_of
from partners.models import Organisation
from partners.permissions import GRANTS, PURPOSES, Permission, roles_of


@for_signed_in
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """The table of kinds, roles and permissions, as the service itself goes by it."""
    viewer = viewer_of(request)
    tables = [table(kind, viewer.role if viewer.kind == kind else "") for kind in Organisation.Kind]
    return render(request, "partners/roles.html", {"tables": tables})


def table(kind: Organisation.Kind, own: str) -> dict[str, Any]:
    """The roles of a kind of organisation, and which of them carries each permission that any of them carries."""
    here = roles_of(kind)
    return {
        "kind": kind,
        "roles": [(role.label, PURPOSES[kind, role], role == own) for role in here],
        "permissions": [
            (permission.label, [(role.label, permission in GRANTS[kind, role]) for role in here])
            for permission in Permission
            if any(permission in GRANTS[kind, role] for role in here)
        ],
    }
