"""Giving people to another adviser, several at once or one, and taking them up."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import Assignment, Handover, Participant
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.participants.handing_over import SUMMARY, given
from tests.participants.people import ago, new_person
from tests.participants.planning import agreed
from tests.participants.restricting import restrict

GIVE = "/serco/caseload/hand-over/"


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=60)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def said(cast: Cast, *people: Participant, **other: Any) -> dict[str, Any]:
    with looking_as(cast.system()):
        cases = [str(one.pk) for one in Assignment.objects.filter(participant__in=people)]
    usual = {"case": cases, "adviser": str(cast.users["col"].pk), "reason": "leaving", "summary": SUMMARY}
    return {**usual, **other}


def of(cast: Cast, name: str) -> str:
    return f"{GIVE}?adviser={cast.users[name].pk}"


def test_a_manager_gives_several_people_to_another_adviser(cast: Cast, amina: Participant) -> None:
    bella, cora = new_person(cast, given="Bella"), new_person(cast, given="Cora")
    agreed(cast, amina)
    mona = cast.client("mona")
    page = words(mona.get(of(cast, "ada")))
    assert all(name in page for name in ("Amina", "Bella", "Cora", "Col (0 people)", "Ada (3 people)"))
    answer = mona.post(of(cast, "ada"), said(cast, amina, bella), follow=True)
    assert "2 people given to Col" in words(answer)
    with looking_as(cast.system()):
        assert Assignment.objects.get(participant=cora).adviser_id == cast.users["ada"].pk
        assert Handover.objects.count() == 2


def test_everybody_of_an_adviser_who_leaves_is_given_at_once(cast: Cast, amina: Participant) -> None:
    new_person(cast, given="Bella")
    mona = cast.client("mona")
    assert mona.post(of(cast, "ada"), said(cast, case=[], all="yes")).status_code == 302
    assert "Nobody is with them today" in words(mona.get(of(cast, "ada")))
    assert "Ada (0 people)" in words(mona.get(of(cast, "col")))


def test_those_whom_nobody_works_with_are_given_somebody(cast: Cast) -> None:
    person = new_person(cast, adviser=None)
    mona = cast.client("mona")
    assert "Nobody yet" in words(mona.get(GIVE))
    assert mona.post(GIVE, said(cast, person)).status_code == 302


def test_one_is_given_from_their_own_page_and_taken_up(cast: Cast, amina: Participant) -> None:
    own = f"/serco/participants/{amina.reference}/"
    mona, col = cast.client("mona"), cast.client("col")
    assert "Give to another adviser" in words(mona.get(own))
    assert "checked" in words(mona.get(f"{own}hand-over/"))
    assert mona.post(f"{own}hand-over/", said(cast, amina)).status_code == 302
    assert "read the handover" in words(col.get("/serco/caseload/"))
    assert "Take up the handover" in words(col.get(own))
    page = words(col.get(f"{own}take-up/"))
    assert SUMMARY in page
    assert "Given by Mona" in page
    with looking_as(cast.system()):
        look = AuditEntry.objects.get(kind="participant.handover")
    assert (look.participant_id, look.by_user_id) == (amina.pk, cast.users["col"].pk)
    assert col.post(f"{own}take-up/", {"told_on": ago(0).isoformat()}).status_code == 302
    assert "Handover taken up" in words(col.get(f"{own}timeline/"))
    assert SUMMARY in words(col.get(f"{own}timeline/"))
    assert col.get(f"{own}take-up/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words_of_it"),
    [
        ({"case": []}, "Tick at least one participant."),
        ({"case": [str(uuid4())]}, "Tick at least one participant."),
        ({"case": ["nonsense"]}, "Tick at least one participant."),
        ({"adviser": ""}, "Give to"),
        ({"adviser": str(uuid4())}, "Select a valid choice"),
        ({"reason": "whim"}, "Select a valid choice"),
        ({"summary": " "}, "What does the new adviser need to know?"),
        ({"summary": "x" * 2001}, "2000"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_given(
    cast: Cast, amina: Participant, wrong: dict[str, Any], words_of_it: str
) -> None:
    answer = cast.client("mona").post(of(cast, "ada"), said(cast, amina, **wrong))
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert words_of_it in words(answer)
    with looking_as(cast.system()):
        assert not Handover.objects.exists()


def test_whoever_cannot_be_given_is_named_and_the_ticks_stay(cast: Cast, amina: Participant) -> None:
    bella = new_person(cast, given="Bella")
    restrict(cast, amina, "mona", "ada")
    answer = cast.client("mona").post(of(cast, "ada"), said(cast, amina, bella))
    assert answer.status_code == 422
    assert f"{amina.reference}: Choose somebody who is named to reach this person." in words(answer)
    assert len(re.findall(r'name="case"[^>]* checked', words(answer))) == 2


def test_nobody_of_another_provider_is_given(cast: Cast) -> None:
    theirs = new_person(cast, provider="i2i", adviser="ivo")
    assert cast.client("mona").post(of(cast, "ada"), said(cast, theirs)).status_code == 422
    assert cast.client("mona").get(f"/serco/participants/{theirs.reference}/hand-over/").status_code == 404


def test_who_may_give_and_who_may_take_up(cast: Cast, amina: Participant) -> None:
    given(cast, amina)
    own = f"/serco/participants/{amina.reference}/"
    for name, give, take in (
        ("mona", 200, 404),
        ("col", 403, 200),
        ("ada", 403, 404),
        ("ivo", 403, 404),
        ("ines", 200, 404),
        ("priya", 404, 404),
        ("dee", 404, 404),
    ):
        client = cast.client(name)
        assert client.get(GIVE).status_code == give, name
        assert client.get(f"{own}hand-over/").status_code == (404 if name == "ines" else give), name
        assert client.get(f"{own}take-up/").status_code == take, name
    assert "Give to another adviser" not in words(cast.client("ada").get("/serco/caseload/"))


def test_a_day_in_the_future_is_refused(cast: Cast, amina: Participant) -> None:
    given(cast, amina)
    address = f"/serco/participants/{amina.reference}/take-up/"
    answer = cast.client("col").post(address, {"told_on": ago(-1).isoformat()})
    assert answer.status_code == 422
    assert "cannot be in the future" in words(answer)


def test_the_list_costs_the_same_for_many(cast: Cast, amina: Participant) -> None:
    mona = cast.client("mona")
    mona.get(of(cast, "ada"))
    with CaptureQueriesContext(connection) as few:
        mona.get(of(cast, "ada"))
    for n in range(20):
        agreed(cast, new_person(cast, given=f"Person {n}", since=60))
    with CaptureQueriesContext(connection) as many:
        mona.get(of(cast, "ada"))
    assert len(many) == len(few)
