"""Locks by name, for things that may not have a row yet."""

from django.db import OperationalError, connection

LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"


def hold(*names: str) -> None:
    """Wait for these names and hold them until the transaction ends, taken in one order so that nobody waits in a ring.

    Raises OperationalError when the wait is longer than PostgreSQL's lock_timeout; see is_busy.
    """
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def share(name: str) -> None:
    """Hold the name beside others who share it; whoever waits to hold it alone comes before those who ask later.

    A shared lock of a row lets everybody in who comes, so that whoever wants the row alone may wait for ever.
    Raises OperationalError as `hold` does.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def hold_if_free(name: str) -> bool:
    """Hold the name until the transaction ends, unless somebody else does; says whether it is held now."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def is_busy(error: OperationalError) -> bool:
    """Whether a statement failed because somebody else holds a lock, so that trying again may help."""
    return getattr(error.__cause__, "pgcode", None) in (LOCK_NOT_AVAILABLE, DEADLOCK)
