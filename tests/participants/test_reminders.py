"""The day before an appointment people are reminded, once, where they said that it is safe, and in words that tell
nothing to anybody else who reads them.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from participants import reminders
from participants.actions import appointment
from participants.models import Appointment, ContactDetails, Participant
from partners import messages, outbox
from partners.models import DomainEvent, OutboxItem, ScheduledRun
from tests.cast import Cast, looking_as
from tests.participants.appointing import at, booked
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict
from tests.partners.notify_service import NotifyService, running


@pytest.fixture
def notify(settings: object) -> Iterator[NotifyService]:
    with running(settings) as service:
        yield service


@pytest.fixture
def amina(cast: Cast) -> Participant:
    somebody = new_person(cast)
    agree(cast, somebody)
    return somebody


def agree(cast: Cast, somebody: Participant, channel: str = "text") -> None:
    with looking_as(cast.system()):
        ContactDetails.objects.filter(participant=somebody).update(
            phone="+447700900123", email="amina@example.org", reminders=channel, reminders_on=ago(5)
        )


def pass_the_hour(cast: Cast, hour: int = 10) -> None:
    """The clock ticks at that hour, and all work is done."""
    cast.at_hour(hour)
    outbox.tick()
    outbox.work_off()


def the_one(cast: Cast) -> Appointment:
    with looking_as(cast.system()):
        return Appointment.objects.get()


def test_whoever_said_so_is_reminded_by_text_the_day_before(
    cast: Cast, amina: Participant, notify: NotifyService
) -> None:
    [one] = booked(cast, amina, at(ago(-1), "10:30"))
    pass_the_hour(cast)
    [sent] = notify.sent
    assert (sent.kind, sent.to, sent.reference) == ("sms", "+447700900123", str(one.pk))
    tomorrow = ago(-1)
    assert sent.words == (
        f"Reminder: you have an appointment with Ada on {tomorrow:%A} {tomorrow.day} {tomorrow:%B} at 10:30. If you"
        " cannot make it, please tell Ada beforehand."
    )
    reminded = the_one(cast)
    assert reminded.reminded == "text"
    assert reminded.reminded_at is not None
    tab = cast.client("ada").get(f"/serco/participants/{amina.reference}/appointments/").content.decode()
    assert "Reminded by text message" in tab


def test_or_by_e_mail(cast: Cast, amina: Participant, notify: NotifyService) -> None:
    agree(cast, amina, "email")
    booked(cast, amina, channel="video", link="https://meet.example.org/inspiring-families")
    pass_the_hour(cast)
    [sent] = notify.sent
    assert (sent.kind, sent.to, sent.subject) == ("email", "amina@example.org", "Your appointment")
    assert "by video with Ada" in sent.words


def test_nothing_tells_of_the_programme_the_provider_the_place_or_the_matter(
    cast: Cast, amina: Participant, notify: NotifyService
) -> None:
    booked(cast, amina, about="Domestic abuse support", place="Inspiring Families hub")
    pass_the_hour(cast)
    [sent] = notify.sent
    for secret in ("famil", "abuse", "hub", "renaisi", "serco", "amina", "okafor"):
        assert not re.search(secret, sent.words, re.IGNORECASE)


def test_nobody_is_reminded_twice_however_often_the_clock_ticks(
    cast: Cast, amina: Participant, notify: NotifyService
) -> None:
    booked(cast, amina)
    for _ in range(3):
        pass_the_hour(cast)
        with looking_as(cast.system()) as system:
            reminders.ask_for_all(None, system)  # type: ignore[arg-type]
    outbox.work_off()
    assert len(notify.sent) == 1


def test_nobody_is_reminded_before_ten(cast: Cast, amina: Participant, notify: NotifyService) -> None:
    booked(cast, amina)
    pass_the_hour(cast, 9)
    assert notify.sent == []
    with looking_as(cast.system()):
        assert not ScheduledRun.objects.filter(task="reminders").exists()
    pass_the_hour(cast, 10)
    assert len(notify.sent) == 1


@pytest.mark.parametrize("days", [0, 2, 7])
def test_only_tomorrows_appointments_are_reminded_of(
    cast: Cast, amina: Participant, notify: NotifyService, days: int
) -> None:
    booked(cast, amina, at(ago(-days), "23:30"))
    pass_the_hour(cast)
    assert notify.sent == []


def test_without_their_word_nothing_is_sent(cast: Cast, notify: NotifyService) -> None:
    booked(cast, new_person(cast))
    pass_the_hour(cast)
    assert notify.sent == []
    assert the_one(cast).reminded == ""


@pytest.mark.parametrize("level", [1, 2])
def test_nobody_under_a_restriction_is_written_to(
    cast: Cast, amina: Participant, notify: NotifyService, level: int
) -> None:
    booked(cast, amina)
    restrict(cast, amina, "ada", level=level)
    pass_the_hour(cast)
    assert notify.sent == []


def test_what_is_called_off_between_the_list_and_the_sending_is_not_reminded_of(
    cast: Cast, amina: Participant, notify: NotifyService
) -> None:
    [one] = booked(cast, amina)
    with looking_as(cast.system()) as system:
        reminders.ask_for_all(None, system)  # type: ignore[arg-type]
    with looking_as(cast.ada) as ada:
        appointment.cancel(appointment=one, why="unwell", by=ada, at=ada.now())
    outbox.work_off()
    assert notify.sent == []


def test_while_the_service_is_away_it_is_tried_again(
    cast: Cast, amina: Participant, notify: NotifyService
) -> None:
    booked(cast, amina)
    notify.answer = 503
    cast.at_hour(10)
    outbox.tick()
    with pytest.raises(messages.Unavailable):
        outbox.work_off()
    assert the_one(cast).reminded == ""
    notify.answer = 201
    with looking_as(cast.system()) as system:
        OutboxItem.objects.filter(done_at=None).update(available_at=system.now() - timedelta(days=1))
    outbox.work_off()
    assert the_one(cast).reminded == "text"


def test_a_number_that_does_not_exist_is_said_and_not_tried_again(
    cast: Cast, amina: Participant, notify: NotifyService
) -> None:
    booked(cast, amina)
    notify.answer = 400
    pass_the_hour(cast)
    assert the_one(cast).reminded == "failed"
    page = cast.client("ada").get(f"/serco/participants/{amina.reference}/timeline/").content.decode()
    assert "The reminder could not be delivered" in page
    notify.answer = 201
    outbox.work_off()
    assert len(notify.sent) == 0


def test_the_event_holds_how_and_not_where_to(cast: Cast, amina: Participant, notify: NotifyService) -> None:
    booked(cast, amina)
    pass_the_hour(cast)
    with looking_as(cast.system()):
        [event] = DomainEvent.objects.filter(kind="appointment.reminded")
    assert event.facts == {"contract": str(cast.contract.pk), "how": "text"}


def test_one_that_was_moved_to_another_day_is_reminded_of_anew(
    cast: Cast, amina: Participant, notify: NotifyService
) -> None:
    [one] = booked(cast, amina)
    pass_the_hour(cast)
    with looking_as(cast.ada) as ada:
        new = appointment.move(
            appointment=one,
            adviser_id=cast.users["ada"].pk,
            starts_at=at(ago(-2), "09:00"),
            minutes=30,
            despite_clash=False,
            by=ada,
            at=ada.now(),
        )
    assert new.reminded == ""
    with looking_as(replace(cast.system(), clock_offset=timedelta(days=1))) as system:
        assert [one.pk for one in reminders.due(system)] == [new.pk]
