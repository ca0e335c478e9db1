"""The margin: what the commissioner pays less what providers are paid, for the prime's finance managers alone."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from outcomes.actions.charge import charge_contract
from outcomes.margin import margins, months_of
from outcomes.models import Journal
from partners.models import AuditEntry
from programmes.models import Contract, Fee
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH
from tests.outcomes.sampling import draw, items, judge, paid_before, recover
from tests.outcomes.test_charging import term
from tests.outcomes.working import started_person
from tests.participants.people import ago

PAGE, FILE = "/serco/margin/", "/serco/margin.csv"


def rows(cast: Cast, **asked: str) -> list[list[str]]:
    """The lines of the spreadsheet."""
    answer = cast.client("frank").get(FILE, asked)
    assert answer.status_code == 200
    return [line.split(",") for line in answer.content.decode("utf-8-sig").splitlines()[1:]]


def test_shows_what_each_provider_brings_in_costs_and_leaves(cast: Cast) -> None:
    started_person(cast, days=40)
    started_person(cast, days=40)
    assert rows(cast) == [["Renaisi", "1500.00", "1200.00", "300.00", "20.0%", "yes"]]
    page = cast.client("frank").get(PAGE).content.decode()
    assert "£300.00" in page
    assert "20.0%" in page


def test_says_which_charges_have_no_amount(cast: Cast) -> None:
    term(cast, side="commissioner", kind="delivery_fee", months=12)
    term(cast, side="provider", kind="delivery_fee", months=12, share_basis_points=8_000)
    page = cast.client("frank").get(PAGE).content.decode()
    assert "Not in what is received, because nobody published how much: delivery fee." in page
    assert "Not in what is paid, because nobody published how much: delivery fee." in page


def test_shows_the_contracts_own_money_by_itself(cast: Cast) -> None:
    started_person(cast, days=40)
    with looking_as(cast.system()) as system:
        contract = Contract.objects.get()
        Fee.objects.create(
            tenant_id=system.tenant_id,
            contract=contract,
            side="commissioner",
            kind="delivery_fee",
            pence=1_200_00,
            months=12,
            source="the agreement",
        )
        months = len(charge_contract(contract=contract, by=system, at=system.now()))
    assert rows(cast)[-1][:4] == ["The contract itself", f"{months * 100}.00", "0.00", f"{months * 100}.00"]


def test_what_went_back_for_a_sample_is_each_providers_own(cast: Cast) -> None:
    paid_before(cast, 1)
    paid_before(cast, 2, provider="i2i", adviser="ivo", by="ivo")
    before = {row[0]: row for row in rows(cast)}
    sample = draw(cast, 3)
    for item in items(cast, sample):
        judge(cast, item, "error" if item.organisation_id == cast.organisation("i2i") else "sound")
    recover(cast, sample)
    after = {row[0]: row for row in rows(cast)}
    assert after["Renaisi"] == before["Renaisi"]
    lost = [Decimal(before["i2i"][place]) - Decimal(after["i2i"][place]) for place in (1, 2)]
    assert lost == [Decimal(2 * WORTH) / 100, Decimal(1800)]
    assert "The contract itself" not in after


def test_the_margins_by_provider_come_to_that_of_the_contract(cast: Cast) -> None:
    paid_before(cast, 1)
    paid_before(cast, 1, provider="i2i", adviser="ivo", by="ivo")
    sample = draw(cast, 2)
    for item in items(cast, sample):
        judge(cast, item)
    recover(cast, sample)
    with looking_as(cast.system()) as system:
        Fee.objects.create(
            tenant_id=system.tenant_id,
            contract=cast.contract,
            side="commissioner",
            kind="delivery_fee",
            pence=1_000_01,
            months=12,
            source="the agreement",
        )
        charge_contract(contract=cast.contract, by=system, at=system.now())
        lines = margins(cast.contract.pk, None)
        sides = Journal.objects.order_by().values_list("side").annotate(Sum("pence"))
        whole = dict(sides)
        months = [margins(cast.contract.pk, (month, month)) for month in months_of(cast.contract.pk)]
    assert sum(line.margin for line in lines) == whole["commissioner"] - whole["provider"]
    assert sum(line.margin for month in months for line in month) == sum(line.margin for line in lines)


def test_narrows_to_months(cast: Cast) -> None:
    started_person(cast, days=75)
    started_person(cast, days=40)
    month = f"{ago(75):%Y-%m}"
    assert rows(cast, first=month, last=month)[0][1:3] == ["750.00", "600.00"]
    assert rows(cast, last=month)[0][1:3] == ["750.00", "600.00"]
    assert rows(cast)[0][1:3] == ["1500.00", "1200.00"]


@pytest.mark.parametrize("asked", [{"first": "2026-13"}, {"contract_code": "nothing"}, {"sort": "drop"}])
def test_leaves_out_a_filter_that_makes_no_sense(cast: Cast, asked: dict[str, str]) -> None:
    started_person(cast, days=40)
    assert rows(cast, **asked)[0][0] == "Renaisi"
    assert cast.client("frank").get(PAGE, asked).status_code == 200


def test_says_what_is_missing_where_nothing_moved(cast: Cast) -> None:
    assert "No money yet" in cast.client("frank").get(PAGE).content.decode()


@pytest.mark.parametrize("name", ["priya", "sara", "mona", "ada", "dee", "hana"])
def test_is_for_nobody_else(cast: Cast, name: str) -> None:
    assert cast.client(name).get(PAGE).status_code in {403, 404}
    assert cast.client(name).get(FILE).status_code in {403, 404}


def test_the_link_shows_for_finance_alone(cast: Cast) -> None:
    assert 'href="/serco/margin/"' in cast.client("frank").get("/serco/statements/").content.decode()
    assert 'href="/serco/margin/"' not in cast.client("priya").get("/serco/statements/").content.decode()


def test_looks_and_exports_are_audited(cast: Cast) -> None:
    started_person(cast, days=40)
    cast.client("frank").get(PAGE)
    rows(cast)
    with looking_as(cast.system()):
        kinds = set(AuditEntry.objects.values_list("act", "kind"))
    assert {("search", "margin"), ("export", "margin")} <= kinds


def test_costs_the_same_queries_however_many_people(cast: Cast) -> None:
    started_person(cast, days=40)
    client = cast.client("frank")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for _ in range(3):
        started_person(cast, days=40)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)
