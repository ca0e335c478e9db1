"""The polite half of the wall: tells PostgreSQL who is looking before the first statement of each transaction.

PostgreSQL forgets a transaction-local setting at commit, at rollback and at ROLLBACK TO SAVEPOINT; so does the mark
kept here. Personal tables without a viewer, or outside a transaction, are refused loudly instead of answering nothing.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from partners.viewer import current
from partners.walls import Wall

SET_SETTINGS = "select " + ", ".join(["set_config(%s, %s, true)"] * 9)


class NoViewer(RuntimeError):
    """A walled table was asked for without saying who is looking."""


class PrivilegedRole(RuntimeError):
    """The role of this connection passes the walls: superuser, BYPASSRLS or owner of a table."""


class OutsideTransaction(RuntimeError):
    """A walled table was asked for outside a transaction, where the walls' settings cannot live."""


@cache
def walled_table_pattern() -> re.Pattern[str]:
    """Matches a statement that names a table behind a wall."""
    tables = (
        model._meta.db_table
        for model in apps.get_models()
        if any(isinstance(constraint, Wall) for constraint in model._meta.constraints)
    )
    return re.compile(r"\b(" + "|".join(sorted(tables)) + r")\b")


def in_real_transaction(connection: BaseDatabaseWrapper) -> bool:
    """Whether an atomic block is open that is not the test case's own."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """An execute wrapper: applies the viewer's settings, or refuses the statement."""
    connection = context["connection"]
    statement = str(sql)
    if statement.startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO")):
        # In a failed transaction nothing else may run before the rollback, which takes the settings with it.
        if statement.startswith("ROLLBACK TO"):
            connection.wall_settings = None
        return execute(sql, params, many, context)
    viewer = current()
    if viewer is None or not in_real_transaction(connection):
        if walled_table_pattern().search(statement):
            if viewer is None:
                raise NoViewer(f"No viewer for: {statement[:80]}")
            raise OutsideTransaction(f"No transaction for: {statement[:80]}")
        # A statement on global tables alone; a viewer that a transaction left behind must not stay in force.
        viewer = None
    settings = viewer.settings() if viewer else None
    if connection.in_atomic_block and settings != connection.wall_settings:
        names = settings or dict.fromkeys(connection.wall_settings, "")
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(SET_SETTINGS, [part for pair in names.items() for part in pair])
        connection.wall_settings = settings
    return execute(sql, params, many, context)


def forget_at_the_end_of_a_transaction(connection: Any, method: str) -> None:
    """After commit and rollback the settings are gone, so the mark goes as well."""
    original = getattr(connection, method)

    def ended(*args: Any, **kwargs: Any) -> Any:
        connection.wall_settings = None
        return original(*args, **kwargs)

    setattr(connection, method, ended)


PRIVILEGED = """
select rolsuper or rolbypassrls or exists (
  select from pg_class c where c.relnamespace = 'public'::regnamespace and pg_has_role(c.relowner, 'member'))
from pg_roles where rolname = current_user
"""


def refuse_privilege(connection: Any) -> None:
    """Raise PrivilegedRole where the walls would not bind this connection; every process meets it at its first."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(PRIVILEGED)
        if cursor.fetchone()[0]:
            raise PrivilegedRole(
                "DATABASE_URL must name a role that owns nothing and passes no row-level security."
            )


def stand_guard(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Put the guard before a new connection (receiver of connection_created)."""
    connection.wall_settings = None
    if guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)
        for method in ("_commit", "_rollback"):
            forget_at_the_end_of_a_transaction(connection, method)
    try:
        refuse_privilege(connection)
    except BaseException:
        # Whoever goes on after the error must not find an open connection that was never found harmless.
        connection.close()
        raise
