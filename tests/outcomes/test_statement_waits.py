"""Days from sealed to paid: the median and what was paid in time, by provider and contract, under the statements."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.actions import statement as actions
from outcomes.models import Statement
from outcomes.statements.paid import Wait, waits
from programmes.models import Standard
from tests.cast import Cast, looking_as
from tests.outcomes.settling import ended, pay, sealed
from tests.participants.people import ago

PAGE = "/serco/statements/"


def agree(cast: Cast, **different: Any) -> None:
    """Payment within 30 days."""
    with looking_as(cast.system()):
        usual = {"code": "payment", "sentence": "Paid in time", "limit": 30, "unit": "days", "source": "test"}
        Standard.objects.create(tenant=cast.serco, contract=cast.contract, **{**usual, **different})


def paid(cast: Cast, month: int, days: int, on: int = 0, **who: str) -> Statement:
    """A statement of so many days ago, paid `on` days ago, so many days after its sealing."""
    statement = ended(cast, days=month, **who)
    for name, step in (("frank", actions.propose), ("cleo", actions.seal)):
        with looking_as(getattr(cast, name)) as viewer, looking_as(cast.system()):
            more = {"expected": actions.expected(statement)} if step is actions.seal else {}
            statement = step(
                statement=statement, **more, by=viewer, at=viewer.now() - timedelta(days=on + days)
            )
    return pay(cast, statement, on=ago(on))


def shown(cast: Cast, name: str = "frank", query: str = "") -> list[Wait]:
    found: list[Wait] = cast.client(name).get(f"{PAGE}{query}").context["waits"]
    return found


def test_half_of_the_statements_were_paid_within_the_median(cast: Cast) -> None:
    for month, days in ((300, 1), (260, 40), (220, 10)):
        paid(cast, month, days)
    [found] = shown(cast)
    assert (found.provider, found.contract, found.count, found.median) == (
        "Renaisi",
        "Inspiring Families, east and north London",
        3,
        10,
    )
    paid(cast, 180, 13)
    [found] = shown(cast)
    assert (found.count, found.median) == (4, 11.5)
    assert "11.5" in cast.client("frank").get(PAGE).content.decode()


@pytest.mark.parametrize(("days", "in_time"), [(29, 1), (30, 1), (31, 0)])
def test_the_last_agreed_day_is_in_time(cast: Cast, days: int, in_time: int) -> None:
    agree(cast)
    paid(cast, 200, days)
    [found] = shown(cast)
    assert (found.limit, found.in_time, found.share) == (30, in_time, in_time)
    assert f"{in_time} of 1 within 30 days" in cast.client("frank").get(PAGE).content.decode()


@pytest.mark.parametrize("different", [{"unit": "working_days"}, {"code": "start"}])
def test_without_agreed_days_nothing_is_in_time_or_late(cast: Cast, different: dict[str, str]) -> None:
    agree(cast, **different)
    paid(cast, 200, 3)
    [found] = shown(cast)
    assert (found.limit, found.share) == (None, None)
    assert "No days were agreed" in cast.client("frank").get(PAGE).content.decode()


def test_what_is_sealed_and_not_paid_waits_still(cast: Cast) -> None:
    sealed(cast, ended(cast, days=200))
    assert shown(cast) == []
    assert "Days from sealed to paid" not in cast.client("frank").get(PAGE).content.decode()


def test_the_month_that_counts_is_that_of_the_payment(cast: Cast) -> None:
    paid(cast, 300, 5, on=70)
    paid(cast, 260, 9, on=0)
    assert [one.median for one in shown(cast, query=f"?paid_in={ago(70):%Y-%m}")] == [5]
    assert [one.median for one in shown(cast, query=f"?paid_in={ago(0):%Y-%m}")] == [9]
    assert [one.count for one in shown(cast, query="?paid_in=2020-13")] == [2]


def test_each_provider_waits_for_its_own_and_reads_its_own(cast: Cast) -> None:
    paid(cast, 200, 5)
    paid(cast, 200, 9, provider="i2i", adviser="ivo")
    assert [(one.slug, one.median) for one in shown(cast)] == [("i2i", 9), ("renaisi", 5)]
    assert [(one.slug, one.median) for one in shown(cast, "ines")] == [("i2i", 9)]
    link = "provider=i2i&contract=inspiring-families&status=paid"
    assert link.replace("&", "&amp;") in cast.client("frank").get(PAGE).content.decode()
    assert [one.count for one in shown(cast, query=f"?{link}")] == [1]


def test_they_are_read_in_one_query_however_many(cast: Cast) -> None:
    agree(cast)
    costs = []
    for month in (300, 260, 220):
        paid(cast, month, 3)
        with looking_as(cast.system()):
            with CaptureQueriesContext(connection) as asked:
                found = list(waits(Statement.objects.all()))
            costs.append(len(asked))
        assert found[0].count == len(costs)
    assert costs == [costs[0]] * 3
