"""The timeline: events of every app in words, newest first, with the names that the viewer may know."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants import timeline
from participants.actions import assignment, enrolment
from participants.models import Assignment, Participant
from participants.timeline import Entry, Line
from partners import events
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, log, new_person, start


def story(cast: Cast, person: Participant, name: str = "ada", group: str = "") -> list[Entry]:
    with looking_as(getattr(cast, name)) as viewer:
        return timeline.page(person, viewer, group=group, number=1)[0]


def titles(entries: list[Entry]) -> list[str]:
    return [entry.line.title for entry in entries]


def test_a_contact_is_told_with_its_note_and_next_step(cast: Cast) -> None:
    person = new_person(cast)
    log(cast, person, cast.ada, minutes=20, note="Wants to bake", next_step="Send adverts", next_on=ago(-3))
    entry = story(cast, person)[0]
    by = ago(-3)
    assert entry.line.title == "Phone: attended or reached, 20 min"
    assert entry.line.text == f"Wants to bake\nNext step: Send adverts (by {by.day} {by:%B %Y})"
    assert entry.line.tone == "green"
    assert entry.who == "Ada, Renaisi"
    assert entry.at == entry.event.at


def test_the_start_the_end_and_the_adviser_are_told(cast: Cast) -> None:
    person = new_person(cast)
    with looking_as(cast.mona) as mona:
        held = Assignment.objects.get()
        assignment.choose_adviser(
            assignment=held, adviser_id=cast.users["col"].pk, by=mona, at=mona.now() - timedelta(days=9)
        )
    started = start(cast, person, days=8)
    with looking_as(cast.ada) as ada:
        enrolment.end(enrolment=started, ended_on=ago(2), reason="moved_away", by=ada, at=ada.now())
    told = story(cast, person, group="Programme")
    assert titles(told) == [
        f"Time on {cast.contract.name} ended",
        f"Started on {cast.contract.name}",
        "Col became the adviser",
    ]
    assert told[0].line.text == "Moved away"
    assert told[0].at is None


def test_the_newest_day_comes_first_whenever_it_was_recorded(cast: Cast) -> None:
    person = new_person(cast)
    log(cast, person, cast.ada, days=1)
    log(cast, person, cast.ada, contacted_on=ago(4), channel="letter")
    told = story(cast, person)
    assert [entry.event.on for entry in told] == [ago(1), ago(4)]
    assert [entry.at is None for entry in told] == [False, True]


def test_who_came_before_is_told_to_the_next_provider_without_a_name(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=30, until=20)
    log(cast, person, cast.ivo, days=25, note="Met at the library")
    with looking_as(cast.system()) as system:
        before = Assignment.objects.get()
        events.record(
            "assignment.adviser_chosen",
            before,
            system,
            at=system.now() - timedelta(days=30),
            participant_id=person.pk,
            organisation_id=before.organisation_id,
            adviser=cast.users["ivo"].pk,
        )
    hold(cast, person, since=19)
    contact, adviser = story(cast, person)
    assert (contact.who, contact.line.text) == ("Another provider", "Met at the library")
    assert adviser.line.title == "An adviser was chosen"
    assert story(cast, person, "priya")[0].who == "Ivo, i2i"


def test_a_past_holder_reads_its_own_time_alone(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=30, until=20)
    log(cast, person, cast.ivo, days=25, channel="letter")
    hold(cast, person, since=19)
    log(cast, person, cast.ada, days=3)
    assert titles(story(cast, person, "ivo")) == ["Letter: attended or reached"]
    assert story(cast, person, "ines") != []
    assert story(cast, person, "ola") == []


def test_what_a_referrer_set_off_at_a_provider_is_not_put_down_to_its_people(cast: Cast) -> None:
    person = new_person(cast)
    with looking_as(cast.hana) as hana, looking_as(hana.as_system("test")):
        events.record(
            "contact.logged",
            person,
            hana,
            at=hana.now(),
            participant_id=person.pk,
            organisation_id=cast.organisation("renaisi"),
            channel="text",
            result="attended",
        )
    assert story(cast, person)[0].who == "Renaisi"


@pytest.mark.parametrize(("name", "seen"), [("mona", True), ("ada", False), ("priya", True)])
def test_money_is_told_to_those_who_see_statements(cast: Cast, name: str, seen: bool) -> None:
    person = new_person(cast)
    with looking_as(cast.system()) as system:
        events.record(
            "enrolment.ended",
            person,
            system,
            at=system.now(),
            wall=DomainEvent.Wall.MONEY,
            participant_id=person.pk,
            organisation_id=cast.organisation("renaisi"),
            contract=cast.contract.pk,
            reason="left",
        )
    assert bool(story(cast, person, name)) is seen


@pytest.fixture
def own_renderers() -> Iterator[None]:
    """What a test tells goes again."""
    renderers, headings = dict(timeline._renderers), dict(timeline._groups)
    yield
    timeline._renderers.clear()
    timeline._renderers.update(renderers)
    timeline._groups.clear()
    timeline._groups.update(headings)


@pytest.mark.usefixtures("own_renderers")
def test_another_app_says_how_its_events_read(cast: Cast) -> None:
    person = new_person(cast)
    log(cast, person, cast.ada)
    timeline.tell(
        "contact.logged", timeline.each(lambda event: Line(f"By {event.facts['channel']}")), group="Talk"
    )
    assert titles(story(cast, person, group="Talk")) == ["By phone"]
    assert "Talk" in timeline.groups()


@pytest.mark.usefixtures("own_renderers")
def test_an_event_that_nobody_tells_still_reads_like_words(cast: Cast) -> None:
    person = new_person(cast)
    log(cast, person, cast.ada)
    del timeline._renderers["contact.logged"]
    assert titles(story(cast, person)) == ["Contact logged"]


def test_a_page_holds_fifty_and_costs_the_queries_of_one_event(cast: Cast) -> None:
    person = new_person(cast)
    counts = []
    for more in (1, 50):
        for _ in range(more):
            log(cast, person, cast.ada)
        with looking_as(cast.ada) as ada, CaptureQueriesContext(connection) as asked:
            told, is_more = timeline.page(person, ada, group="", number=1)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert (len(told), is_more) == (50, True)
    with looking_as(cast.ada) as ada:
        assert len(timeline.page(person, ada, group="", number=2)[0]) == 1
