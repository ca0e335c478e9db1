"""Everything that goes wrong has one shape."""

from typing import Any

from django.db import OperationalError
from django.test import RequestFactory

from partners.acting import ActionError
from partners.api import problems
from tests.cast import Cast
from tests.partners.partner import Partner, problem


def test_an_unknown_address_under_the_api_is_a_problem_and_elsewhere_a_page(cast: Cast) -> None:
    partner = Partner(cast.keys["hackney-childrens-services"])
    for address in (
        "/serco/api/v1/nothing",
        "/serco/api/v2/referrals",
        "/serco/api/v1/referrals/",
        "/api/v1/x",
    ):
        assert problem(partner.get(address)) == (404, "not_found")
    page = cast.client("hana").get("/serco/nothing/")
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html")


def test_a_wrong_method_is_said_with_the_right_ones(cast: Cast) -> None:
    partner = Partner(cast.keys["hackney-childrens-services"])
    for method in ("put", "patch", "delete", "options"):
        response = getattr(partner.client, method)("/serco/api/v1/referrals", headers=partner.headers())
        assert problem(response) == (405, "method_not_allowed")
        assert "POST" in response["Allow"]
    response = partner.post("{}", address="/serco/api/v1/referrals/RF-1111-11")
    assert problem(response) == (405, "method_not_allowed")


def test_an_answer_is_json_whatever_is_asked_for(cast: Cast) -> None:
    partner = Partner(cast.keys["hackney-childrens-services"])
    headers = partner.headers(Accept="application/xml")
    response = partner.client.get("/serco/api/v1/referrals", headers=headers)
    assert problem(response) == (406, "not_acceptable")


def context() -> dict[str, Any]:
    request = RequestFactory().get("/api/v1/x")
    request.request_id = "0" * 32  # type: ignore[attr-defined]
    return {"request": type("Wrapped", (), {"_request": request})()}


def test_a_refused_action_is_a_conflict_with_its_own_code() -> None:
    class TooLate(ActionError):
        code = "too_late"

    response = problems.as_problem(TooLate("It is too late."), context())
    assert response is not None
    assert (response.status_code, response.data["code"], response.data["detail"]) == (
        409,
        "too_late",
        "It is too late.",
    )


def test_a_lock_that_was_not_had_in_time_may_be_tried_again() -> None:
    waited = OperationalError()
    waited.__cause__ = type("LockNotAvailable", (Exception,), {"pgcode": "55P03"})()
    response = problems.as_problem(waited, context())
    assert response is not None
    assert (response.status_code, response.data["code"], response["Retry-After"]) == (409, "busy", "1")


def test_a_fault_of_the_server_is_left_to_the_server() -> None:
    assert problems.as_problem(OperationalError(), context()) is None
    assert problems.as_problem(ZeroDivisionError(), context()) is None
    request = context()["request"]._request
    response = problems.server_error(request)
    assert response.status_code == 500
    assert b"server_error" in response.content
