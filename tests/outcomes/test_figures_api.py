"""The figures over the API: as the page shows them, to whom it shows them, and nothing of anybody else."""

from typing import Any

import pytest

from partners.models import AuditEntry
from programmes.models import PaymentGroup
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_performance_view import page, tile
from tests.participants.restricting import restrict
from tests.partners.partner import Partner, problem
from tests.partners.test_api_keys import another_key

MEASURES, FIGURES = "/serco/api/v1/measures", "/serco/api/v1/figures"


@pytest.fixture
def past(cast: Cast) -> Cast:
    """Two people of Renaisi, one of them with a job outcome, and one of i2i."""
    person_with_a_past(cast, days=420, in_work_for=300)
    person_with_a_past(cast, days=420)
    person_with_a_past(cast, days=100, provider="i2i")
    rebuilt(cast)
    return cast


def read(cast: Cast, slug: str = "serco", **asked: str) -> dict[str, Any]:
    answer = Partner(cast.keys[slug]).get(
        FIGURES, **{"contract": "inspiring-families", "period": "all", **asked}
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def of(figures: list[dict[str, Any]], code: str) -> dict[str, Any]:
    return next(one for one in figures if one["measure"] == code)


def test_every_figure_is_that_of_the_page(past: Cast) -> None:
    found = read(past)
    shown = page(past.client("priya"), "/serco/performance/?period=all")
    assert of(found["figures"], "starts")["value"] == int(tile(shown, "Starts")) == 3
    rate = of(found["figures"], "job_outcome_rate")
    assert (rate["value"], rate["numerator"], rate["denominator"]) == (0.5, 1, 2)
    assert [one["provider"] for one in found["providers"]] == ["i2i", "renaisi", "serco-delivery"]
    assert of(found["providers"][1]["figures"], "starts")["value"] == 2
    assert found["computed_at"]
    with looking_as(past.system()):
        assert AuditEntry.objects.filter(kind="figures", act="export").count() == 1


def test_the_registry_says_what_each_figure_means(past: Cast) -> None:
    found = {one["code"]: one for one in Partner(past.keys["serco"]).get(MEASURES).json()}
    assert {one["measure"] for one in read(past)["figures"]} <= found.keys()
    assert found["did_not_attend"]["better"] == "down"
    assert found["starts"]["denominator"] is None
    assert "earned" not in found


def test_a_provider_reads_its_own(past: Cast) -> None:
    found = read(past, "renaisi")
    assert of(found["figures"], "starts")["value"] == 2
    assert [one["provider"] for one in found["providers"]] == ["renaisi"]


def test_few_do_not_tell_of_somebody_whom_named_people_see(past: Cast) -> None:
    person, _ = person_with_a_past(past, days=50)
    rebuilt(past)
    assert of(read(past)["figures"], "starts")["value"] == 4
    restrict(past, person)
    assert of(read(past)["figures"], "starts")["value"] == 3


def test_a_payment_group_and_a_period_narrow_it(past: Cast) -> None:
    with looking_as(past.system()):
        PaymentGroup.objects.create(tenant=past.serco, contract=past.contract, code="young", name="18 to 24")
    assert of(read(past, payment_group="young")["figures"], "starts")["value"] == 0
    assert of(read(past, period="12")["figures"], "starts")["value"] == 1


def test_an_area_narrows_it(past: Cast) -> None:
    person_with_a_past(past, days=300, area="E09000012")
    rebuilt(past)
    found = read(past, area="E09000012")
    assert (found["area"], of(found["figures"], "starts")["value"]) == ("E09000012", 1)


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"contract": "nowhere"}, "contract"),
        ({"period": "soon"}, "period"),
        ({"payment_group": "nobody"}, "payment_group"),
        ({"area": "nowhere"}, "area"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_asked_wrongly_is_said_by_parameter(
    past: Cast, asked: dict[str, str], parameter: str
) -> None:
    answer = Partner(past.keys["serco"]).get(FIGURES, **{"contract": "inspiring-families", **asked})
    assert problem(answer)[0] == 400
    assert [one["parameter"] for one in answer.json()["errors"]] == [parameter]


def test_without_a_contract_it_says_that_one_is_needed(past: Cast) -> None:
    answer = Partner(past.keys["serco"]).get(FIGURES)
    assert [one["parameter"] for one in answer.json()["errors"]] == ["contract"]


def test_a_referrer_and_a_key_without_the_scope_read_nothing(past: Cast) -> None:
    for address in (MEASURES, FIGURES):
        assert Partner(past.keys["hackney-childrens-services"]).get(address).status_code == 404
        assert another_key(past, "serco").get(address).status_code == 403
        assert Partner("nobody").get(address).status_code == 401
        assert Partner(past.keys["serco"]).post({}, address=address).status_code == 405
