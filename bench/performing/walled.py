"""What the walls cost: the same questions as the restricted role, and as a superuser who says whose rows they are."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from statistics import median
from typing import Any, Final

import psycopg2

from performing.workspace import Workspace, say, sql, superuser

REPEATS: Final = 300
SCANS: Final = 7
# By name: what is asked as the restricted role; the superuser also says which tenant.
QUESTIONS: Final = {
    "by_index": "select id, note from participants_contact where{tenant} participant_id = any(%(people)s)",
    "by_scan": "select count(*), max(contacted_on) from participants_contact where{tenant} note = ''",
    # What sorts between two names: a pattern is not leakproof, and so is no condition for an index behind walls.
    "by_name": "select id from participants_participant where{tenant} search_name >= %(name)s"
    " and search_name < %(after)s order by search_name limit 50",
}


@contextmanager
def sessions(space: Workspace) -> Iterator[dict[str, Any]]:
    """A cursor of the restricted role behind the walls, and one of the superuser who names the tenant."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as walled, superuser() as free:
        behind = walled.cursor()
        for name, value in space.system.settings().items():
            behind.execute("select set_config(%s, %s, true)", [name, value])
        yield {"": behind, " tenant_id = %(tenant)s and": free}


def walls_on_against_off(space: Workspace) -> dict[str, float]:
    """Each question in turns, planned once by either; how many times as long it takes behind the walls."""
    say("the same questions behind the walls and without them, in turns")
    found: dict[str, float] = {}
    with space.acting():
        people = [pk for (pk,) in sql("select id from participants_participant order by id limit 50")]
    values: dict[str, Any] = {
        "people": people,
        "name": "f123",
        "after": "f124",
        "tenant": str(space.tenant.pk),
    }
    with sessions(space) as cursors:
        for what, question in QUESTIONS.items():
            times: dict[str, list[float]] = {tenant: [] for tenant in cursors}
            for tenant, cursor in cursors.items():
                cursor.execute(f"prepare {what} as {question.format(tenant=tenant)}", values)
            for _ in range(SCANS if what == "by_scan" else REPEATS):
                rows = []
                for tenant, cursor in cursors.items():
                    began = time.perf_counter()
                    cursor.execute(f"execute {what}")
                    rows.append(sorted(cursor.fetchall()))
                    times[tenant].append(time.perf_counter() - began)
                assert rows[0] == rows[1]
            behind, free = (median(each) for each in times.values())
            found[f"{what}_ms"], found[f"{what}_walls_against_none"] = behind * 1000, behind / free
    return found
