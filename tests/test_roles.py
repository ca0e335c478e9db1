"""Every page without an id, asked for by every role: it opens exactly for those whom its audience names."""

import pytest
from django.urls import reverse

from partners.permissions import can
from tests.cast import PEOPLE, Cast
from tests.test_addresses import audience_of, own_operations

PAGES = [
    (str(pattern.name), pattern)
    for route, pattern in own_operations()
    if not pattern.pattern.converters and not route.startswith("api/")
]
# Lists of what is behind one figure: without one there is nothing to show.
FIGURE = {"contract": "inspiring-families", "measure": "referrals"}
MOVED = {**FIGURE, "since": "2020-01-01T00:00:00+00:00"}
ASKED = {
    "ask_figure": FIGURE,
    "performance_people": FIGURE,
    "performance_people_csv": FIGURE,
    "moves": MOVED,
    "moves_csv": MOVED,
}


@pytest.mark.parametrize("name", PEOPLE)
def test_a_page_opens_for_whom_it_is_for_and_for_nobody_else(cast: Cast, name: str) -> None:
    client, viewer = cast.client(name), getattr(cast, name)
    for url_name, pattern in PAGES:
        audience = audience_of(pattern)
        assert audience is not None
        if audience.public or audience.permission is None:
            expected = {200, 302, 405}
        elif viewer.kind not in audience.kinds:
            expected = {404}
        elif not can(viewer, audience.permission):
            expected = {403}
        else:
            expected = {200, 302}
        status = client.get("/serco" + reverse(url_name), ASKED.get(url_name, {})).status_code
        assert status in expected, (url_name, status)
