"""The real processes behind a page: the outbox relay and a Celery worker, as `./baton run` starts them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

COMMANDS = (
    [sys.executable, "manage.py", "relay"],
    [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config.celery",
        "worker",
        "-c",
        "1",
        "-l",
        "ERROR",
        "--without-gossip",
    ],
)


def manage(*arguments: str) -> None:
    """Run a management command to its end."""
    subprocess.run([sys.executable, "manage.py", *arguments], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def at_work() -> Iterator[None]:
    """A relay and a worker on the database of this test, stopped at the end."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen(command, env=dict(os.environ), **quiet) for command in COMMANDS]  # type: ignore[call-overload]
    try:
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
