"""A contact is logged for somebody held today, on a day on which they were held, and says what comes next."""

import pytest

from participants.actions import contact
from participants.actions.holding import NotHeld
from participants.models import Contact
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold, log, new_person


def test_a_contact_is_kept_with_who_and_when_and_its_event_says_no_word_of_the_note(cast: Cast) -> None:
    person = new_person(cast)
    log(
        cast,
        person,
        cast.ada,
        days=2,
        minutes=25,
        note="Wants to bake",
        next_step="Send adverts",
        next_on=ago(0),
    )
    with looking_as(cast.ada) as ada:
        kept = Contact.objects.get()
        assert (kept.adviser_id, kept.organisation_id) == (ada.user_id, ada.organisation_id)
        assert (kept.contacted_on, kept.minutes, kept.next_on) == (ago(2), 25, ago(0))
        event = DomainEvent.objects.get()
        assert (event.kind, event.on, event.subject_id) == ("contact.logged", ago(2), kept.pk)
        assert event.facts == {"contract": str(cast.contract.pk), "channel": "phone", "result": "attended"}


@pytest.mark.parametrize("days", [10, 0])
def test_the_first_day_and_today_are_in_time(cast: Cast, days: int) -> None:
    log(cast, new_person(cast, since=10), cast.ada, contacted_on=ago(days))


@pytest.mark.parametrize(
    ("different", "error"),
    [
        ({"contacted_on": ago(-2)}, contact.ContactInFuture),
        ({"contacted_on": ago(11)}, contact.ContactBeforeAssignment),
        ({"next_step": "Call", "next_on": ago(1)}, contact.NextStepInPast),
        ({"next_on": ago(-2)}, contact.NextStepWithoutWords),
    ],
)
def test_dates_that_cannot_be_are_refused(cast: Cast, different: dict[str, object], error: type) -> None:
    person = new_person(cast, since=10)
    with pytest.raises(error):
        log(cast, person, cast.ada, **different)
    with looking_as(cast.ada):
        assert not Contact.objects.exists()


def test_a_day_on_which_another_provider_held_the_person_is_refused(cast: Cast) -> None:
    person = new_person(cast, since=30, until=20)
    hold(cast, person, provider="i2i", adviser="ivo", since=19, until=10)
    hold(cast, person, since=9)
    log(cast, person, cast.ada, contacted_on=ago(25))
    with pytest.raises(contact.ContactBeforeAssignment):
        log(cast, person, cast.ada, contacted_on=ago(15))


@pytest.mark.parametrize("name", ["ivo", "priya"])
def test_only_whoever_holds_the_person_logs(cast: Cast, name: str) -> None:
    person = new_person(cast)
    with pytest.raises(NotHeld):
        log(cast, person, getattr(cast, name))


def test_a_past_holder_logs_no_more(cast: Cast) -> None:
    with pytest.raises(NotHeld):
        log(cast, new_person(cast, since=30, until=1), cast.ada, contacted_on=ago(5))
