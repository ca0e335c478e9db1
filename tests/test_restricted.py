"""Somebody whom named people alone see is nowhere for anybody else: in no page, list, file, answer or count."""

import re
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.test import Client, override_settings
from django.urls import URLPattern, reverse

from outcomes.models import Journal
from outcomes.performance.nightly import rebuild
from participants.actions import control_measure
from participants.models import Participant
from partners.permissions import can
from partners.viewer import Viewer
from tests.cast import PEOPLE, Cast, looking_as, make_cast
from tests.journey import Journey, walk
from tests.participants.restricting import restrict
from tests.participants.worrying import worried
from tests.partners.partner import Partner
from tests.referrals.people import refer
from tests.test_addresses import audience_of, own_operations

NAMED = ("ada", "sara")
FIGURE = {"contract": "inspiring-families", "measure": "referrals"}
MOVED = {**FIGURE, "since": "2020-01-01T00:00:00+00:00"}
FIGURES = {
    "ask_figure": FIGURE,
    "performance_people": FIGURE,
    "performance_people_csv": FIGURE,
    "moves": MOVED,
    "moves_csv": MOVED,
}
UNNAMED = [name for name in PEOPLE if name not in NAMED]


@pytest.fixture(scope="module")
def stage(standing: None) -> tuple[Cast, Journey]:
    """Somebody with referral, offer, contact, job, milestones, money, document-less but otherwise whole."""
    cast = make_cast()
    with override_settings(ALLOW_INVENTED_NUMBERS=True):
        found = walk(
            cast, "renaisi", "ada", given_name="Canary", family_name="Quillfeather", number="QQ123456C"
        )
    with looking_as(cast.ada) as ada:
        control_measure.add(
            participant=found.participant, kind="other", words="Tellingword", by=ada, at=ada.now()
        )
    with looking_as(cast.system()) as system:
        rebuild(system)
    worried(cast, found.participant, "col", words="Tellingworry")
    restrict(cast, found.participant, "ada", "sara", words="Tellingcause")
    return cast, found


@pytest.fixture
def cast(stage: tuple[Cast, Journey], db: None) -> Cast:
    return stage[0]


@pytest.fixture
def journey(stage: tuple[Cast, Journey], db: None, settings: Any) -> Journey:
    settings.ALLOW_INVENTED_NUMBERS = True
    return stage[1]


def with_ids(pattern: URLPattern, journey: Journey) -> list[str]:
    """The addresses of an operation that asks for one thing, filled with every id of the journey."""
    names = sorted(pattern.pattern.converters)
    ids = [value for values in journey.ids().values() for value in values]
    found = []
    for values in product(ids, repeat=len(names)):
        try:
            path = reverse(str(pattern.name), kwargs=dict(zip(names, values, strict=True)))
        except Exception:  # a reference where a UUID is asked is no address at all
            continue
        found.append(f"/serco{path}")
    return found


def answers(client: Client, address: str) -> set[int]:
    """The statuses of reading and of writing."""
    return {client.get(address).status_code, client.post(address, {}).status_code}


def may(viewer: Viewer, pattern: URLPattern) -> bool:
    """Whether the viewer's role may use the operation at all."""
    audience = audience_of(pattern)
    assert audience is not None
    return audience.permission is None or can(viewer, audience.permission)


def traces(journey: Journey) -> list[str]:
    """What betrays the person."""
    return [
        *journey.traces(),
        "Canary",
        "Tellingword",
        "Tellingcause",
        "Tellingworry",
        "Bakery of",
        "QQ****56C",
        "QQ123456C",
    ]


def bodies(client: Client, address: str, query: dict[str, Any]) -> str:
    response = client.get(address, query)
    assert response.status_code in {200, 302, 400, 401, 403, 404, 405}, (address, response.status_code)
    return (b"".join(response) if response.streaming else response.content).decode(errors="replace")


@pytest.mark.parametrize("name", UNNAMED)
def test_every_address_of_theirs_is_not_found(cast: Cast, journey: Journey, name: str) -> None:
    client, viewer = cast.client(name), getattr(cast, name)
    for route, pattern in own_operations():
        if not pattern.pattern.converters or "code" in pattern.pattern.converters or route.startswith("api/"):
            continue
        # What the role may not use is refused before anything is looked for.
        for address in with_ids(pattern, journey)[: None if may(viewer, pattern) else 1]:
            if str(journey.statement.pk) in address:
                continue
            if viewer.kind == "referrer" and "/referrals/RF-" in address:
                continue
            statuses = answers(client, address)
            allowed = {404, 405} if may(viewer, pattern) else {403, 404}
            assert statuses <= allowed, (route, address, statuses)


@pytest.mark.parametrize("name", UNNAMED)
def test_no_page_list_or_file_shows_a_trace(cast: Cast, journey: Journey, name: str) -> None:
    client, viewer = cast.client(name), getattr(cast, name)
    own = (journey.referral.reference,) if name == "hana" else ()
    for route, pattern in own_operations():
        if pattern.pattern.converters or route.startswith(("account/", "places/")):
            continue
        address = "/serco" + reverse(str(pattern.name))
        for more in ({}, {"adviser": "everyone"}, {"sort": "name"})[: None if may(viewer, pattern) else 1]:
            text = bodies(client, address, {**FIGURES.get(str(pattern.name), {}), **more})
            for trace in traces(journey):
                assert trace in own or trace not in text, (address, more, trace)


@pytest.mark.parametrize("name", ["col", "mona", "ivo"])
def test_a_search_for_them_finds_nothing(cast: Cast, journey: Journey, name: str) -> None:
    client: Any = cast.client(name)
    for words in ("Quillfeather", "Canary", journey.participant.reference, "QQ 12 34 56 C"):
        found = client.get(client.post("/serco/caseload/", {"search": words, "adviser": "everyone"}).url)
        rows = re.sub(r"<input[^>]*>", "", found.content.decode())
        assert "Quillfeather" not in rows.replace(f'value="{words}"', ""), words
        assert f"/participants/{journey.participant.reference}/" not in rows, words


def test_a_named_person_goes_on_seeing_all_of_it(cast: Cast, journey: Journey) -> None:
    ada = cast.client("ada")
    tabs = (
        *("participant_work", "participant_safety", "participant_documents", "participant_plan"),
        *("participant_appointments", "participant_assessments"),
    )
    for url_name in ("participant", *tabs):
        page = ada.get("/serco" + reverse(url_name, args=[journey.participant.reference]))
        assert page.status_code == 200, url_name
        assert "Quillfeather" in page.content.decode(), url_name
    listed = ada.get("/serco/caseload/").content.decode()
    assert "Quillfeather" in listed
    assert "Another measure" in listed
    assert "Quillfeather" in ada.get("/serco/caseload.csv").content.decode()
    assert ada.get(f"/serco/referrals/{journey.referral.reference}/").status_code == 200


def test_the_referrers_own_referral_goes_on_without_a_hint(cast: Cast, journey: Journey) -> None:
    page = cast.client("hana").get(f"/serco/referrals/{journey.referral.reference}/")
    assert page.status_code == 200
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    for words in ("restrict", "named people", "Quillfeather", "hidden"):
        assert words not in text, words
    answered = Partner(cast.keys["hackney-childrens-services"]).get(
        f"/serco/api/v1/referrals/{journey.referral.reference}"
    )
    assert answered.status_code == 200
    assert answered.json()["status"] == "started"


def test_the_same_person_sent_again_is_answered_like_anybody(cast: Cast, journey: Journey) -> None:
    same = refer(cast, "jon", given_name="Canary", family_name="Quillfeather", number="QQ123456C")
    other = refer(cast, "jon", given_name="Somebody", family_name="Else", number="")
    assert same.status == other.status
    assert same.participant_id == journey.participant.pk
    client = cast.client("jon")
    pages = [client.get(f"/serco/referrals/{one.reference}/").content.decode() for one in (same, other)]
    headings = [re.findall(r"<h\d.*?</h\d>", one) for one in pages]
    assert [re.sub("RF-[0-9A-Z-]+", "", one) for one in headings[0]] == [
        re.sub("RF-[0-9A-Z-]+", "", one) for one in headings[1]
    ]
    for name in ("priya", "mona"):
        assert cast.client(name).get(f"/serco/referrals/{same.reference}/").status_code == 404


@pytest.mark.parametrize("name", ["mona", "frank", "priya"])
def test_the_statements_total_stays_right_and_says_how_much_is_withheld(
    cast: Cast, journey: Journey, name: str
) -> None:
    with looking_as(cast.system()):
        lines = Journal.objects.filter(statement=journey.statement)
        whole = sum(line.pence for line in lines)
        theirs = [line for line in lines if line.participant_id == journey.participant.pk]
        everything = sum(
            line.pence
            for line in Journal.objects.filter(statement__organisation=cast.organisations["renaisi"])
        )
    client = cast.client(name)
    response = client.get(f"/serco/statements/{journey.statement.pk}/")
    assert response.context["whole"].pence == whole
    assert response.context["whole"].withheld.count == len(theirs) > 0
    assert response.context["whole"].withheld.pence == sum(line.pence for line in theirs)
    text = response.content.decode()
    assert "shown to named people only" in text
    for trace in traces(journey):
        assert trace not in text
    export = client.get(f"/serco/statements/{journey.statement.pk}.csv").content.decode()
    assert "shown to named people only" in export
    listed = client.get("/serco/statements/", {"provider": "renaisi"})
    assert listed.context["total"] == everything
    named = cast.client("sara").get(f"/serco/statements/{journey.statement.pk}/")
    assert named.context["whole"].withheld.count == 0
    assert named.context["whole"].pence == whole
    assert "shown to named people only" not in named.content.decode()


def test_a_statement_of_nobody_restricted_says_nothing_of_it(cast: Cast) -> None:
    found = walk(cast, "i2i", "ivo", number="")
    page = cast.client("ines").get(f"/serco/statements/{found.statement.pk}/").content.decode()
    assert "named people only" not in page


def test_every_wall_with_a_participant_keeps_them_apart(cast: Cast, journey: Journey) -> None:
    """The tables themselves, asked past every view."""
    tables = [
        model
        for model in apps.get_models()
        if any(field.attname == "participant_id" for field in model._meta.concrete_fields)
    ]
    assert len(tables) > 15
    for name in UNNAMED:
        viewer = getattr(cast, name)
        with looking_as(viewer):
            for model in tables:
                rows = model._default_manager.filter(participant_id=journey.participant.pk)
                is_own = viewer.kind == "referrer" and model.__name__ in ("Referral", "DomainEvent")
                assert is_own or not rows.exists(), (name, model)
            assert not Participant.objects.filter(pk=journey.participant.pk).exists()
