"""Statements: what each provider earned on each contract in each month, and every line of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes import statements as reading
from outcomes.forms import StatementFilter
from outcomes.models import Journal, Statement
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer, acting_as

PAGE = 50


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statements(request: HttpRequest) -> HttpResponse:
    """Every statement that the viewer may read: a provider its own, the prime all."""
    viewer = viewer_of(request)
    form = StatementFilter(request.GET, statements=Statement.objects.all(), is_prime=viewer.kind == "prime")
    found = form.narrow(Statement.objects.all())
    sort = request.GET.get("sort", "-month")
    with totals_of(found, viewer) as whole:
        page = Paginator(reading.in_order(reading.with_totals(whole), sort), PAGE).get_page(
            request.GET.get("page")
        )
        page.object_list = list(page.object_list)
        lines = Journal.objects.filter(statement__in=whole)
        total = lines.aggregate(total=Sum("pence"))["total"] or 0
        illustrative = lines.filter(illustrative=True).exists()
    context = {
        "form": form,
        "page": page,
        "previous": _page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "next": _page_link(request, page.next_page_number()) if page.has_next() else "",
        "sort": sort,
        "total": total,
        "illustrative": illustrative,
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
    with totals_of(form.narrow(Statement.objects.all()), viewer) as whole:
        found = list(reading.in_order(reading.with_totals(whole), request.GET.get("sort", "")))
    audit.exported(viewer, "statements", count=len(found))
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
            for one in found
        ],
    )


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One statement, line by line, with what was taken back and why."""
    viewer, found = viewer_of(request), _statement(statement_id)
    sort = request.GET.get("sort", "")
    lines = reading.lines_of(found, sort)
    withheld = reading.withheld(found, lines, viewer)
    audit.searched(viewer, "statement.lines", found=len(lines), subject=found)
    context = {
        "statement": found,
        "lines": lines,
        "subtotals": reading.subtotals(lines),
        "withheld": withheld,
        "count": len(lines) + withheld.count,
        "total": sum(line.journal.pence for line in lines) + withheld.pence,
        "illustrative": withheld.illustrative or any(line.journal.illustrative for line in lines),
        "withheld_said": said(withheld),
        "sort": sort,
        "shows_names": can(viewer, Permission.SEE_PEOPLE),
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
    viewer, found = viewer_of(request), _statement(statement_id)
    lines = reading.lines_of(found)
    withheld = reading.withheld(found, lines, viewer)
    audit.exported(viewer, "statement.lines", count=len(lines), subject=found)
    shows_names = can(viewer, Permission.SEE_PEOPLE)
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
                *_amount(line.journal.pence),
                "yes" if line.journal.illustrative else "no",
                line.source,
                line.journal.why or line.milestone.why,
            ]
            for line in lines
        ]
        + [
            [
                "",
                *[""] * 6,
                *_amount(withheld.pence),
                "yes" if withheld.illustrative else "no",
                "",
                said(withheld),
            ]
        ]
        * bool(withheld.count),
    )


def said(withheld: reading.Withheld) -> str:
    """Why lines are missing, without a word about whose they are."""
    lines = "line is" if withheld.count == 1 else "lines are"
    return f"{withheld.count} {lines} shown to named people only"


def _amount(pence: int) -> tuple[str, int]:
    """In pounds and in pence."""
    return f"{Decimal(pence) / 100:.2f}", pence


@contextmanager
def totals_of(found: QuerySet[Statement], viewer: Viewer) -> Iterator[QuerySet[Statement]]:
    """The statements that the viewer may read, with every line of them: a restricted person is paid for as well."""
    ids = list(found.values_list("pk", flat=True))
    with acting_as(viewer.as_system("the totals of statements")):
        yield Statement.objects.filter(pk__in=ids)


def _page_link(request: HttpRequest, number: int) -> str:
    """The same list with the same filters, on another page."""
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _statement(statement_id: UUID) -> Statement:
    """The statement, if the viewer may read it. Raises Http404."""
    return get_object_or_404(Statement.objects.select_related("organisation", "contract"), pk=statement_id)
