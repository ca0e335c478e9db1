"""Every test process has a database and a Valkey of its own, and works as the restricted role.

`./baton test` starts throw-away servers and lets the owner migrate one database. Each test process clones it. The
environment is set here, before Django reads its settings, so that a process started by a test finds the same clone.
"""

import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import django
import psycopg2
import pytest
import redis
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from whitenoise.middleware import WhiteNoiseMiddleware

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.cast import Cast

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
TEMPLATE, CLONE = "baton", f"baton_{PROCESS}"
BROWSER_OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
# How long a machine that others use as well takes to make an example says nothing of what is tested.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
if "SUPERUSER_DATABASE_URL" not in os.environ:
    pytest.exit("The tests need servers of their own: run ./baton test.", returncode=2)


def at(name: str, database: str) -> str:
    """The address in the environment variable, but of another database."""
    return urlsplit(os.environ[name])._replace(path=f"/{database}").geturl()


os.environ["DATABASE_URL"] = at("DATABASE_URL", CLONE)
os.environ["OWNER_DATABASE_URL"] = at("OWNER_DATABASE_URL", CLONE)
os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].partition('?')[0]}?db={PROCESS}"
# Playwright keeps an event loop in the main thread, and Django would refuse to ask the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
# A test process inherits the environment of the first, and would read its settings before it comes here.
del os.environ["DJANGO_SETTINGS_MODULE"]

TABLES = """
SELECT oid::regclass::text FROM pg_class
 WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'wall'::regnamespace)
"""

WRITING = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL
"""


class Superuser:
    """The one connection that clones, empties and drops; no test sees it."""

    def __init__(self, database: str) -> None:
        self.connection = psycopg2.connect(at("SUPERUSER_DATABASE_URL", database))
        self.connection.autocommit = True

    def run(self, statement: str) -> list[str]:
        """Run one statement and return its first column."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return [row[0] for row in cursor.fetchall()] if cursor.description else []

    def filled_tables(self) -> set[str]:
        """The tables that hold anything."""
        questions = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in self.run(TABLES))
        return set(self.run(" UNION ALL ".join(questions)))

    def empty(self, keep: set[str]) -> None:
        """Delete every row of every table but those in `keep`.

        For the few rows of a test that is quicker than TRUNCATE, and as a replica it passes the guards of
        append-only tables. A browser may have left a request behind it: what is being written ends first."""
        for _ in range(100):
            if not self.run(WRITING):
                break
            time.sleep(0.1)
        if filled := self.filled_tables() - keep:
            deletions = "; ".join(f"DELETE FROM {table}" for table in sorted(filled))
            self.run(
                "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '10s'; "
                f"{deletions}; COMMIT"
            )


def pytest_make_parametrize_id(val: object) -> str | None:
    """Content is no name: an archive has the time in it, and every process must collect the same tests."""
    return "content" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def django_db_setup() -> Iterator[None]:
    """Clone the owner's database, empty the clone after every test that commits, drop it at the end."""
    server = Superuser("postgres")
    server.run(f"DROP DATABASE IF EXISTS {CLONE} WITH (FORCE)")
    server.run(f"CREATE DATABASE {CLONE} TEMPLATE {TEMPLATE} OWNER baton_owner")
    clone = Superuser(CLONE)
    keep = clone.filled_tables()  # what the migrations put in stays

    def empty_after_commits(_test: TransactionTestCase) -> None:
        clone.empty(keep)

    with pytest.MonkeyPatch.context() as patch:
        # Django would TRUNCATE as the restricted role, which may not, and fill content types again as nobody.
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_after_commits)
        yield
    clone.connection.close()
    server.run(f"DROP DATABASE {CLONE} WITH (FORCE)")
    server.connection.close()


@pytest.fixture(autouse=True, scope="session")
def static_files_as_in_production() -> Iterator[None]:
    """The live server leaves static files to the application, which knows their hashed names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "_should_handle", lambda _handler, _path: False)
        yield


@pytest.fixture(autouse=True, scope="session")
def static_files_looked_for_once() -> Iterator[None]:
    """Every test client starts the middleware anew, and it would walk all files of the front end each time."""
    look, found = WhiteNoiseMiddleware.update_files_dictionary, {}

    def remembered(self: WhiteNoiseMiddleware, root: str, prefix: str) -> None:
        if (root, prefix) not in found:
            look(self, root, prefix)
            found[root, prefix] = dict(self.files)
        self.files.update(found[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "update_files_dictionary", remembered)
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed as in production, only not for so long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "time_cost", 1)
        patch.setattr(Argon2PasswordHasher, "memory_cost", 64)
        yield


@pytest.fixture(autouse=True)
def empty_valkey() -> Iterator[None]:
    """No count or lock of one test reaches the next."""
    yield
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()


@pytest.fixture
def patience(transactional_db: None) -> Iterator[None]:
    """A race asks who wins, not how soon: where the machine stands still for a while, nobody gives up waiting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict["OPTIONS"], "options", "-c lock_timeout=60000 -c timezone=UTC")
        connection.close()
        yield
    connection.close()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """Open while the tests of a module run, each in a savepoint of its own, so that what is dear is made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def cast(db: None) -> "Cast":
    """Everyone, in the database of this test."""
    from tests.cast import make_cast  # models are there only once Django is set up

    return make_cast()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The distribution's Chromium, without its calls to the world outside."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {
        **browser_type_launch_args,
        "executable_path": os.environ["CHROMIUM"],
        "args": [*BROWSER_OPTIONS, *sandbox],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A visitor in England."""
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/London"}
