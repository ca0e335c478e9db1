"""The store of private files."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from django.db import transaction

from partners import files, outbox
from partners.models import OutboxItem
from tests.cast import Cast, looking_as

# Ids that stay the same: the names of tests are made of them.
TENANT, OTHER = UUID(int=1), UUID(int=2)
LETTER = b"Dear Amina, your place on the course is confirmed."


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """An empty store."""
    settings.FILES = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def users_of_files() -> Iterator[set[str]]:
    """Names that an app has in use, beside those of the apps that are there."""
    used: set[str] = set()
    names = lambda system: used  # noqa: E731
    files.name_in_use(names)
    yield used
    files._in_use.remove(names)


def path_of(store: Path, name: str) -> Path:
    return store / name.partition("-")[0] / name


def grow_old(path: Path) -> None:
    """Two days pass for this file."""
    then = time.time() - 2 * 86_400
    os.utime(path, (then, then))


def test_what_is_kept_is_read_again() -> None:
    name = files.keep(LETTER, tenant_id=TENANT)
    assert files.read(name, tenant_id=TENANT) == LETTER


def test_the_name_and_the_disk_say_nothing(store: Path) -> None:
    names = {files.keep(LETTER, tenant_id=TENANT) for _ in range(3)}
    assert len(names) == 3
    for name in names:
        assert files.NAME.fullmatch(name)
        assert b"Amina" not in path_of(store, name).read_bytes()


def test_only_the_owner_of_the_process_can_open_it(store: Path) -> None:
    path = path_of(store, files.keep(LETTER, tenant_id=TENANT))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_it_does_not_open_elsewhere(store: Path) -> None:
    name, other = (files.keep(content, tenant_id=TENANT) for content in (LETTER, b"another"))
    with pytest.raises(InvalidTag):
        files.read(name, tenant_id=OTHER)
    path_of(store, other).write_bytes(path_of(store, name).read_bytes())
    with pytest.raises(InvalidTag):
        files.read(other, tenant_id=TENANT)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", f"{TENANT.hex}-../{'a' * 40}", f"{TENANT.hex}-{'a' * 43}"]
)
def test_there_is_no_way_out_of_the_store(name: str) -> None:
    with pytest.raises(files.NoSuchFile):
        files.read(name, tenant_id=TENANT)


def test_a_write_that_fails_leaves_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.keep(LETTER, tenant_id=TENANT)
    assert list((store / TENANT.hex).iterdir()) == []


def test_a_new_key_seals_anew_and_the_old_one_can_go(settings: Any) -> None:
    settings.FIELD_KEYS = {1: b"1" * 32}
    name = files.keep(LETTER, tenant_id=TENANT)
    assert not files.reseal(name, TENANT)
    settings.FIELD_KEYS = {1: b"1" * 32, 2: b"2" * 32}
    assert files.reseal(name, TENANT)
    settings.FIELD_KEYS = {2: b"2" * 32}
    assert files.read(name, tenant_id=TENANT) == LETTER


def test_names_are_told_by_tenant() -> None:
    mine, theirs = files.keep(LETTER, tenant_id=TENANT), files.keep(LETTER, tenant_id=OTHER)
    assert list(files.names(TENANT)) == [mine]
    assert set(files.names()) == {mine, theirs}


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_with_the_transaction_that_removes_it() -> None:
    name = files.keep(LETTER, tenant_id=TENANT)
    with transaction.atomic():
        files.remove(name)
        transaction.set_rollback(True)
    assert list(files.names(TENANT)) == [name]
    with transaction.atomic():
        files.remove(name)
    files.remove(name)
    assert list(files.names(TENANT)) == []


@pytest.mark.django_db(transaction=True)
def test_what_no_row_names_after_a_day_is_let_go(cast: Cast, store: Path, users_of_files: set[str]) -> None:
    here = cast.serco.pk
    used, fresh, orphan = (files.keep(LETTER, tenant_id=here) for _ in range(3))
    elsewhere = files.keep(LETTER, tenant_id=cast.meridian.pk)
    users_of_files.add(used)
    for name in (used, orphan, elsewhere):
        grow_old(path_of(store, name))
    half = store / here.hex / f".{orphan}.0badcafe.new"
    half.write_bytes(b"half")
    grow_old(half)
    with looking_as(cast.system()) as system:
        files.let_go_of_unused(OutboxItem(), system)
    assert set(files.names(here)) == {used, fresh}
    assert set(files.names(cast.meridian.pk)) == {elsewhere}
    assert not half.exists()


def test_the_clean_up_runs_every_day() -> None:
    assert outbox._daily["let_go_of_unused_files"][0] in outbox._consumers


def test_a_download_is_neither_shown_nor_run_nor_kept() -> None:
    answer = files.attachment(LETTER, 'Brief für "Amina"\r\nX: y.pdf', "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="brief-fur-amina-x-y.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"] == "application/pdf"
