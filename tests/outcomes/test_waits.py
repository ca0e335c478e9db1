"""How long people wait: counted in working days, added up as histograms, read as medians."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from statistics import median_low

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from outcomes.models import Contribution
from outcomes.performance.contributions import _working_days
from outcomes.performance.figures import Board
from outcomes.performance.periods import Period
from outcomes.performance.waits import quantile
from programmes.measures import MEDIAN, NINE_IN_TEN
from programmes.working_days import working_days_between
from tests.cast import Cast, looking_as
from tests.outcomes.performing import (
    person_with_a_past,
    rebuilt,
    refer_back,
    refreshed,
    waits,
    waits_by_hand,
)
from tests.participants.people import ago, log, new_person
from tests.participants.restricting import restrict

waited = st.lists(st.integers(0, 90), min_size=1, max_size=40)


@given(waited)
def test_half_of_the_people_waited_no_longer_than_the_median(days: list[int]) -> None:
    assert quantile(Counter(days), MEDIAN) == median_low(days)


@given(waited, st.fractions(Fraction(1, 100), 1))
def test_a_part_of_the_people_is_reached_by_its_quantile_and_not_a_day_sooner(
    days: list[int], part: Fraction
) -> None:
    found = quantile(Counter(days), part)
    assert found is not None
    assert sum(one <= found for one in days) >= part * len(days) > sum(one < found for one in days)


@given(waited, waited)
def test_histograms_add_up_as_medians_do_not(some: list[int], others: list[int]) -> None:
    assert quantile(Counter(some) + Counter(others), NINE_IN_TEN) == quantile(
        Counter([*some, *others]), NINE_IN_TEN
    )


def test_nobody_waited() -> None:
    assert quantile(Counter(), MEDIAN) is None


def test_the_database_counts_working_days_as_everybody_else_does(cast: Cast) -> None:
    first = date(2024, 3, 20)
    pairs = [
        (first + timedelta(since), first + timedelta(since + later))
        for since in range(0, 60, 3)
        for later in (-3, 0, 1, 2, 5, 9, 30, 71, 400)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_working_days('p.since', 'p.day')} from unnest(%s::date[], %s::date[]) p (since, day)",
            [[since for since, _ in pairs], [day for _, day in pairs]],
        )
        found = [days for (days,) in cursor.fetchall()]
    assert found == [working_days_between(since, day) for since, day in pairs]


def test_a_start_and_a_first_contact_know_how_long_they_took(cast: Cast) -> None:
    person = new_person(cast, since=100)
    refer_back(cast, person, days=100)
    log(cast, person, cast.ada, days=98, result="not_reached")
    log(cast, person, cast.ada, days=90)
    log(cast, person, cast.ada, days=60)
    refreshed(cast)
    with looking_as(cast.system()):
        met = Contribution.objects.get(code="first_contact")
    assert (met.happened_on, met.days) == (ago(90), working_days_between(ago(100), ago(90)))
    assert waits(cast) == waits_by_hand(cast)


def test_a_contact_moves_the_figures_at_once(cast: Cast) -> None:
    person, _ = person_with_a_past(cast, days=50)
    refreshed(cast)
    assert not any(code == "first_contact" for code, _ in waits(cast))
    log(cast, person, cast.ada, days=40)
    refreshed(cast)
    log(cast, person, cast.ada, days=45)
    refreshed(cast)
    assert waits(cast) == waits_by_hand(cast)


def test_whom_nobody_reached_before_the_next_referral_was_reached_after_that_one(cast: Cast) -> None:
    person = new_person(cast, since=200)
    refer_back(cast, person, days=200, status="did_not_start")
    refer_back(cast, person, days=60)
    log(cast, person, cast.ada, days=57)
    rebuilt(cast)
    with looking_as(cast.system()):
        met = Contribution.objects.get(code="first_contact")
    assert (met.cohort_month, met.days) == (
        ago(60).replace(day=1),
        working_days_between(ago(60), ago(57)),
    )
    assert waits(cast) == waits_by_hand(cast)


def _figures(cast: Cast) -> dict[str, object]:
    with looking_as(cast.priya) as priya:
        period = Period.chosen("all", cast.contract, priya.today)
        whole = Board.of(cast.contract, period, priya, money=False).whole
        return {code: figure.value for code, figure in whole.items()}


def test_the_page_tells_the_median_and_nine_in_ten(cast: Cast) -> None:
    for days in (10, 20, 90):
        person, _ = person_with_a_past(cast, days=100)
        log(cast, person, cast.ada, days=100 - days)
    refreshed(cast)
    found = _figures(cast)
    assert found["first_contact_wait"] == working_days_between(ago(100), ago(80))
    assert found["first_contact_wait_90"] == working_days_between(ago(100), ago(10))
    assert found["start_wait"] == 0


def test_a_restricted_person_does_not_move_the_median_of_few(cast: Cast) -> None:
    for days in (10, 20):
        person, _ = person_with_a_past(cast, days=100)
        log(cast, person, cast.ada, days=100 - days)
    hidden, _ = person_with_a_past(cast, days=100)
    log(cast, hidden, cast.ada, days=1)
    refreshed(cast)
    before = _figures(cast)["first_contact_wait"]
    restrict(cast, hidden)
    refreshed(cast)
    assert before == working_days_between(ago(100), ago(80))
    assert _figures(cast)["first_contact_wait"] == working_days_between(ago(100), ago(90))
