"""What the caseload is made of, counted each night without people, and rates that are adjusted for it."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from outcomes.models import CaseMixFact, Contribution, PerformanceFact
from outcomes.performance import case_mix
from outcomes.performance.case_mix import CODES, Rule
from outcomes.performance.comparison import Rate, adjusted, merged, pooled
from outcomes.performance.periods import shift
from participants.models import Participant
from tests.cast import Cast, looking_as
from tests.outcomes.mixed import decided, mix
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_beyond import restrict
from tests.outcomes.test_comparison_view import PAGE, RATE, compared, csv_of, rows
from tests.outcomes.test_performance_view import page

__all__ = ["compared"]
HACKNEY = "E09000012"
ILL = {"concerns": ["own_health", "school_attendance"]}
WELL = {"concerns": ["school_attendance"]}
# Facts, and which health and months follow from them.
KNOWN: tuple[tuple[dict[str, Any], tuple[str, str]], ...] = (
    ({}, ("", "")),
    (ILL, ("yes", "")),
    (WELL, ("no", "")),
    ({"concerns": []}, ("no", "")),
    ({"benefit": ["employment_and_support_allowance"]}, ("yes", "")),
    ({"benefit": ["universal_credit"], "months_on_benefit": 0}, ("", "0-11")),
    ({"months_on_benefit": 11}, ("", "0-11")),
    ({"months_on_benefit": 12}, ("", "12-23")),
    ({"months_on_benefit": 24, **WELL}, ("no", "24-")),
    ({"months_on_benefit": None, "concerns": None}, ("", "")),
)


def strata(cast: Cast, code: str) -> Counter[tuple[str, str, str]]:
    """How many of a code there are, by health, months and area."""
    found: Counter[tuple[str, str, str]] = Counter()
    with looking_as(cast.system()):
        for one in CaseMixFact.objects.filter(code=code):
            found[one.health, one.months, one.area] += one.amount
    return found


def somebody(cast: Cast, facts: dict[str, Any], **more: Any) -> Participant:
    """A person with a past of whom these facts are known."""
    person, _ = person_with_a_past(cast, days=300, **more)
    decided(cast, person, **facts)
    return person


@pytest.mark.parametrize(("facts", "known"), KNOWN)
def test_health_and_months_follow_from_the_facts_of_the_newest_decision(
    cast: Cast, facts: dict[str, Any], known: tuple[str, str]
) -> None:
    person = somebody(cast, {"months_on_benefit": 40, **ILL}, area=HACKNEY)
    decided(cast, person, **facts)
    rebuilt(cast)
    assert strata(cast, "referral") == strata(cast, "start") == {(*known, HACKNEY): 1}


def test_every_night_counts_anew_and_comes_to_the_facts_of_whoever_may_count(cast: Cast) -> None:
    hidden = somebody(cast, ILL, in_work_for=250)
    for facts, _ in KNOWN[:4]:
        somebody(cast, facts, provider="i2i", in_work_for=200)
    restrict(cast, hidden, "priya")
    for _ in range(2):
        rebuilt(cast)
        with looking_as(cast.system()):
            left_out = Contribution.objects.filter(participant=hidden).values_list("code", flat=True)
            stored = PerformanceFact.objects.filter(organisation__isnull=False)
            for code in CODES:
                there = sum(stored.filter(code=code).values_list("amount", flat=True))
                counted = sum(CaseMixFact.objects.filter(code=code).values_list("amount", flat=True))
                assert counted == there - list(left_out).count(code), code
            assert set(CaseMixFact.objects.values_list("code", flat=True)) <= set(CODES)
            assert CaseMixFact.objects.values("counted_at").distinct().count() == 1


def test_what_follows_in_the_transaction_is_planned_as_usual(cast: Cast) -> None:
    with looking_as(cast.system()) as system, connection.cursor() as cursor:
        with CaptureQueriesContext(connection) as queries:
            case_mix.count(system)
        assert any("enable_nestloop = off" in one["sql"] for one in queries)
        cursor.execute("show enable_nestloop")
        assert cursor.fetchone() == ("on",)


def test_somebody_who_was_erased_is_in_no_stratum_of_health(cast: Cast) -> None:
    person = somebody(cast, ILL)
    decided(cast, person)
    rebuilt(cast)
    assert set(strata(cast, "referral")) == {("", "", "")}


def test_the_bands_are_named_by_their_first_and_last_month() -> None:
    assert Rule(date(2026, 1, 1), (12, 24), 20).bands == ["0-11", "12-23", "24-"]
    assert case_mix.rule_on(date(1999, 1, 1)) == case_mix.rule_on(date(2026, 1, 1))


Strata = dict[tuple[str, ...], Rate]
NAMES = st.sampled_from([("1", "yes"), ("1", "no"), ("1", ""), ("2", "yes"), ("2", "no")])
MIXES = st.dictionaries(
    st.sampled_from("abcd"), st.dictionaries(NAMES, st.integers(1, 30), min_size=1), min_size=1
)


@given(MIXES, st.dictionaries(NAMES, st.integers(0, 10), min_size=5))
def test_with_equal_rates_in_every_stratum_everybody_adjusted_is_alike(
    people: dict[str, dict[tuple[str, str], int]], tenths: dict[tuple[str, str], int]
) -> None:
    rates = {
        whose: {stratum: Rate(tenths[stratum] * tens, 10 * tens) for stratum, tens in mine.items()}
        for whose, mine in people.items()
    }
    everybody = {
        stratum: pooled([mine[stratum] for mine in rates.values() if stratum in mine])
        for stratum in {one for mine in rates.values() for one in mine}
    }
    overall = pooled(list(everybody.values())).share
    for mine in rates.values():
        found = adjusted(mine, everybody)
        if found is None:
            assert not any(rate.above for rate in mine.values())
        else:
            assert found.share == pytest.approx(overall)


@given(MIXES, st.integers(0, 40))
def test_small_strata_are_put_together_and_nobody_is_lost(
    people: dict[str, dict[tuple[str, str], int]], least: int
) -> None:
    rates: dict[str, Strata] = {
        whose: {stratum: Rate(number // 2, number) for stratum, number in mine.items()}
        for whose, mine in people.items()
    }
    found = merged(rates, least)
    of_each: Counter[tuple[str, ...]] = Counter()
    for whose, mine in found.items():
        assert pooled(list(mine.values())) == pooled(list(rates[whose].values()))
        of_each.update({stratum: rate.base for stratum, rate in mine.items()})
    # What is left of a group may itself be few: there is nobody else in it to put them with.
    assert all(number >= least for stratum, number in of_each.items() if len(stratum) > 1)
    for whose, theirs in people.items():
        for group in {stratum[0] for stratum in theirs}:
            before = sum(number for stratum, number in theirs.items() if stratum[0] == group)
            assert sum(rate.base for stratum, rate in found[whose].items() if stratum[0] == group) == before


def test_a_harder_caseload_is_worse_as_it_stands_and_alike_when_adjusted(compared: Cast) -> None:
    month = shift(compared.system().today.replace(day=1), -12)
    # Of people with a condition every tenth starts, of those without every second, with either provider.
    for provider, ill, well in (("renaisi", 20, 180), ("i2i", 160, 40)):
        mix(compared, provider, month, ill, ill // 10, health="yes")
        at = mix(compared, provider, month, well, well // 2, health="no")
    client = compared.client("priya")
    text = page(client, PAGE + RATE)
    assert "Adjusted for health condition, as of last night" in text
    assert f"{at:%Y}" in text
    assert "2 strata" in text
    assert "indirect standardisation" in text
    found = csv_of(client)
    assert float(found["i2i"]["Share"]) < float(found["Renaisi"]["Share"])
    overall = (2 + 90 + 16 + 20) / 400
    for provider in ("Renaisi", "i2i"):
        assert float(found[provider]["Adjusted"]) == pytest.approx(overall)


def test_of_few_people_the_area_is_given_up_first_and_the_health_last() -> None:
    few: Strata = {("1", "yes", "0-11", area): Rate(1, 8) for area in ("a", "b", "c")}
    more: Strata = {("1", "yes", "12-23", "a"): Rate(2, 9), ("1", "no", "0-11", "a"): Rate(3, 30)}
    alone: Strata = {("2", "no", "", "a"): Rate(0, 1)}
    assert merged({"renaisi": {**few, **more}, "i2i": alone}, 20) == {
        "renaisi": {
            ("1", "yes", "0-11"): Rate(3, 24),
            ("1",): Rate(2, 9),
            ("1", "no", "0-11", "a"): Rate(3, 30),
        },
        "i2i": {("2",): Rate(0, 1)},
    }


def test_small_strata_count_with_their_payment_group(compared: Cast) -> None:
    month = shift(compared.system().today.replace(day=1), -12)
    mix(compared, "renaisi", month, 100, 50, health="no", area=HACKNEY)
    mix(compared, "i2i", month, 100, 10, health="no", area=HACKNEY)
    for n, area in enumerate(("E09000010", "E09000014")):
        mix(compared, "i2i", month, 5, n, health="yes", area=area)
    text = page(compared.client("priya"), PAGE + RATE)
    assert "Adjusted for health condition and area, as of last night" in text
    assert "2 strata" in text
    assert "Strata of fewer than 20 people" in text


def test_where_nothing_else_is_known_it_is_the_payment_group_alone_and_says_so(compared: Cast) -> None:
    month = shift(compared.system().today.replace(day=1), -12)
    for group in ("all", "hard"):
        mix(compared, "i2i", month, 50, 10, payment_group=group)
    text = page(compared.client("priya"), PAGE + RATE)
    assert "Adjusted" not in " ".join(rows(text))
    assert "strata" not in text
    # Nor does it claim what so few people cannot bear.
    mix(compared, "i2i", month, 5, 1, health="yes")
    assert "health" not in page(compared.client("priya"), PAGE + RATE)


def test_no_health_stands_in_the_facts_file(cast: Cast) -> None:
    somebody(cast, ILL)
    rebuilt(cast)
    assert "health" not in page(
        cast.client("priya"), "/serco/performance/facts.csv?contract=inspiring-families"
    )
