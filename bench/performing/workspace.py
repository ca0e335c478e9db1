"""The workspace of bench/performance.py: one contract with ten providers, and as many people as asked for."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from django.db import connection, transaction
from django.utils.text import slugify

from outcomes.performance.nightly import rebuild
from outcomes.performance.periods import shift
from partners.models import Membership, Organisation, Tenant, User
from partners.viewer import Viewer, acting_as
from performing.caseload import PEOPLE, ROWS
from programmes.models import Contract, Programme, RuleSet, SupplyAgreement

MONTHS = 24
PROVIDERS = 10
MILESTONES = (
    {"rule": "start", "code": "start", "label": "Start"},
    {"rule": "job_start", "code": "job_start", "label": "Job start"},
    {"rule": "weeks_in_work", "code": "job_outcome", "label": "Job outcome", "weeks": 26},
    {
        "rule": "sustainment",
        "code": "sustainment",
        "label": "Sustainment",
        "follows": "job_outcome",
        "max": 13,
        "least_days": 1,
    },
)


def say(words: str) -> None:
    """Progress, on standard error."""
    print(words, file=sys.stderr, flush=True)


def sql(statement: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a statement as the restricted role and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or {})
        return cursor.fetchall() if cursor.description else []


def clocked(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds and answer."""
    began = time.perf_counter()
    answer = work()
    return (time.perf_counter() - began) * 1000, answer


@contextmanager
def superuser() -> Iterator[Any]:
    """A cursor of somebody whom no wall binds."""
    database = urlsplit(os.environ["DATABASE_URL"]).path
    address = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])._replace(path=database).geturl()
    with closing(psycopg2.connect(address)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            yield cursor


class Workspace:
    """One tenant with one contract, its providers, a manager of the prime's and an adviser of the first provider's."""

    def __init__(self) -> None:
        self.tenant = Tenant.objects.create(slug="bench", name="Bench")
        self.system = Viewer.system(self.tenant.pk, "bench")
        self.made = 0
        with self.acting():
            self.providers = [self.organisation("provider", f"Provider {n}") for n in range(1, PROVIDERS + 1)]
            self.prime = self.organisation("prime", "Bench prime")
            self.referrer = self.organisation("referrer", "Bench referrer")
            self.contract = self.make_contract()
            self.rules = RuleSet.objects.create(
                tenant=self.tenant, contract=self.contract, version=1, rules={}, made_at=self.system.now()
            )
            self.manager = self.viewer("manager", self.prime, "performance_manager")
            self.adviser = self.viewer("adviser", self.providers[0], "adviser")

    @contextmanager
    def acting(self, viewer: Viewer | None = None) -> Iterator[Viewer]:
        """A transaction as this viewer, or as the system."""
        with transaction.atomic(), acting_as(viewer or self.system):
            yield viewer or self.system

    def timed(self, work: Callable[[], Any], viewer: Viewer | None = None) -> tuple[float, Any]:
        """Milliseconds and answer of one run, in a transaction of its own as the viewer."""
        began = time.perf_counter()
        with self.acting(viewer):
            answer = work()
        return (time.perf_counter() - began) * 1000, answer

    def organisation(self, kind: str, name: str) -> Organisation:
        return Organisation.objects.create(tenant=self.tenant, kind=kind, slug=slugify(name), name=name)

    def viewer(self, name: str, organisation: Organisation, role: str) -> Viewer:
        """Somebody with a membership."""
        user = User.objects.create_user(f"{name}@example.org", name=name.title())
        Membership.objects.create(
            tenant=self.tenant,
            user=user,
            organisation=organisation,
            role=role,
            started_on=self.system.today,
        )
        return Viewer(self.tenant.pk, organisation.kind, organisation.pk, user.pk, role=role)

    def make_contract(self) -> Contract:
        here: dict[str, Any] = {"tenant": self.tenant}
        programme = Programme.objects.create(**here, code="bench", name="Bench", milestones=list(MILESTONES))
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

    def grow_to(self, people: int) -> float:
        """Write the rows of more people in bulk and let the facts follow; how many seconds those took."""
        self.write(people, self.providers, ROWS)
        say("computing the facts")
        # They came to count long ago: this week little did.
        then = Viewer.system(self.tenant.pk, "bench", timedelta(days=-60))
        took, _ = self.timed(lambda: rebuild(then), then)
        analyse()
        return took / 1000

    def write(self, people: int, providers: Sequence[Organisation], rows: Sequence[str]) -> None:
        """Write these rows of more people in bulk, who are held by these providers by chance."""
        say(f"making people {self.made + 1:,} to {people:,}")
        values = {
            "first": self.contract.starts_on,
            "days": (self.system.today - self.contract.starts_on).days + 1,
            "providers": [provider.pk for provider in providers],
            "width": len(providers),
            "from": self.made + 1,
            "to": people,
            "contract": self.contract.pk,
            "referrer": self.referrer.pk,
            "rules": self.rules.pk,
            "user": self.adviser.user_id,
            "today": self.system.today,
        }
        with self.acting():
            sql("select setseed(0.42)")
            sql(PEOPLE, values)
            for some in rows:
                sql(f"insert into {some}", values)
        self.made = people
        # As autovacuum does within minutes; again once there are facts.
        analyse()


def analyse() -> None:
    """Read the tables' statistics, and note which pages everybody may read."""
    with superuser() as cursor:
        cursor.execute("vacuum analyze")


def machine() -> dict[str, Any]:
    """Where this ran."""
    return {
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": sql("show server_version")[0][0],
    }
