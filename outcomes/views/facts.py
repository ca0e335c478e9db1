"""The facts as a file, for people with tools of their own."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from outcomes.performance.cells import HEADER, Row, cells
from outcomes.profile_forms import contract_asked
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response, parquet_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can


@for_members("prime", permission=Permission.SEE_PERFORMANCE)
@require_GET
def facts_csv(request: HttpRequest) -> HttpResponse:
    """Every cell of a contract's facts; months are ISO 8601, money is in pence."""
    code, rows = _asked(request)
    by_month = ([f"{cell:%Y-%m}" if isinstance(cell, date) else cell for cell in row] for row in rows)
    return csv_response(f"facts-{code}.csv", HEADER, by_month)


@for_members("prime", permission=Permission.SEE_PERFORMANCE)
@require_GET
def facts_parquet(request: HttpRequest) -> HttpResponse:
    """The same for tools that read columns: a month is the date of its first day."""
    code, rows = _asked(request)
    return parquet_response(f"facts-{code}.parquet", HEADER, rows)


def _asked(request: HttpRequest) -> tuple[str, list[Row]]:
    """The contract's code and its cells, and a line in the audit."""
    viewer = viewer_of(request)
    contract, _ = contract_asked(request.GET)
    rows = list(cells(contract, viewer, money=can(viewer, Permission.SEE_MONEY)))
    audit.exported(viewer, "facts", count=len(rows))
    return contract.code, rows
