"""The caseload of bench/accruals.py: one contract, and people with facts of whom nothing is accrued yet."""

import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg2
from django.db import connection, transaction

from outcomes.models import Standing
from participants.models import Enrolment
from partners.models import Organisation, Tenant
from partners.viewer import Viewer, acting_as, london_date
from programmes.models import Contract, Price, Programme

MONTHS = 24
RULES: list[dict[str, Any]] = [
    {"code": "start", "rule": "start", "label": "Start"},
    {"code": "job_start", "rule": "job_start", "label": "Job start"},
    {
        "code": "job_outcome",
        "rule": "weeks_in_work",
        "label": "Job outcome",
        "weeks": 26,
        "until": "allotted",
    },
    {
        "code": "sustainment",
        "rule": "sustainment",
        "label": "Sustainment",
        "follows": "job_outcome",
        "max": 13,
        "least_days": 1,
    },
]
# Everybody: a start in 24 months, perhaps a job or two that last or end, and what was paid in each month of the first.
PEOPLE = """
create temporary table person on commit drop as
select n, gen_random_uuid() as id, gen_random_uuid() as enrolment,
       (%(first)s + floor(random() * %(days)s)::integer) as started_on,
       random() < 0.45 as worked, floor(random() * 300)::integer as until_work,
       random() < 0.55 as lasted, 20 + floor(random() * 180)::integer as days
  from generate_series(%(from)s, %(to)s) n
"""
FACTS = (
    """participants_participant (id, tenant_id, reference, given_name, family_name, search_name, born_on, made_at)
       select id, wall.tenant(), 'PT-' || n, 'Given', 'Family', 'family given', '1990-01-01', now() from person""",
    """participants_assignment (id, tenant_id, participant_id, contract_id, organisation_id, role, purpose, starts_on)
       select gen_random_uuid(), wall.tenant(), id, %(contract)s, %(provider)s, 'lead', '', started_on from person""",
    """participants_enrolment (id, tenant_id, participant_id, contract_id, payment_group, referred_on, started_on,
              end_reason)
       select enrolment, wall.tenant(), id, %(contract)s, '1', started_on - 10, started_on, '' from person""",
    """outcomes_job (id, tenant_id, participant_id, enrolment_id, contract_id, organisation_id, kind, employer,
              related_employer, title, hours_per_week, starts_on, ends_on, end_reason, recorded_at)
       select gen_random_uuid(), wall.tenant(), id, enrolment, %(contract)s, %(provider)s, 'employed', 'Employer',
              false, 'Title', 20, begins, case when lasted then null else begins + days end, '', now()
         from (select *, started_on + until_work as begins from person where worked
               union all
               select *, started_on + until_work + days + 30 from person where worked and not lasted) jobs
        where begins <= %(today)s""",
    """outcomes_earning (id, tenant_id, participant_id, enrolment_id, contract_id, organisation_id, employer, paid_on,
              gross_pence, qualifying, not_qualifying_because, source, row_key, recorded_at, void_reason)
       select gen_random_uuid(), wall.tenant(), id, enrolment, %(contract)s, %(provider)s, 'Employer',
              started_on + until_work + 30 * month, 90000, true, '', 'payslip', '', now(), ''
         from person cross join generate_series(1, 3) month
        where worked and started_on + until_work + 30 * month <= %(today)s""",
)
# A copy of everything about the first people under other ids, which follow from theirs.
COPIED = {
    "participants_participant": ("id",),
    "participants_assignment": ("id", "participant_id"),
    "participants_enrolment": ("id", "participant_id"),
    "outcomes_job": ("id", "participant_id", "enrolment_id"),
    "outcomes_earning": ("id", "participant_id", "enrolment_id"),
    "outcomes_milestone": ("id", "participant_id", "enrolment_id"),
    "outcomes_journal": ("id", "participant_id", "milestone_id"),
    "outcomes_entry": ("id", "journal_id"),
    "outcomes_standing": ("id", "participant_id", "enrolment_id"),
}


def say(words: str) -> None:
    """Progress, on standard error."""
    print(words, file=sys.stderr, flush=True)


def sql(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


class Caseload:
    """One contract with a provider and terms for both sides, and people with facts, of whom nothing is accrued yet."""

    def __init__(self) -> None:
        self.size = 0
        self.tenant = Tenant.objects.create(slug="bench", name="Bench")
        self.system = Viewer.system(self.tenant.pk, "bench")
        self.at = self.system.now()
        with self.acting():
            self.provider = self.organisation("provider")
            self.contract = self.make_contract()

    def add(self, people: int) -> list[UUID]:
        """So many more people with their facts; returns their enrolments."""
        say(f"making {people:,} people with their facts")
        values = {
            "first": self.contract.starts_on,
            "days": (self.system.today - self.contract.starts_on).days,
            "from": self.size + 1,
            "to": self.size + people,
            "contract": self.contract.pk,
            "provider": self.provider.pk,
            "today": self.system.today,
        }
        with self.acting():
            sql("select setseed(0.42)", {})
            sql(PEOPLE, values)
            for rows in FACTS:
                sql(f"insert into {rows}", values)
            made = [pk for (pk,) in sql("select enrolment from person order by enrolment", {})]
        self.size += people
        return made

    @contextmanager
    def acting(self) -> Iterator[Viewer]:
        """A transaction as the system."""
        with transaction.atomic(), acting_as(self.system):
            yield self.system

    def organisation(self, kind: str) -> Organisation:
        return Organisation.objects.create(tenant=self.tenant, kind=kind, slug=kind, name=kind.title())

    def make_contract(self) -> Contract:
        here: dict[str, Any] = {"tenant": self.tenant}
        programme = Programme.objects.create(**here, code="bench", name="Bench", milestones=RULES)
        contract = Contract.objects.create(
            **here,
            programme=programme,
            commissioner=self.organisation("commissioner"),
            code="bench",
            name="Bench",
            starts_on=self.system.today - timedelta(days=30 * MONTHS),
            ends_on=self.system.today + timedelta(days=30 * MONTHS),
            allotted_days=730,
            clock="attachment",
        )
        for rule in RULES:
            on = {**here, "contract": contract, "milestone": rule["code"], "ordinal_to": rule.get("max", 1)}
            Price.objects.create(**on, side="commissioner", pence=100_000, source="bench")
            Price.objects.create(**on, side="provider", share_basis_points=8_000, source="bench")
        return contract

    def tomorrow(self) -> datetime:
        """The next night comes."""
        self.at += timedelta(days=1)
        return self.at

    def sample(self, size: int) -> list[UUID]:
        """Some enrolments by chance, others each time."""
        with self.acting():
            found = Enrolment.objects.order_by("?").values_list("pk", flat=True)
            return sorted(found[: min(size, self.size)])

    def due(self, at: datetime, most: int) -> list[UUID]:
        """Some of those who have something to come tonight."""
        with self.acting():
            waiting = Standing.objects.filter(again_on__lte=london_date(at)).order_by("pk")
            return list(waiting.values_list("enrolment", flat=True)[:most])

    def grow_to(self, size: int) -> None:
        """All these people over and over again with all that stands about them, as only the superuser can write it."""
        say(f"the same people over again, up to {size:,}")
        as_superuser(*(f"create table original_{table} as table {table}" for table in COPIED))
        for copy in range(1, size // self.size):
            statements = [self.copied(table, keys, copy) for table, keys in COPIED.items()]
            as_superuser("set session_replication_role = replica", *statements)
        as_superuser(*(f"drop table original_{table}" for table in COPIED))
        self.size *= size // self.size
        as_superuser("analyze")

    def copied(self, table: str, keys: tuple[str, ...], copy: int) -> str:
        """The statement that copies one table's rows of the first people, whose ids the first copy keeps in a list."""
        [(columns,)] = sql(
            "select array_agg(attname::text) from pg_attribute where attrelid = %(table)s::regclass and attnum > 0"
            " and not attisdropped and attgenerated = ''",
            {"table": table},
        )
        ids = {key: f"md5({key}::text || '{copy}')::uuid" for key in keys}
        words = {"reference": f"reference || '-{copy}'"} if table == "participants_participant" else {}
        values = ", ".join((ids | words).get(column, f'"{column}"') for column in columns)
        quoted = ", ".join(f'"{column}"' for column in columns)
        return f"insert into {table} ({quoted}) select {values} from original_{table}"


def as_superuser(*statements: str) -> None:
    """Run statements as somebody whom no wall binds, and who may take statistics."""
    database = urlsplit(os.environ["DATABASE_URL"]).path
    address = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])._replace(path=database).geturl()
    with closing(psycopg2.connect(address)) as superuser:
        superuser.autocommit = True
        for statement in statements:
            superuser.cursor().execute(statement)


def reset_peak() -> None:
    """Count the peak of memory from here."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    """The most memory that this process has held since, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def machine() -> dict[str, Any]:
    """Where this ran."""
    return {
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": sql("show server_version", {})[0][0],
    }
