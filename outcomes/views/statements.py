"""Statements: what each provider earned on each contract in each month, and every line of it."""

from decimal import Decimal
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes import statements as reading
from outcomes.forms import StatementFilter
from outcomes.models import Journal, Statement
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can

PAGE = 50


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statements(request: HttpRequest) -> HttpResponse:
    """Every statement that the viewer may read: a provider its own, the prime all."""
    viewer = viewer_of(request)
    form = StatementFilter(request.GET, statements=Statement.objects.all(), is_prime=viewer.kind == "prime")
    found = form.narrow(Statement.objects.all())
    sort = request.GET.get("sort", "-month")
    page = Paginator(reading.in_order(reading.with_totals(found), sort), PAGE).get_page(
        request.GET.get("page")
    )
    lines = Journal.objects.filter(statement__in=found)
    context = {
        "form": form,
        "page": page,
        "previous": _page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "next": _page_link(request, page.next_page_number()) if page.has_next() else "",
        "sort": sort,
        "total": lines.aggregate(total=Sum("pence"))["total"] or 0,
        "illustrative": lines.filter(illustrative=True).exists(),
        "is_prime": viewer.kind == "prime",
        "without_a_price": reading.without_a_price(Journal.Side.PROVIDER),
    }
    return render(request, "outcomes/statements.html", context)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statements_csv(request: HttpRequest) -> HttpResponse:
    """The list with its filters, all pages of it, for a spreadsheet; sums in pence."""
    viewer = viewer_of(request)
    form = StatementFilter(request.GET, statements=Statement.objects.all(), is_prime=viewer.kind == "prime")
    found = reading.with_totals(form.narrow(Statement.objects.all()))
    return csv_response(
        "statements.csv",
        ["Month", "Provider", "Contract", "Status", "Lines", "Reversals", "Total in pence", "Illustrative"],
        [
            [
                f"{one.month:%Y-%m}",
                one.organisation.name,
                one.contract.name,
                one.get_status_display(),
                *(one.count, one.taken_back, one.total),  # type: ignore[attr-defined]
                "yes" if one.illustrative else "no",  # type: ignore[attr-defined]
            ]
            for one in reading.in_order(found, request.GET.get("sort", ""))
        ],
    )


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One statement, line by line, with what was taken back and why."""
    found = _statement(statement_id)
    sort = request.GET.get("sort", "")
    lines = reading.lines_of(found, sort)
    context = {
        "statement": found,
        "lines": lines,
        "subtotals": reading.subtotals(lines),
        "total": sum(line.journal.pence for line in lines),
        "illustrative": any(line.journal.illustrative for line in lines),
        "sort": sort,
        "shows_names": can(viewer_of(request), Permission.SEE_PEOPLE),
        "crumbs": [("Statements", reverse("statements"))],
        "without_a_price": reading.without_a_price(
            Journal.Side.PROVIDER,
            contract_id=found.contract_id,
            organisation_id=found.organisation_id,
            month=found.month,
        ),
    }
    return render(request, "outcomes/statement.html", context)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statement_csv(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One statement for a spreadsheet: a line each, sums in pounds and in pence."""
    found = _statement(statement_id)
    shows_names = can(viewer_of(request), Permission.SEE_PEOPLE)
    return csv_response(
        f"statement-{found.organisation.slug}-{found.contract.code}-{found.month:%Y-%m}.csv",
        [
            *("Reference", "Name", "Milestone", "Number", "Kind", "Reached on", "Claimable from"),
            *("Amount in pounds", "Amount in pence", "Illustrative", "Price from", "Why"),
        ],
        [
            [
                line.reference,
                str(line.participant or "") if shows_names else "",
                *(line.label, line.milestone.ordinal, line.journal.get_kind_display()),
                *(line.milestone.reached_on, line.journal.claimable_from),
                *(f"{Decimal(line.journal.pence) / 100:.2f}", line.journal.pence),
                "yes" if line.journal.illustrative else "no",
                line.source,
                line.journal.why or line.milestone.why,
            ]
            for line in reading.lines_of(found)
        ],
    )


def _page_link(request: HttpRequest, number: int) -> str:
    """The same list with the same filters, on another page."""
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _statement(statement_id: UUID) -> Statement:
    """The statement, if the viewer may read it. Raises Http404."""
    return get_object_or_404(Statement.objects.select_related("organisation", "contract"), pk=statement_id)
