"""The launcher's parts, tried for real: folders, sockets, processes and the sentences people read."""

import base64
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from config import budget
from config.assets import without_crown
from config.launcher import refuse_taken_port
from config.processes import ROOT, Crew, Failure, finish, spawn
from config.servers import Servers, database_url, own_secrets, socket_folder
from config.settings import database


def is_running(number: int) -> bool:
    """Whether the process is there and not merely waiting to be counted out."""
    state = Path(f"/proc/{number}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


class TestBudget:
    """What `./baton check` says about size."""

    def write(self, folder: Path, name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_a_house_in_order_has_no_offences(self, tmp_path: Path) -> None:
        self.write(tmp_path, "partners/models.py", "x = 1\n" * 400)
        self.write(tmp_path, "templates/page.html", "<p>\n" * 120)
        assert list(budget.offences(tmp_path)) == []

    def test_a_long_file_function_and_template_are_named(self, tmp_path: Path) -> None:
        self.write(tmp_path, "partners/long.py", "x = 1\n" * 401)
        self.write(tmp_path, "partners/deep.py", "def walk():\n" + "    x = 1\n" * 40)
        self.write(tmp_path, "templates/page.html", "<p>\n" * 121)
        self.write(tmp_path, "baton", "async def walk():\n" + "    x = 1\n" * 40)
        assert list(budget.offences(tmp_path)) == [
            "baton:1: walk has 41 lines, 40 are allowed",
            "partners/deep.py:1: walk has 41 lines, 40 are allowed",
            "partners/long.py: 401 lines, 400 are allowed",
            "templates/page.html: 121 lines, 120 are allowed",
        ]

    @pytest.mark.parametrize("name", ["partners/utils.py", "core/models.py", "tests/helpers/cast.py"])
    def test_a_name_that_says_nothing_is_refused(self, tmp_path: Path, name: str) -> None:
        self.write(tmp_path, name, "")
        assert len(list(budget.offences(tmp_path))) == 1

    def test_migrations_and_hidden_folders_are_left_out(self, tmp_path: Path) -> None:
        self.write(tmp_path, "partners/migrations/0001_first.py", "x = 1\n" * 500)
        self.write(tmp_path, ".venv/utils.py", "x = 1\n" * 500)
        assert list(budget.offences(tmp_path)) == []


class TestFolder:
    """What the servers keep, and where they listen."""

    def test_secrets_are_made_once_and_only_their_owner_reads_them(self, tmp_path: Path) -> None:
        made = own_secrets(tmp_path)
        assert own_secrets(tmp_path) == made
        assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
        assert len(base64.urlsafe_b64decode(made["field_key"])) == 32
        assert len(set(made.values())) == len(made)

    def test_sockets_live_in_the_folder_when_its_path_is_short(self) -> None:
        folder = Path(f"/tmp/baton-test-{os.getpid()}")
        try:
            assert socket_folder(folder) == folder / "sockets"
        finally:
            shutil.rmtree(folder)

    @pytest.mark.parametrize("name", ["long" * 30, "with space", "straße"])
    def test_a_path_that_no_socket_can_have_gets_a_short_private_folder(
        self, tmp_path: Path, name: str
    ) -> None:
        short = socket_folder(tmp_path / name)
        try:
            assert len(str(short)) < 60
            assert stat.S_IMODE(short.stat().st_mode) == 0o700
            assert socket_folder(tmp_path / name) == short
            assert socket_folder(tmp_path / name / "another") != short
        finally:
            for made in (short, socket_folder(tmp_path / name / "another")):
                shutil.rmtree(made)

    def test_settings_read_the_address_that_the_launcher_writes(self) -> None:
        read = database(database_url("baton_app", "p/s:w@rd?", Path("/tmp/a folder"), "baton"))
        assert (read["USER"], read["PASSWORD"]) == ("baton_app", "p/s:w@rd?")
        assert (read["NAME"], read["HOST"], read["PORT"]) == ("baton", "/tmp/a folder", "")


class TestProcesses:
    """Children are watched, and none is left behind."""

    def test_a_child_that_ends_by_itself_is_named_with_its_last_words(self, tmp_path: Path) -> None:
        crew = Crew(tmp_path)
        crew.start("worker", ["sh", "-c", "echo out of paper; exit 3"])
        with pytest.raises(Failure, match=r"(?s)worker stopped by itself \(exit code 3\).*out of paper"):
            crew.wait_until(lambda: False, "the worker", 30)
        crew.stop()

    def test_children_stop_in_reverse_and_take_their_own_children_along(self, tmp_path: Path) -> None:
        crew, order = Crew(tmp_path), tmp_path / "order"
        logs = [tmp_path / "first.log", tmp_path / "second.log"]
        for log in logs:
            words = f"trap 'echo {log.stem} >> {order}; exit' TERM; sleep 60 & echo $!; wait"
            crew.start(log.stem, ["sh", "-c", words])
        crew.wait_until(lambda: all(log.read_text().endswith("\n") for log in logs), "both", 30)
        crew.stop()
        assert order.read_text().split() == ["second", "first"]
        assert not any(is_running(int(log.read_text())) for log in logs)

    def test_a_child_that_will_not_listen_is_killed(self, tmp_path: Path) -> None:
        crew = Crew(tmp_path)
        deaf = crew.start(
            "deaf", ["sh", "-c", "trap '' TERM; echo ready; while true; do sleep 1; done"], patience=0.1
        )
        crew.wait_until(lambda: bool((tmp_path / "deaf.log").stat().st_size), "", 30)
        crew.stop()
        assert deaf.returncode == -signal.SIGKILL

    def test_children_end_with_a_launcher_that_is_killed(self, tmp_path: Path) -> None:
        program = (
            "import sys, time; from pathlib import Path; from config.processes import spawn;"
            "print(spawn(['sleep', '60'], Path(sys.argv[1])).pid, flush=True); time.sleep(60)"
        )
        command = [sys.executable, "-c", program, str(tmp_path / "sleep.log")]
        launcher = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert launcher.stdout
        child = int(launcher.stdout.readline())
        assert is_running(child)
        launcher.kill()
        launcher.wait()
        deadline = time.monotonic() + 10
        while is_running(child) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not is_running(child)


class TestSentences:
    """What goes wrong is said in one sentence."""

    def test_a_taken_port(self) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            with pytest.raises(Failure, match=f"Port {port} is taken by another program; choose another"):
                refuse_taken_port(port)

    def test_an_own_database_without_the_owner(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("OWNER_DATABASE_URL")
        with pytest.raises(Failure, match="OWNER_DATABASE_URL, which migrates the database, is not"):
            Servers(tmp_path)

    def test_a_full_disk(self, tmp_path: Path) -> None:
        log = tmp_path / "log"
        with pytest.raises(Failure, match=r"^The disk is full: copying could not be finished\.$"):
            finish(spawn(["sh", "-c", "cat /dev/zero > /dev/full"], log), "copying", log)

    def test_an_unknown_command_shows_what_there_is(self) -> None:
        answer = subprocess.run([ROOT / "baton", "dance"], capture_output=True, text=True, check=False)
        assert answer.returncode == 2
        assert "./baton run" in answer.stdout


def test_the_crown_and_its_font_are_taken_out() -> None:
    css = (
        "/*! licence */@font-face{font-family:GDS Transport}"
        ".a{font-family:GDS Transport,arial,sans-serif;background:url(/assets/images/icon.svg)}"
        "@media print{.b{mask:url(/assets/images/govuk-crest.svg)}.c{margin:0}}"
        ".logotype-crown{fill:red}"
    )
    assert without_crown(css) == (
        '.a{font-family:"Public Sans",Arial,sans-serif;background:url(images/icon.svg)}@media print{.c{margin:0}}'
    )


@pytest.mark.django_db
class TestRoles:
    """What config/roles.sql gives, seen from inside."""

    def test_no_role_may_do_more_than_it_needs(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole or rolcreatedb or rolreplication"
                " from pg_roles where rolname like 'baton%%' order by rolname"
            )
            roles = cursor.fetchall()
        assert roles == [
            ("baton_app", True, False, False, False),
            ("baton_definer", False, False, True, False),
            ("baton_owner", True, False, False, False),
        ]

    @pytest.mark.parametrize(
        "statement",
        [
            "create table public.mine (a int)",
            "create table wall.mine (a int)",
            "truncate partners_tenant",
            "set role baton_definer",
        ],
    )
    def test_the_application_owns_nothing_and_cannot_become_another(self, statement: str) -> None:
        with pytest.raises(ProgrammingError, match=r"permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
