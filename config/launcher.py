"""What `./baton` does once its packages are there. Standard library only: Django runs in processes of its own."""

import argparse
import errno
import fcntl
import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config import assets
from config.processes import (
    ROOT,
    Command,
    Crew,
    Failure,
    Interrupt,
    Stopped,
    at_terminal,
    end,
    finish,
    pause,
    say,
    spawn,
)
from config.servers import Servers

LOCAL = ROOT / ".local"
PYTHON = sys.executable
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_BROWSER_PACKAGES = ("chromium", "fonts-dejavu-core", "libatomic1")  # the last is for the driver's own node


def manage(*arguments: str) -> list[str]:
    """A management command."""
    return [PYTHON, "manage.py", *arguments]


class AlreadyRunning(Failure):
    """Another launcher runs Baton in this folder."""


@contextmanager
def alone() -> Iterator[None]:
    """Hold the folder's servers; raise AlreadyRunning when another launcher has them."""
    with (LOCAL / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"Baton is already running in this folder (process {lock.read()}); stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def taking_turns() -> Iterator[None]:
    """One launcher at a time gathers the static files, which all share."""
    with (LOCAL / "static.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                pause()
        yield


def port_number(text: str) -> int:
    """A port that an ordinary program may ask for."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port between 1 and 65535")
    return int(text)


def refuse_taken_port(port: int) -> None:
    """Raise Failure when the port cannot be had."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "is taken by another program" if taken else f"cannot be had ({error.strerror})"
            another = f"choose another, for example ./baton run --port {port + 1}"
            raise Failure(f"Port {port} {why}; {another}.") from None


def static_digest() -> str:
    """Changes when a static file, a package that brings some, or the settings change."""
    ours = [
        path for folder in (ROOT / "static", LOCAL / "assets") for path in folder.rglob("*") if path.is_file()
    ]
    digest = hashlib.sha256()
    for path in sorted([*ours, ROOT / "config/settings.py", ROOT / "config/locks/run.txt"]):
        digest.update(os.fsencode(path))
        digest.update(path.read_bytes())
    return digest.hexdigest()


def gather_static(environment: dict[str, str], logs: Path) -> None:
    """Collect the static files, which takes seconds, unless nothing changed since the last time."""
    with taking_turns():
        assets.build()
        mark, digest = LOCAL / "static" / "baton.digest", static_digest()
        if mark.exists() and mark.read_text() == digest:
            return
        log = logs / "collectstatic.log"
        finish(spawn(manage("collectstatic", "--noinput"), log, environment), "collectstatic", log)
        mark.write_text(digest)


def prepare(servers: Servers) -> None:
    """Migrate as the owner and gather the static files, both at once."""
    environment, logs = servers.environment, servers.crew.logs
    log = logs / "migrate.log"
    say("migrating the database and gathering static files")
    migrating = spawn(manage("migrate"), log, environment | {"BATON_OWNER": "1"})
    try:
        gather_static(environment, logs)
        finish(migrating, "migrate", log)
    finally:
        end(migrating)


def start_baton(crew: Crew, environment: dict[str, str], port: int) -> None:
    """Start everything behind the address, none of it with the owner's connection."""
    environment = {name: value for name, value in environment.items() if name != "OWNER_DATABASE_URL"}
    celery = [PYTHON, "-m", "celery", "-A", "config.celery"]
    quiet = ["--loglevel", "warning"]
    crew.start("worker", [*celery, "worker", "-c", "2", "--without-mingle", *quiet], environment, patience=30)
    crew.start("relay", manage("relay"), environment)
    crew.start("beat", [*celery, "beat", "--schedule", LOCAL / "beat-schedule", *quiet], environment)
    # Never --preload: a chart rendered before the fork hangs the workers for good.
    gunicorn = [PYTHON, "-m", "gunicorn", "--config=python:config.gunicorn", "config.wsgi"]
    crew.start("web", [*gunicorn, "--no-control-socket", f"--bind=127.0.0.1:{port}"], environment)


def is_healthy(port: int) -> bool:
    """Whether /healthz answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def sign_ins(crew: Crew, environment: dict[str, str]) -> str:
    """Who can sign in to the demo, as it prints them; nothing where there is no demo."""
    log = crew.logs / "sign-ins.log"
    finish(spawn(manage("demo", "--sign-ins"), log, environment), "demo --sign-ins", log)
    return log.read_text().strip()


def first_demo(crew: Crew, environment: dict[str, str]) -> str:
    """Load the demo into an empty database, and say who can sign in."""
    say("loading the demo")
    if at_terminal(manage("demo", "--if-empty"), environment, keyboard=False):
        raise Failure("The demo could not be loaded; the reason is above.")
    return sign_ins(crew, environment)


def run(arguments: list[str]) -> int:
    """Set up and start everything; stop it in order on Ctrl-C."""
    parser = argparse.ArgumentParser(prog="baton run")
    parser.add_argument("--port", type=port_number, default=os.environ.get("PORT") or "8000")
    port = parser.parse_args(arguments).port
    with alone():
        refuse_taken_port(port)
        servers = Servers(LOCAL)
        try:
            servers.start()
            prepare(servers)
            environment = servers.environment | {"BATON_PORT": str(port)}
            people = sign_ins(servers.crew, environment) or first_demo(servers.crew, environment)
            say("starting the web server, the worker, the relay and the scheduler")
            start_baton(servers.crew, environment, port)
            servers.crew.wait_until(lambda: is_healthy(port), f"http://127.0.0.1:{port}/healthz", 60)
            print(f"READY http://localhost:{port}/\n{people}", flush=True)
            while True:
                servers.crew.check()
                pause(0.5)
        except Stopped:
            return 0
        finally:
            say("stopping")
            servers.crew.stop()
            say("stopped")


@contextmanager
def throwaway_servers() -> Iterator[dict[str, str]]:
    """Servers of one's own with a migrated, empty database; stopped and deleted afterwards."""
    servers = Servers(Path(tempfile.mkdtemp(prefix="baton-")), throwaway=True)
    try:
        servers.start()
        prepare(servers)
        yield {name: value for name, value in servers.environment.items() if name != "DJANGO_SETTINGS_MODULE"}
    finally:
        servers.remove()


def find_browser() -> str | None:
    """The browser's path, if the driver's own node can run here as well."""
    driver = Path(sysconfig.get_path("purelib")) / "playwright" / "driver" / "node"
    if subprocess.run([driver, "--version"], capture_output=True, check=False).returncode:
        return None
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)


def browser() -> str:
    """The path of a Chromium, installed from the distribution where it may; raises Failure where not."""
    if found := find_browser():
        return found
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    if os.geteuid() != 0:
        apt = ["sudo", "-n", *apt]
    if shutil.which("apt-get") and shutil.which(apt[0]):
        say("installing Chromium from the distribution")
        at_terminal([*apt, "update"], os.environ)
        installing = [*apt, "install", "-y", "--no-install-recommends", *_BROWSER_PACKAGES]
        if at_terminal(installing, os.environ) == 0 and (found := find_browser()):
            return found
    raise Failure(
        "The browser tests need Chromium; install it (apt install chromium libatomic1) or set CHROMIUM=/its/path."
    )


def test(arguments: list[str]) -> int:
    """Run the tests, on two processes unless told otherwise; --all alone runs those that take minutes as well."""
    chromium = browser()
    with throwaway_servers() as environment:
        spread = ["-n", str(min(2, os.cpu_count() or 1)), "--dist", "worksteal", "--durations", "40"]
        options = {(): spread, ("--all",): [*spread, "-m", ""]}.get(tuple(arguments), arguments)
        return at_terminal([PYTHON, "-m", "pytest", *options], environment | {"CHROMIUM": chromium})


def check(arguments: list[str]) -> int:
    """Run every check, whatever became of the one before; fail if any failed."""
    nowhere = {
        "DATABASE_URL": "postgresql://baton_app@/baton?host=/nowhere",
        "REDIS_URL": "unix:///nowhere/valkey.sock",
        "BATON_SECRET_KEY": "check",
        "BATON_FIELD_KEY": "A" * 43 + "=",
    }
    bin_folder = Path(PYTHON).parent
    templates = sorted(ROOT.glob("templates/**/*.html"))
    steps: dict[str, Command] = {
        "format": [bin_folder / "ruff", "format", "--check"],
        "lint": [bin_folder / "ruff", "check"],
        "types": [bin_folder / "mypy"],
        "imports": [bin_folder / "lint-imports"],
        "migrations": [PYTHON, "-W", "ignore", *manage("makemigrations", "--check", "--dry-run")[1:]],
        "templates": [bin_folder / "djade", "--check", "--target-version", "5.2", *templates],
        "budget": [PYTHON, "-m", "config.budget"],
    }
    failed = []
    for name, command in steps.items():
        say(f"checking {name}")
        if at_terminal(command, {**os.environ, **nowhere}):
            failed.append(name)
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    """Run one benchmark on servers of its own."""
    known = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))
    name, *rest = arguments or [""]
    if name not in known:
        raise Failure(f"There is no benchmark {name!r}; there are: {', '.join(known) or 'none'}.")
    with throwaway_servers() as environment:
        extra = {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "config.settings"}
        return at_terminal([PYTHON, ROOT / "bench" / f"{name}.py", *rest], environment | extra)


def demo(arguments: list[str]) -> int:
    """Make demo people, on the servers of a running Baton or on the same servers started for this."""
    servers = Servers(LOCAL)
    try:
        with alone():
            try:
                servers.start()
                prepare(servers)
                return at_terminal(manage("demo", *arguments), servers.environment, keyboard=False)
            finally:
                servers.crew.stop()
    except AlreadyRunning:
        return at_terminal(manage("demo", *arguments), servers.environment, keyboard=False)


def code(arguments: list[str]) -> int:
    """Print the one-time code of a demo account; it follows from its password, so no server is asked."""
    environment = Servers(LOCAL).environment
    return at_terminal(manage("code", *arguments), environment, keyboard=False)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "demo": demo,
    "code": code,
}


def main(command: str, *arguments: str) -> int:
    """Run a command; return its exit code. What goes wrong is said in one sentence."""
    Interrupt.listen()
    try:
        LOCAL.mkdir(mode=0o700, exist_ok=True)
        return COMMANDS[command](list(arguments))
    except Failure as failure:
        say(str(failure))
    except Stopped:
        return 130
    except OSError as error:
        say("The disk is full." if error.errno in {errno.ENOSPC, errno.EDQUOT} else str(error))
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
