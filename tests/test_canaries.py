"""Words that belong to one person alone, sent through every door: afterwards they lie where they are kept, and nowhere
else. Not in a log, a queue, a cache, a session, an e-mail or an address.
"""

import http.client
import io
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, IntegrityError, connection, transaction
from django.test import Client

from participants.models import ContactDetails, Participant
from partners.logs import formatter
from partners.models import OutboxItem
from tests.cast import Cast, looking_as
from tests.participants.canary import traces
from tests.partners.partner import Partner, body, person

pytestmark = pytest.mark.django_db(transaction=True)

# As they are typed, and as they are kept: a number without spaces, a name folded.
PERSON: dict[str, Any] = {
    "given_name": "Wendeline",
    "family_name": "Canaryworth",
    "national_insurance_number": "QQ 77 88 99 C",
    "contact": {
        "address": "9 Canaryyard",
        "postcode": "E8 1EA",
        "phone": "07700 900611",
        "email": "wendeline@canary.example",
        "safe_contact": "Canaryknock twice",
    },
}
WORDS = ("wendeline", "canary", "7700900611", "7700 900611", "qq778899", "qq 77 88 99")
# Reviewed: where a person's own words are kept, each behind its wall.
KEPT_IN = {
    "participants_contact",
    "participants_contactdetails",
    "participants_document",
    "participants_participant",
}
PATIENCE = 30.0


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the application logs, as it is shipped."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@contextmanager
def running(log: Path, *command: str) -> Iterator[None]:
    """A process of ours, with all that it says in this log."""
    with log.open("wb") as said:
        process = subprocess.Popen([sys.executable, *command], stdout=said, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


def relay(log: Path) -> Any:
    return running(log, "manage.py", "relay")


def worker(log: Path) -> Any:
    return running(
        log, "-m", "celery", "-A", "config.celery", "worker", "-c", "1", "-l", "INFO", "--without-gossip"
    )


def wait_for(sentence: str, is_so: Any) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, sentence
        time.sleep(0.1)


def found_in(text: str) -> list[str]:
    """The words that stand in a text, however they are written."""
    return [word for word in WORDS if word in text.lower()]


def in_redis() -> str:
    """Everything that Redis holds, keys and values."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        read: dict[bytes, Callable[[bytes], Any]] = {
            b"string": client.get,
            b"list": lambda key: client.lrange(key, 0, -1),
            b"hash": client.hgetall,
            b"set": client.smembers,
            b"zset": lambda key: client.zrange(key, 0, -1),
            # Gone since it was listed: somebody has read it.
            b"none": lambda key: None,
        }
        return str([(key, read[client.type(key)](key)) for key in client.scan_iter()])


def in_sessions() -> str:
    return str([session.get_decoded() for session in Session.objects.all()])


def in_mails() -> str:
    return "\n".join(f"{one.subject}\n{one.body}\n{one.recipients()}" for one in mail.outbox)


def in_files() -> str:
    """Every file of the store, its name and its bytes."""
    kept = [path for path in Path(settings.FILES).rglob("*") if path.is_file()]
    assert kept
    return "\n".join(f"{path.name} {path.read_bytes().decode('latin-1')}" for path in kept)


def postgres_log() -> Path:
    """The log of the tests' own PostgreSQL, which lies beside the files of its throw-away servers."""
    return Path(settings.FILES).parent / "log" / "postgres.log"


def tables() -> set[str]:
    """The tables in which any of the words stands, in any way of writing."""
    ways = {way for word in WORDS for way in (word, word.title(), word.upper())}
    return {table for table, _ in traces(*sorted(ways))}


def outside(api: Partner) -> str:
    """What a council's system sends: it is taken once, and refused in every way; returns the reference."""
    sent = body(person=person(**PERSON), external_reference="HCS-7")
    answer = api.post(sent)
    assert answer.status_code == 201, answer.content
    for refused in (
        body(person=person(**PERSON, nickname="Wendeline")),
        body(person=person(**{**PERSON, "national_insurance_number": "QQ 77 88 99 C!"})),
        body(person=person(**{**PERSON, "contact": {"phone": "07700 900611 or 07700 900612"}})),
        '{"person": {"given_name": "Wendeline", ',
    ):
        assert api.post(refused).status_code == 400
    assert api.post(sent, once="again").status_code in (201, 409)
    reference: str = answer.json()["reference"]
    return reference


def inside(cast: Cast, reference: str) -> Participant:
    """What people do in a browser: read, accept, note, search, upload, mistype, export."""
    ada = cast.client("ada")
    page = f"/serco/referrals/{reference}/"
    assert "Canaryworth" in ada.get(page).content.decode()
    accepted = {"adviser": cast.ada.user_id, "first_appointment_on": cast.ada.today.isoformat()}
    assert ada.post(f"{page}accept/", accepted, follow=True).status_code == 200
    with looking_as(cast.system()):
        found = Participant.objects.get(family_name="Canaryworth")
    own = f"/serco/participants/{found.reference}/"
    note = {"contract": cast.contract.code, "channel": "phone", "note": "Canarysong at noon"}
    noted = {**note, "result": "attended", "contacted_on": cast.ada.today.isoformat()}
    assert ada.post(f"{own}contacts/new/", noted).status_code == 302
    assert ada.post(f"{own}contacts/new/", {**noted, "contacted_on": "Canaryday"}).status_code == 422
    listed = ada.post("/serco/caseload/", {"search": "wendeline canaryworth"}, follow=True)
    assert "Canaryworth" in listed.content.decode()
    for content, status in ((b"%PDF-1.7 Canaryletter", 302), (b"MZ\0 Canaryletter", 422)):
        sent = SimpleUploadedFile("Wendeline Canaryworth.pdf", content)
        document = {"contract": cast.contract.code, "kind": "cv", "title": "Canarypaper", "file": sent}
        assert ada.post(f"{own}documents/new/", document).status_code == status
    for name, places in (
        ("ada", (own, f"{own}documents/", f"{own}work/", "/serco/caseload.csv", "/serco/referrals/")),
        ("priya", (own, page, "/serco/referrals.csv", "/serco/performance/")),
        ("sara", (own, "/serco/audit/", "/serco/audit.csv")),
        ("hana", (page, "/serco/referrals/")),
        ("ivo", (own, page)),
    ):
        client = cast.client(name)
        for place in places:
            assert client.get(place).status_code in (200, 404), place
    return found


def astray(cast: Cast, somebody: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong: a page that breaks, a row that is refused, a stranger at the door."""
    ada = cast.client("ada")
    ada.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("participants.timeline.page", lambda *_, **__: int("Wendeline Canaryworth"))
        assert ada.get(f"/serco/participants/{somebody.reference}/").status_code == 500
    with pytest.raises(IntegrityError), looking_as(cast.system()):
        ContactDetails.objects.create(tenant=cast.serco, participant=somebody, phone="07700 900611")
    for _ in range(3):
        typed = {"login": "wendeline@canary.example", "password": "Canarysecret"}
        assert Client().post("/account/login/", typed).status_code == 200
    with looking_as(cast.system()) as system:
        item = OutboxItem(tenant_id=system.tenant_id, consumer="broken_on_purpose")
        item.save(force_insert=True)


def test_a_persons_words_lie_where_they_are_kept_and_nowhere_else(
    cast: Cast, written: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = postgres_log().stat().st_size
    somebody = inside(cast, outside(Partner(cast.keys["hackney-childrens-services"])))
    astray(cast, somebody, monkeypatch)
    with relay(tmp_path / "relay"):
        wait_for("nothing was sent to the queue", lambda: "partners.work" in in_redis())
        queued = in_redis()
        with worker(tmp_path / "worker"):
            wait_for("the work was not done", lambda: not waiting(cast))
            after = in_redis()
    logged = postgres_log().read_bytes()[begun:].decode()
    assert "duplicate key" in logged
    assert "ValueError" in written.getvalue()
    places = {
        "the application's log": written.getvalue(),
        "the relay's log": (tmp_path / "relay").read_text(),
        "the worker's log": (tmp_path / "worker").read_text(),
        "PostgreSQL's log": logged,
        "the queue": queued,
        "Redis": after,
        "sessions": in_sessions(),
        "e-mails": in_mails(),
        "files": in_files(),
    }
    assert {place: words for place, text in places.items() if (words := found_in(text))} == {}
    assert tables() == KEPT_IN


def waiting(cast: Cast) -> bool:
    """Whether work is still to be done, that which fails on purpose aside."""
    with looking_as(cast.system()):
        left = OutboxItem.objects.filter(done_at=None).exclude(consumer="broken_on_purpose")
        failed = OutboxItem.objects.filter(consumer="broken_on_purpose", attempts__gt=0)
        return left.exists() or not failed.exists()


def test_the_search_would_find_what_was_planted(cast: Cast, written: io.StringIO) -> None:
    begun = postgres_log().stat().st_size
    logging.getLogger("django.request").error("Wendeline was here")
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.rpush("celery", "Wendeline was here")
    client_of_ada = cast.client("ada")
    session = client_of_ada.session
    session["said"] = "Wendeline was here"
    session.save()
    mail.send_mail("Hello", "Wendeline was here", None, ["ada@example.org"])
    cache.set("wendeline", "was here")
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        # Another word: the server's log is read by the test beside this one at the same time.
        cursor.execute("select 'Somebody was here'::date")
    assert b"Somebody was here" in postgres_log().read_bytes()[begun:]
    for place in (written.getvalue(), in_redis(), in_sessions(), in_mails()):
        assert found_in(place) == ["wendeline"]
    assert tables() == {"partners_cache"}


def test_the_web_server_says_and_writes_nothing_of_anybody(cast: Cast, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    access = tmp_path / "access"
    command = ["-m", "gunicorn", "--config=python:config.gunicorn", "config.wsgi", "--workers=1"]
    options = ["--no-control-socket", f"--bind=127.0.0.1:{port}", f"--access-logfile={access}"]

    def answer(path: str) -> http.client.HTTPResponse | None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.request("GET", path, headers={"Referer": "/?q=Wendeline", "User-Agent": "Canary"})
            found = client.getresponse()
            found.read()
        except OSError:
            return None
        return found

    with running(tmp_path / "web", *command, *options):
        wait_for("no web server", lambda: answer("/healthz"))
        for path in ("/account/login/?next=/serco/caseload/?search=Wendeline", "/serco/wendeline/"):
            found = answer(path)
            assert found is not None
            assert found.headers["Server"] == "Baton"
            request_id = found.headers["X-Request-Id"]
    written = access.read_text()
    assert request_id in written
    assert found_in(written) == []
    assert found_in((tmp_path / "web").read_text()) == []
    assert "127.0.0.1" not in written
