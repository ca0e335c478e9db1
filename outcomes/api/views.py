"""The figures for programs: what each measure means, and what it comes to, as the performance page shows it."""

from dataclasses import replace
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from outcomes.performance.figures import Board, computed_at
from outcomes.performance.periods import Period
from outcomes.serializers import (
    FiguresAsked,
    FiguresGiven,
    MeasureGiven,
    NothingAsked,
    figure_given,
    measure_given,
)
from partners import audit
from partners.api.bodies import parameters
from partners.api.problems import FieldError, invalid
from partners.api.schema import problems
from partners.audience import Audience
from partners.middleware import viewer_of
from programmes.measure import Unit
from programmes.measures import MEASURES
from programmes.models import Contract

READ = "figures:read"
AUDIENCE = Audience(kinds=frozenset({"prime", "provider"}), scopes={"GET": READ})


class Measures(APIView):
    """The registry."""

    audience = AUDIENCE

    @extend_schema(
        operation_id="list_measures",
        summary="What each figure means",
        description="Money is no part of it.",
        responses={200: MeasureGiven(many=True), **problems(400)},
    )
    def get(self, request: Request) -> Response:
        parameters(NothingAsked, request)
        found = [one.measured_by(None) if one.standard else one for one in MEASURES]
        return Response([measure_given(one) for one in found if one.unit is not Unit.PENCE])


class Figures(APIView):
    """The figures of a contract in a period."""

    audience = AUDIENCE

    @extend_schema(
        operation_id="get_figures",
        summary="The figures of a contract",
        description="As the performance page shows them, in one answer. Figures of five or more count everyone; smaller"
        " ones leave out people whom only named people see. A provider's key reads its own figures.",
        parameters=[FiguresAsked],
        responses={200: FiguresGiven, **problems(400)},
    )
    def get(self, request: Request) -> Response:
        asked = parameters(FiguresAsked, request)
        viewer = viewer_of(request._request)
        contract = Contract.objects.select_related("programme").filter(code=asked["contract"]).first()
        if contract is None:
            raise _unknown("contract", "There is no contract with this code.")
        period = _period(contract, asked, viewer.today)
        board = Board.of(contract, period, viewer, money=False)
        rows = {row.organisation.slug: row for row in board.rows if row.organisation}
        audit.exported(viewer, "figures", count=len(rows))
        answer: dict[str, Any] = {
            "contract": contract.code,
            "period": period.code,
            "payment_group": period.group or None,
            "area": period.area or None,
            "first_month": period.first,
            "last_month": period.last,
            "computed_at": computed_at(contract),
            "figures": [figure_given(one) for one in board.whole.values()],
            "providers": [
                {
                    "provider": slug,
                    "name": row.name,
                    "figures": [figure_given(one) for one in row.figures.values()],
                }
                for slug, row in sorted(rows.items(), key=lambda one: one[0])
            ],
        }
        return Response(FiguresGiven(answer).data)


def _period(contract: Contract, asked: dict[str, Any], today: date) -> Period:
    """The period, group and area asked for. Raises a problem for what the contract does not have."""
    group = asked.get("payment_group", "")
    if group and not contract.groups.filter(code=group).exists():
        raise _unknown("payment_group", "The contract has no payment group with this code.")
    area = asked.get("area", "")
    if area and not contract.areas.filter(code=area).exists():
        raise _unknown("area", "The contract has no area with this code.")
    try:
        found = Period.chosen(asked.get("period", "year"), contract, today)
        return replace(found, group=group, area=area)
    except KeyError:
        raise _unknown("period", "The contract has no such period.") from None


def _unknown(parameter: str, detail: str) -> Exception:
    return invalid([FieldError("", "does_not_exist", detail, parameter=parameter)])
