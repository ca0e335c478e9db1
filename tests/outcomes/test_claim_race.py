"""Eight people claim the same milestones at the same time: each is claimed once. Without index and lock it is not."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import IntegrityError, connection

from outcomes.actions import claim as actions
from outcomes.models import Claim, ClaimSum, Milestone
from partners.identifiers import uuid7
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import settle, with_outcome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patience")]
WRITERS = 8
INDEX = "outcomes_claim_one_open"


@dataclass
class Race:
    """Those who claim, and what they did not expect."""

    cast: Cast
    milestones: list[Milestone]
    refused: int = 0
    failures: list[BaseException] = field(default_factory=list)

    def run(self) -> None:
        """Everybody claims every milestone, all of them one milestone at a time."""
        start = Barrier(WRITERS)
        crowd = [Thread(target=self.claim_all, args=[start]) for _ in range(WRITERS)]
        for writer in crowd:
            writer.start()
        for writer in crowd:
            writer.join()
        assert self.failures == []

    def claim_all(self, start: Barrier) -> None:
        try:
            for milestone in self.milestones:
                start.wait()
                self.claim(milestone)
        except BaseException as failure:
            self.failures.append(failure)
            start.abort()
        finally:
            connection.close()

    def claim(self, milestone: Milestone) -> None:
        try:
            with looking_as(self.cast.frank) as frank:
                actions.claim(milestone=milestone, by=frank, at=frank.now())
        except (actions.ClaimedAlready, IntegrityError):
            self.refused += 1

    def claimed(self) -> Counter[Any]:
        """How often each milestone stands claimed."""
        with looking_as(self.cast.system()):
            return Counter(Claim.objects.values_list("milestone_id", flat=True))

    def doubled(self) -> int:
        return sum(count > 1 for count in self.claimed().values())


def milestones(cast: Cast, number: int) -> list[Milestone]:
    """So many more of one person's outcome, each of which may be claimed."""
    _, first = with_outcome(cast)
    columns = {one.attname: getattr(first, one.attname) for one in Milestone._meta.concrete_fields}
    rows = [Milestone(**{**columns, "id": uuid7(), "ordinal": 2 + n}) for n in range(number)]
    with looking_as(cast.system()):
        Milestone.objects.bulk_create(rows)
    return rows


@contextmanager
def without_the_index() -> Iterator[None]:
    """The control: whether a milestone is claimed is asked, and nothing else keeps it from being claimed twice."""
    server = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])._replace(
        path=f"/{connection.settings_dict['NAME']}"
    )
    superuser = psycopg2.connect(server.geturl())
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("select indexdef from pg_indexes where indexname = %s", [INDEX])
        [definition] = cursor.fetchone() or [""]
        cursor.execute(f"drop index {INDEX}")
        try:
            yield
        finally:
            cursor.execute("truncate outcomes_claim cascade")
            cursor.execute(definition)
            superuser.close()


def without_the_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(actions, "_held", lambda milestone: milestone)


@pytest.mark.parametrize("number", [10, pytest.param(150, marks=pytest.mark.long)])
def test_each_milestone_is_claimed_once(cast: Cast, number: int) -> None:
    race = Race(cast, milestones(cast, number))
    race.run()
    assert race.doubled() == 0
    assert (len(race.claimed()), race.refused) == (number, number * (WRITERS - 1))


def test_the_index_alone_keeps_it_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    without_the_lock(monkeypatch)
    race = Race(cast, milestones(cast, 10))
    race.run()
    assert (race.doubled(), len(race.claimed())) == (0, 10)


@pytest.mark.parametrize("number", [10, pytest.param(150, marks=pytest.mark.long)])
def test_without_index_and_lock_milestones_are_claimed_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    without_the_lock(monkeypatch)
    race = Race(cast, milestones(cast, number))
    with without_the_index():
        race.run()
        assert race.doubled() > number // 2


def test_eight_who_pay_one_claim_pay_it_once(cast: Cast) -> None:
    race = Race(cast, milestones(cast, 1))
    race.run()
    with looking_as(cast.system()):
        claim = Claim.objects.get()
    paid: list[str] = []

    def pay() -> None:
        try:
            settle(cast, claim, "paid", pence=100)
            paid.append("paid")
        except actions.AlreadySettled:
            paid.append("refused")
        finally:
            connection.close()

    crowd = [Thread(target=pay) for _ in range(WRITERS)]
    for writer in crowd:
        writer.start()
    for writer in crowd:
        writer.join()
    assert Counter(paid) == {"paid": 1, "refused": WRITERS - 1}
    with looking_as(cast.system()):
        assert ClaimSum.objects.get().paid_pence == 100
