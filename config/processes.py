"""Child processes of the launcher: started in order, watched, stopped in the reverse, none left behind.

Standard library only. A signal never interrupts a step half-way: it is noted, and raised where the launcher waits.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Command = Sequence[object]  # words, each of them made a string
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """What went wrong, in one sentence for the person at the keyboard."""


class Stopped(Exception):
    """The person, or the system, asked to stop."""


def say(text: str) -> None:
    """Tell the person what happens; standard output stays for results."""
    print(f"baton: {text}", file=sys.stderr, flush=True)


class Interrupt:
    """A signal to stop is noted and raised at the next `pause`: nothing is ever half-started when it arrives."""

    signals = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    received: int | None = None

    @classmethod
    def listen(cls) -> None:
        """Note signals from now on, and one that `./baton` has held back until here."""
        for number in cls.signals:
            signal.signal(number, cls._note)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, cls.signals)

    @classmethod
    def _note(cls, number: int, _frame: FrameType | None) -> None:
        cls.received = cls.received or number


def pause(seconds: float = 0.05) -> None:
    """Wait a moment; raise `Stopped` if a signal has come."""
    if not Interrupt.received:
        time.sleep(seconds)
    if Interrupt.received:
        raise Stopped


def _end_with_launcher(stop_signal: int) -> Callable[[], None]:
    """For a new child on Linux: be sent `stop_signal` when the launcher is killed without a chance to stop it."""

    def ask() -> None:
        if hasattr(_LIBC, "prctl"):
            _LIBC.prctl(_PR_SET_PDEATHSIG, stop_signal)

    return ask


def spawn(
    command: Command,
    log: Path,
    environment: Mapping[str, str] | None = None,
    stop_signal: int = signal.SIGTERM,
    **identity: Any,
) -> subprocess.Popen[bytes]:
    """Start a process in its own session, away from the terminal's Ctrl-C, its output in `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=_end_with_launcher(stop_signal),
            **{"cwd": ROOT, **identity},
        )


def at_terminal(command: Command, environment: Mapping[str, str], *, keyboard: bool = True) -> int:
    """Run a command that writes to the screen; return its exit code.

    With the keyboard Ctrl-C reaches it without our help, and any other signal to stop is handed on as Ctrl-C.
    Without, it is in a session of its own and ends without a word."""
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        start_new_session=not keyboard,
        preexec_fn=_end_with_launcher(signal.SIGINT),
    )
    try:
        while process.poll() is None:
            pause()
    except Stopped:
        if not keyboard:
            end(process)
        elif process.poll() is None and not (sys.stdin.isatty() and Interrupt.received == signal.SIGINT):
            process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()
        raise
    return process.returncode


def end(process: subprocess.Popen[bytes], stop_signal: int = signal.SIGTERM, patience: float = 10) -> None:
    """Ask a process to stop, wait `patience` seconds, then kill whatever is left of its group."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    deadline = time.monotonic() + 2  # the killed need a moment, and a container may keep their names for ever
    with suppress(ProcessLookupError, PermissionError):  # macOS: "not permitted" for a group that has ended
        while time.monotonic() < deadline:
            os.killpg(process.pid, signal.SIGKILL)
            process.poll()
            time.sleep(0.01)
    process.wait()


def last_words(log: Path, count: int = 15) -> str:
    """The end of a log, indented, to stand below a sentence."""
    lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
    return f"{log} ends:" + "".join(f"\n    {line}" for line in lines) if lines else f"{log} is empty."


@dataclass
class Child:
    """A process that should go on running: how it is called, where it writes and how it is asked to stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: int
    patience: float


@dataclass
class Crew:
    """Processes that run together: started in order, stopped in the reverse."""

    logs: Path
    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Command,
        environment: Mapping[str, str] | None = None,
        *,
        stop_signal: int = signal.SIGTERM,
        patience: float = 10,
        **identity: Any,
    ) -> subprocess.Popen[bytes]:
        log = self.logs / f"{name}.log"
        process = spawn(command, log, environment, stop_signal, **identity)
        self.children.append(Child(name, process, log, stop_signal, patience))
        return process

    def check(self) -> None:
        """Raise Failure, with the end of its log, when one has ended by itself."""
        for child in self.children:
            if (code := child.process.poll()) is not None:
                raise Failure(f"{child.name} stopped by itself (exit code {code}). {last_words(child.log)}")

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Return when `ready()` is true; raise Failure when a process ends first or `seconds` have passed."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise Failure(
                    f"{what} did not answer within {seconds:.0f} seconds; the logs are in {self.logs}."
                )
            pause(0.02)

    def stop(self) -> None:
        while self.children:
            child = self.children.pop()
            end(child.process, child.stop_signal, child.patience)


def finish(process: subprocess.Popen[bytes], what: str, log: Path) -> None:
    """Wait for a process that should end well; raise Failure with the end of its log when it does not."""
    try:
        while process.poll() is None:
            pause()
    except Stopped:
        end(process)
        raise
    if process.returncode:
        shown = last_words(log)
        if "No space left on device" in shown:
            raise Failure(f"The disk is full: {what} could not be finished.")
        raise Failure(f"{what} failed. {shown}")
