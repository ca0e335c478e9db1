"""manage.py relay: leases due outbox rows to Celery, and links the audit, until it is told to stop."""

import signal
import threading
import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import Error, connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from partners import audit_chain, outbox
from partners.tasks import work

PAUSE_SECONDS = 0.1
# When the broker or the database is away, leasing more would only keep it from those who come back first.
AWAY_SECONDS = 2.0
# How often the relay looks for rows of the audit to link; while there are many it does so at every turn.
LINK_SECONDS = 1.0
log = structlog.stdlib.get_logger("relay")


class Command(BaseCommand):
    help = "Leases due outbox rows to Celery and links the audit. Any number may run."
    link_at = 0.0

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            stop.wait(self.pass_on())
            self.link_audit()

    def link_audit(self) -> None:
        """Link some rows of the audit when it is time to. An error holds nothing else up; the nightly check tells."""
        if time.monotonic() < self.link_at:
            return
        try:
            is_behind = audit_chain.link_all() >= audit_chain.BATCH
        except Exception as error:
            log.error("audit not linked", error=type(error).__name__)
            connection.close()
            is_behind = False
        self.link_at = time.monotonic() + (0 if is_behind else LINK_SECONDS)

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
