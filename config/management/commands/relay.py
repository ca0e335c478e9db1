"""manage.py relay: leases due outbox rows to Celery until it is told to stop."""

import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import Error, connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from partners import outbox
from partners.tasks import work

PAUSE_SECONDS = 0.1
# When the broker or the database is away, leasing more would only keep it from those who come back first.
AWAY_SECONDS = 2.0
log = structlog.stdlib.get_logger("relay")


class Command(BaseCommand):
    help = "Leases due outbox rows to Celery. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            stop.wait(self.pass_on())

    def pass_on(self) -> float:
        """Lease once and send what was leased; returns how long to pause, in seconds.

        What the broker does not take comes again when its lease ends.
        """
        try:
            ids = outbox.lease()
        except Error as error:
            log.error("database away", error=type(error).__name__)
            connection.close()
            return AWAY_SECONDS
        for item_id in ids:
            try:
                work.apply_async((str(item_id),), task_id=str(item_id), retry=False)
            except (OperationalError, RedisError, OSError) as error:
                log.error("broker away", error=type(error).__name__)
                return AWAY_SECONDS
        return 0 if ids else PAUSE_SECONDS
