"""What every answer tells the browser, asked of every operation there is."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from participants.models import Participant
from tests.cast import Cast
from tests.participants.people import keep, new_person
from tests.test_addresses import operations

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "report-uri": "/csp-report",
}
EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TELLING = ("Server", "X-Powered-By", "Via", "X-AspNet-Version", "X-Runtime")
NONCE = re.compile(r"'nonce-([A-Za-z0-9+/]{22}==)'")
# What stands for each kind of parameter where nothing better is known: the answer is then mostly "not found".
ANYTHING = {
    "UUIDConverter": "0192a3b4-c5d6-7e8f-9a0b-c1d2e3f4a5b6",
    "IntConverter": "1",
    "SlugConverter": "inspiring-families",
}


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every operation of the resolver, sign-in pages too, with what its parameters are filled."""
    from django.urls import get_resolver

    yield from operations(get_resolver().url_patterns)


def filled(pattern: URLPattern, known: dict[str, str]) -> str:
    """The address of an operation, with what is known of its parameters."""
    kinds = {name: type(one).__name__ for name, one in pattern.pattern.converters.items()}
    # The one address of allauth that is written as a regular expression.
    kinds = dict.fromkeys(pattern.pattern.regex.groupindex, "") | kinds
    values = {name: known.get(name, ANYTHING.get(kinds[name], "x")) for name in kinds}
    return reverse(str(pattern.name), kwargs=values)


def policy_of(answer: HttpResponse) -> dict[str, str]:
    """The policy by its directives."""
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def check(answer: Any, where: str) -> None:
    """Everything that holds for every answer."""
    for header, value in EXACTLY.items():
        assert answer[header] == value, (where, header)
    assert "camera=()" in answer["Permissions-Policy"], where
    assert "no-store" in answer["Cache-Control"], where
    assert not [header for header in TELLING if header in answer], where
    policy = policy_of(answer)
    if answer.get("Content-Disposition", "").startswith("attachment") and "sandbox" in policy:
        assert policy == {"sandbox": "", "default-src": "'none'"}, where
        return
    scripts = policy.pop("script-src")
    assert policy == POLICY, where
    if answer["Content-Type"].startswith("text/html"):
        check_page(answer.content.decode(), scripts, where)


def check_page(page: str, scripts: str, where: str) -> None:
    """No script runs but by this answer's nonce, and nothing is written into the page that would run or paint."""
    found = [tag for tag in re.findall(r"<script[^>]*>", page) if 'type="application/json"' not in tag]
    nonces = NONCE.findall(scripts)
    assert re.fullmatch(r"('nonce-[^']+')?", scripts), where
    for tag in found:
        assert f'nonce="{nonces[0]}"' in tag, (where, tag)
        assert "src=" in tag, (where, tag)
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", page), where


@pytest.fixture
def known(cast: Cast) -> dict[str, str]:
    """What fills the parameters of addresses, so that pages open."""
    person: Participant = new_person(cast)
    document = keep(cast, person, cast.ada)
    return {"reference": person.reference, "document_id": str(document.pk)}


@pytest.mark.parametrize("name", ["", "ada", "sara"])
def test_every_answer_of_every_operation_is_told_to_browsers_with_care(
    cast: Cast, known: dict[str, str], name: str
) -> None:
    opened = 0
    for route, pattern in addresses():
        # A new browser each time: some operations sign out.
        client = cast.client(name) if name else Client()
        address = filled(pattern, known)
        where = address if route.startswith("account/") or route == "csp-report" else f"/serco{address}"
        for answer in (client.get(where), client.post(where, {})):
            check(answer, f"{route} as {name or 'nobody'}")
            opened += answer.status_code == 200
    assert opened > 10


def test_answers_of_the_api_are_told_with_care(cast: Cast) -> None:
    key = {"Authorization": f"Bearer {cast.keys['renaisi']}"}
    for headers in ({}, key, {"Authorization": "Bearer wrong"}):
        for where in ("referrals", "referrals/RF-1111-11", "nothing"):
            check(Client().get(f"/serco/api/v1/{where}", headers=headers), where)


def test_a_nonce_is_never_used_twice(cast: Cast) -> None:
    ada = cast.client("ada")
    nonces = {NONCE.findall(ada.get("/serco/caseload/")["Content-Security-Policy"])[0] for _ in range(3)}
    assert len(nonces) == 3


def test_pages_for_what_went_wrong_are_told_with_care(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.client("ada")
    client.raise_request_exception = False
    monkeypatch.setattr("participants.views.caseload.rows", lambda *_: 1 / 0)
    for where, status in (("/serco/caseload/", 500), ("/serco/nothing/", 404), ("/serco/statements/", 200)):
        answer = client.get(where)
        if where != "/serco/statements/":
            assert answer.status_code == status
        check(answer, where)


def test_over_https_browsers_are_told_to_stay_there(settings: Any, cast: Cast) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    answer = Client().get("/account/login/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
    plain = Client().get("/account/login/")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/account/login/")


def test_static_files_may_be_kept(cast: Cast) -> None:
    address = re.findall(r'href="(/static/[^"]+\.css)"', Client().get("/account/login/").content.decode())[0]
    answer = Client().get(address)
    assert "max-age" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"


REPORT = {
    "document-uri": "http://localhost/serco/participants/PT-CANA-RY/?search=okafor",
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/?name=okafor",
    "script-sample": "okafor",
}


def report(sent: Any, **more: Any) -> Any:
    raw = sent if isinstance(sent, bytes) else json.dumps(sent)
    return Client(enforce_csrf_checks=True).post(
        "/csp-report", raw, content_type="application/csp-report", **more
    )


def test_a_broken_rule_is_logged_without_a_word_of_what_was_on_the_page(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    assert report({"csp-report": REPORT}).status_code == 204
    [record] = caplog.records
    assert record.getMessage() == (
        "Content-Security-Policy: script-src-elem broken on /participants/<str:reference>/"
    )


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"okafor",
        b"\xff",
        [],
        {"csp-report": None},
        {"csp-report": {"document-uri": "okafor"}},
        b"[" * 9000,
    ],
)
def test_what_is_no_report_is_no_error_and_not_quoted(
    cast: Cast, caplog: pytest.LogCaptureFixture, sent: Any
) -> None:
    assert report(sent).status_code == 204
    assert "okafor" not in caplog.text


def test_a_directive_is_not_believed(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    report({"csp-report": {**REPORT, "effective-directive": "okafor\nERROR"}})
    assert caplog.records[0].getMessage().startswith("Content-Security-Policy: an unknown rule broken on")


def test_reports_without_end_are_not_read(
    cast: Cast, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.WARNING)
    report({"csp-report": REPORT, "more": "x" * 20_000})
    assert caplog.records == []
    monkeypatch.setattr("partners.views.csp_report.MOST_AN_HOUR", 3)
    for _ in range(5):
        assert report({"csp-report": REPORT}).status_code == 204
    assert len(caplog.records) == 3
