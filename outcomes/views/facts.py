"""The facts as a file, for people with tools of their own."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from outcomes.performance.cells import HEADER, cells
from outcomes.profile_forms import contract_asked
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can


@for_members("prime", permission=Permission.SEE_PERFORMANCE)
@require_GET
def facts_csv(request: HttpRequest) -> HttpResponse:
    """Every cell of a contract's facts; months are ISO 8601, money is in pence."""
    viewer = viewer_of(request)
    contract, _ = contract_asked(request.GET)
    rows = list(cells(contract, viewer, money=can(viewer, Permission.SEE_MONEY)))
    audit.exported(viewer, "facts", count=len(rows))
    return csv_response(f"facts-{contract.code}.csv", HEADER, rows)
