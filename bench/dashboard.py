"""The performance page's figures from facts against the same computed from the rows, side by side in one run.

    ./baton bench dashboard [PARTICIPANTS]        20,000 unless told otherwise

Also what a change costs: one person refreshed in a tenth of the caseload and in the whole of it.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from statistics import median
from typing import Any

import django
import psycopg2

django.setup()

from counting.caseload import PEOPLE, ROWS  # noqa: E402
from counting.rows import CURVE_OUTCOMES, CURVE_REFERRALS, statements, values_of  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils.text import slugify  # noqa: E402

from outcomes.models import Contribution, DirtyMark, Milestone, PerformanceFact  # noqa: E402
from outcomes.performance.curves import Cohort, cohorts, curves_of  # noqa: E402
from outcomes.performance.figures import Board, Figure, Row, Sums, providers_of  # noqa: E402
from outcomes.performance.nightly import rebuild  # noqa: E402
from outcomes.performance.periods import Period, Window, shift  # noqa: E402
from outcomes.performance.promised import Promised  # noqa: E402
from outcomes.performance.refresh import refresh  # noqa: E402
from outcomes.performance.trajectory import Year  # noqa: E402
from outcomes.performance.waits import Waits  # noqa: E402
from partners.models import Organisation, Tenant, User  # noqa: E402
from partners.viewer import Viewer, acting_as  # noqa: E402
from programmes.measure import Measure  # noqa: E402
from programmes.measures import measures_of  # noqa: E402
from programmes.models import Contract, Programme, SupplyAgreement  # noqa: E402

MONTHS = 24
PROVIDERS = 5
REPEATS = 15
MILESTONES = ("start", "job_start", "job_outcome", "sustainment")
Found = tuple[Sums, list[Cohort]]
Page = tuple[dict[str, Figure], list[Row], list[Cohort]]


def say(words: str) -> None:
    """Progress, on standard error."""
    print(words, file=sys.stderr, flush=True)


def sql(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


class Bench:
    """One tenant with one contract, five providers and as many people as asked for."""

    def __init__(self) -> None:
        self.tenant = Tenant.objects.create(slug="bench", name="Bench")
        self.system = Viewer.system(self.tenant.pk, "bench")
        self.made = 0
        with self.acting():
            self.providers = [self.organisation("provider", f"Provider {n}") for n in range(1, PROVIDERS + 1)]
            self.prime = self.organisation("prime", "Bench prime")
            self.referrer = self.organisation("referrer", "Bench referrer")
            self.contract = self.make_contract()
        self.user = User.objects.create_user("bench@example.org")
        self.reader = Viewer(self.tenant.pk, "prime", organisation_id=self.prime.pk, user_id=self.user.pk)
        # What the page opens with.
        self.period = Period.chosen("year", self.contract, self.system.today)

    @contextmanager
    def acting(self, viewer: Viewer | None = None) -> Iterator[Viewer]:
        """A transaction as this viewer, or as the system."""
        with transaction.atomic(), acting_as(viewer or self.system):
            yield viewer or self.system

    def organisation(self, kind: str, name: str) -> Organisation:
        return Organisation.objects.create(tenant=self.tenant, kind=kind, slug=slugify(name), name=name)

    def make_contract(self) -> Contract:
        here: dict[str, Any] = {"tenant": self.tenant}
        rules = [{"code": code} for code in MILESTONES]
        programme = Programme.objects.create(**here, code="bench", name="Bench", milestones=rules)
        contract = Contract.objects.create(
            **here,
            programme=programme,
            commissioner=self.organisation("commissioner", "Bench commissioner"),
            code="bench",
            name="Bench",
            starts_on=shift(self.system.today.replace(day=1), 1 - MONTHS),
            ends_on=shift(self.system.today.replace(day=1), MONTHS),
            allotted_days=730,
            clock="attachment",
        )
        for provider in self.providers:
            SupplyAgreement.objects.create(
                **here,
                contract=contract,
                organisation=provider,
                share_basis_points=10_000 // PROVIDERS,
                capacity=1_000_000,
                starts_on=contract.starts_on,
            )
        return contract

    def grow_to(self, people: int) -> None:
        """Write the rows of more people in bulk and let the facts follow."""
        say(f"making people {self.made + 1:,} to {people:,}")
        values = {
            "first": self.contract.starts_on,
            "days": (self.system.today - self.contract.starts_on).days + 1,
            "providers": [provider.pk for provider in self.providers],
            "width": PROVIDERS,
            "from": self.made + 1,
            "to": people,
            "contract": self.contract.pk,
            "referrer": self.referrer.pk,
            "user": self.user.pk,
            "today": self.system.today,
        }
        with self.acting():
            sql("select setseed(0.42)", {})
            sql(PEOPLE, values)
            for rows in ROWS:
                sql(f"insert into {rows}", values)
        self.made = people
        # As autovacuum does within minutes, and only the owner may; again once there are facts.
        self.analyse()
        say("computing the facts")
        with self.acting():
            rebuild(self.system)
        self.analyse()

    def analyse(self) -> None:
        """Read the tables' statistics."""
        with closing(psycopg2.connect(os.environ["OWNER_DATABASE_URL"])) as owner:
            owner.autocommit = True
            owner.cursor().execute("analyze")

    def measures(self) -> list[Measure]:
        """Counts and rates: waits come from a histogram, and are not what is compared here."""
        return [one for one in measures_of(MILESTONES, money=False) if not one.is_timed]

    def windows(self) -> list[Window]:
        return list(dict.fromkeys(self.period.window(one, self.reader.today) for one in self.measures()))

    def page(self, found: Found) -> Page:
        """What the page shows of what was found, from whichever source."""
        sums, curves = found
        windows = {one.code: self.period.window(one, self.reader.today) for one in self.measures()}
        providers = providers_of(self.contract, sums.organisations - {None})
        promised = Promised.of(self.contract, self.reader)
        year = Year.of(self.contract, self.reader.today)
        board = Board(self.measures(), windows, sums, Waits({}), promised, providers, year)
        return board.whole, board.rows, curves

    def from_facts(self) -> Found:
        """The figures as the page reads them."""
        return Sums.of(self.contract, self.windows()), cohorts(self.contract, self.reader.today)

    def from_rows(self) -> Found:
        """The same figures from referrals, acceptances, enrolments, contacts and milestones."""
        windows = self.windows()
        values = values_of(self.contract, windows)
        amounts = {
            (organisation_id, code, window): amount
            for statement in statements(windows)
            for organisation_id, code, *found in sql(statement, values)
            for window, amount in zip(windows, found, strict=True)
        }
        cells: Any = [*sql(CURVE_REFERRALS, values), *sql(CURVE_OUTCOMES, values)]
        return Sums(amounts), curves_of(cells, self.contract, self.reader.today)

    def timed(self, work: Callable[[], Any], viewer: Viewer) -> tuple[float, Any]:
        """Milliseconds and answer of one run, in a transaction of its own as the viewer."""
        began = time.perf_counter()
        with self.acting(viewer):
            answer = work()
        return (time.perf_counter() - began) * 1000, answer

    def page_times(self) -> tuple[float, float, float, bool]:
        """Reading the page's figures from facts and from rows in turns: the medians in milliseconds, the median of how
        many times faster each turn was, and whether the pages were always equal."""
        say(f"the page's figures from facts and from rows in turns: {self.period.label}")
        turns, is_equal = [], True
        for _ in range(REPEATS):
            facts_ms, from_facts = self.timed(self.from_facts, self.reader)
            rows_ms, from_rows = self.timed(self.from_rows, self.reader)
            turns.append((facts_ms, rows_ms, rows_ms / facts_ms))
            with self.acting(self.reader):
                is_equal &= self.page(from_facts) == self.page(from_rows)
        facts, rows, faster = (median(column) for column in zip(*turns, strict=True))
        return facts, rows, faster, is_equal

    def refresh_times(self, people: int) -> list[float]:
        """Refreshing so many people, each of whom has reached one milestone more or less, again and again."""
        times = []
        for _ in range(REPEATS if people > 1 else 4 * REPEATS):
            with self.acting():
                changed = Milestone.objects.filter(code="start").order_by("?")[:people]
                flipped = [(one.pk, one.participant_id, one.reversed_at is None) for one in changed]
                now = self.system.now()
                for state in (True, False):
                    ids = [pk for pk, _, was in flipped if was is state]
                    Milestone.objects.filter(pk__in=ids).update(reversed_at=now if state else None)
                DirtyMark.objects.bulk_create(
                    DirtyMark(tenant=self.tenant, contract=self.contract, participant_id=person)
                    for _, person, _ in flipped
                )
            times.append(self.timed(lambda: refresh(self.system), self.system)[0])
        return times


def measured(people: int) -> dict[str, Any]:
    """Everything that is timed, by name."""
    bench = Bench()
    bench.grow_to(people // 10)
    say("one change in a tenth of the caseload")
    small = bench.refresh_times(1)
    bench.grow_to(people)
    say("the same in the whole of it")
    large, thousand = bench.refresh_times(1), bench.refresh_times(min(1_000, people // 2))
    found: dict[str, Any] = {
        "refresh_one_of_a_tenth_ms": median(small),
        "refresh_one_ms": median(large),
        # Of the fastest runs, which whatever else the machine does disturbs least.
        "refresh_growth": min(large) / min(small),
        "refresh_thousand_ms": median(thousand),
    }
    for name, code in (("page", "year"), ("page_since_the_beginning", "all")):
        bench.period = Period.chosen(code, bench.contract, bench.system.today)
        facts, rows, faster, is_equal = bench.page_times()
        found[f"{name}_from_facts_ms"], found[f"{name}_from_rows_ms"] = facts, rows
        found[f"{name}_times_faster"], found[f"{name}_is_equal"] = faster, is_equal
    say("a night's rebuild")
    found["rebuild_ms"], corrected = bench.timed(lambda: rebuild(bench.system), bench.system)
    found["rebuild_corrected"] = len(corrected.cells)
    with bench.acting():
        found |= {
            model.__name__: model.objects.count() for model in (Milestone, Contribution, PerformanceFact)
        }
    return found


def goals(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What must hold."""
    is_equal = found["page_is_equal"] and found["page_since_the_beginning_is_equal"]
    page, everything, growth = (
        found[name]
        for name in ("page_times_faster", "page_since_the_beginning_times_faster", "refresh_growth")
    )
    wrong = found["rebuild_corrected"]
    return [
        goal("the page from facts equals the page from rows", is_equal, True, is_equal),
        goal("the page as it opens, times faster from facts, at least", page, 10, page >= 10),
        goal(
            "the page since the beginning, times faster from facts, at least",
            everything,
            10,
            everything >= 10,
        ),
        goal("one refresh in ten times the caseload, times its cost, at most", growth, 1.5, growth <= 1.5),
        goal("what a rebuild after all refreshes corrects", wrong, 0, wrong == 0),
    ]


def machine() -> dict[str, Any]:
    """Where this ran."""
    return {
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": sql("show server_version", {})[0][0],
    }


def goal(name: str, value: float | bool, target: float | bool, holds: bool) -> dict[str, Any]:
    """A goal as it is printed."""
    return {"name": name, "value": rounded(value), "target": target, "holds": holds}


def rounded(value: Any) -> Any:
    """A float to two decimals; anything else as it is."""
    return round(value, 2) if isinstance(value, float) else value


def main(people: int) -> int:
    """Measure, print, and say by the exit code whether every goal holds."""
    found = measured(people)
    held = goals(found)
    report = {
        "bench": "dashboard",
        "machine": machine(),
        "size": {"participants": people, "months": MONTHS, "providers": PROVIDERS, "repeats": REPEATS},
        "figures": {name: rounded(value) for name, value in found.items()},
        "goals": held,
    }
    print(json.dumps(report, indent=2))
    return 0 if all(one["holds"] for one in held) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
