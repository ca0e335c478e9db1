"""Work is neither lost nor doubled, whatever becomes of the message that carries it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from partners import outbox
from partners.models import DomainEvent, OutboxItem, ScheduledRun
from partners.viewer import Viewer
from tests.cast import Cast, looking_as

done: list[tuple[UUID, str]] = []


def note(item: OutboxItem, system: Viewer) -> None:
    done.append((item.pk, system.kind))


def fail(item: OutboxItem, system: Viewer) -> None:
    done.append((item.pk, system.kind))
    raise ZeroDivisionError("words that could quote a person")


def in_steps(item: OutboxItem, system: Viewer) -> outbox.Steps:
    """Three steps, of which each asks for other work; at the third something goes wrong the first time."""
    for step in range(outbox_items("test.note"), 3):
        outbox.enqueue("test.note", system)
        done.append((item.pk, f"step {step}"))
        if step == 2 and len(done) == 3:
            raise ZeroDivisionError
        yield


def outbox_items(consumer: str) -> int:
    return OutboxItem.objects.filter(consumer=consumer).count()


CONSUMERS: dict[str, outbox.Consumer] = {"test.note": note, "test.fail": fail, "test.steps": in_steps}


@pytest.fixture(autouse=True)
def consumers() -> Iterator[None]:
    for name, consumer in CONSUMERS.items():
        outbox.consume(name, consumer)
    done.clear()
    yield
    for name in CONSUMERS:
        del outbox._consumers[name]


def enqueued(cast: Cast, consumer: str) -> UUID:
    with looking_as(cast.system()) as system:
        return outbox.enqueue(consumer, system).pk


def item(cast: Cast, pk: UUID) -> OutboxItem:
    with looking_as(cast.system()):
        return OutboxItem.objects.get(pk=pk)


def make_due(cast: Cast, pk: UUID) -> None:
    """As if its lease had ended."""
    with looking_as(cast.system()):
        OutboxItem.objects.filter(pk=pk).update(available_at=timezone.now() - timedelta(seconds=1))


def test_work_is_done_once_however_often_it_is_delivered(cast: Cast) -> None:
    pk = enqueued(cast, "test.note")
    assert outbox.lease() == [pk]
    assert [outbox.perform(pk) for _ in range(3)] == ["done", "left", "left"]
    assert done == [(pk, "system")]
    assert item(cast, pk).done_at is not None


def test_a_leased_row_is_left_alone_until_its_lease_ends(cast: Cast) -> None:
    pk = enqueued(cast, "test.note")
    assert outbox.lease() == [pk]
    assert outbox.lease() == []
    make_due(cast, pk)
    assert outbox.lease() == [pk]


def test_failed_work_leaves_nothing_behind_and_comes_again(cast: Cast) -> None:
    pk = enqueued(cast, "test.fail")
    outbox.lease()
    with pytest.raises(ZeroDivisionError):
        outbox.perform(pk)
    outbox.note_failure(pk, ZeroDivisionError("words that could quote a person"))
    row = item(cast, pk)
    assert (row.done_at, row.attempts, row.last_error) == (None, 1, "ZeroDivisionError")


def test_each_step_of_work_stays_when_a_later_one_fails_and_the_next_goes_on_from_there(cast: Cast) -> None:
    pk = enqueued(cast, "test.steps")
    make_due(cast, pk)
    with pytest.raises(ZeroDivisionError):
        outbox.perform(pk)
    half = item(cast, pk)
    assert half.done_at is None
    # The steps have prolonged the lease, so that nobody came in between.
    assert half.available_at > timezone.now()
    with looking_as(cast.system()):
        assert outbox_items("test.note") == 2
    assert outbox.perform(pk) == "done"
    assert [step for _, step in done] == ["step 0", "step 1", "step 2", "step 2"]
    with looking_as(cast.system()):
        assert outbox_items("test.note") == 3


def test_after_ten_attempts_a_row_is_dead_and_stays_to_be_seen(cast: Cast) -> None:
    pk = enqueued(cast, "test.fail")
    for attempt in range(outbox.MOST_ATTEMPTS):
        assert item(cast, pk).dead_at is None, attempt
        make_due(cast, pk)
        assert outbox.lease() == [pk]
        with pytest.raises(ZeroDivisionError):
            outbox.perform(pk)
        outbox.note_failure(pk, ZeroDivisionError())
    assert item(cast, pk).dead_at is not None
    make_due(cast, pk)
    assert outbox.lease() == []


def test_a_row_that_no_worker_ever_took_never_dies(cast: Cast) -> None:
    pk = enqueued(cast, "test.note")
    for _ in range(outbox.MOST_ATTEMPTS + 2):
        make_due(cast, pk)
        assert outbox.lease() == [pk]
    assert outbox.perform(pk) == "done"


def test_work_that_nobody_does_is_refused_at_once(cast: Cast) -> None:
    with pytest.raises(ValueError, match="Nobody consumes"):
        enqueued(cast, "test.unknown")


def test_work_asked_for_in_a_transaction_that_fails_was_never_asked_for(cast: Cast) -> None:
    def ask_and_fail() -> None:
        with looking_as(cast.system()) as system:
            outbox.enqueue("test.note", system)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert outbox.lease() == []


def test_any_number_of_clocks_start_a_daily_task_once(cast: Cast) -> None:
    cast.at_hour(23)
    outbox.tick()
    with looking_as(cast.system()):
        first = set(ScheduledRun.objects.values_list("task", "period"))
    assert outbox.tick() == 0
    assert {task for task, _ in first} == set(outbox._daily)
    assert not done
    with looking_as(cast.system()):
        assert not DomainEvent.objects.exists()


def test_the_age_of_the_oldest_waiting_row_is_known(cast: Cast) -> None:
    assert outbox.oldest_due() is None
    enqueued(cast, "test.note")
    age = outbox.oldest_due()
    assert age is not None
    assert age >= timedelta(0)
