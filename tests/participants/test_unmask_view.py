"""A number in full: one tap for its holder, a reason and a fresh second factor for anyone else, and each is audited."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from participants import unmasking, vault
from participants.models import Identity, Participant
from partners.models import AuditEntry
from tests.cast import Cast, looking_as
from tests.participants.people import hold, new_person
from tests.participants.restricting import restrict

NUMBER = "QQ123456C"
HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def person(cast: Cast) -> Participant:
    """Somebody whom Ada holds, with a number."""
    found = new_person(cast)
    with looking_as(cast.system()) as system:
        key_id, sealed = vault.seal(NUMBER, tenant_id=system.tenant_id, participant_id=found.pk)
        Identity.objects.create(
            tenant_id=system.tenant_id,
            participant=found,
            key_id=key_id,
            sealed=sealed,
            blind_index=vault.blind_index(NUMBER, system.tenant_id),
        )
    return found


def at(person: Participant, rest: str = "number/") -> str:
    return f"/serco/participants/{person.reference}/{rest}"


def rows(cast: Cast) -> list[tuple[str, str, Any, Any]]:
    """What the audit says of numbers."""
    with looking_as(cast.system()):
        found = AuditEntry.objects.filter(kind__in=("participant.number", unmasking.REFUSED)).order_by(
            "written_at"
        )
        return [(row.act, row.kind, row.by_user_id, row.facts) for row in found]


def later(client: Client, seconds: int) -> None:
    """As if everything that this session gave had been given so long ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - seconds
    session.save()


def test_the_holder_reads_it_by_one_tap_and_reloading_hides_it(cast: Cast, person: Participant) -> None:
    ada = cast.client("ada")
    whole = ada.get(at(person, "")).content.decode()
    assert NUMBER not in whole
    assert "QQ****56C" in whole
    assert f'hx-post="{at(person)}"' in whole
    for more in (HTMX, {}):
        told = ada.post(at(person), **more)
        assert told.status_code == 200
        assert NUMBER in told.content.decode()
        assert "no-store" in told["Cache-Control"]
        assert NUMBER not in ada.get(at(person, "")).content.decode()
    user = cast.users["ada"].pk
    assert rows(cast) == [("unmask", "participant.number", user, {})] * 2


def test_a_tap_in_place_answers_with_the_number_alone(cast: Cast, person: Participant) -> None:
    told = cast.client("ada").post(at(person), **HTMX).content.decode()
    assert "<html" not in told
    assert "Hide" in told


def test_it_is_posted_and_never_fetched(cast: Cast, person: Participant) -> None:
    assert cast.client("ada").get(at(person)).status_code == 405
    assert rows(cast) == []


@pytest.mark.parametrize("name", ["col", "mona", "rita"])
def test_a_colleague_does_not_read_it_by_a_tap(cast: Cast, person: Participant, name: str) -> None:
    client = cast.client(name)
    response = client.post(at(person))
    assert response.status_code == 404
    assert f'"{at(person)}"' not in client.get(at(person, "")).content.decode()
    assert rows(cast) == []


@pytest.mark.parametrize("name", ["col", "mona", "priya", "sara"])
def test_anyone_else_says_why(cast: Cast, person: Participant, name: str) -> None:
    client = cast.client(name)
    assert at(person, "number/why/") in client.get(at(person, "")).content.decode()
    assert NUMBER not in client.get(at(person, "number/why/")).content.decode()
    for given in ({}, {"reason": "curious"}):
        refused = client.post(at(person, "number/why/"), given)
        assert refused.status_code == 422
        assert NUMBER not in refused.content.decode()
    told = client.post(at(person, "number/why/"), {"reason": "evidence"})
    assert NUMBER in told.content.decode()
    assert "no-store" in told["Cache-Control"]
    assert rows(cast) == [("unmask", "participant.number", cast.users[name].pk, {"reason": "evidence"})]


def test_anyone_else_gives_their_second_factor_again(cast: Cast, person: Participant) -> None:
    client = cast.client("mona")
    cast.code("mona")
    later(client, 400)
    methods: list[Any] = [client.get, client.post]
    for method in methods:
        response = method(at(person, "number/why/"), {"reason": "evidence"})
        assert response.status_code == 302
        assert "/account/" in response.url
        assert NUMBER not in response.url
    assert rows(cast) == []
    ada = cast.client("ada")
    later(ada, 4000)
    assert NUMBER in ada.post(at(person)).content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [("frank", 403), ("ivo", 404), ("ines", 404), ("hana", 404), ("dee", 404), ("sam", 404)],
)
def test_nobody_else_comes_near_it(cast: Cast, person: Participant, name: str, status: int) -> None:
    client = cast.client(name)
    assert client.post(at(person)).status_code == (404 if name == "frank" else status)
    assert client.post(at(person, "number/why/"), {"reason": "evidence"}).status_code == status
    assert rows(cast) == []


def test_a_past_holder_reads_it_no_more(cast: Cast) -> None:
    moved = new_person(cast, provider="i2i", adviser="ivo", since=30, until=20)
    hold(cast, moved, since=19)
    ivo = cast.client("ivo")
    assert ivo.post(at(moved)).status_code == 404
    assert ivo.post(at(moved, "number/why/"), {"reason": "evidence"}).status_code == 404


def test_whom_a_restriction_keeps_apart_finds_nothing(cast: Cast, person: Participant) -> None:
    restrict(cast, person, "mona")
    for name in ("ada", "col", "priya", "sara"):
        client = cast.client(name)
        assert client.post(at(person)).status_code == 404
        assert client.post(at(person, "number/why/"), {"reason": "evidence"}).status_code == 404


def test_a_person_without_a_number_has_none_to_show(cast: Cast) -> None:
    assert cast.client("ada").post(at(new_person(cast))).status_code == 404


def test_too_many_within_an_hour_are_refused_and_kept_in_mind(
    cast: Cast, person: Participant, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MOST_UNMASKINGS_AN_HOUR = 2
    ada = cast.client("ada")
    answers = [ada.post(at(person)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 422]
    for refused in answers[2:]:
        assert NUMBER not in refused.content.decode()
        assert "many numbers within an hour" in refused.content.decode()
    acts = [(act, facts.get("reason")) for act, _, _, facts in rows(cast)]
    assert acts == [("unmask", None)] * 2 + [("look", "too_many")] * 2
    assert NUMBER in cast.client("mona").post(at(person, "number/why/"), {"reason": "claim"}).content.decode()
    # Once what was read lies further back than what counts, the count begins anew.
    monkeypatch.setattr(unmasking, "HOUR", timedelta(0))
    assert ada.post(at(person)).status_code == 200


def test_the_caseload_finds_a_number_and_keeps_it_out_of_the_address(
    cast: Cast, person: Participant, settings: Any
) -> None:
    settings.ALLOW_INVENTED_NUMBERS = True
    new_person(cast, given="Bilal", family="Ahmed")
    ada: Any = cast.client("ada")
    sent = ada.post("/serco/caseload/", {"search": "qq 12 34 56 c"})
    assert "QQ" not in sent.url.upper().replace(sent.url.partition("search=")[2].upper(), "")
    found = ada.get(sent.url).content.decode()
    assert "Okafor" in found
    assert "Ahmed" not in found
    other = ada.get(ada.post("/serco/caseload/", {"search": "QQ 65 43 21 C"}).url).content.decode()
    assert "Okafor" not in other
