"""How things stand today: the caseload, who of it was reached lately, and meetings that were missed."""

import csv
import io
from datetime import date, timedelta

import pytest

from outcomes.models import PublishedFigure
from outcomes.performance.nightly import Corrected
from outcomes.performance.periods import Window
from partners.models import Tenant
from programmes.measure import DAY_ZERO
from tests.cast import Cast, looking_as
from tests.outcomes.performing import by_hand, facts, person_with_a_past, rebuilt, refreshed
from tests.outcomes.test_performance_view import head, page, tile
from tests.outcomes.test_published import night
from tests.participants.people import ago, log
from tests.participants.test_enrolment_action import end

PAGE = "/serco/performance/?contract=inspiring-families&period=all"
BEHIND = "/serco/performance/people/?contract=inspiring-families&period=all"


@pytest.fixture
def held(cast: Cast) -> Cast:
    """Four people on the caseload: one reached today, one 13 days ago, one 14 days ago, one only tried since."""
    for days in (0, 13, 14):
        person, _ = person_with_a_past(cast, days=90)
        log(cast, person, cast.ada, days=days)
    person, _ = person_with_a_past(cast, days=90, provider="i2i")
    log(cast, person, cast.ivo, days=2, result="not_reached")
    refreshed(cast)
    return cast


def test_of_the_caseload_those_count_who_were_reached_within_fourteen_days(held: Cast) -> None:
    text = page(held.client("priya"), PAGE)
    assert tile(text, "Caseload") == "4 4.0 for the one adviser"
    assert tile(text, "Contact in the last 14 days") == "50.0% 2 of 4 caseload"
    assert facts(held) == by_hand(held)
    assert rebuilt(held) == Corrected()


def test_whoever_starts_today_was_reached_today(cast: Cast) -> None:
    person_with_a_past(cast, days=0)
    refreshed(cast)
    assert tile(page(cast.client("priya"), PAGE), "Contact in the last 14 days") == "100.0% 1 of 1 caseload"


def test_those_who_were_not_reached_are_a_list_of_their_own(held: Cast) -> None:
    client = held.client("priya")
    lately = f"{BEHIND}&measure=contacted_lately"
    assert head(page(client, lately)) == "Contact in the last 14 days: 2"
    rest = page(client, f"{lately}&which=rest&sort=on")
    assert head(rest) == "Contact in the last 14 days, those who do not count: 2"
    assert rest.count("Reached last on this day.") == 2
    assert head(page(client, f"{lately}&which=all")) == "Contact in the last 14 days, all of them: 4"
    file = page(client, f"{lately}&which=rest&sort=on".replace("people/", "people.csv")).lstrip("\ufeff")
    assert [row["Date"] for row in csv.DictReader(io.StringIO(file))] == [
        ago(90).isoformat(),
        ago(14).isoformat(),
    ]


def test_time_alone_moves_it_and_no_night_finds_anything_wrong(held: Cast) -> None:
    held.serco.clock_offset += timedelta(days=1)
    Tenant.objects.filter(pk=held.serco.pk).update(clock_offset=held.serco.clock_offset)
    assert tile(page(held.client("priya"), PAGE), "Contact in the last 14 days") == "25.0% 1 of 4 caseload"
    assert rebuilt(held) == Corrected()


def test_whatever_the_period_it_is_of_today(held: Cast) -> None:
    month = f"{ago(200):%Y-%m}"
    assert (
        tile(page(held.client("priya"), PAGE.replace("=all", f"={month}")), "Caseload")
        == "4 4.0 for the one adviser"
    )


def test_whoever_leaves_is_on_the_caseload_no_more(held: Cast) -> None:
    _, enrolment = person_with_a_past(held, days=30)
    refreshed(held)
    assert tile(page(held.client("priya"), PAGE), "Caseload") == "5 5.0 for the one adviser"
    end(held, enrolment, days=0)
    refreshed(held)
    assert tile(page(held.client("priya"), PAGE), "Caseload") == "4 4.0 for the one adviser"
    assert facts(held) == by_hand(held)


def test_a_provider_sees_its_own(held: Cast) -> None:
    assert tile(page(held.client("mona"), PAGE), "Contact in the last 14 days") == "66.7% 2 of 3 caseload"


def test_what_stands_today_is_published_of_no_month(held: Cast) -> None:
    held.serco.clock_offset += timedelta(days=62)
    Tenant.objects.filter(pk=held.serco.pk).update(clock_offset=held.serco.clock_offset)
    night(held)
    with looking_as(held.system()):
        assert not PublishedFigure.objects.filter(measure__in=["caseload", "contacted_lately"]).exists()
        assert PublishedFigure.objects.filter(measure="did_not_attend").exists()


def test_missed_meetings_are_a_share_of_meetings_and_a_call_is_none(cast: Cast) -> None:
    person, _ = person_with_a_past(cast, days=60)
    for days, channel, result in (
        (50, "in_person", "attended"),
        (40, "in_person", "did_not_attend"),
        (30, "video", "attended"),
        (20, "phone", "did_not_attend"),
        (10, "in_person", "not_reached"),
        (5, "in_person", "attended"),
    ):
        log(cast, person, cast.ada, days=days, channel=channel, result=result)
    refreshed(cast)
    client = cast.client("priya")
    assert tile(page(client, PAGE), "Did not attend") == "25.0% 1 of 4 meetings"
    missed = f"{BEHIND}&measure=did_not_attend"
    assert page(client, missed).count("Did not attend.") == 1
    assert page(client, f"{missed}&which=rest").count(">Attended.<") == 3
    assert head(page(client, f"{missed}&which=all")).endswith(": 4")
    assert facts(cast) == by_hand(cast)
    assert rebuilt(cast) == Corrected()


def test_of_a_cohorts_rate_the_rest_are_those_without_it(cast: Cast) -> None:
    person_with_a_past(cast, days=420, in_work_for=300)
    person_with_a_past(cast, days=420)
    refreshed(cast)
    client = cast.client("priya")
    rate = f"{BEHIND}&measure=job_outcome_rate"
    assert head(page(client, rate)).endswith(": 1")
    rest = page(client, f"{rate}&which=rest")
    assert head(rest).endswith("those who do not count: 1")
    assert "Referral RF-" in rest
    assert head(page(client, f"{rate}&which=all")).endswith(": 2")


@pytest.mark.parametrize(("measure", "which"), [("starts", "rest"), ("job_outcomes_per_referral", "rest")])
def test_what_has_no_rest_lists_who_counts(cast: Cast, measure: str, which: str) -> None:
    person_with_a_past(cast, days=60)
    refreshed(cast)
    text = page(cast.client("priya"), f"{BEHIND}&measure={measure}&which={which}")
    assert "those who do not count" not in text


def test_a_window_of_what_stands_asks_for_the_day_alone() -> None:
    since = date(2026, 11, 10)
    window = Window(date(2026, 1, 1), date(2026, 11, 1), since=since)
    on = (since - DAY_ZERO).days
    assert window.holds(date(2020, 1, 1), 0, on)
    assert not window.holds(date(2020, 1, 1), 0, on - 1)
    assert window.base.holds(date(2020, 1, 1), 0, on - 1)
    assert not window.holds(date(2026, 1, 1), 0, None)
