"""From a committed event to the figure on the screen, with real processes and other people writing all the time."""

import os
import random
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from typing import Any, Final

from django.conf import settings
from django.db import connection

from participants.actions import contact
from participants.models import Participant
from performing.engine import held_by_the_adviser
from performing.pages import PAGE, signed_in
from performing.workspace import Workspace, say

PORT: Final = 8765
ADDRESS: Final = f"http://127.0.0.1:{PORT}"
WRITES_A_SECOND: Final = 50
SAMPLES: Final = 40
# As the page asks.
ASKS_EVERY: Final = 1.0
PATIENCE: Final = 60
CELERY: Final = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
COMMANDS: Final = (
    [sys.executable, "manage.py", "relay"],
    [*CELERY, "-c", "1", "-l", "ERROR", "--without-gossip", "--without-mingle"],
    [
        *(sys.executable, "-m", "gunicorn", "--config=python:config.gunicorn", "config.wsgi"),
        *("--no-control-socket", f"--bind=127.0.0.1:{PORT}"),
    ],
)
MISSED: Final = re.compile(r"([\d,]+) of [\d,]+ meetings")


@contextmanager
def at_work() -> Iterator[None]:
    """A relay, a worker and a web server on this database, ended afterwards."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen(command, env=dict(os.environ), **quiet) for command in COMMANDS]
    try:
        _wait_for_the_server()
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_the_server() -> None:
    for _ in range(PATIENCE * 5):
        try:
            urllib.request.urlopen(f"{ADDRESS}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the web server did not start")


def write(space: Workspace, person: Participant, **different: str) -> None:
    """The adviser logs a contact, in a transaction of its own."""
    usual = {"channel": "phone", "result": "attended"}
    by = space.adviser
    with space.acting(by):
        contact.log(
            participant=person,
            contract=space.contract,
            **(usual | different),
            contacted_on=by.today,
            minutes=15,
            note="",
            next_step="",
            next_on=None,
            by=by,
            at=by.now(),
        )


class Colleagues(threading.Thread):
    """So many writes a second, until they are told to stop."""

    def __init__(self, space: Workspace, people: list[Participant]) -> None:
        super().__init__(daemon=True)
        self.space, self.people = space, people
        self.written, self.done = 0, threading.Event()

    def run(self) -> None:
        began = time.monotonic()
        try:
            while not self.done.is_set():
                write(self.space, random.choice(self.people))
                self.written += 1
                ahead = began + self.written / WRITES_A_SECOND - time.monotonic()
                if ahead > 0:
                    time.sleep(ahead)
        finally:
            connection.close()


class Screen:
    """The page in the manager's browser: it asks every second, and says which version it shows."""

    def __init__(self, space: Workspace) -> None:
        self.cookie = (
            f"{settings.SESSION_COOKIE_NAME}={signed_in(space).cookies[settings.SESSION_COOKIE_NAME].value}"
        )
        self.version, self.missed = "", -1
        self.look()

    def look(self) -> None:
        """Ask as the page does, and take over what came."""
        asks = {"Cookie": self.cookie, "HX-Request": "true", "X-Computed": self.version, "X-Polling": "1"}
        request = urllib.request.Request(f"{ADDRESS}{PAGE}", headers=asks)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            text = response.read().decode()
        version = re.search(r'"X-Computed": "([^"]+)"', text.replace("&quot;", '"'))
        assert version is not None
        self.version = version[1]
        if found := MISSED.search(text):
            self.missed = int(found[1].replace(",", ""))

    def until(self, missed: int, since: float) -> float:
        """Seconds from then until the screen shows so many missed meetings. Raises TimeoutError."""
        time.sleep(random.uniform(0, ASKS_EVERY))
        while True:
            asked = time.monotonic()
            self.look()
            if self.missed == missed:
                return time.monotonic() - since
            if time.monotonic() - since > PATIENCE:
                raise TimeoutError(f"{self.missed} missed meetings on the screen instead of {missed}")
            time.sleep(max(0, asked + ASKS_EVERY - time.monotonic()))


def to_the_screen(space: Workspace) -> dict[str, float]:
    """How long one person's missed meeting takes to the screen, again and again, while others write."""
    say(f"from event to screen, with {WRITES_A_SECOND} writes a second")
    people = held_by_the_adviser(space, 500)
    with at_work():
        screen = Screen(space)
        colleagues = Colleagues(space, people)
        began = time.monotonic()
        colleagues.start()
        times = []
        try:
            for n in range(SAMPLES + 3):
                before = screen.missed
                write(space, people[n], channel="in_person", result="did_not_attend")
                took = screen.until(before + 1, time.monotonic())
                # The first ones wait for processes that are only just there.
                if n >= 3:
                    times.append(took)
        finally:
            colleagues.done.set()
            colleagues.join()
        seconds = time.monotonic() - began
    return {
        "to_the_screen_median_s": median(times),
        "to_the_screen_p95_s": quantiles(times, n=20)[18],
        "writes_meanwhile_per_second": colleagues.written / seconds,
    }
