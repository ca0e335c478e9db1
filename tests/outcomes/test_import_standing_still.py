"""An import that the worker gave up: said so, taken up again or discarded by a person, and what was written is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from outcomes.actions import import_run as runs
from outcomes.imports import working
from outcomes.imports.limits import LIMITS
from outcomes.models import Earning, ImportRun
from partners.models import DomainEvent, Membership, OutboxItem
from partners.outbox import work_off
from tests.cast import Cast, looking_as
from tests.outcomes.importing import EARNINGS, again, as_csv, checked
from tests.outcomes.working import started_person
from tests.participants.people import ago

ROWS = LIMITS.rows_at_once + 5


def half_written(cast: Cast) -> ImportRun:
    """A file of two pieces, of which the first is written."""
    person, _ = started_person(cast, days=400)
    rows = [[person.reference, "Tesco", ago(day), "10"] for day in range(1, ROWS + 1)]
    run = checked(cast, "earnings", as_csv(EARNINGS, *rows, [person.reference, "Tesco", ago(1), "lots"]))
    with looking_as(cast.mona) as mona:
        runs.start(run=run, mode="good", by=mona, at=mona.now())
    work_off(limit=1)
    return again(cast, run)


def give_up(cast: Cast) -> None:
    """What the worker leaves behind after its last attempt."""
    with looking_as(cast.system()) as system:
        OutboxItem.objects.filter(consumer=runs.CONSUMER, done_at=None).update(dead_at=system.now())


def written(cast: Cast) -> int:
    with looking_as(cast.system()):
        return Earning.objects.filter(voided_at=None).count()


def facts(cast: Cast, kind: str) -> dict[str, Any]:
    with looking_as(cast.system()):
        return DomainEvent.objects.get(kind=kind).facts


def test_one_that_is_being_worked_on_is_neither_taken_up_nor_discarded(cast: Cast) -> None:
    run = half_written(cast)
    with looking_as(cast.mona) as mona:
        for act in (runs.take_up, runs.discard):
            with pytest.raises(runs.NotNow):
                act(run=run, by=mona, at=mona.now())
    mona_sees = cast.client("mona").get(f"/serco/imports/{run.pk}/").content.decode()
    assert "Importing the rows" in mona_sees
    assert "stands still" not in mona_sees


def test_one_that_stands_still_says_so_and_goes_on_where_it_stopped(cast: Cast) -> None:
    run = half_written(cast)
    give_up(cast)
    mona, address = cast.client("mona"), f"/serco/imports/{run.pk}/"
    assert mona.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = mona.get(address).content.decode()
    assert "This file stands still" in page
    assert f"{LIMITS.rows_at_once} of {ROWS} rows were imported, and stay." in page
    assert "Stands still" in mona.get("/serco/imports/").content.decode()
    assert mona.post(f"{address}take-up/").status_code == 302
    assert "tands still" not in mona.get(address).content.decode()
    work_off()
    assert (again(cast, run).state, written(cast)) == ("written", ROWS)
    assert f"{ROWS} rows were imported; 1 with an error was left out." in mona.get(address).content.decode()
    assert cast.client("ines").post(f"{address}take-up/").status_code == 404


def test_one_that_is_discarded_half_way_says_what_was_written(cast: Cast) -> None:
    run = half_written(cast)
    give_up(cast)
    mona, address = cast.client("mona"), f"/serco/imports/{run.pk}/"
    assert mona.post(f"{address}discard/").status_code == 302
    run = again(cast, run)
    assert (run.state, run.counts, run.unreached) == ("written", {"new": LIMITS.rows_at_once, "error": 1}, 5)
    page = mona.get(address).content.decode()
    assert f"{LIMITS.rows_at_once} rows were imported; 1 with an error was left out." in page
    assert "The import stopped before 5 rows were reached." in page
    assert "Imported in part" in mona.get("/serco/imports/").content.decode()
    told = facts(cast, "import.discarded")
    assert (told["state"], told["new"], told["unreached"]) == ("written", LIMITS.rows_at_once, 5)


def test_one_whose_days_are_over_half_way_says_what_was_written(cast: Cast) -> None:
    run = half_written(cast)
    with looking_as(cast.system()) as system:
        later = replace(system, clock_offset=timedelta(days=LIMITS.kept_days + 1))
        working.let_go_of_expired(OutboxItem(), later)
    assert again(cast, run).unreached == 5
    assert facts(cast, "import.removed")["new"] == written(cast) == LIMITS.rows_at_once
    work_off()
    assert written(cast) == LIMITS.rows_at_once


def test_one_that_loses_its_sender_half_way_says_what_was_written(cast: Cast) -> None:
    run = half_written(cast)
    with looking_as(cast.system()):
        Membership.objects.filter(pk=cast.memberships["mona"].pk).update(ended_on=ago(1))
    work_off()
    run = again(cast, run)
    assert (run.state, run.refused_because, run.unreached) == ("written", "", 5)
    assert facts(cast, "import.finished")["unreached"] == 5


def test_a_check_that_stands_still_is_discarded_and_wrote_nothing(cast: Cast) -> None:
    person, _ = started_person(cast)
    run = checked(cast, "earnings", as_csv(EARNINGS, [person.reference, "Tesco", ago(1), "10"]))
    with looking_as(cast.mona) as mona:
        runs.check(run=run, columns=run.columns, by=mona, at=mona.now())
    give_up(cast)
    mona_client = cast.client("mona")
    assert "nothing is written" in mona_client.get(f"/serco/imports/{run.pk}/").content.decode()
    mona_client.post(f"/serco/imports/{run.pk}/discard/")
    assert again(cast, run).state == "discarded"
    page = mona_client.get(f"/serco/imports/{run.pk}/").content.decode()
    assert "Nothing was imported from it." in page
