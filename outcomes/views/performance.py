"""How the contract is doing: its figures, and the people behind each of them."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET

from outcomes.performance import advisers, beyond, charts, words
from outcomes.performance.call import Call
from outcomes.performance.changes import WEEK, Since, changes
from outcomes.performance.curves import EVENT, Asked, Cohort, cohorts
from outcomes.performance.disclosure import rule_on
from outcomes.performance.document import Parts, Version
from outcomes.performance.figures import Board, Row
from outcomes.performance.forms import NoContract, OverviewForm, PeopleForm
from outcomes.performance.minimum import AgainstMinimum, against_minimum
from outcomes.performance.people import behind, how_many, in_order, lines
from outcomes.performance.profiles import USUAL
from outcomes.performance.queries import marks
from outcomes.performance.shared import places
from outcomes.performance.trends import Trends
from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission, can
from partners.viewer import Viewer
from programmes.measure import Unit
from programmes.measures import MEASURES

PAGE = 50


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def performance(request: HttpRequest) -> HttpResponse:
    """The figures of a contract. Asked again by the page itself, it sends them only when anything in them changed."""
    viewer = viewer_of(request)
    version = Version.of(request.GET.get("contract"), viewer)
    context: dict[str, Any] = {"version": version}
    if version and version.computed_at:
        context["ago"] = words.ago(version.computed_at, viewer.now())
    is_asked_again = request.htmx  # type: ignore[attr-defined]
    try:
        if version is None or not is_asked_again or request.headers.get("X-Computed") != version.text:
            context |= _parts(request, version, viewer)
    except NoContract:
        return render(request, "performance/no_contract.html")
    return render(request, f"performance/{'changed' if is_asked_again else 'performance'}.html", context)


def _parts(request: HttpRequest, version: Version | None, viewer: Viewer) -> Parts:
    """The parts of the page around the moment at which it was computed, kept where there is a version of them."""

    def make() -> Parts:
        form = OverviewForm(request.GET, viewer=viewer)
        context = {
            "form": form,
            "contract": form.asked,
            "period": form.months,
            "may_query": can(viewer, Permission.QUERY_FIGURE),
            "may_see_advisers": can(viewer, Permission.SEE_ADVISERS),
            **figures(form, request.GET.get("sort", ""), viewer),
        }
        rendered = {
            part: render_to_string(f"performance/{part}.html", context, request)
            for part in ("above", "figures", "below")
        }
        return {**rendered, "is_of_now": form.known_at is None}

    return version.kept(dict(request.GET.lists()), viewer, make) if version else make()


def figures(form: OverviewForm, sort: str, viewer: Viewer) -> dict[str, Any]:
    """The part of the page that changes when the facts do."""
    board = Board.of(
        form.asked,
        form.months,
        viewer,
        money=can(viewer, Permission.SEE_MONEY),
        whose=form.organisation,
        known_at=form.known_at,
    )
    queried = {} if form.known_at else marks(form.asked, board.windows, viewer)
    links = words.Links(form.asked, form.months, form.whose, form.known_at, queried)
    whole = Row(None, board.whole)
    of_today = {} if form.known_at else _of_today(form, board, links, viewer)
    drawn = Trends() if form.known_at else Trends.of(board, form.asked, form.months, viewer)
    return {
        "groups": words.in_groups(whole.figures.values(), links, drawn.counts, notes(form, whole)),
        "lines": []
        if form.organisation
        else [words.line(row, links, drawn.providers) for row in words.in_order(board.rows, sort)],
        "draws_providers": bool(drawn.providers),
        "sort": sort or "provider",
        "columns": [measure for measure in words.COLUMNS if measure in board.measures],
        "headline": whole.headline.measure.label,
        "status_rule": words.status_rule(board.promised.bands),
        "no_profile": board.promised.is_empty and not form.months.only and not form.known_at,
        "may_set_profile": can(viewer, Permission.SET_PROFILE),
        **of_today,
    }


def notes(form: OverviewForm, whole: Row) -> dict[str, str]:
    """What is said beside figures of today: how many people of the caseload there are for each adviser."""
    held = whole.figures.get(advisers.CASELOAD.code)
    if held is None or form.known_at or form.months.only:
        return {}
    return {
        held.measure.code: words.per_adviser(held.amount, advisers.holding(form.asked, form.organisation))
    }


def _of_today(form: OverviewForm, board: Board, links: words.Links, viewer: Viewer) -> dict[str, Any]:
    """What is shown of the present alone."""
    lately = Since.last(WEEK, form.asked, viewer, form.organisation, form.months.only)
    return {
        "changed": [words.change(one) for one in changes(lately)],
        "changes_href": links.changes(),
        "minimum": [] if form.months.area else minimum(form, board, links, viewer),
        **(the_call(form, board, viewer) if not form.months.only else {}),
        **(curve(board, links, viewer) if EVENT in board.measures else {}),
        "places": places(form.asked, viewer, board.sums.beyond) if viewer.kind == "provider" else [],
    }


def minimum(
    form: OverviewForm, board: Board, links: words.Links, viewer: Viewer
) -> list[tuple[AgainstMinimum, str, str, str]]:
    """The minimum levels, each with itself and what was reached in words, and the address of the people behind it."""
    found = against_minimum(form.asked, viewer, board.sums.beyond, form.months.group, form.organisation)
    return [
        (
            one,
            words.said(one.minimum, Unit.RATIO),
            words.said(one.reached, Unit.RATIO),
            links.people(one.level.measure, point=year_of(one)),
        )
        for one in found
    ]


def the_call(form: OverviewForm, board: Board, viewer: Viewer) -> dict[str, Any]:
    """This month's commitments put together, and whose they are."""
    everybody = "You" if viewer.kind == "provider" else "All providers"
    return {
        "call": Call.of(
            form.asked,
            viewer,
            beyond=board.sums.beyond,
            organisations=[form.organisation] if form.organisation else board.organisations,
            codes={measure.code for measure in board.measures},
        ),
        "call_of": form.organisation.name if form.organisation else everybody,
    }


def year_of(line: AgainstMinimum) -> dict[str, str]:
    """The arguments of a list of the people behind a contract year's level."""
    period = f"year-{line.level.contract_year}" if line.is_over else "year"
    return {"period": period, "group": line.level.payment_group}


def curve(board: Board, links: words.Links, viewer: Viewer) -> dict[str, Any]:
    """The cohorts' curves, and the table of the same figures with a link in every cell."""
    found = cohorts(
        links.contract,
        viewer.today,
        board.sums.beyond,
        Asked(whose=board.whose, **links.period.only),
    )
    drawn = [charts.Curve(cohort.name, [float(share) for share in cohort.shares]) for cohort in found]
    longest = max((len(cohort.outcomes) for cohort in found), default=0)
    return {
        "curve": charts.svg(
            charts.cohort_curve(drawn, title="Job outcomes by cohort", event="with a job outcome")
        )
        if found
        else None,
        "cohorts": [(one, links.people("referrals", point=links.point(one, 0))) for one in found],
        "points": [(n, [point(one, n, links) for one in found]) for n in range(longest)],
    }


def point(cohort: Cohort, elapsed: int, links: words.Links) -> tuple[str, str]:
    """One point in words, with its link; not yet where the time is not over."""
    if elapsed >= len(cohort.outcomes):
        return words.NOT_YET, ""
    return words.said(cohort.shares[elapsed], Unit.RATIO), links.people(
        EVENT.code, point=links.point(cohort, elapsed)
    )


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def performance_csv(request: HttpRequest) -> HttpResponse:
    """The table of providers for a spreadsheet: numbers as they are, shares from 0 to 1, money in pence."""
    viewer = viewer_of(request)
    form = OverviewForm(request.GET, viewer=viewer)
    board = Board.of(
        form.asked,
        form.months,
        viewer,
        money=can(viewer, Permission.SEE_MONEY),
        known_at=form.known_at,
    )
    rows = [row for row in board.rows if form.organisation in (None, row.organisation)]
    audit.exported(viewer, "figures", count=len(rows))
    return csv_response(
        f"performance-{form.asked.code}-{form.months.code}.csv",
        [
            "Provider",
            *(measure.label for measure in board.measures),
            "Profile to date",
            "Difference",
            "Status",
        ],
        [words.spreadsheet_line(row) for row in words.in_order(rows, request.GET.get("sort", ""))],
    )


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The people behind one figure, each with the reason why, 50 to a page."""
    viewer = viewer_of(request)
    form = PeopleForm(request.GET, viewer=viewer)
    found = form.narrow(behind(form.asked, form.figure, form.window, form.listed))
    sort = request.GET.get("sort", "-on")
    paginator = Paginator(in_order(found, sort, viewer), PAGE)
    if not form.of_adviser:
        many = how_many(form.asked, form.figure, form.window, form.listed, form.of_whom, viewer)
        paginator.count = paginator.count if many is None else many
    page = paginator.get_page(request.GET.get("page"))
    is_money = form.figure.unit is Unit.PENCE
    audit.searched(viewer, "figure.people", found=page.paginator.count)
    context = {
        "form": form,
        "crumbs": [("Performance", f"{reverse('performance')}?contract={form.asked.code}")],
        "scope": words.months(form.window.base if form.listed else form.window, form.figure),
        "page": page,
        "lines": lines(page.object_list, form.asked, form.figure, viewer),
        "sort": sort,
        "total": found.aggregate(total=Sum("amount"))["total"] or 0 if is_money else page.paginator.count,
        "is_money": is_money,
        "shows_names": can(viewer, Permission.SEE_PEOPLE),
        "queried": marks(form.asked, {form.figure.code: form.window}, viewer).get(
            (form.whose, form.figure.code)
        ),
        "may_query": viewer.kind == "provider"
        and can(viewer, Permission.QUERY_FIGURE)
        and not form.window.is_empty
        and not form.of_adviser,
        "who_counts": beyond.said(rule_on(viewer.today).threshold),
    }
    return render(request, "performance/people.html", context)


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def people_csv(request: HttpRequest) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet; money in pence."""
    viewer = viewer_of(request)
    form = PeopleForm(request.GET, viewer=viewer)
    narrowed = form.narrow(behind(form.asked, form.figure, form.window, form.listed))
    found = in_order(narrowed, request.GET.get("sort", ""), viewer)
    audit.exported(viewer, "figure.people", count=len(found))
    return csv_response(
        f"{form.figure.code}.csv",
        ["Reference", "Name", "Provider", "Group", "Date", "Reason", "Amount"],
        [
            [
                line.participant.reference if line.participant else "",
                str(line.participant or ""),
                *(line.provider, line.group, line.on, line.why, line.amount),
            ]
            for line in lines(found, form.asked, form.figure, viewer)
        ],
    )


@for_members("prime", "provider", permission=Permission.SEE_PERFORMANCE)
@require_GET
def measures(request: HttpRequest) -> HttpResponse:
    """What every figure means."""
    crumbs = [("Performance", reverse("performance"))]
    context = {
        "crumbs": crumbs,
        "measures": [measure.measured_by(None) if measure.standard else measure for measure in MEASURES],
        "status_rule": words.status_rule(USUAL),
    }
    return render(request, "performance/measures.html", context)
