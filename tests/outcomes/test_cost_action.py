"""Actual cost: claimed for a period that is over, charged on both sides, and taken off again where it was wrong."""

from datetime import date
from typing import Any

import pytest

from outcomes.actions import cost as costs
from outcomes.claims.costs import periods, spoken
from outcomes.margin import margins
from outcomes.models import ActualCost, Charge, Entry, Journal
from programmes.models import Contract, Fee
from programmes.months import shifted
from tests.cast import Cast, looking_as
from tests.outcomes.settling import of_month, sealed
from tests.participants.people import ago

SPENT = 1_234_567


def by_cost(cast: Cast, *sides: str, months: int = 3) -> None:
    """Let the contract pay cost by so many months, on both sides unless it is said."""
    with looking_as(cast.system()):
        for side in sides or ("commissioner", "provider"):
            Fee.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                side=side,
                kind="actual_cost",
                months=months,
                source="test",
            )


def last_period(cast: Cast) -> date:
    """The first day of the newest period that is over."""
    return periods(cast.contract, 3, date.today())[0]


def claim(cast: Cast, provider: str = "renaisi", by: str = "frank", **more: Any) -> ActualCost:
    said: dict[str, Any] = {
        "quarter": last_period(cast),
        "pence": SPENT,
        "what_for": "Two keyworkers",
        "evidence": "Ledger extract 4",
    }
    with looking_as(getattr(cast, by)) as viewer:
        return costs.claim(
            contract=cast.contract,
            organisation=cast.organisations[provider],
            **{**said, **more},
            by=viewer,
            at=viewer.now(),
        )


def withdraw(cast: Cast, cost: ActualCost) -> ActualCost:
    with looking_as(cast.frank) as frank:
        return costs.withdraw(cost=cost, why="A bill was counted twice", by=frank, at=frank.now())


def charged(cast: Cast, side: str) -> list[int]:
    with looking_as(cast.system()):
        found = Charge.objects.filter(kind="actual_cost", side=side).order_by("made_at", "pk")
        return list(found.values_list("pence", flat=True))


def test_periods_are_those_of_the_contract_that_are_over() -> None:
    contract = Contract(starts_on=date(2025, 4, 1), ends_on=date(2025, 12, 31))
    assert periods(contract, 3, date(2025, 9, 30)) == [date(2025, 4, 1)]
    assert periods(contract, 3, date(2025, 10, 1)) == [date(2025, 7, 1), date(2025, 4, 1)]
    assert len(periods(contract, 3, date(2030, 1, 1))) == 3
    assert spoken(date(2025, 7, 1), 3) == "July 2025 to September 2025"


def test_it_is_charged_on_both_sides_and_stands_on_the_providers_statement(cast: Cast) -> None:
    by_cost(cast)
    made = claim(cast)
    assert (charged(cast, "commissioner"), charged(cast, "provider")) == ([SPENT], [SPENT])
    with looking_as(cast.mona):
        line = Journal.objects.get(charge__kind="actual_cost")
        assert line.statement is not None
        assert (line.statement.month.month - made.quarter.month) % 12 == 2
        assert "Two keyworkers" in line.why
        assert "Ledger extract 4" in line.why
        assert not ActualCost.objects.exists()
    with looking_as(cast.system()):
        journals = Journal.objects.filter(charge__kind="actual_cost")
        assert all(sum(one.pence for one in Entry.objects.filter(journal=j)) == 0 for j in journals)
        [margin] = margins(cast.contract.pk, None)
    assert (margin.provider, margin.income, margin.cost) == ("Renaisi", SPENT, SPENT)


def test_a_provider_that_is_paid_otherwise_has_no_line(cast: Cast) -> None:
    by_cost(cast, "commissioner")
    assert claim(cast).provider_charge is None
    assert (charged(cast, "commissioner"), charged(cast, "provider")) == ([SPENT], [])


def test_a_period_is_claimed_once_for_each_provider(cast: Cast) -> None:
    by_cost(cast)
    claim(cast)
    claim(cast, "i2i")
    with pytest.raises(costs.ClaimedAlready):
        claim(cast, by="cleo")


def test_no_month_is_claimed_twice_when_the_periods_become_shorter_or_longer(cast: Cast) -> None:
    by_cost(cast)
    quarter = last_period(cast)
    made = claim(cast)
    with looking_as(cast.system()) as system:
        Fee.objects.update(withdrawn_at=system.now())
    by_cost(cast, months=1)
    for month in range(3):
        with pytest.raises(costs.ClaimedAlready):
            claim(cast, quarter=shifted(quarter, month))
    assert claim(cast, quarter=shifted(quarter, -1)).months == 1
    withdraw(cast, made)
    claim(cast, quarter=shifted(quarter, 2))
    with looking_as(cast.system()) as system:
        Fee.objects.update(withdrawn_at=system.now())
    by_cost(cast)
    with pytest.raises(costs.ClaimedAlready):
        claim(cast)


def test_withdrawn_it_comes_to_nothing_and_can_be_claimed_anew(cast: Cast) -> None:
    by_cost(cast)
    first = claim(cast)
    withdraw(cast, first)
    with pytest.raises(costs.Withdrawn):
        withdraw(cast, first)
    claim(cast, pence=1_000_000)
    assert charged(cast, "commissioner") == charged(cast, "provider") == [SPENT, -SPENT, 1_000_000]
    with looking_as(cast.mona):
        assert "A bill was counted twice" in Journal.objects.get(pence=-SPENT).why


def test_what_was_sealed_stays_and_the_next_statement_takes_it_off(cast: Cast) -> None:
    by_cost(cast)
    made = claim(cast)
    with looking_as(cast.system()):
        assert made.provider_charge is not None
        month = made.provider_charge.month
    done = sealed(cast, of_month(cast, month))
    withdraw(cast, made)
    with looking_as(cast.mona):
        taken = Journal.objects.get(pence=-SPENT)
        assert taken.statement is not None
        assert taken.statement.month > done.month
    assert done.total_pence == SPENT


def test_what_is_not_over_or_begins_otherwise_is_refused(cast: Cast) -> None:
    by_cost(cast)
    for quarter in (ago(0).replace(day=1), last_period(cast).replace(day=2)):
        with pytest.raises(costs.NoSuchPeriod):
            claim(cast, quarter=quarter)


def test_only_where_the_terms_say_so_and_the_provider_delivers(cast: Cast) -> None:
    with pytest.raises(costs.NotByCost):
        claim(cast)
    by_cost(cast)
    with pytest.raises(costs.NotByCost):
        claim(cast, "dwp")
