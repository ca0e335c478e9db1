"""The walls as PostgreSQL's own catalogue has them: what nobody declared or reviewed is refused."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db.backends.ddl_references import Statement
from django.db.models import UniqueConstraint

from partners.walls import Reference, Wall, walled_models
from tests.partners.test_walls import GLOBAL_TABLES

# Reviewed: what the application may do with the tables that have no tenant. Columns where it may not change all.
GLOBAL_GRANTS = {
    "account_emailaddress": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "account_emailconfirmation": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "django_content_type": {"SELECT"},
    "django_migrations": {"SELECT"},
    "django_session": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "mfa_authenticator": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "partners_cache": {"DELETE", "INSERT", "SELECT", "UPDATE"},
    "partners_tenant": {"INSERT", "SELECT", "UPDATE (clock_offset)", "UPDATE (notice)"},
    "partners_user": {
        "INSERT",
        "SELECT",
        "UPDATE (is_active)",
        "UPDATE (last_login)",
        "UPDATE (name)",
        "UPDATE (password)",
        "UPDATE (reset_at)",
        "UPDATE (reset_digest)",
        "UPDATE (reset_expires_at)",
    },
    "socialaccount_socialaccount": {"SELECT"},
    "usersessions_usersession": {"DELETE", "INSERT", "SELECT", "UPDATE"},
}
# Reviewed: unique keys that do not begin with the tenant. A long random secret says nothing about other tenants.
KEYS_WITHOUT_TENANT = {"partners_apikey_digest_key", "partners_invitation_digest"}
# Reviewed: tables without a participant of their own whose rows hang on one, by the column through which they do.
HANGING = {
    "outcomes_entry": "journal_id",
    "participants_participant": "id",
    "referrals_acceptance": "allocation_id",
    "referrals_allocation": "referral_id",
    "referrals_allocationbasis": "allocation_id",
    "referrals_decisionfacts": "decision_id",
    "referrals_eligibilitydecision": "referral_id",
    "referrals_handback": "allocation_id",
}

POLICIES = """
select tablename, policyname, permissive, roles::text, cmd, qual, with_check from pg_policies
where schemaname = 'public' and tablename = any(%s) order by 1, 2
"""
GRANTS = """
select c.relname, a.grantee::regrole::text, a.privilege_type, '' from pg_class c, aclexplode(c.relacl) a
where c.relname = any(%(tables)s) and c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner
union all
select c.relname, a.grantee::regrole::text, a.privilege_type, t.attname
from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
where c.relname = any(%(tables)s) and c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner
order by 1, 2, 3, 4
"""
REFERENCES = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated from pg_constraint
where contype = 'f' and conrelid::regclass::text = any(%s) and cardinality(conkey) > 1 order by 1, 2
"""
SECURITY = (
    "select relname, relrowsecurity, relforcerowsecurity from pg_class where relname = any(%s) order by 1"
)
Rows = list[tuple[Any, ...]]


class Catalogue:
    """The superuser's view of this test database; nothing that is done here is kept."""

    def __init__(self) -> None:
        name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
        address = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])._replace(path=f"/{name}").geturl()
        self.connection = psycopg2.connect(address)

    def rows(self, sql: str, params: Any = None) -> Rows:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else []

    def walls(self, tables: list[str]) -> dict[str, Rows]:
        """Everything that keeps people out of these tables."""
        grants = [row for row in self.rows(GRANTS, {"tables": tables}) if row[1] == "baton_app"]
        return {
            "policies": self.rows(POLICIES, [tables]),
            "grants": grants,
            "references": self.rows(REFERENCES, [tables]),
            "security": self.rows(SECURITY, [tables]),
        }


@pytest.fixture
def catalogue(db: None) -> Iterator[Catalogue]:
    found = Catalogue()
    yield found
    found.connection.rollback()
    found.connection.close()


class Collecting:
    """Stands where a migration's schema editor would: keeps the statements that a constraint would have run."""

    def __init__(self) -> None:
        self.deferred_sql: list[Statement] = []

    def quote_name(self, name: str) -> str:
        return f'"{name}"'


def declared() -> list[str]:
    """The statements that build every wall and every reference that the models declare."""
    editor = Collecting()
    for model in walled_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, Wall | Reference):
                constraint.create_sql(model, editor)
    return [str(statement) for statement in editor.deferred_sql]


def tables_behind_walls() -> list[str]:
    return sorted(model._meta.db_table for model in walled_models())


def test_the_walls_of_the_database_are_exactly_those_that_the_models_declare(catalogue: Catalogue) -> None:
    tables = tables_behind_walls()
    standing = catalogue.walls(tables)
    for table, name, *_ in standing["policies"]:
        catalogue.rows(f'drop policy "{name}" on "{table}"')
    for table, name, *_ in standing["references"]:
        catalogue.rows(f'alter table {table} drop constraint "{name}"')
    for table in tables:
        catalogue.rows(f'alter table "{table}" disable row level security, no force row level security')
        catalogue.rows(f'revoke all on "{table}" from baton_app')
    for statement in declared():
        catalogue.rows(statement)
    rebuilt = catalogue.walls(tables)
    for part, rows in rebuilt.items():
        assert set(standing[part]) == set(rows), part


def test_no_policy_is_permissive_for_all_commands_or_open_to_everyone(catalogue: Catalogue) -> None:
    for table, name, permissive, roles, command, qual, check in catalogue.rows(
        POLICIES, [tables_behind_walls()]
    ):
        assert "true" not in {qual, check}, (table, name)
        if permissive == "PERMISSIVE":
            assert command != "ALL", (table, name)
            assert roles == "{baton_app}", (table, name)
            assert "wall.kind()" in (qual or check), (table, name)
        else:
            assert (command, roles) == ("ALL", "{public}"), (table, name)
            assert qual == check, (table, name)


def test_only_the_system_writes(catalogue: Catalogue) -> None:
    for table, name, permissive, _, command, qual, check in catalogue.rows(POLICIES, [tables_behind_walls()]):
        if permissive == "PERMISSIVE" and command != "SELECT":
            for condition in filter(None, (qual, check)):
                assert "= 'system'::text" in condition, (table, name)


def test_every_table_that_carries_a_participant_keeps_restricted_people_apart(catalogue: Catalogue) -> None:
    carrying = catalogue.rows(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
        " and a.attname = 'participant_id' and not a.attisdropped"
    )
    apart = {
        table: qual
        for table, name, _, _, _, qual, _ in catalogue.rows(POLICIES, [tables_behind_walls()])
        if name == "person_wall"
    }
    assert {table for (table,) in carrying} | set(HANGING) == set(apart)
    for table, qual in apart.items():
        column = HANGING.get(table, "participant_id")
        assert "wall.beyond" in qual, table
        assert f"({column} IN" in qual or f"{column} IN ( SELECT" in qual, (table, qual)


def test_every_row_that_hangs_on_a_participants_row_is_known_to_do_so(catalogue: Catalogue) -> None:
    """A new table with a key to a referral, a decision, a job or the like must say whether a person hangs on it."""
    apart = {
        table
        for table, name, *_ in catalogue.rows(POLICIES, [tables_behind_walls()])
        if name == "person_wall"
    }
    keys = catalogue.rows(
        "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'"
    )
    hanging = {table for table, target in keys if target in apart and target != "partners_auditentry"}
    assert hanging - apart == set()


def test_every_unique_key_begins_with_the_tenant(catalogue: Catalogue) -> None:
    first = catalogue.rows(
        "select i.indexrelid::regclass::text, a.attname from pg_index i"
        " left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]"
        " where (i.indisunique or i.indisexclusion) and not i.indisprimary and i.indrelid::regclass::text = any(%s)",
        [tables_behind_walls()],
    )
    assert {name for name, column in first if column != "tenant_id"} == KEYS_WITHOUT_TENANT
    for model in walled_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                is_reviewed = constraint.name in KEYS_WITHOUT_TENANT
                assert is_reviewed or constraint.fields[0] == "tenant", constraint.name


def test_identifiers_are_not_counted_up(catalogue: Catalogue) -> None:
    counted = catalogue.rows(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum"
        " where c.relname = any(%s) and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval%%')",
        [tables_behind_walls()],
    )
    assert counted == []


def test_nothing_else_shows_rows(catalogue: Catalogue) -> None:
    """No view, materialised view, partition or foreign table, each of which has rules of its own."""
    others = catalogue.rows(
        "select relname from pg_class where relkind in ('v', 'm', 'p', 'f') and relnamespace in"
        " ('public'::regnamespace, 'wall'::regnamespace) or relispartition"
    )
    assert others == []


def test_the_application_may_do_with_global_tables_what_was_reviewed(catalogue: Catalogue) -> None:
    granted: dict[str, set[str]] = {}
    for table, grantee, privilege, column in catalogue.rows(GRANTS, {"tables": sorted(GLOBAL_TABLES)}):
        if grantee == "baton_app":
            granted.setdefault(table, set()).add(f"{privilege} ({column})" if column else privilege)
    assert granted == GLOBAL_GRANTS


def test_nobody_has_rights_but_the_known_roles(catalogue: Catalogue) -> None:
    tables = [name for (name,) in catalogue.rows("select relname from pg_class where relkind = 'r'")]
    assert {row[1] for row in catalogue.rows(GRANTS, {"tables": tables})} <= {"baton_app", "baton_definer"}
    passing = catalogue.rows(
        "select rolname from pg_roles where (rolsuper or rolbypassrls) and rolcanlogin and rolname <> 'postgres'"
    )
    assert passing == []
    assert (
        catalogue.rows(
            "select pg_has_role('baton_app', r.oid, 'member') from pg_roles r where rolname in"
            " ('baton_owner', 'baton_definer', 'postgres')"
        )
        == [(False,)] * 3
    )
    assert (
        catalogue.rows(
            "select has_schema_privilege('baton_app', n, 'create') from unnest(array['public', 'wall']) n"
        )
        == [(False,)] * 2
    )
