"""The overview and a cell's people as they are served, beside an empty page, a serializer and figures computed live."""

import time
from statistics import median
from typing import Any, Final

from allauth.account.internal.flows.login import record_authentication
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import include, path
from rest_framework.renderers import JSONRenderer

from outcomes.performance.curves import Cohort, cohorts, curves_of
from outcomes.performance.figures import Board, Figure, Row, Sums, providers_of
from outcomes.performance.periods import Period, Window
from outcomes.performance.promised import Promised
from outcomes.performance.trajectory import Year
from outcomes.performance.waits import Waits
from outcomes.serializers import FigureGiven, figure_given
from partners.audience import for_members
from partners.middleware import viewer_of
from partners.models import User
from partners.permissions import Permission
from performing import rows
from performing.workspace import Workspace, say, sql
from programmes.measure import Measure
from programmes.measures import measures_of
from programmes.models import Contract

REPEATS: Final = 60
LIVE: Final = 5
PAGE: Final = "/bench/performance/?period=all"
PEOPLE: Final = "/bench/performance/people/?contract=bench&measure=starts&period=all"
MILESTONES: Final = ("start", "job_start", "job_outcome", "sustainment")
Found = tuple[Sums, list[Cohort]]


@for_members("prime", permission=Permission.SEE_PERFORMANCE)
def empty(request: HttpRequest) -> HttpResponse:
    """A page with the same middleware and frame, and one query."""
    Contract.objects.order_by("name").first()
    return render(request, "base.html", {"viewer": viewer_of(request)})


@for_members("prime", permission=Permission.SEE_PERFORMANCE)
def serialized(request: HttpRequest) -> HttpResponse:
    """The figures of the page, added up from the facts at every request and sent by Django REST framework."""
    viewer, contract = viewer_of(request), Contract.objects.get()
    board = Board.of(contract, Period.chosen("all", contract, viewer.today), viewer, money=False)
    rows = [board.whole, *(row.figures for row in board.rows)]
    figures = [figure_given(figure) for row in rows for figure in row.values()]
    return HttpResponse(JSONRenderer().render(FigureGiven(figures, many=True).data))


urlpatterns = [path("empty/", empty), path("serialized/", serialized), path("", include("config.urls"))]


def signed_in(space: Workspace, name: str = "manager") -> Client:
    """The browser of the prime's manager, or of whoever is named."""
    user = User.objects.get(email=f"{name}@example.org")
    client = Client()
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    for method in ("password", "mfa"):
        record_authentication(request, user, method)
    request.session.save()
    return client


def got(client: Client, address: str) -> tuple[float, int]:
    """Milliseconds, and how many bytes came."""
    began = time.perf_counter()
    response = client.get(address)
    took = (time.perf_counter() - began) * 1000
    assert response.status_code == 200, (address, response.status_code)
    return took, len(response.content)


def page_times(space: Workspace) -> dict[str, Any]:
    """The pages of this caseload, in turns: milliseconds."""
    say("pages, in turns")
    client = signed_in(space)
    times: dict[str, list[float]] = {}

    def note(name: str, address: str) -> int:
        took, size = got(client, address)
        times.setdefault(name, []).append(took)
        return size

    for address in (PAGE, PEOPLE, "/bench/empty/", "/bench/serialized/"):
        got(client, address)
    for n in range(REPEATS):
        note("empty", "/bench/empty/")
        size = note("overview", PAGE)
        note("people", PEOPLE)
        if n % 10 == 0:
            cells = note("serialized", "/bench/serialized/")
            caches["pages"].clear()
            note("overview_anew", PAGE)
    found: dict[str, Any] = {f"{name}_ms": median(each) for name, each in times.items()}
    return found | {"overview_bytes": size, "serialized_bytes": cells}


class Live:
    """The figures of the page from the rows, as one would compute them without facts."""

    def __init__(self, space: Workspace) -> None:
        self.space = space
        self.period = Period.chosen("all", space.contract, space.system.today)

    def measures(self) -> list[Measure]:
        """Counts and rates: waits come from a histogram, and are not what is compared here."""
        return [one for one in measures_of(MILESTONES, money=False) if not one.is_timed]

    def windows(self) -> list[Window]:
        found = (self.period.window(one, self.space.manager.today) for one in self.measures())
        return list(dict.fromkeys(found))

    def page(self, found: Found) -> tuple[dict[str, Figure], list[Row], list[Cohort]]:
        """What the page shows of what was found, from whichever source."""
        sums, curves = found
        contract = self.space.contract
        windows = {one.code: self.period.window(one, self.space.manager.today) for one in self.measures()}
        providers = providers_of(contract, sums.organisations - {None})
        promised = Promised.of(contract, self.space.manager)
        year = Year.of(contract, self.space.manager.today)
        board = Board(self.measures(), windows, sums, Waits({}), promised, providers, year)
        return board.whole, board.rows, curves

    def from_facts(self) -> Found:
        contract = self.space.contract
        return Sums.of(contract, self.windows()), cohorts(contract, self.space.manager.today)

    def from_rows(self) -> Found:
        """From referrals, acceptances, enrolments, contacts and milestones."""
        windows = self.windows()
        values = rows.values_of(self.space.contract, windows)
        amounts = {
            (organisation_id, code, window): amount
            for statement in rows.statements(windows)
            for organisation_id, code, *found in sql(statement, values)
            for window, amount in zip(windows, found, strict=True)
        }
        cells: Any = [*sql(rows.CURVE_REFERRALS, values), *sql(rows.CURVE_OUTCOMES, values)]
        return Sums(amounts), curves_of(cells, self.space.contract, self.space.manager.today)

    def times(self) -> dict[str, Any]:
        """Both, in turns, and whether the pages were always equal."""
        say("the page's figures from facts and from rows, in turns")
        turns, is_equal = [], True
        reader = self.space.manager
        for _ in range(LIVE):
            facts_ms, from_facts = self.space.timed(self.from_facts, reader)
            rows_ms, from_rows = self.space.timed(self.from_rows, reader)
            turns.append((facts_ms, rows_ms))
            with self.space.acting(reader):
                is_equal &= self.page(from_facts) == self.page(from_rows)
        facts, live = (median(column) for column in zip(*turns, strict=True))
        return {"figures_from_facts_ms": facts, "figures_live_ms": live, "live_is_equal": is_equal}


def against(found: dict[str, Any]) -> dict[str, float]:
    """The ratios of what was timed."""
    return {
        "overview_against_empty": found["empty_ms"] / found["overview_ms"],
        "overview_times_faster_than_serializer": found["serialized_ms"] / found["overview_ms"],
        "overview_times_faster_than_live": found["figures_live_ms"] / found["overview_ms"],
    }
