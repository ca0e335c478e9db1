"""How long a milestone takes after what it follows, as the months ahead have it. Cohorts alone: no rows."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outcomes.cohorts import Cohorts, Lasted, Rule
from outcomes.past import MONTHS, NEVER, Past, Spread, Step

TODAY = date(2026, 5, 1)
STEP = Step("1", "sustainment", 2)
WAITS = st.lists(st.builds(Lasted, st.integers(0, 500), st.booleans()), min_size=1, max_size=30)
CHANCES = st.lists(st.floats(0, 1), min_size=MONTHS, max_size=MONTHS)


def past(waits: list[Lasted]) -> Past:
    begun = [(TODAY - timedelta(days=900), one) for one in waits]
    rule = Rule(date(2011, 6, 1), (3, 12), 3, 3)
    cohorts = Cohorts.of(begun, TODAY, ahead=372, rule=rule)
    return Past(TODAY, cohorts, {STEP: cohorts} if waits else {})


def test_everybody_who_waited_fifty_days_is_expected_fifty_days_after_what_came_before() -> None:
    known = past([Lasted(50, True)] * 4)
    waiting = known.waiting(STEP, TODAY - timedelta(days=20))
    assert [round(chance, 3) for chance in waiting.chances[:3]] == [1, 0, 0]
    assert waiting.people == 4
    # Two months after the month in which it may begin.
    before = Spread((0.0, 0.5, 0.5, *[0.0] * 9), 7)
    assert [round(chance, 3) for chance in known.following(STEP, before).chances[:6]] == [
        0,
        0,
        0,
        0.5,
        0.5,
        0,
    ]


def test_what_nobody_ever_reached_is_never_expected() -> None:
    assert past([]).waiting(STEP, TODAY) == NEVER
    assert past([Lasted(50, False)] * 4).waiting(STEP, TODAY) == NEVER


def test_what_can_be_claimed_later_on_is_followed_from_that_month() -> None:
    found = past([Lasted(10, True)] * 3).waiting(STEP, TODAY + timedelta(days=40))
    assert found.chances[:3] == (0, 1, 0)


@given(WAITS, st.integers(0, 600))
def test_nobody_reaches_it_more_than_once(waits: list[Lasted], so_far: int) -> None:
    chances = past(waits).waiting(STEP, TODAY - timedelta(days=so_far)).chances
    assert all(chance >= 0 for chance in chances)
    assert sum(chances) <= 1 + 1e-9


@given(WAITS, CHANCES)
def test_it_follows_no_more_often_than_it_may(waits: list[Lasted], chances: list[float]) -> None:
    total = sum(chances) or 1.0
    before = Spread(tuple(chance / total for chance in chances), 5)
    after = past(waits).following(STEP, before).chances
    so_far = [sum(after[: number + 1]) - sum(before.chances[: number + 1]) for number in range(len(after))]
    assert all(more <= 1e-9 for more in so_far)
