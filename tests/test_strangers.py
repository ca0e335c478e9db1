"""What a stranger gets from every address there is: nothing, and no sign that there was anything."""

from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from partners.permissions import can
from partners.viewer import Viewer
from tests.cast import Cast
from tests.journey import Journey, walk
from tests.test_addresses import audience_of, own_operations


@pytest.fixture
def theirs(cast: Cast) -> Journey:
    """Somebody whom i2i holds."""
    return walk(cast, "i2i", "ivo", given_name="Canary", family_name="Quillfeather")


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


def operations_on_one_thing() -> list[tuple[str, URLPattern]]:
    """Those that take an id and are not open to everyone; contracts are known to all who work on them."""
    return [
        (route, pattern)
        for route, pattern in own_operations()
        if pattern.pattern.converters and "code" not in pattern.pattern.converters
    ]


@pytest.mark.parametrize("name", ["ada", "mona", "sam"])
def test_every_address_with_anothers_ids_is_not_found(cast: Cast, theirs: Journey, name: str) -> None:
    client = cast.client(name)
    asked = 0
    for route, pattern in operations_on_one_thing():
        if route.startswith("api/"):
            continue
        for address in with_ids(pattern, theirs):
            statuses = answers(client, address)
            if not may(getattr(cast, name), pattern):  # refused before anything is looked up
                assert statuses <= {403, 404}, (route, address, statuses)
                continue
            assert statuses <= {404, 405}, (route, address, statuses)
            assert 404 in statuses, (route, address, statuses)
            asked += 1
    assert asked > 20


def test_their_own_adviser_does_find_them(cast: Cast, theirs: Journey) -> None:
    ivo = cast.client("ivo")
    for url_name in ("participant", "participant_work"):
        page = ivo.get("/serco" + reverse(url_name, args=[theirs.participant.reference]))
        assert page.status_code == 200, url_name


@pytest.mark.parametrize("name", ["ada", "mona", "hana", "jon", "dee", "sam"])
def test_no_list_shows_a_trace_of_anothers_person(cast: Cast, theirs: Journey, name: str) -> None:
    client = cast.client(name)
    organisation = cast.organisation("i2i")
    for route, pattern in own_operations():
        if pattern.pattern.converters or route.startswith(("account/", "places/")):
            continue
        address = "/serco" + reverse(str(pattern.name))
        for query in ({}, {"provider": str(organisation)}, {"provider": "i2i"}, {"q": "Quillfeather"}):
            check_no_trace(client, address, query, [*theirs.traces(), "Bakery of"], referrer=name == "hana")


def check_no_trace(
    client: Client, address: str, query: dict[str, Any], traces: list[str], *, referrer: bool
) -> None:
    """The referrer knows the reference of its own referral, and nothing else."""
    response = client.get(address, query)
    assert response.status_code in {200, 302, 400, 401, 403, 404, 405}, (address, response.status_code)
    body = b"".join(response) if response.streaming else response.content
    told = query.get("q", "")
    for trace in traces:
        if trace == told or (referrer and trace.startswith("RF-")):
            continue
        assert trace.encode() not in body, (address, query, trace)
