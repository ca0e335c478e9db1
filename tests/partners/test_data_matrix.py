"""Every table before everybody: what they see, and that they can change nothing."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from partners.walls import walled_models
from tests.partners.first_looks import CALLED_BY_TRIGGERS, CHECKS, FirstLooks
from tests.partners.keepers import TRIGGERS, Keepers, counted, references
from tests.partners.matrix import Matrix
from tests.partners.planting import plant_world
from tests.partners.who_sees import RULES
from tests.partners.wrong_rows import WRONG

TABLES = sorted(model._meta.db_table for model in walled_models())
ADDRESSES = {
    "baton_app": "DATABASE_URL",
    "baton_owner": "OWNER_DATABASE_URL",
    "superuser": "SUPERUSER_DATABASE_URL",
}


CHECK_CONSTRAINTS = (
    "select conname from pg_constraint where contype = 'c' and conrelid::regclass::text = any"
    " (select relname from pg_class where relrowsecurity)"
)
ALL_TRIGGERS = "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal"
ALL_FUNCTIONS = "select proname from pg_proc where pronamespace = 'wall'::regnamespace"


class Connections:
    """A real connection for each role; a new transaction every time one is asked for."""

    def __init__(self, database: str) -> None:
        self.open = {
            role: psycopg2.connect(urlsplit(os.environ[name])._replace(path=f"/{database}").geturl())
            for role, name in ADDRESSES.items()
        }

    def cursor(self, role: str) -> Any:
        self.open[role].rollback()
        return self.open[role].cursor()

    def close(self) -> None:
        for connection in self.open.values():
            connection.close()


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    """The small world, committed in a database of its own."""
    database = f"{urlsplit(os.environ['DATABASE_URL']).path.lstrip('/')}_matrix"
    server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    server.autocommit = True
    server.cursor().execute(f"drop database if exists {database} with (force)")
    server.cursor().execute(f"create database {database} template baton owner baton_owner")
    connections = Connections(database)
    places, world = plant_world(connections.cursor("baton_app"))
    connections.open["baton_app"].commit()
    yield Matrix(connections, places, world)
    connections.close()
    server.cursor().execute(f"drop database {database} with (force)")
    server.close()


def test_somebody_has_said_of_every_table_who_sees_it() -> None:
    assert set(RULES) == set(TABLES)


def test_every_table_has_rows_that_somebody_sees_and_somebody_does_not(matrix: Matrix) -> None:
    for table in TABLES:
        rows = {row.id for row in matrix.world.of(table)}
        assert rows, f"{table} has no rows: give it a recipe"


@pytest.mark.parametrize("table", TABLES)
def test_everybody_sees_what_they_should_and_writes_nothing(matrix: Matrix, table: str) -> None:
    assert list(matrix.everything(table)) == []


@pytest.mark.parametrize("name", sorted(references()))
def test_no_row_refers_to_another_tenants(matrix: Matrix, name: str) -> None:
    assert list(Keepers(matrix).reference(name)) == []


def catalogue(matrix: Matrix, question: str) -> set[Any]:
    cursor = matrix.doors.cursor("superuser")
    cursor.execute(question)
    return set(cursor.fetchall())


def test_every_check_constraint_refuses_what_it_should(matrix: Matrix) -> None:
    known = {*WRONG, *counted()}
    assert {name for (name,) in catalogue(matrix, CHECK_CONSTRAINTS)} == known
    assert [wrong for name in sorted(known) for wrong in Keepers(matrix).constraint(name)] == []


def test_every_trigger_does_what_it_should(matrix: Matrix) -> None:
    assert catalogue(matrix, ALL_TRIGGERS) == set(TRIGGERS)
    assert [wrong for trigger in TRIGGERS for wrong in Keepers(matrix).trigger(*trigger)] == []


def test_every_function_that_looks_first_answers_its_one_question(matrix: Matrix) -> None:
    assert {name for (name,) in catalogue(matrix, ALL_FUNCTIONS)} == {*CHECKS, *CALLED_BY_TRIGGERS}
    assert [wrong for name in CHECKS for wrong in FirstLooks(matrix).check(name)] == []
