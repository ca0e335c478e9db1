"""Reasons to act: what the contacts say, and what other apps add."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants import needs
from participants.actions import enrolment
from participants.models import Participant
from participants.needs import Need
from partners.viewer import Viewer
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, ids, log, new_person, start


def reasons(cast: Cast, person: Participant, name: str = "ada") -> list[str]:
    with looking_as(getattr(cast, name)) as viewer:
        return [need.sentence for need in needs.gather(viewer, [person.pk], viewer.today)[person.pk]]


def test_a_first_contact_that_was_not_made_is_counted_from_the_day_of_allocation(cast: Cast) -> None:
    person = new_person(cast, since=3)
    assert reasons(cast, person) == ["First contact not made: day 4 since allocated"]
    log(cast, person, cast.ada, days=1, result="not_reached")
    assert reasons(cast, person) == ["First contact not made: day 4 since allocated"]
    log(cast, person, cast.ada)
    assert reasons(cast, person) == []


def test_what_another_provider_did_is_no_first_contact(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=30, until=5)
    log_before(cast, person)
    hold(cast, person, since=4)
    assert reasons(cast, person) == ["First contact not made: day 5 since allocated"]


def log_before(cast: Cast, person: Participant) -> None:
    """i2i saw the person while it held them."""
    log(cast, person, cast.ivo, days=10, result="did_not_attend")


@pytest.mark.parametrize("ago_days", [11, 12])
def test_before_the_fortnight_is_over_its_last_day_is_said(cast: Cast, ago_days: int) -> None:
    person = new_person(cast, since=30)
    log(cast, person, cast.ada, days=ago_days)
    last = ago(ago_days - 13)
    assert reasons(cast, person) == [f"Contact due by {last:%A} {last.day} {last:%B}"]


def test_a_silence_is_said_from_the_day_on_which_the_measure_counts_it(cast: Cast) -> None:
    person = new_person(cast, since=40)
    log(cast, person, cast.ada, days=14)
    assert reasons(cast, person) == ["No contact for 14 days"]
    log(cast, person, cast.ada, days=13)
    assert reasons(cast, person) == ["Contact due today"]
    log(cast, person, cast.ada, days=10)
    assert reasons(cast, person) == []
    log(cast, person, cast.ada, days=1, result="not_reached")
    assert reasons(cast, person) == []


def test_a_missed_appointment_is_said_until_there_is_contact_again(cast: Cast) -> None:
    person = new_person(cast, since=20)
    log(cast, person, cast.ada, days=9)
    log(cast, person, cast.ada, days=2, result="did_not_attend", channel="in_person")
    missed = ago(2)
    assert reasons(cast, person) == [f"Did not attend on {missed.day} {missed:%B}"]
    log(cast, person, cast.ada, days=1)
    assert reasons(cast, person) == []


def test_a_next_step_is_due_then_overdue_and_done_by_a_contact_on_its_day(cast: Cast) -> None:
    person = new_person(cast, since=20)
    log(cast, person, cast.ada, days=5, next_step="Call about the bakery", next_on=ago(0))
    assert reasons(cast, person) == ["Next step due today: Call about the bakery"]
    late = new_person(cast, since=20)
    log(cast, late, cast.ada, days=5, next_step="Send the form", next_on=ago(1))
    log(cast, late, cast.ada, days=3)
    assert reasons(cast, late) == ["Next step overdue by 1 day: Send the form"]
    log(cast, late, cast.ada, days=1)
    assert reasons(cast, late) == []


def test_a_next_step_that_lies_ahead_is_no_reason(cast: Cast) -> None:
    person = new_person(cast)
    log(cast, person, cast.ada, next_step="Interview", next_on=ago(-1))
    assert reasons(cast, person) == []


def test_nobody_is_chased_after_the_end_but_for_what_was_agreed(cast: Cast) -> None:
    person = new_person(cast, since=60)
    log(cast, person, cast.ada, days=40, next_step="Send the certificate", next_on=ago(0))
    started = start(cast, person, days=50)
    with looking_as(cast.ada) as ada:
        enrolment.end(enrolment=started, ended_on=ago(30), reason="left", by=ada, at=ada.now())
    assert reasons(cast, person) == ["Next step due today: Send the certificate"]


def test_reasons_are_shown_to_the_prime_and_not_to_another_provider(cast: Cast) -> None:
    person = new_person(cast, since=3)
    assert reasons(cast, person, "priya") == reasons(cast, person)
    assert reasons(cast, person, "ivo") == []


@pytest.fixture
def own_sources() -> Iterator[None]:
    """What a test adds goes again."""
    sources, kinds = list(needs._sources), dict(needs.KINDS)
    yield
    needs._sources[:] = sources
    needs.KINDS.clear()
    needs.KINDS.update(kinds)


@pytest.mark.usefixtures("own_sources")
def test_other_apps_add_reasons_and_the_weightiest_comes_first(cast: Cast) -> None:
    def birthday(viewer: Viewer, participant_ids: list[UUID], today: date) -> dict[UUID, list[Need]]:
        return {one: [Need(10, "Birthday", "birthday"), Need(95, "Fire", "fire")] for one in participant_ids}

    needs.source(birthday, birthday="Birthday soon")
    needs.source(birthday, birthday="Birthday soon")
    person = new_person(cast, since=0)
    assert reasons(cast, person) == ["Fire", "First contact not made: day 1 since allocated", "Birthday"]
    assert needs.KINDS["birthday"] == "Birthday soon"


def test_a_hundred_people_cost_the_queries_of_one(cast: Cast) -> None:
    people = [new_person(cast) for _ in range(4)]
    with looking_as(cast.ada) as ada:
        counts = []
        for some in (people[:1], people):
            with CaptureQueriesContext(connection) as asked:
                needs.gather(ada, ids(*some), ada.today)
            counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("weight", "tone"), [(90, "red"), (89, "amber"), (69, "blue"), (39, "grey")])
def test_the_colour_follows_the_weight(weight: int, tone: str) -> None:
    assert Need(weight, "", "").tone == tone
