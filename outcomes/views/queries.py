"""Figures that are queried: the list, each with what was said, and its steps, each on its own small page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from outcomes.actions import figure_query as actions
from outcomes.models import FigureQuery
from outcomes.performance import words
from outcomes.performance.forms import PeopleForm
from outcomes.performance.queries import Queried, group_of, in_order, label_of, months_of
from outcomes.query_forms import QueriesFilter, SayForm
from outcomes.views.step import Page, answer
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission
from partners.viewer import Viewer, london_date

PAGE = 50
State = FigureQuery.State


def listed(request: HttpRequest, viewer: Viewer) -> tuple[QueriesFilter, QuerySet[FigureQuery], str]:
    """The filters, the questions that they let through in order, and the order."""
    queries = FigureQuery.objects.select_related("contract", "organisation", "asked_by")
    form = QueriesFilter(request.GET, queries=FigureQuery.objects.all(), is_prime=viewer.kind == "prime")
    sort = request.GET.get("sort", "asked")
    return form, in_order(form.narrow(queries), sort), sort


@for_members("prime", "provider", permission=Permission.QUERY_FIGURE)
@require_GET
def queries(request: HttpRequest) -> HttpResponse:
    """The figures that are queried, a provider's own or all, the oldest first and 50 to a page."""
    viewer = viewer_of(request)
    form, found, sort = listed(request, viewer)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "crumbs": [("Performance", reverse("performance"))],
        "page": page,
        "lines": [(one, label_of(one), months_of(one)) for one in page.object_list],
        "sort": sort,
        "is_prime": viewer.kind == "prime",
    }
    return render(request, "performance/queries.html", context)


@for_members("prime", "provider", permission=Permission.QUERY_FIGURE)
@require_GET
def queries_csv(request: HttpRequest) -> HttpResponse:
    """The list with its filters, all pages of it, for a spreadsheet."""
    viewer = viewer_of(request)
    _, found, _ = listed(request, viewer)
    rows = list(found)
    audit.exported(viewer, "figure.queries", count=len(rows))
    return csv_response(
        "queried-figures.csv",
        ["Figure", "Months", "Group", "Area", "Provider", "Contract", "State", "Asked by", "Asked on"],
        [
            [
                *(label_of(one), months_of(one), one.payment_group, one.area),
                *(one.organisation.name, one.contract.name, one.get_state_display()),
                *(str(one.asked_by), london_date(one.asked_at)),
            ]
            for one in rows
        ],
    )


@for_members("prime", "provider", permission=Permission.QUERY_FIGURE)
@require_GET
def query(request: HttpRequest, figure_query_id: UUID) -> HttpResponse:
    """One of them: what the figure was and is, what was said, and what can be done next."""
    viewer, found = viewer_of(request), find(figure_query_id)
    is_prime = viewer.kind == "prime"
    context = {
        "query": found,
        "label": label_of(found),
        "months": months_of(found),
        "group": group_of(found),
        "crumbs": above(found)[:2],
        "figure": Queried.of(found, viewer),
        "remarks": found.remarks.select_related("said_by").order_by("said_at", "id"),
        "may_answer": is_prime and found.state == State.OPEN,
        "may_close": not is_prime and found.state != State.CLOSED,
        "may_reopen": not is_prime and found.state != State.OPEN,
    }
    return render(request, "performance/query.html", context)


@for_members("provider", permission=Permission.QUERY_FIGURE)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Say that a figure of one's own is wrong; the address says which, as that of the people behind it does."""
    viewer = viewer_of(request)
    asked = PeopleForm(request.GET, viewer=viewer)
    if asked.window.is_empty:
        raise Http404
    back = f"{reverse('performance_people')}?{request.GET.urlencode()}"
    page = Page(
        "Say that this figure is wrong",
        "Ask",
        "Asked. You will find the answer where the figure is.",
        f"{asked.figure.label}, {asked.asked.name}",
        back,
        "The prime reads what you write, with the figure as it is now.",
        [("Figure", asked.figure.label), ("Months", words.months(asked.window, asked.figure))],
        [("Performance", reverse("performance")), ("People behind a figure", back)],
    )
    form = SayForm(request.POST if request.method == "POST" else None, "What is wrong?")

    def act() -> FigureQuery:
        return actions.ask(
            contract=asked.asked,
            measure=asked.figure,
            window=asked.window,
            **form.cleaned_data,
            by=viewer,
            at=viewer.now(),
        )

    return answer(request, page, form, act)


@for_members("prime", permission=Permission.QUERY_FIGURE)
@require_http_methods(["GET", "POST"])
def answer_figure(request: HttpRequest, figure_query_id: UUID) -> HttpResponse:
    """Answer what a provider says about its figure."""
    form = SayForm(_typed(request), "Answer")
    return step(
        request, figure_query_id, form, actions.answer, "Answer", "Answered. The provider reads it here."
    )


@for_members("provider", permission=Permission.QUERY_FIGURE)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, figure_query_id: UUID) -> HttpResponse:
    """Say that it is settled."""
    form = SayForm(_typed(request), "What settled it, if you want to say", required=False)
    return step(request, figure_query_id, form, actions.close, "Close", "Closed.")


@for_members("provider", permission=Permission.QUERY_FIGURE)
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, figure_query_id: UUID) -> HttpResponse:
    """Say that it is not settled."""
    form = SayForm(_typed(request), "What is still wrong?")
    return step(request, figure_query_id, form, actions.reopen, "Reopen", "Reopened. The prime answers here.")


def step(
    request: HttpRequest,
    figure_query_id: UUID,
    form: SayForm,
    act: Callable[..., FigureQuery],
    title: str,
    done: str,
) -> HttpResponse:
    """The page of a step of one question."""
    viewer, found = viewer_of(request), find(figure_query_id)
    figure = Queried.of(found, viewer)
    said = found.remarks.select_related("said_by").order_by("-said_at", "-id")[:1]
    rows: list[tuple[str, Any]] = [
        ("Figure", f"{label_of(found)}, {months_of(found)}"),
        ("When it was asked", figure.was),
        ("Now", figure.is_now),
        *((f"{one.said_by} said", one.words) for one in said if one.words),
    ]
    caption = f"{found.organisation.name}, {found.contract.name}"
    back = reverse("figure_query", args=[found.pk])
    page = Page(title, title, done, caption, back, "", rows, above(found))
    return answer(
        request, page, form, lambda: act(query=found, **form.cleaned_data, by=viewer, at=viewer.now())
    )


def find(figure_query_id: UUID) -> FigureQuery:
    """The question, if the viewer may see it."""
    queries = FigureQuery.objects.select_related("contract__programme", "organisation", "asked_by")
    return get_object_or_404(queries, pk=figure_query_id)


def above(found: FigureQuery) -> list[tuple[str, str]]:
    """The pages above a step of a question."""
    return [
        ("Performance", f"{reverse('performance')}?contract={found.contract.code}"),
        ("Queried figures", reverse("figure_queries")),
        (label_of(found), reverse("figure_query", args=[found.pk])),
    ]


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
