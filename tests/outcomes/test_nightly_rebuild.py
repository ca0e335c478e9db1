"""Every night the facts are proved: compared with everybody computed anew, put right, and what was wrong is said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from outcomes.models import Contribution, PerformanceFact
from outcomes.performance.contributions import LANES
from outcomes.performance.nightly import CONSUMERS, Corrected, differing, rebuild
from partners import outbox
from partners.models import DomainEvent, OutboxItem
from tests.cast import Cast, looking_as
from tests.outcomes.performing import (
    by_hand,
    contributed,
    facts,
    person_with_a_past,
    rebuilt,
    refer_back,
    refreshed,
)
from tests.participants.people import new_person


def test_a_night_after_a_good_day_finds_nothing(cast: Cast) -> None:
    person_with_a_past(cast, days=300, in_work_for=200)
    refreshed(cast)
    assert rebuilt(cast) == Corrected()


def test_who_waits_for_a_refresh_is_no_alarm_and_waits_on(cast: Cast) -> None:
    person_with_a_past(cast, days=300, in_work_for=200)
    with looking_as(cast.system()) as system:
        assert rebuild(system) == Corrected()
    assert facts(cast) == {}
    refreshed(cast)
    assert facts(cast) == by_hand(cast)


def test_a_rebuild_keeps_no_refresh_waiting_where_nothing_is_wrong(cast: Cast) -> None:
    person_with_a_past(cast, days=300, in_work_for=200)
    with looking_as(cast.system()) as system, CaptureQueriesContext(connection) as queries:
        assert rebuild(system) == Corrected()
    assert not [one for one in queries if "pg_advisory" in one["sql"]]


def test_rows_written_in_bulk_get_their_facts_from_a_rebuild(cast: Cast) -> None:
    person = new_person(cast, since=100)
    refer_back(cast, person, days=100)
    found = rebuilt(cast)
    assert [(cell.code, cell.was, cell.should_be) for cell in found.cells] == [("referral", 0, 1)]
    assert found.people == 1
    assert facts(cast) == by_hand(cast) != {}
    assert rebuilt(cast) == Corrected()


@pytest.mark.parametrize(
    "spoil",
    [
        "a fact too high",
        "a fact lost",
        "a fact invented",
        "a contribution lost",
        "a contribution doubled",
        "somebody else behind it",
    ],
)
def test_a_spoiled_fact_is_found_put_right_and_raised(cast: Cast, spoil: str) -> None:
    person_with_a_past(cast, days=300, in_work_for=200)
    other = new_person(cast, since=300)
    refreshed(cast)
    right = facts(cast)
    with looking_as(cast.system()) as system:
        fact = PerformanceFact.objects.filter(code="start").get()
        if spoil == "a fact too high":
            PerformanceFact.objects.filter(pk=fact.pk).update(amount=7)
        elif spoil == "a fact lost":
            fact.delete()
        elif spoil == "a contribution lost":
            Contribution.objects.filter(code="start").delete()
        elif spoil == "a contribution doubled":
            one = Contribution.objects.get(code="start")
            one.pk = None
            one.save(force_insert=True)
        elif spoil == "somebody else behind it":
            one = Contribution.objects.get(code="start")
            Contribution.objects.filter(code="start").delete()
            one.pk, one.participant_id = None, other.pk
            one.save(force_insert=True)
        else:
            fact.pk, fact.elapsed_month = None, 9
            fact.save(force_insert=True)
        for consumer in CONSUMERS:
            outbox.enqueue(consumer, system)
    with capture_logs() as logs:
        outbox.work_off()
    assert facts(cast) == right == contributed(cast)
    assert [log["event"] for log in logs] == ["facts were not the sum of the rows"]
    assert logs[0]["count"] == 1
    with looking_as(cast.priya):
        alarm = DomainEvent.objects.get(kind="facts.differ")
    assert alarm.subject_id == cast.contract.pk
    assert alarm.facts["findings"] == 1
    assert alarm.facts["code"] == "start"
    assert alarm.facts["should_be"] == (0 if spoil == "a fact invented" else 1)
    assert rebuilt(cast) == Corrected()


def test_what_is_wrong_in_both_lanes_is_raised_once_and_whole(cast: Cast) -> None:
    for days in (300, 269):
        person_with_a_past(cast, days=days)
    refreshed(cast)
    right = facts(cast)
    with looking_as(cast.system()) as system:
        assert PerformanceFact.objects.filter(code="start").update(amount=7) == 2
        for consumer in CONSUMERS:
            outbox.enqueue(consumer, system)
    with capture_logs() as logs:
        outbox.work_off()
    assert facts(cast) == right
    assert [log["count"] for log in logs] == [2]
    with looking_as(cast.priya):
        assert DomainEvent.objects.filter(kind="facts.differ").count() == 2


def test_every_night_asks_for_each_lane_once(cast: Cast) -> None:
    outbox.tick()
    outbox.tick()
    with looking_as(cast.system()):
        asked = OutboxItem.objects.filter(consumer__startswith="rebuild").values_list("consumer", flat=True)
        assert sorted(asked) == ["rebuild_0", "rebuild_1"]


def test_what_differs_is_found_by_the_lane_of_its_month_alone(cast: Cast) -> None:
    for days in (300, 269, 238, 207):
        person_with_a_past(cast, days=days, in_work_for=100)
    refreshed(cast)
    with looking_as(cast.system()):
        PerformanceFact.objects.all().delete()
        whole, *lanes = (set(differing(lane)) for lane in (None, *LANES))
    assert whole == lanes[0] | lanes[1]
    assert not lanes[0] & lanes[1]
    assert all(cell.cohort_month.month % 2 == lane for lane in LANES for cell in lanes[lane])
    assert all(lanes)
