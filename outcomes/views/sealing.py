"""The steps of a statement, each on its own small page: propose, seal, pay, ask, answer and adjust."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from outcomes.actions import adjustment as adjusting
from outcomes.actions import line_query as asking
from outcomes.actions import statement as actions
from outcomes.models import Adjustment, Journal, LineQuery, Paper, Statement
from outcomes.statement_forms import (
    AdjustmentForm,
    AnswerForm,
    DecisionForm,
    PayForm,
    ProposeForm,
    QueryForm,
    SealForm,
)
from outcomes.statements import paper
from outcomes.statements.lines import lines_of
from outcomes.views.statements import find
from outcomes.views.step import Page, answer
from partners import audit
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.second_factor import fresh_second_factor
from partners.templatetags.baton import count, on, pence
from partners.viewer import Viewer, acting_as
from programmes.months import shifted


def page_of(
    statement: Statement,
    title: str,
    submit: str,
    done: str,
    rows: Sequence[tuple[str, Any]] = (),
    follows: str = "",
) -> Page:
    """The page of a step of one statement."""
    month, back = f"{statement.month:%B %Y}", reverse("statement", args=[statement.pk])
    caption = f"{statement.organisation.name}, {statement.contract.name}, {month}"
    above = [("Statements", reverse("statements")), (month, back)]
    return Page(title, submit, done, caption, back, follows, rows, above)


def look_at(request: HttpRequest, line: Journal | None) -> Callable[[], None]:
    """Writes down who saw a question about a line of somebody's."""

    def look() -> None:
        if line and line.participant_id:
            audit.look(
                viewer_of(request), "statement.query", participant_id=line.participant_id, subject=line
            )

    return look


@for_members("prime", permission=Permission.SEAL_STATEMENT)
@require_http_methods(["GET", "POST"])
def propose_statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Say that a month is complete, for somebody else to seal."""
    viewer, found = viewer_of(request), find(statement_id)
    page = page_of(
        found,
        "Propose for sealing",
        "Propose",
        "Proposed. Somebody else has to seal it.",
        _sums(_expected(found, viewer)),
        "It can still change until somebody else seals it. Questions have to be answered before that.",
    )
    form = ProposeForm(request.POST if request.method == "POST" else None)
    return answer(request, page, form, lambda: actions.propose(statement=found, by=viewer, at=viewer.now()))


@for_members("prime", permission=Permission.SEAL_STATEMENT)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def seal_statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Freeze a statement that somebody else proposed."""
    viewer, found = viewer_of(request), find(statement_id)
    expected = _expected(found, viewer)
    becomes = Paper.Kind(paper.kind_of(found.organisation, expected.pence, viewer.today)).label
    page = page_of(
        found,
        "Seal the statement",
        "Seal",
        "Sealed. Its lines are final.",
        [
            *_sums(expected),
            ("It becomes", f"a {becomes.lower()}"),
            ("Proposed by", str(found.proposed_by or "–")),
        ],
        "This cannot be taken back. What arrives later falls on the statement of"
        f" {shifted(found.month, 1):%B %Y} or after.",
    )
    read = {"count": expected.count, "pence": expected.pence}
    form = SealForm(request.POST if request.method == "POST" else None, initial=read)
    return answer(
        request,
        page,
        form,
        lambda: actions.seal(statement=found, expected=form.expected, by=viewer, at=viewer.now()),
    )


@for_members("prime", permission=Permission.PAY_STATEMENT)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def pay_statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Say that a sealed statement was paid."""
    viewer, found = viewer_of(request), find(statement_id)
    written = Paper.objects.filter(statement=found).first()
    rows = [("To pay", pence(written.gross_pence)), ("Paper", written.wording["number"])] if written else []
    page = page_of(found, "Mark as paid", "Mark as paid", "Marked as paid.", rows)
    is_self_billed = written is not None and written.kind != Paper.Kind.REMITTANCE
    data = request.POST if request.method == "POST" else None
    form = PayForm(data, today=viewer.today, is_self_billed=is_self_billed)
    return answer(request, page, form, lambda: _pay(found, form, viewer))


@for_members("provider", permission=Permission.QUERY_STATEMENT)
@require_http_methods(["GET", "POST"])
def query_statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Ask about the whole statement."""
    return _ask(request, find(statement_id), None)


@for_members("provider", permission=Permission.QUERY_STATEMENT)
@require_http_methods(["GET", "POST"])
def query_line(request: HttpRequest, statement_id: UUID, journal_id: UUID) -> HttpResponse:
    """Ask about one line of a statement."""
    found = find(statement_id)
    return _ask(request, found, get_object_or_404(Journal, pk=journal_id, statement=found))


@for_members("prime", permission=Permission.ANSWER_QUERY)
@require_http_methods(["GET", "POST"])
def answer_query(request: HttpRequest, query_id: UUID) -> HttpResponse:
    """Answer what a provider asked."""
    viewer = viewer_of(request)
    query = get_object_or_404(LineQuery.objects.select_related("asked_by", "journal"), pk=query_id)
    found = find(query.statement_id)
    asked = (f"{query.asked_by} asked on {on(query.asked_at)}", query.words)
    rows = [*_about(found, query.journal), asked]
    done = "Answered. The provider reads it on the statement."
    page = page_of(found, "Answer the question", "Answer", done, rows)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    return answer(
        request,
        page,
        form,
        lambda: asking.answer(query=query, **form.cleaned_data, by=viewer, at=viewer.now()),
        look=look_at(request, query.journal),
    )


@for_members("prime", permission=Permission.SEAL_STATEMENT)
@require_http_methods(["GET", "POST"])
def ask_adjustment(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Ask for more or less money about a month, for somebody else to approve."""
    viewer, found = viewer_of(request), find(statement_id)
    follows = (
        "The lines of this statement are final: it will stand on the next open one."
        if found.is_sealed
        else "It will stand on this statement while it is open, otherwise on the next."
    )
    page = page_of(
        found, "Ask for an adjustment", "Ask", "Asked. Somebody else has to approve it.", (), follows
    )
    form = AdjustmentForm(request.POST if request.method == "POST" else None, initial={"direction": "more"})
    return answer(
        request,
        page,
        form,
        lambda: adjusting.ask(statement=found, **form.asked, by=viewer, at=viewer.now()),
    )


@for_members("prime", permission=Permission.SEAL_STATEMENT)
@fresh_second_factor
@require_http_methods(["GET", "POST"])
def decide_adjustment(request: HttpRequest, adjustment_id: UUID) -> HttpResponse:
    """Approve or refuse what somebody else asked for."""
    viewer = viewer_of(request)
    asked = get_object_or_404(Adjustment.objects.select_related("asked_by"), pk=adjustment_id, decision="")
    found = get_object_or_404(
        Statement, contract=asked.contract_id, organisation=asked.organisation_id, month=asked.month
    )
    rows = [
        ("Amount", pence(asked.pence)),
        ("Reason", asked.get_reason_display()),
        ("In words", asked.words),
        ("Asked by", f"{asked.asked_by} on {on(asked.asked_at)}"),
    ]
    page = page_of(find(found.pk), "Decide on an adjustment", "Decide", "Decided.", rows)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    return answer(request, page, form, lambda: _decide(asked, form, viewer))


def _expected(found: Statement, viewer: Viewer) -> actions.Expected:
    """What it would be sealed with, whoever its lines are about."""
    with acting_as(viewer.as_system("what a statement is sealed with")):
        return actions.expected(found)


def _sums(expected: actions.Expected) -> list[tuple[str, str]]:
    return [("Lines", count(expected.count)), ("Total without VAT", pence(expected.pence))]


def _pay(found: Statement, form: PayForm, viewer: Viewer) -> Statement:
    typed = form.cleaned_data
    return actions.pay(
        statement=found,
        paid_on=typed["paid_on"],
        reference=typed["reference"],
        invoice=typed.get("invoice", ""),
        by=viewer,
        at=viewer.now(),
    )


def _ask(request: HttpRequest, found: Statement, journal: Journal | None) -> HttpResponse:
    viewer = viewer_of(request)
    title = "Ask about a line" if journal else "Ask about the statement"
    done = "Asked. The prime answers on this page."
    page = page_of(found, title, "Ask", done, _about(found, journal))
    form = QueryForm(request.POST if request.method == "POST" else None)
    return answer(
        request,
        page,
        form,
        lambda: asking.ask(statement=found, journal=journal, **form.cleaned_data, by=viewer, at=viewer.now()),
        look=look_at(request, journal),
    )


def _about(found: Statement, journal: Journal | None) -> list[tuple[str, Any]]:
    """The line in words; nothing where the whole statement is meant."""
    lines = lines_of(found) if journal else []
    return [
        pair
        for line in lines
        if journal and line.journal_id == journal.pk
        for pair in (("Line", f"{line.label} {line.reference}".strip()), ("Amount", pence(line.pence)))
    ]


def _decide(asked: Adjustment, form: DecisionForm, viewer: Viewer) -> Adjustment:
    if form.cleaned_data["decision"] == "approve":
        return adjusting.approve(adjustment=asked, by=viewer, at=viewer.now())
    return adjusting.refuse(
        adjustment=asked, because=form.cleaned_data["because"], by=viewer, at=viewer.now()
    )
