"""Contract performance at scale: what the facts cost and give, beside other ways to the same figures, in one run.

    ./baton bench performance [--participants N]        200,000 unless told otherwise

Everything is compared side by side on the same rows. Where a page or a change is to cost the same whatever the size, a
tenth of the caseload is the other side.
"""

import argparse
import json
import os
import sys
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.test.utils import override_settings  # noqa: E402
from performing import engine, live, pages, walled  # noqa: E402
from performing.workspace import MONTHS, PROVIDERS, Workspace, machine, say  # noqa: E402

# The size at which the goals for a rebuild against a refresh were set: a rebuild grows with it, a refresh does not.
NATIONAL = 2_000_000


def measured(people: int) -> dict[str, Any]:
    """Everything that is timed, by name."""
    space = Workspace()
    space.grow_to(people // 10)
    say("a tenth of the caseload")
    small_one = engine.refresh_times(space, 1)
    small_pages = pages.page_times(space)
    found: dict[str, Any] = {"first_facts_s": space.grow_to(people)}
    say("the whole of it")
    one, thousand = engine.refresh_times(space, 1), engine.refresh_times(space, min(1_000, people // 2))
    found |= {
        "refresh_one_of_a_tenth_ms": median(small_one),
        "refresh_one_ms": median(one),
        "refresh_thousand_ms": median(thousand),
        # Of the fastest runs, which whatever else the machine does disturbs least.
        "refresh_growth": min(one) / min(small_one),
    }
    found |= engine.refresh_against_the_write(space)
    found |= engine.writes_with_and_without_marks(space)
    found |= walled.walls_on_against_off(space)
    found |= pages.page_times(space) | pages.Live(space).times()
    found |= pages.against(found)
    for page in ("overview", "people"):
        # By what an empty page took at the time, since the machine is not always as fast.
        small, large = (one[f"{page}_ms"] / one["empty_ms"] for one in (small_pages, found))
        found[f"{page}_growth"] = large / small
    found |= engine.everybody_anew(space)
    found["rebuild_times_a_refresh"] = found["rebuild_ms"] / found["refresh_one_ms"]
    found["rebuild_times_a_thousand"] = found["rebuild_ms"] / found["refresh_thousand_ms"]
    found |= live.to_the_screen(space)
    return found | engine.rows_of(space)


def goals(found: dict[str, Any], people: int) -> list[dict[str, Any]]:
    """What must hold."""
    scale = min(1.0, people / NATIONAL)

    def at_most(name: str, figure: str, target: float) -> dict[str, Any]:
        return goal(name, found[figure], target, found[figure] <= target)

    def at_least(name: str, figure: str, target: float) -> dict[str, Any]:
        return goal(name, found[figure], target, found[figure] >= target)

    def is_so(name: str, figure: str, target: Any = True) -> dict[str, Any]:
        return goal(name, found[figure], target, found[figure] == target)

    return [
        is_so("every way comes to the same facts", "every_way_is_equal"),
        is_so("the page from facts equals the page from rows", "live_is_equal"),
        is_so("cells that the rebuild corrects", "rebuild_corrected", 0),
        at_most("one refresh, times the write that caused it", "refresh_against_write", 2.5),
        at_least("a rebuild, times one refresh, by size", "rebuild_times_a_refresh", 4_000 * scale),
        at_least("a rebuild, times a refresh of 1,000, by size", "rebuild_times_a_thousand", 125 * scale),
        at_most("one refresh in ten times the caseload", "refresh_growth", 1.2),
        at_most("a rebuild, times tuned SQL", "rebuild_against_tuned", 1.5),
        at_most("a rebuild, times DuckDB on its own columns", "rebuild_against_duckdb", 7),
        at_least("a rebuild, times faster than a loop", "rebuild_times_faster_than_loop", 100),
        at_least("writes with marks, of those without", "writes_with_marks_against_without", 0.85),
        at_most("walls, by index", "by_index_walls_against_none", 1.10),
        at_most("walls, by scan", "by_scan_walls_against_none", 1.10),
        at_most("walls, by name", "by_name_walls_against_none", 1.25),
        at_least("the overview, of an empty page", "overview_against_empty", 0.65),
        at_least("the overview, times faster than a serializer", "overview_times_faster_than_serializer", 8),
        at_least(
            "the overview, times faster than live, by size", "overview_times_faster_than_live", 2_000 * scale
        ),
        at_most("the overview in ten times the caseload", "overview_growth", 1.2),
        at_most("a cell's people in ten times the caseload", "people_growth", 1.2),
        at_most("from event to screen, p95 in seconds", "to_the_screen_p95_s", 2),
        at_most("the overview, bytes of HTML", "overview_bytes", 100_000),
    ]


def goal(name: str, value: float | bool, target: float | bool, holds: bool) -> dict[str, Any]:
    """A goal as it is printed."""
    return {"name": name, "value": rounded(value), "target": rounded(target), "holds": holds}


def rounded(value: Any) -> Any:
    """A float to two decimals; anything else as it is."""
    return round(value, 2) if isinstance(value, float) else value


def main(people: int) -> int:
    """Measure, print, and say by the exit code whether every goal holds."""
    with override_settings(ROOT_URLCONF="performing.pages", ALLOWED_HOSTS=["*"]):
        found = measured(people)
    held = goals(found, people)
    report = {
        "bench": "performance",
        "machine": machine(),
        "size": {"participants": people, "months": MONTHS, "providers": PROVIDERS},
        "figures": {name: rounded(value) for name, value in found.items()},
        "goals": held,
    }
    print(json.dumps(report, indent=2))
    return 0 if all(one["holds"] for one in held) else 1


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--participants", type=int, default=200_000)
    sys.exit(main(arguments.parse_args().participants))
