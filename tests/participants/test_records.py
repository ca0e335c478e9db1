"""No table with something about a participant is forgotten: what is declared stands against PostgreSQL's catalogue."""

from typing import Any

import pytest
from django.db import connection

from participants import records
from participants.models import Participant
from tests.cast import Cast, looking_as
from tests.participants.canary import canary


def rows(sql: str, *params: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def tables() -> set[str]:
    return {model._meta.db_table for model in records.ways()}


@pytest.mark.django_db
def test_every_table_with_a_participant_is_found() -> None:
    carrying = {
        name
        for (name,) in rows(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
            " and a.attname = 'participant_id' and not a.attisdropped"
        )
    }
    assert carrying <= tables()


@pytest.mark.django_db
def test_every_table_that_hangs_on_such_a_row_is_found() -> None:
    keys = rows(
        "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'"
        " and connamespace = 'public'::regnamespace"
    )
    assert {table for table, target in keys if target in tables()} <= tables()


def test_every_one_of_them_is_declared() -> None:
    assert [model for model in records.ways() if records.of(model) is records.UNDECLARED] == []
    for model in records.ways():
        said = records.of(model)
        assert said.removed or said.emptied or said.stays, model


@pytest.mark.django_db
def test_what_is_declared_to_be_emptied_or_removed_is_what_erasing_may_change() -> None:
    """The definer's grants name the columns; it has no other on these tables."""
    changed = {
        (table, column)
        for table, column in rows(
            "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid,"
            " aclexplode(a.attacl) g where g.grantee = 'baton_definer'::regrole"
            " and g.privilege_type = 'UPDATE' and c.relname = any(%s)",
            list(tables()),
        )
    }
    removed = {
        table
        for (table,) in rows(
            "select c.relname from pg_class c, aclexplode(c.relacl) g where g.grantee = 'baton_definer'::regrole"
            " and g.privilege_type in ('DELETE', 'UPDATE', 'INSERT') and c.relname = any(%s)",
            list(tables()),
        )
    }
    said = {model._meta.db_table: records.of(model) for model in records.ways()}
    assert changed == {(table, column) for table, one in said.items() for column in one.emptied}
    assert removed == {table for table, one in said.items() if one.removed}
    erasing = {table for (table,) in rows("select of_table from wall.erasing")}
    assert erasing == removed | {table for table, _ in changed}


def test_the_application_cannot_change_what_erasing_does(cast: Cast) -> None:
    granted = rows(
        "select privilege_type from information_schema.role_table_grants"
        " where grantee = 'baton_app' and table_schema = 'wall' and table_name = 'erasing'"
    )
    assert granted == [("SELECT",)]


def test_the_rows_of_one_person_are_theirs_alone(cast: Cast) -> None:
    found = canary(cast)
    with looking_as(cast.system()):
        others = Participant.objects.exclude(pk=found.participant.pk)
        counts = records.counts(found.participant.pk)
        empty = {model for model, count in counts.items() if not count}
        assert {model.__name__ for model in empty} <= {
            "NamedAccess",
            "HandBack",
            "Match",
            "SubjectRequest",
            "SectionReview",
            "SubjectCopy",
            "LegalHold",
            "Erasure",
            "Concern",
            "AuditEntry",
            "DirtyMark",
            "Contribution",
            "FormerContribution",
            "InSight",
            "Claim",
            "ClaimSum",
            "CommittedPerson",
            "SampleItem",
            "StatementLine",
            "LineQuery",
            "Unclaimed",
        }
        for model in counts:
            mine = set(records.rows_of(model, found.participant.pk).values_list("pk", flat=True))
            for other in others:
                assert not mine & set(records.rows_of(model, other.pk).values_list("pk", flat=True))
