"""The chain of sealed statements: whoever changes one stored word of it, past every guard, is found."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from outcomes.models import Entry, Journal, Statement, StatementLine
from outcomes.statements.chain import digest, verify
from tests.cast import Cast, looking_as
from tests.outcomes.settling import ended, of_month, sealed
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=8)
LINES = st.builds(
    StatementLine,
    position=st.integers(1, 9),
    journal_id=st.uuids(),
    participant_id=st.none() | st.uuids(),
    reference=TEXT,
    label=TEXT,
    ordinal=st.none() | st.integers(1, 9),
    kind=TEXT,
    reached_on=st.none() | st.dates(),
    claimable_from=st.dates(),
    pence=st.integers(-(10**9), 10**9),
    source=TEXT,
    why=TEXT,
    illustrative=st.booleans(),
)
WORDS = ("reference", "label", "kind", "source", "why")


def a_statement(lines: list[StatementLine]) -> Statement:
    return Statement(
        contract_id=UUID(int=1),
        organisation_id=UUID(int=2),
        month=date(2026, 1, 1),
        number=7,
        line_count=len(lines),
        total_pence=sum(line.pence for line in lines),
    )


@given(st.lists(LINES, min_size=1, max_size=4), st.data())
def test_any_change_of_a_line_changes_the_digest(lines: list[StatementLine], data: st.DataObject) -> None:
    statement = a_statement(lines)
    before = digest(statement, lines, "")
    line = data.draw(st.sampled_from(lines))
    name = data.draw(st.sampled_from([*WORDS, "pence", "position", "claimable_from", "illustrative"]))
    old = getattr(line, name)
    new = {str: f"{old}x", int: 1, bool: True}.get(type(old), date(2027, 1, 1))
    if new == old:
        return
    setattr(line, name, new)
    assert digest(statement, lines, "") != before


@given(st.lists(LINES, max_size=3), TEXT, TEXT)
def test_words_do_not_move_between_parts(lines: list[StatementLine], one: str, other: str) -> None:
    """What ends one field and begins the next, or one line and the next, cannot be told otherwise."""
    statement = a_statement(lines)
    same = digest(statement, lines, one) == digest(statement, lines, other)
    assert same == (one == other)
    for line in lines:
        before = digest(statement, lines, "")
        was = (line.source, line.why)
        line.source, line.why = line.why, line.source
        assert (digest(statement, lines, "") == before) == (was[0] == was[1])


@dataclass
class Intruder:
    """Somebody with the server's own rights, who passes triggers and grants."""

    connection: Any

    def run(self, statement: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            cursor.execute(statement)


@pytest.fixture
def two(transactional_db: None, cast: Cast) -> list[Statement]:
    return [sealed(cast, ended(cast, days=days)) for days in (200, 100)]


@pytest.fixture
def intruder(transactional_db: None) -> Iterator[Intruder]:
    address = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])
    found = psycopg2.connect(address._replace(path=f"/{connection.settings_dict['NAME']}").geturl())
    found.autocommit = True
    yield Intruder(found)
    found.close()


def problems(cast: Cast) -> list[str]:
    with looking_as(cast.system()):
        return list(verify())


def test_what_nobody_touched_verifies(cast: Cast, two: list[Statement]) -> None:
    assert problems(cast) == []
    out = StringIO()
    call_command("verify_statements", "serco", stdout=out)
    assert out.getvalue() == "serco: 2 sealed statements are as they were sealed.\n"


TAMPERING = {
    "update outcomes_statementline set pence = pence + 1 where position = 1": "come to 60001 pence",
    "update outcomes_statementline set label = 'Other'": "its digest is not that of its lines",
    "update outcomes_statementline set reached_on = reached_on + 1": "its digest is not that of its lines",
    "delete from outcomes_statementline": "its 0 lines come to 0 pence",
    "update outcomes_statement set total_pence = 5": "sealed with 1 lines of 5 pence",
    "update outcomes_statement set month = month - 1000 where number = 2": "its digest is not",
    "update outcomes_statement set digest = 'x' where number = 1": "Statement 2: its digest is not",
    "update outcomes_statement set previous_id = null": "Statement 2: its digest is not",
    "update outcomes_statement set number = number + 10": "Statement 1 is missing",
    "update outcomes_journal set pence = pence - 1 where side = 'provider'": "and the ledger to 59999",
}


@pytest.mark.parametrize("change", TAMPERING)
def test_what_somebody_changed_is_found(
    cast: Cast, two: list[Statement], intruder: Intruder, change: str
) -> None:
    intruder.run(change)
    assert TAMPERING[change] in "\n".join(problems(cast))
    with pytest.raises(CommandError, match="serco: Statement"):
        call_command("verify_statements", stdout=StringIO())


def test_an_unknown_workspace_is_said(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no workspace nowhere"):
        call_command("verify_statements", "nowhere", stdout=StringIO())


@pytest.mark.parametrize("ends", [(), (150,), (150, 20), (175, 120, 60)])
def test_totals_are_the_sums_of_their_lines_and_the_ledger_comes_to_nothing(
    cast: Cast, ends: tuple[int, ...]
) -> None:
    """Jobs that begin and end while the months are sealed one after the other."""
    months = {ago(days).replace(day=1) for days in (300, 250, 200, 150, 100)}
    jobs = [work(cast, started_person(cast, days=300 + n)[1], since=290) for n in range(3)]
    for month in sorted(months):
        with looking_as(cast.system()):
            is_there = Statement.objects.filter(month=month, lines__isnull=False).exists()
        if is_there:
            sealed(cast, of_month(cast, month))
    for job, days in zip(jobs, ends, strict=False):
        end(cast, job, days=days)
    with looking_as(cast.system()):
        assert Entry.objects.aggregate(total=Sum("pence"))["total"] == 0
        for one in Statement.objects.exclude(number=None):
            lines = StatementLine.objects.filter(statement=one).aggregate(total=Sum("pence"))["total"]
            booked = Journal.objects.filter(statement=one).aggregate(total=Sum("pence"))["total"]
            assert one.total_pence == lines == booked
        assert list(verify()) == []
