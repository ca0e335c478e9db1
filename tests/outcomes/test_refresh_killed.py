"""Whoever refreshes the facts may die at any moment: the facts are those of before or of after, and no mark is lost."""

import os
import random
import signal
import time

import pytest
from django.db import connection, transaction

from outcomes.models import DirtyMark, Milestone
from outcomes.performance.nightly import Corrected
from outcomes.performance.refresh import refresh
from tests.cast import Cast, looking_as
from tests.outcomes.performing import by_hand, contributed, facts, person_with_a_past, rebuilt, refreshed

KILLED = 200
PEOPLE = 30


def flip(cast: Cast, chance: random.Random) -> int:
    """Half of the milestones come or go, and their people are marked, in one transaction; how many marks wait."""
    with looking_as(cast.system()) as system:
        for one in Milestone.objects.order_by("pk"):
            if chance.random() < 0.5:
                one.reversed_at = None if one.reversed_at else system.now()
                one.save(update_fields=["reversed_at"])
                DirtyMark.objects.create(
                    tenant=cast.serco, contract_id=one.contract_id, participant_id=one.participant_id
                )
        return DirtyMark.objects.count()


def in_another_process(cast: Cast) -> int:
    """Begin to refresh in a process of its own; its number."""
    if child := os.fork():
        return child
    try:
        # The parent's connection is the parent's: it must not even be closed here.
        connection.connection = None
        with looking_as(cast.system()) as system:
            refresh(system)
    finally:
        os._exit(0)


def a_whole_one(cast: Cast, chance: random.Random) -> float:
    """How many seconds it takes when nobody is killed."""
    flip(cast, chance)
    began = time.monotonic()
    os.waitpid(in_another_process(cast), 0)
    assert marks(cast) == 0
    return time.monotonic() - began


def sessions() -> int:
    """How many others the database serves, its own helpers aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and usename is not null and pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def wait_for_sessions(others: int) -> None:
    """Until the database serves no more than so many others."""
    deadline = time.monotonic() + 30
    while sessions() > others:
        assert time.monotonic() < deadline, "the session of the dead one goes on"
        time.sleep(0.001)


def marks(cast: Cast) -> int:
    with looking_as(cast.system()):
        return DirtyMark.objects.count()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_killed_two_hundred_times_the_facts_are_whole_each_time(cast: Cast) -> None:
    chance = random.Random(5)
    with transaction.atomic():
        for n in range(PEOPLE):
            person_with_a_past(
                cast, days=200 + n, in_work_for=100, provider=chance.choice(["renaisi", "i2i"])
            )
    refreshed(cast)
    usual = max(a_whole_one(cast, chance) for _ in range(3))
    before = after = 0
    for _ in range(KILLED):
        waiting, others = flip(cast, chance), sessions()
        child = in_another_process(cast)
        time.sleep(chance.uniform(0, 1.5 * usual))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        # What the dead one had sent already, PostgreSQL still does: a commit may come a moment later.
        wait_for_sessions(others)
        left = marks(cast)
        assert left in (0, waiting)
        before, after = before + bool(left), after + (not left)
        assert facts(cast) == contributed(cast)
        while refreshed(cast):
            pass
        assert rebuilt(cast) == Corrected()
    assert facts(cast) == by_hand(cast)
    # Some died before it was done and some after: else nothing was interrupted.
    assert min(before, after) >= KILLED // 20
