"""Accrual of a caseload against two ways that one would write first, side by side in one run.

    ./baton bench accruals [ENROLMENTS ...]    20,000 and 200,000 unless told otherwise; 2,000,000 take their time

The nightly run looks only at those who are due. The others look at everybody, and do so on samples of the same
caseload on the same nights: a loop over people with reads and a save() for each, and chunks with prefetched facts and
bulk_create. Each is undone again, and what it wrote must be what the nightly run then writes for the sample.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID

import django

django.setup()

from accruing.caseload import Caseload, as_superuser, machine, peak_mb, reset_peak, say  # noqa: E402
from accruing.ways import chunks, ledger_of, loop  # noqa: E402
from django.db import connection  # noqa: E402

from outcomes.accrual import note_the_unknown, recompute, recompute_due  # noqa: E402
from outcomes.models import Standing  # noqa: E402
from outcomes.subscriptions import PAGE  # noqa: E402
from participants.models import Enrolment  # noqa: E402

NIGHTS = 3
SIZES = [20_000, 200_000]
# People of whom the larger caseloads are copies.
MADE = 20_000
LOOPED, CHUNKED, FROM_SCRATCH = 120, 1_000, 60
# What the ratios are of: enrolments brought in line a second, by the nightly run and by each of these that night.
AGAINST = {
    "ours": "one nightly run, that looks only at those who are due: all enrolments divided by its seconds",
    "loop": f"everybody looked at, one by one, with ORM reads and a save() for each row: timed on {LOOPED} of them",
    "chunks": "everybody looked at, in chunks of 500 with prefetched facts and bulk_create:"
    f" timed on {CHUNKED:,} of them",
    "same_ledger": "what each of these wrote, then undone, is what the nightly run wrote for the same people",
    "peak_mb": "resident memory of the process that runs the night, at its most; PostgreSQL's is not in it",
}
Way = Callable[[Caseload, list[UUID], datetime], None]


class Undo(Exception):
    """Ends a transaction without a trace."""


def night(caseload: Caseload, at: datetime) -> tuple[float, int]:
    """One nightly run, page by page as the outbox does it: seconds, and how many were due."""
    began, looked_at = time.perf_counter(), 0
    with caseload.acting():
        note_the_unknown()
    while True:
        with caseload.acting() as system:
            page = recompute_due(most=PAGE, by=system, at=at)
        looked_at += page
        if page < PAGE:
            return time.perf_counter() - began, looked_at


def undone(caseload: Caseload, way: Way, ids: list[UUID], at: datetime) -> tuple[float, list[Any]]:
    """How many enrolments a second a way brings in line, and the ledger it leaves; then everything is undone."""
    found: list[Any] = []
    began = time.perf_counter()
    try:
        with caseload.acting():
            way(caseload, ids, at)
            speed = len(ids) / (time.perf_counter() - began)
            found = ledger_of(ids)
            raise Undo
    except Undo:
        return speed, found


def ours(caseload: Caseload, ids: list[UUID], at: datetime) -> None:
    """What runs for one person and for many."""
    for first in range(0, len(ids), PAGE):
        some = Enrolment.objects.filter(pk__in=ids[first : first + PAGE])
        recompute(enrolments=some, by=caseload.system, at=at)


def from_scratch(caseload: Caseload, at: datetime) -> dict[str, Any]:
    """The first accrual of people of whom nothing is in the ledger yet, each way on the same newcomers."""
    many = caseload.add(CHUNKED)
    few = many[:FROM_SCRATCH]
    say("the first accrual from scratch, on them")
    looped, by_loop = undone(caseload, loop, few, at)
    chunked, by_chunks = undone(caseload, chunks, many, at)
    set_based, by_us = undone(caseload, ours, many, at)
    _, again = undone(caseload, ours, few, at)
    return {
        "first_accrual_per_second": set_based,
        "first_accrual_times_loop": set_based / looped,
        "first_accrual_times_chunks": set_based / chunked,
        "first_accrual_is_equal": by_chunks == by_us and by_loop == again,
    }


def nights(caseload: Caseload, size: int) -> dict[str, Any]:
    """Night after night: the two others on samples, undone, then the nightly run on everybody."""
    per_second, times_loop, times_chunks, dues, is_equal = [], [], [], [], True
    for number in range(NIGHTS):
        at = caseload.tomorrow()
        say(f"night {number + 1} of {NIGHTS} with {size:,} enrolments")
        due = caseload.due(at, LOOPED // 4)
        few, many = [*due, *caseload.sample(LOOPED - len(due))], caseload.sample(CHUNKED)
        looped, by_loop = undone(caseload, loop, list(dict.fromkeys(few)), at)
        chunked, by_chunks = undone(caseload, chunks, many, at)
        seconds, looked_at = night(caseload, at)
        with caseload.acting():
            is_equal &= by_loop == ledger_of(few) and by_chunks == ledger_of(many)
        per_second.append(size / seconds)
        times_loop.append(size / seconds / looped)
        times_chunks.append(size / seconds / chunked)
        dues.append(looked_at)
    return {
        "nightly_per_second": median(per_second),
        "nightly_due": median(dues),
        "nightly_times_loop": median(times_loop),
        "nightly_times_chunks": median(times_chunks),
        "nightly_is_equal": is_equal,
    }


def rerun(caseload: Caseload) -> dict[str, Any]:
    """The same night once more: nothing is due, nothing is written; and a sample looked at although nothing is due."""
    seconds, looked_at = night(caseload, caseload.at)
    assert looked_at == 0
    with caseload.acting() as system:
        recompute_due(most=PAGE, by=system, at=caseload.at)
        with connection.cursor() as cursor:
            cursor.execute("select pg_current_xact_id_if_assigned() is null")
            (wrote_nothing,) = cursor.fetchone()
    with caseload.acting():
        before = Standing.objects.count()
    speed, _ = undone(caseload, ours, caseload.sample(CHUNKED), caseload.at)
    with caseload.acting():
        wrote_nothing &= before == Standing.objects.count()
    return {
        "rerun_ms": seconds * 1000,
        "rerun_wrote_nothing": wrote_nothing,
        "unchanged_looked_at_per_second": speed,
    }


def measured(sizes: list[int]) -> dict[str, Any]:
    """Everything that is timed, by the number of enrolments."""
    caseload = Caseload()
    # As autovacuum does within minutes: of tables that it knows to be empty PostgreSQL would plan as if they stayed so.
    caseload.add(PAGE)
    night(caseload, caseload.at)
    as_superuser("analyze")
    caseload.add(min(MADE, sizes[0]) - PAGE - CHUNKED)
    say("the first accrual of everybody")
    reset_peak()
    seconds, looked_at = night(caseload, caseload.at)
    found: dict[str, Any] = {"first_accrual_of": looked_at, "first_accrual_seconds": seconds}
    found["first_accrual_peak_mb"] = peak_mb()
    as_superuser("analyze")
    found |= from_scratch(caseload, caseload.at)
    for size in sizes:
        night(caseload, caseload.at)
        if size > caseload.size:
            caseload.grow_to(size)
        reset_peak()
        night(caseload, caseload.tomorrow())
        of_size: dict[str, Any] = {"peak_mb": peak_mb()}
        found[f"{size}"] = of_size | nights(caseload, caseload.size) | rerun(caseload)
    return found


def goals(found: dict[str, Any], sizes: list[int]) -> list[dict[str, Any]]:
    """What must hold, at every size."""
    held = [goal("the first accrual, the same ledger each way", found["first_accrual_is_equal"], True)]
    for size in sizes:
        of = found[f"{size}"]
        held += [
            goal(f"a night of {size:,}, times faster than a loop over people", of["nightly_times_loop"], 400),
            goal(f"a night of {size:,}, times faster than chunks", of["nightly_times_chunks"], 15),
            goal(f"a night of {size:,}, the same ledger each way", of["nightly_is_equal"], True),
            goal(f"a re-run of {size:,} writes nothing", of["rerun_wrote_nothing"], True),
        ]
    return held


def goal(name: str, value: float | bool, target: float | bool) -> dict[str, Any]:
    """A goal as it is printed: a number is to be reached, a truth to be true."""
    return {"name": name, "value": rounded(value), "target": target, "holds": value >= target}


def rounded(value: Any) -> Any:
    """Floats to two decimals, wherever they are."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    return round(value, 2) if isinstance(value, float) else value


def main(sizes: list[int]) -> int:
    """Measure, print, and say by the exit code whether every goal holds."""
    found = measured(sizes)
    held = goals(found, sizes)
    report = {
        "bench": "accruals",
        "machine": machine(),
        "size": {"enrolments": sizes, "nights": NIGHTS, "looped": LOOPED, "chunked": CHUNKED, "page": PAGE},
        "figures": {"against": AGAINST, **rounded(found)},
        "goals": held,
    }
    print(json.dumps(report, indent=2))
    return 0 if all(one["holds"] for one in held) else 1


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or SIZES))
