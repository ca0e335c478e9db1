"""Action plans within the limit of the contract's service standard: counted once for a referral, and by whom."""

import pytest

from outcomes.performance.figures import Board
from outcomes.performance.nightly import Corrected
from outcomes.performance.periods import Period
from programmes.models import Standard
from tests.cast import Cast, looking_as
from tests.outcomes.performing import (
    by_hand,
    facts,
    person_with_a_past,
    rebuilt,
    refreshed,
    waits,
    waits_by_hand,
)
from tests.outcomes.test_performance_view import page
from tests.participants.people import ago
from tests.participants.planning import agreed

PAGE = "/serco/performance/?contract=inspiring-families&period=all"


@pytest.fixture
def standard(cast: Cast) -> Cast:
    """A plan is asked for within 20 working days."""
    with looking_as(cast.system()):
        Standard.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            code="action_plan",
            sentence="A plan is agreed within 20 working days of the referral",
            limit=20,
            unit="working_days",
            source="test",
        )
    return cast


def figure(cast: Cast) -> tuple[int, int | None]:
    with looking_as(cast.priya) as priya:
        all_months = Period.chosen("all", cast.contract, priya.today)
        found = Board.of(cast.contract, all_months, priya, money=False).whole["plans_in_time"]
    return found.amount, found.base


def test_the_first_plan_after_the_referral_counts_where_it_is_in_time(standard: Cast) -> None:
    soon, late, never = (person_with_a_past(standard, days=200)[0] for _ in range(3))
    agreed(standard, soon, agreed_on=ago(190))
    agreed(standard, soon, agreed_on=ago(20))
    agreed(standard, late, agreed_on=ago(100))
    refreshed(standard)
    assert figure(standard) == (1, 3)
    assert facts(standard) == by_hand(standard)
    assert waits(standard) == waits_by_hand(standard)
    assert rebuilt(standard) == Corrected()
    text = page(standard.client("priya"), PAGE)
    assert "Action plan within 20 working days" in text
    listed = PAGE.replace("performance/?", "performance/people/?") + "&measure=plans_in_time"
    people = page(standard.client("priya"), listed)
    assert soon.reference in people
    assert "A plan was agreed." in people
    assert late.reference not in people
    assert never.reference in page(standard.client("priya"), f"{listed}&which=rest")


def test_it_moves_as_soon_as_a_plan_is_agreed(standard: Cast) -> None:
    person, _ = person_with_a_past(standard, days=200)
    rebuilt(standard)
    assert figure(standard) == (0, 1)
    agreed(standard, person, agreed_on=ago(195))
    refreshed(standard)
    assert figure(standard) == (1, 1)


def test_a_contract_without_such_a_standard_has_no_such_figure(cast: Cast) -> None:
    person_with_a_past(cast, days=200)
    rebuilt(cast)
    assert "Action plan within" not in page(cast.client("priya"), PAGE)
