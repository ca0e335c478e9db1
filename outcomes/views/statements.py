"""Statements: what each provider earned on each contract in each month, and every line of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes import charging
from outcomes.models import Journal, Paper, Statement
from outcomes.statement_forms import StatementFilter
from outcomes.statements import paid, printing, reading, sheet, story
from outcomes.statements.lines import Whole, whole
from outcomes.statements.steps import step_of
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response, xlsx_response
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
    sort = request.GET.get("sort", "-month")
    with totals_of(form, viewer) as found:
        page = Paginator(reading.in_order(reading.with_totals(found), sort), PAGE).get_page(
            request.GET.get("page")
        )
        page.object_list = list(page.object_list)
        lines = Journal.objects.filter(statement__in=found)
        total = lines.aggregate(total=Sum("pence"))["total"] or 0
        illustrative = lines.filter(illustrative=True).exists()
        waiting = found.filter(reading.queried()).count()
        waits = list(paid.waits(found))
    context = {
        "form": form,
        "page": page,
        "previous": _page_link(request, page.previous_page_number()) if page.has_previous() else "",
        "next": _page_link(request, page.next_page_number()) if page.has_next() else "",
        "sort": sort,
        "total": total,
        "illustrative": illustrative,
        "waiting": waiting,
        "waits": waits,
        "is_prime": viewer.kind == "prime",
        "keeps_billing": can(viewer, Permission.PAY_STATEMENT),
        "without_a_price": reading.without_a_price(viewer),
    }
    return render(request, "outcomes/statements.html", context)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statements_csv(request: HttpRequest) -> HttpResponse:
    """The list with its filters, all pages of it, for a spreadsheet; sums in pence."""
    viewer = viewer_of(request)
    form = StatementFilter(request.GET, statements=Statement.objects.all(), is_prime=viewer.kind == "prime")
    with totals_of(form, viewer) as found:
        listed: list[Any] = list(reading.in_order(reading.with_totals(found), request.GET.get("sort", "")))
    audit.exported(viewer, "statements", count=len(listed))
    return csv_response(
        "statements.csv",
        [
            *("Month", "Provider", "Contract", "Status", "Number", "Lines", "Reversals", "Total in pence"),
            *("Illustrative", "Questions to answer", "Sealed on", "Paid on", "Days from sealed to paid"),
        ],
        [
            [
                f"{one.month:%Y-%m}",
                *(one.organisation.name, one.contract.name, one.get_status_display(), one.number),
                *(one.count, one.taken_back, one.total, "yes" if one.illustrative else "no"),
                *(one.queried, one.sealed_on, one.paid_on, one.days_to_pay),
            ]
            for one in listed
        ],
    )


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One statement, line by line, with what was taken back and why, what is asked, and what comes next."""
    viewer, found = viewer_of(request), find(statement_id)
    sort = request.GET.get("sort", "")
    read = whole(found, viewer, sort)
    due = charges_due(found, viewer)
    questions = story.asked(found, viewer)
    adjustments = story.adjustments_of(found) if viewer.kind == "prime" else []
    paper = Paper.objects.filter(statement=found).first()
    audit.searched(viewer, "statement.lines", found=len(read.lines), subject=found)
    context = {
        "statement": found,
        "whole": read,
        "lines": story.with_queries(read.lines, questions),
        "due": due,
        "total_on_sealing": read.pence + sum(one.pence for one in due),
        "questions": questions,
        "adjustments": [one for one in adjustments if not one.decision],
        "history": story.history(found, questions, adjustments, paper),
        "paper": paper,
        "step": step_of(found, viewer, has_lines=bool(read.count or due), questions=questions),
        "may_ask": can(viewer, Permission.QUERY_STATEMENT, found) and found.status != Statement.Status.PAID,
        "may_answer": can(viewer, Permission.ANSWER_QUERY),
        "may_adjust": can(viewer, Permission.SEAL_STATEMENT),
        "sort": sort,
        "shows_names": can(viewer, Permission.SEE_PEOPLE),
        "crumbs": [("Statements", reverse("statements"))],
        "without_a_price": reading.without_a_price(
            viewer,
            contract_id=found.contract_id,
            organisation_id=found.organisation_id,
            month=found.month,
        ),
        "unknown": charging.unknown_charges(
            viewer, found.contract_id, Journal.Side.PROVIDER, found.organisation_id
        )
        if found.sealed_at is None
        else [],
    }
    return render(request, "outcomes/statement.html", context)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statement_csv(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One statement for a spreadsheet, as CSV."""
    found, read, names = _taken_away(request, statement_id)
    rows = sheet.rows(read, shows_names=names)
    return csv_response(f"{sheet.name_of(found)}.csv", sheet.HEADER, rows)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statement_xlsx(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """One statement for a spreadsheet, as a workbook."""
    found, read, names = _taken_away(request, statement_id)
    rows = sheet.rows(read, shows_names=names)
    return xlsx_response(f"{sheet.name_of(found)}.xlsx", sheet.HEADER, rows)


@for_members("prime", "provider", permission=Permission.SEE_MONEY)
@require_GET
def statement_pdf(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """The paper of a sealed statement: a self-billed invoice, a credit note or a remittance advice."""
    paper = get_object_or_404(Paper, statement=find(statement_id))
    found, read, _ = _taken_away(request, statement_id)
    return HttpResponse(
        printing.rendered(found, paper, read),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{paper.wording["number"]}.pdf"'},
    )


def _taken_away(request: HttpRequest, statement_id: UUID) -> tuple[Statement, Whole, bool]:
    """The statement and its lines, audited as a download; and whether it carries names."""
    viewer, found = viewer_of(request), find(statement_id)
    read = whole(found, viewer)
    audit.exported(viewer, "statement.lines", count=len(read.lines), subject=found)
    return found, read, can(viewer, Permission.SEE_PEOPLE)


def charges_due(found: Statement, viewer: Viewer) -> list[charging.ChargeDue]:
    """What the terms will charge when it is sealed; nothing once it is. Reads past the walls, for sums."""
    if found.is_sealed:
        return []
    with acting_as(viewer.as_system("what a statement is charged on sealing")):
        return charging.of_statement(found)


@contextmanager
def totals_of(form: StatementFilter, viewer: Viewer) -> Iterator[QuerySet[Statement]]:
    """The statements that the viewer may read and the filter lets through, with every line of them.

    Filtered and summed past the walls: a restricted person is paid for as well, and a question about them waits.
    """
    ids = list(Statement.objects.values_list("pk", flat=True))
    with acting_as(viewer.as_system("the totals of statements")):
        yield form.narrow(Statement.objects.filter(pk__in=ids))


def _page_link(request: HttpRequest, number: int) -> str:
    """The same list with the same filters, on another page."""
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def find(statement_id: UUID) -> Statement:
    """The statement, if the viewer may read it. Raises Http404."""
    people = ("proposed_by", "sealed_by", "paid_by")
    found = Statement.objects.select_related("organisation", "contract", *people)
    return get_object_or_404(found, pk=statement_id)
