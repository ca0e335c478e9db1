"""Other apps' tabs and next steps on the participant's page."""

from collections.abc import Iterator

import pytest

from participants import slots
from participants.slots import Slot, Step
from partners.permissions import Permission
from tests.cast import Cast
from tests.participants.people import new_person

MONEY = Slot("Money", "log_contact", frozenset({"provider", "prime"}), Permission.SEE_MONEY)


@pytest.fixture(autouse=True)
def own_slots() -> Iterator[None]:
    """What a test adds goes again."""
    before = list(slots._slots), list(slots._steps)
    slots._slots[1:], slots._steps[:] = [], []
    yield
    slots._slots[:], slots._steps[:] = before


def test_a_tab_is_shown_to_its_kinds_with_its_permission_and_once(cast: Cast) -> None:
    person = new_person(cast)
    slots.add(MONEY)
    slots.add(MONEY)
    labels = {
        name: [tab.label for tab in slots.tabs(person, getattr(cast, name))] for name in ("mona", "ada")
    }
    assert labels["mona"].count("Money") == 1
    assert "Money" not in labels["ada"]
    assert labels["ada"][0] == "Timeline"
    assert "Timeline" not in [tab.label for tab in slots.tabs(person, cast.hana)]


def test_a_tab_leads_to_the_page_of_the_person(cast: Cast) -> None:
    person = new_person(cast)
    assert slots.tabs(person, cast.ada)[0].url == f"/participants/{person.reference}/timeline/"


def test_a_step_is_shown_where_it_can_be_taken(cast: Cast) -> None:
    person = new_person(cast)
    step = Step("Record a job", "log_contact", lambda participant, viewer: viewer.role == "adviser")
    slots.add_step(step)
    assert "Record a job" in [one.label for one in slots.steps(person, cast.ada)]
    assert "Record a job" not in [one.label for one in slots.steps(person, cast.mona)]
