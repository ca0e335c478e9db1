"""Private files: sealed on the disk, under names that say nothing, never where the web server looks.

A file is written before the row that names it commits. Where the row never commits, or is gone, or the file's time is
over, nobody names the file any more, and the daily clean-up lets go of it.
"""

import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils.text import slugify

from partners import sealing
from partners.models import OutboxItem
from partners.viewer import Viewer

PURPOSE = "file"
# The tenant, then 256 random bits.
NAME = re.compile(r"(?P<tenant>[0-9a-f]{32})-[A-Za-z0-9_-]{43}", re.ASCII)
# The first bytes of every file: what it is, and the id of the key that opens the rest.
MARK, KEY_BYTES = b"baton1\n", 4
# A transaction that has not committed its row by then never will.
GRACE = timedelta(days=1)
Names = Callable[[Viewer], Iterable[str]]
_in_use: list[Names] = []


class NoSuchFile(Exception):
    """The store has no file of this name."""


def keep(content: bytes, *, tenant_id: UUID) -> str:
    """Seal the content and store it; returns the random name under which read and remove know it."""
    name = f"{tenant_id.hex}-{secrets.token_urlsafe(32)}"
    _write(name, content, tenant_id)
    return name


def read(name: str, *, tenant_id: UUID) -> bytes:
    """What was kept. Raises NoSuchFile, sealing.UnknownKey, or InvalidTag where somebody changed the file."""
    key_id, sealed = _sealed(name)
    return sealing.unseal(sealed, key_id=key_id, purpose=PURPOSE, tenant_id=tenant_id, bound_to=name)


def remove(name: str) -> None:
    """Let go of a file once the running transaction commits; one that is gone already is no error."""
    path = _path(name)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def key_of(name: str) -> int:
    """The id of the key under which a file is sealed. Raises NoSuchFile."""
    try:
        with _path(name).open("rb") as file:
            return int.from_bytes(file.read(len(MARK) + KEY_BYTES)[len(MARK) :], "big")
    except FileNotFoundError:
        raise NoSuchFile(name) from None


def names(tenant_id: UUID | None = None) -> Iterator[str]:
    """The name of every stored file, of one tenant or of all."""
    for path in sorted(_root().glob(f"{tenant_id.hex if tenant_id else '*'}/*")):
        if NAME.fullmatch(path.name):
            yield path.name


def reseal(name: str, tenant_id: UUID) -> bool:
    """Seal a file anew under the newest key, for the job that rotates keys. Returns whether that was needed."""
    if key_of(name) == sealing.newest():
        return False
    _write(name, read(name, tenant_id=tenant_id), tenant_id)
    return True


def name_in_use(names_of: Names) -> None:
    """Called by the apps when they are ready: names_of answers, to the system of a tenant, its files in use."""
    if names_of not in _in_use:
        _in_use.append(names_of)


def let_go_of_unused(item: OutboxItem, system: Viewer) -> None:
    """The daily clean-up of one tenant: files older than GRACE that no app names."""
    used = {name for names_of in _in_use for name in names_of(system)}
    for name in names(system.tenant_id):
        if name not in used and _is_older_than(_path(name), GRACE):
            remove(name)
    for unfinished in (_root() / system.tenant_id.hex).glob(".*.new"):
        if _is_older_than(unfinished, GRACE):
            unfinished.unlink(missing_ok=True)


def attachment(content: bytes, filename: str, content_type: str) -> HttpResponse:
    """A download that no browser shows, runs, embeds or keeps.

    filename is what it is called in the person's own downloads, such as "letter.pdf"; it is made plain ASCII.
    """
    stem, dot, suffix = filename.rpartition(".")
    plain = f"{slugify(stem) or 'document'}{dot}{slugify(suffix)}" if dot else slugify(filename) or "document"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{plain}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def _root() -> Path:
    return Path(settings.FILES)


def _path(name: str) -> Path:
    found = NAME.fullmatch(name)
    if found is None:
        raise NoSuchFile(name)
    return _root() / found["tenant"] / name


def _sealed(name: str) -> tuple[int, bytes]:
    """The id of the key and the sealed bytes."""
    try:
        content = _path(name).read_bytes()
    except FileNotFoundError:
        raise NoSuchFile(name) from None
    start = len(MARK) + KEY_BYTES
    return int.from_bytes(content[len(MARK) : start], "big"), content[start:]


def _write(name: str, content: bytes, tenant_id: UUID) -> None:
    """All of it or nothing: a reader never meets half a file, and a power cut leaves none behind under its name."""
    key_id, sealed = sealing.seal(content, purpose=PURPOSE, tenant_id=tenant_id, bound_to=name)
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{name}.{secrets.token_hex(4)}.new")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(MARK + key_id.to_bytes(KEY_BYTES, "big") + sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _is_older_than(path: Path, age: timedelta) -> bool:
    """By the machine's clock, as files are; a file that has just gone is not."""
    try:
        return time.time() - path.stat().st_mtime > age.total_seconds()
    except FileNotFoundError:
        return False
