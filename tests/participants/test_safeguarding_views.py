"""Raising a concern, the list of them, and answering one, in a browser."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import ContactDetails, Participant, SafeguardingDecision, SafeguardingReport
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.participants.people import new_person
from tests.participants.restricting import add_measure, restrict
from tests.participants.worrying import WORDS, clear, decided, worried

LIST = "/serco/safeguarding/"
SAID = {"in_danger": "no", "kind": "self_harm", "words": WORDS, "did": ""}
CALL = "Never by voice mail"


@pytest.fixture
def amina(cast: Cast) -> Participant:
    person = new_person(cast, since=60)
    with looking_as(cast.system()):
        ContactDetails.objects.filter(participant=person).update(safe_contact=CALL, phone="+447700900123")
    return person


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def of(person: Participant, page: str = "") -> str:
    return f"/serco/participants/{person.reference}/{page}"


def one(report: SafeguardingReport, step: str = "") -> str:
    return f"{LIST}{report.pk}/{step}"


def test_a_concern_is_raised_in_one_step_and_its_writer_sees_when_it_is_looked_at(
    cast: Cast, amina: Participant
) -> None:
    ada = cast.client("ada")
    assert of(amina, "concern/") in words(ada.get(of(amina)))
    page = words(ada.get(of(amina, "concern/")))
    assert "call 999 first" in page
    assert "Sara" in page
    answer = words(ada.post(of(amina, "concern/"), SAID, follow=True))
    assert "Your concern is raised" in answer
    assert "Not looked at yet" in answer
    with looking_as(cast.system()):
        report = SafeguardingReport.objects.get()
    assert WORDS in words(ada.get(one(report)))
    decided(cast, report)
    page = words(ada.get(one(report)))
    assert "Decided" in page
    assert "duty desk" not in page
    assert "Referred to adult social care" not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": ""}, "What did you see or hear"),
        ({"kind": "gossip"}, "What is it about"),
        ({"in_danger": ""}, "Is anybody in danger now"),
        ({"words": "x" * 4001}, "4000"),
        ({"in_danger": "yes"}, "Say what you did"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    cast: Cast, amina: Participant, wrong: dict[str, str], sentence: str
) -> None:
    answer = cast.client("ada").post(of(amina, "concern/"), {**SAID, **wrong})
    assert answer.status_code == 422
    assert sentence in words(answer)
    with looking_as(cast.system()):
        assert not SafeguardingReport.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("ivo", 404), ("hana", 404), ("dee", 404), ("frank", 403)])
def test_nobody_else_raises_one(cast: Cast, amina: Participant, name: str, status: int) -> None:
    client = cast.client(name)
    assert client.get(of(amina, "concern/")).status_code == status
    assert client.post(of(amina, "concern/"), SAID).status_code == status
    with looking_as(cast.system()):
        assert not SafeguardingReport.objects.exists()


def test_nobody_raises_one_of_whom_they_no_longer_work_with(cast: Cast) -> None:
    past = new_person(cast, since=60, until=2)
    assert cast.client("ada").get(of(past, "concern/")).status_code == 404


def test_a_colleague_a_stranger_and_the_uncleared_find_nothing(cast: Cast, amina: Participant) -> None:
    report = worried(cast, amina)
    for name in ("col", "mona", "ivo", "priya"):
        client = cast.client(name)
        assert client.get(one(report)).status_code == 404, name
        assert client.post(one(report, "acknowledge/")).status_code == 404, name
        assert client.get(one(report, "decide/")).status_code == 404, name
        if name != "ivo":
            shown = words(client.get(of(amina, "safety/")))
            assert "Harm to themselves" not in shown
            assert "Concern raised" not in shown
            assert "Not looked at yet" not in shown
        assert "Amina" not in words(client.get(LIST))


def test_its_writer_answers_nothing(cast: Cast, amina: Participant) -> None:
    report, ada = worried(cast, amina), cast.client("ada")
    assert ada.post(one(report, "acknowledge/")).status_code == 404
    assert ada.get(one(report, "decide/")).status_code == 404
    assert "I have read it" not in words(ada.get(one(report)))


def test_the_lead_of_the_provider_answers_it(cast: Cast, amina: Participant) -> None:
    report = worried(cast, amina)
    clear(cast, "mona")
    mona = cast.client("mona")
    assert LIST in words(mona.get("/serco/caseload/"))
    assert "Amina" in words(mona.get(LIST))
    assert "Acknowledged" in words(mona.post(one(report, "acknowledge/"), follow=True))
    assert "Somebody has acknowledged" in words(mona.post(one(report, "acknowledge/"), follow=True))
    empty = mona.post(one(report, "decide/"), {"outcome": "police", "words": ""})
    assert empty.status_code == 422
    said = {"outcome": "police", "words": "Reported at Stoke Newington."}
    assert "Stoke Newington" in words(mona.post(one(report, "decide/"), said, follow=True))
    assert "decided already" in words(mona.post(one(report, "decide/"), said))
    assert "No open concerns" in words(mona.get(LIST))
    with looking_as(cast.system()):
        assert SafeguardingDecision.objects.get().outcome == "police"


def test_where_the_person_is_to_be_restricted_that_page_comes_next(cast: Cast, amina: Participant) -> None:
    report = worried(cast, amina, kind="harmed")
    answer = cast.client("sara").post(
        one(report, "decide/"), {"outcome": "restrict", "words": "He is looking for her."}
    )
    assert answer["Location"] == of(amina, "safety/restrict/")
    restrict(cast, amina, "ada", "sara")
    again = worried(cast, amina)
    answer = cast.client("sara").post(one(again, "decide/"), {"outcome": "restrict", "words": "Is already."})
    assert answer["Location"] == one(again)


def test_wrong_methods_and_missing_ones(cast: Cast, amina: Participant) -> None:
    report, sara = worried(cast, amina), cast.client("sara")
    assert sara.get(one(report, "acknowledge/")).status_code == 405
    assert sara.post(LIST).status_code == 405
    assert sara.post(one(report)).status_code == 405
    for step in ("", "decide/"):
        assert sara.get(f"{LIST}{uuid4()}/{step}").status_code == 404
    assert sara.post(f"{LIST}{uuid4()}/acknowledge/").status_code == 404


def test_the_list_filters_and_says_what_is_overdue(cast: Cast, amina: Participant) -> None:
    sara = cast.client("sara")
    assert "No open concerns" in words(sara.get(LIST))
    worried(cast, amina, at=cast.ada.now() - timedelta(days=30))
    assert "Overdue" in re.sub(r"<option.*?</option>", "", words(sara.get(LIST)))
    assert "Amina" in words(sara.get(LIST, {"state": "overdue", "kind": "self_harm"}))
    assert "No concerns match" in words(sara.get(LIST, {"kind": "child"}))
    assert "Amina" in words(sara.get(LIST, {"state": "nonsense"}))


def test_the_list_has_pages(cast: Cast, amina: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participants.views.safeguarding.PAGE", 2)
    sara = cast.client("sara")
    for days in (40, 35, 30):
        worried(cast, amina, at=cast.ada.now() - timedelta(days=days))
    assert "1 to 2 of 3" in words(sara.get(LIST, {"state": "overdue"}))
    last = words(sara.get(LIST, {"state": "overdue", "page": "2"}))
    assert "3 to 3 of 3" in last
    assert "state=overdue&page=1" in last


def test_the_list_asks_the_same_questions_however_long_it_is(cast: Cast, amina: Participant) -> None:
    sara = cast.client("sara")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert sara.get(LIST).status_code == 200
        return len(queries)

    worried(cast, amina)
    asked()
    few = asked()
    for given in ("Bella", "Cora", "Dora"):
        worried(cast, new_person(cast, given=given), "col")
    assert asked() == few


def test_a_look_at_a_concern_tells_no_provider_of_it(cast: Cast, amina: Participant) -> None:
    report, ada = worried(cast, amina), cast.client("ada")
    for address in (of(amina, "concern/"), one(report), LIST):
        assert ada.get(address).status_code == 200
    with looking_as(cast.system()):
        looks = AuditEntry.objects.filter(kind__startswith="safeguarding.").exclude(act="change")
        assert set(looks.values_list("wall", flat=True)) == {"safeguarding"}
        assert looks.count() == 3
    for viewer in (cast.mona, cast.priya):
        with looking_as(viewer):
            assert not AuditEntry.objects.filter(kind__startswith="safeguarding.").exists()


@pytest.mark.parametrize("page", ["", "contacts/new/", "appointments/book/", "concern/"])
def test_how_somebody_is_safely_reached_comes_before_any_number(
    cast: Cast, amina: Participant, page: str
) -> None:
    add_measure(cast, amina)
    shown = words(cast.client("ada").get(of(amina, page)))
    assert f"Safe contact: {CALL}" in shown
    assert "Do not meet alone" in shown
    first = shown.find("tel:")
    assert first == -1 or shown.index(CALL) < first
    assert (first == -1) == (page != "")
    form = shown.find('id="id_')
    assert form == -1 or shown.index(CALL) < form


def test_whoever_may_not_reach_the_person_reads_no_words_on_safe_contact(
    cast: Cast, amina: Participant
) -> None:
    restrict(cast, amina, "ada", level=1)
    for page in ("", "contacts/new/", "concern/"):
        assert CALL not in words(cast.client("col").get(of(amina, page))), page
