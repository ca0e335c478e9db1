"""The nightly run: who is looked at, when everybody is, and what many at once write."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.accrual import NobodyLed, note_the_unknown, recompute, recompute_due
from outcomes.models import Journal, Milestone, Standing
from outcomes.replay import replay
from participants.models import Assignment, Enrolment, Participant
from partners import events, outbox
from partners.actions.clock import move
from partners.models import DomainEvent
from programmes.models import Price
from tests.cast import Cast, looking_as
from tests.outcomes.working import lines, reached, started_person, work
from tests.participants.people import ago


def tonight(cast: Cast) -> None:
    """The nightly run."""
    with looking_as(cast.system()) as system:
        outbox.enqueue("accrue", system)
    outbox.work_off()


def again_on(cast: Cast, enrolment: Enrolment) -> date:
    """The day on which the enrolment is looked at again."""
    with looking_as(cast.system()):
        return Standing.objects.get(enrolment=enrolment).again_on


def test_every_day_pages_through_those_who_are_due(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outcomes.subscriptions.PAGE", 2)
    enrolments = [started_person(cast, days=100)[1] for _ in range(5)]
    for enrolment in enrolments:
        work(cast, enrolment, since=89)
    assert {again_on(cast, enrolment) for enrolment in enrolments} == {ago(-1)}
    with looking_as(cast.system()) as system:
        move(tenant=cast.serco, offset=timedelta(days=1), by=system, at=system.now())
    outbox.work_off()
    assert all("short_job_outcome" in reached(cast, enrolment) for enrolment in enrolments)
    assert {again_on(cast, enrolment) for enrolment in enrolments} == {ago(-92)}


def test_an_enrolment_of_which_nothing_was_worked_out_yet_is_due(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=100)
    work(cast, enrolment, since=90)
    with looking_as(cast.system()) as system:
        fresh = Enrolment.objects.get(pk=enrolment.pk)
        fresh.pk, fresh.started_on = uuid4(), fresh.started_on - timedelta(days=300)
        fresh.ended_on = fresh.started_on + timedelta(days=5)
        fresh.save(force_insert=True)
        outbox.enqueue("accrue", system)
    outbox.work_off()
    assert "start" in reached(cast, fresh)


def test_a_night_on_which_nobody_is_due_reads_one_table_and_writes_nothing(cast: Cast) -> None:
    for _ in range(3):
        _, enrolment = started_person(cast, days=100)
        work(cast, enrolment, since=90)
    with looking_as(cast.system()) as system:
        note_the_unknown()
        with CaptureQueriesContext(connection) as queries:
            assert recompute_due(most=500, by=system, at=system.now()) == 0
    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len([sql for sql in asked if "outcomes_" in sql]) == 1
    assert not [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_somebody_whose_facts_fail_holds_up_nobody_else(cast: Cast) -> None:
    """Enrolments whose participant no provider ever led fail; the others of their page earn as ever."""
    enrolments = [started_person(cast, days=100)[1] for _ in range(5)]
    with looking_as(cast.system()) as system:
        for failing in (enrolments[1], enrolments[2]):
            nobodys = Enrolment.objects.get(pk=failing.pk)
            person = Participant.objects.get(pk=nobodys.participant_id)
            person.pk, person.reference = uuid4(), f"P-{uuid4().hex[:8]}"
            person.save(force_insert=True)
            nobodys.pk, nobodys.participant = uuid4(), person
            nobodys.save(force_insert=True)
        Milestone.objects.update(reversed_at=system.now())
        Standing.objects.update(again_on=system.today)
    tonight(cast)
    assert all("start" in reached(cast, enrolment) for enrolment in enrolments)
    with looking_as(cast.system()) as system:
        told = DomainEvent.objects.filter(kind="accrual.failed")
        assert sorted(told.values_list("facts__error", flat=True)) == ["NobodyLed", "NobodyLed"]
        left = Standing.objects.exclude(enrolment__in=enrolments)
        # Looked at again tomorrow, and in none of the days between as somebody whose ledger is known.
        assert set(left.values_list("again_on", flat=True)) == {system.today + timedelta(days=1)}
        assert (replay(system).compared, replay(system).waiting) == (5, 2)


def test_what_fails_for_everybody_is_nobodys_facts_and_is_raised(cast: Cast) -> None:
    for _ in range(2):
        started_person(cast, days=100)
    with looking_as(cast.system()) as system:
        Assignment.objects.update(voided_at=system.now())
        Milestone.objects.update(reversed_at=system.now())
        Standing.objects.update(again_on=system.today)
    with looking_as(cast.system()) as system, pytest.raises(NobodyLed):
        recompute_due(most=500, by=system, at=system.now())
    with looking_as(cast.system()) as system:
        assert not DomainEvent.objects.filter(kind="accrual.failed").exists()
        assert set(Standing.objects.values_list("again_on", flat=True)) == {system.today}


def test_loaded_terms_have_everybody_of_the_programme_looked_at_again(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    with looking_as(cast.system()) as system:
        Price.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            milestone="job_start",
            pence=700,
            source="test",
        )
    tonight(cast)
    assert ("job_start", "accrual", 700) not in lines(cast, enrolment)
    with looking_as(cast.system()) as system:
        events.record(
            "programme.loaded",
            cast.contract,
            system,
            at=system.now(),
            wall=DomainEvent.Wall.WORKSPACE,
            contract=cast.contract.pk,
        )
    tonight(cast)
    assert ("job_start", "accrual", 700) in lines(cast, enrolment)


def test_a_clock_that_goes_back_and_on_again_earns_everything_once_more(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=100)
    work(cast, enrolment, since=95)
    assert "short_job_outcome" in reached(cast, enrolment)
    for days, is_reached in ((-10, False), (-4, True), (-6, False), (0, True)):
        with looking_as(cast.system()) as system:
            move(tenant=cast.serco, offset=timedelta(days=days), by=system, at=system.now())
        outbox.work_off()
        assert ("short_job_outcome" in reached(cast, enrolment)) is is_reached
    with looking_as(cast.system()):
        everything = Journal.objects.filter(milestone__enrolment=enrolment, side="provider")
        assert sum(everything.values_list("pence", flat=True)) == 60_000 + 90_000


def test_many_at_once_write_what_each_alone_would(cast: Cast) -> None:
    """One event for each milestone, and the same rows but for the ids of the people."""

    def written(of: Sequence[Enrolment]) -> list[tuple[object, ...]]:
        with looking_as(cast.system()):
            rows = Journal.objects.filter(milestone__enrolment__in=of).order_by(
                "claimable_from", "side", "kind"
            )
            events_of = DomainEvent.objects.filter(
                kind__startswith="milestone.", facts__enrolment__in=[str(one.pk) for one in of]
            )
            told = events_of.order_by("on", "kind").values_list("kind", "on", "facts__code", "organisation")
            return [
                *rows.values_list("milestone__code", "side", "kind", "pence", "claimable_from", "statement"),
                *told,
            ]

    people = [started_person(cast, days=200)[1] for _ in range(3)]
    for enrolment in people:
        work(cast, enrolment, since=190)
    alone = written(people)
    with looking_as(cast.system()) as system:
        Milestone.objects.update(reversed_at=system.now())
        before = Journal.objects.count(), DomainEvent.objects.filter(kind="milestone.reached").count()
    with looking_as(cast.system()) as system:
        assert recompute(enrolments=people, by=system, at=system.now()) == 12
    with looking_as(cast.system()):
        assert Journal.objects.count() == 2 * before[0]
        assert DomainEvent.objects.filter(kind="milestone.reached").count() == 2 * before[1]
    assert [row for row, times in Counter(written(people)).items() for _ in range(times // 2)] == list(
        Counter(alone).elements()
    )
