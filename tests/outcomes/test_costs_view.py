"""The pages of actual cost: entered, seen, withdrawn, by those of the prime who claim."""

from typing import Any

import pytest

from outcomes.models import ActualCost
from tests.cast import Cast, looking_as
from tests.outcomes.test_cost_action import by_cost, claim, last_period

PAGE = "/serco/claims/costs/"


def typed(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "period": f"{cast.contract.code} {last_period(cast)}",
        "provider": "renaisi",
        "pence": "£12,345.67",
        "what_for": "Two keyworkers",
        "evidence": "Ledger extract 4",
        **more,
    }


def test_cost_is_entered_seen_and_withdrawn(cast: Cast) -> None:
    by_cost(cast)
    frank = cast.client("frank")
    assert "No cost was claimed yet" in frank.get(PAGE).content.decode()
    assert frank.post(f"{PAGE}new/", typed(cast)).status_code == 302
    words = frank.get(PAGE).content.decode()
    for said in ("12,345.67", "Two keyworkers", "Ledger extract 4", "Renaisi", "Frank"):
        assert said in words
    with looking_as(cast.frank):
        cost = ActualCost.objects.get()
    assert frank.post(f"{PAGE}{cost.pk}/withdraw/", {"why": "Counted twice"}).status_code == 302
    assert "Counted twice" in frank.get(PAGE).content.decode()
    assert frank.get(f"{PAGE}{cost.pk}/withdraw/").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"pence": "0"}, {"pence": "much"}, {"evidence": ""}, {"period": "x"}, {"provider": "dwp"}]
)
def test_what_makes_no_sense_is_asked_again(cast: Cast, wrong: dict[str, str]) -> None:
    by_cost(cast)
    assert cast.client("frank").post(f"{PAGE}new/", typed(cast, **wrong)).status_code == 422


def test_a_period_that_is_claimed_is_refused_beside_it(cast: Cast) -> None:
    by_cost(cast)
    claim(cast)
    page = cast.client("frank").post(f"{PAGE}new/", typed(cast))
    assert page.status_code == 422
    assert "Withdraw that first" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "sees", "claims"), [("priya", 200, 403), ("mona", 404, 404), ("dee", 404, 404)]
)
def test_who_sees_and_who_claims(cast: Cast, name: str, sees: int, claims: int) -> None:
    by_cost(cast)
    cost = claim(cast)
    client = cast.client(name)
    assert client.get(PAGE).status_code == sees
    assert client.post(f"{PAGE}new/", typed(cast)).status_code == claims
    assert client.post(f"{PAGE}{cost.pk}/withdraw/", {"why": "x"}).status_code == claims


def test_the_tab_stands_only_where_a_contract_pays_cost(cast: Cast) -> None:
    assert PAGE not in cast.client("frank").get("/serco/claims/").content.decode()
    by_cost(cast)
    assert PAGE in cast.client("frank").get("/serco/claims/").content.decode()
