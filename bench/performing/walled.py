"""What the walls cost: the same questions as the restricted role, and as a superuser who says whose rows they are."""

import time
from statistics import median
from typing import Any, Final

from performing.workspace import Workspace, say, sql, superuser

REPEATS: Final = 40
SCANS: Final = 7
# By name: what is asked as the restricted role; the superuser also says which tenant.
QUESTIONS: Final = {
    "by_index": "select count(note) from participants_contact where participant_id = %(person)s",
    "by_scan": "select result, count(*) from participants_contact group by result",
    "by_name": "select count(*) from participants_participant where search_name ^@ %(name)s",
}
TENANT: Final = " tenant_id = %(tenant)s "


def with_the_tenant(question: str) -> str:
    """The question for somebody whom no wall binds."""
    if " where " in question:
        return question.replace(" where ", f" where {TENANT} and ")
    return question.replace(" group by ", f" where {TENANT} group by ")


def walls_on_against_off(space: Workspace) -> dict[str, float]:
    """Each question in turns; how many times as long it takes behind the walls, of the medians."""
    say("the same questions behind the walls and without them, in turns")
    found: dict[str, float] = {}
    with space.acting():
        person, name = sql("select id, search_name from participants_participant order by id limit 1")[0]
    values: dict[str, Any] = {"person": person, "name": name[:8], "tenant": space.tenant.pk}
    with superuser() as cursor:
        for what, question in QUESTIONS.items():
            on, off = [], []
            for _ in range(SCANS if what == "by_scan" else REPEATS):
                with space.acting(space.system):
                    sql("select wall.tenant()")
                    began = time.perf_counter()
                    behind = sql(question, values)
                    on.append(time.perf_counter() - began)
                began = time.perf_counter()
                cursor.execute(with_the_tenant(question), values)
                free = cursor.fetchall()
                off.append(time.perf_counter() - began)
                assert sorted(behind) == sorted(free)
            found[f"{what}_ms"] = median(on) * 1000
            found[f"{what}_walls_against_none"] = median(on) / median(off)
    return found
