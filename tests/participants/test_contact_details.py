"""How somebody may be reached: changed by those who work with them, in one spelling, and never over each other."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from participants.actions import contact_details, person
from participants.models import ContactDetails, Participant
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.people import new_person
from tests.participants.restricting import restrict


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast)


def address(somebody: Participant) -> str:
    return f"/serco/participants/{somebody.reference}/contact-details/"


def as_shown(client: Client, somebody: Participant, **typed: str) -> dict[str, Any]:
    """What the browser sends when the form is saved as it came, but for what was typed."""
    form = client.get(address(somebody)).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | typed


def known(cast: Cast, somebody: Participant) -> ContactDetails:
    with looking_as(cast.system()):
        return ContactDetails.objects.get(participant=somebody)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def test_what_they_say_is_kept_in_its_one_spelling(cast: Cast, amina: Participant) -> None:
    ada = cast.client("ada")
    sent = as_shown(ada, amina, phone="07700 900123", postcode="n178aa", email=" amina@example.org ")
    answer = ada.post(address(amina), sent, follow=True)
    assert "Contact details changed." in words(answer)
    details = known(cast, amina)
    assert (details.phone, details.postcode, details.email) == (
        "+447700900123",
        "N17 8AA",
        "amina@example.org",
    )
    assert details.safe_contact == "Text first"
    assert details.changed_at is not None


def test_reminders_are_kept_with_the_day_on_which_they_were_agreed(cast: Cast, amina: Participant) -> None:
    ada = cast.client("ada")
    page = ada.post(address(amina), as_shown(ada, amina, phone="07700 900123", reminders="text"), follow=True)
    details = known(cast, amina)
    assert (details.reminders, details.reminders_on) == ("text", cast.ada.today)
    assert "Text message, agreed" in words(page)
    ada.post(address(amina), as_shown(ada, amina, reminders=""))
    details = known(cast, amina)
    assert (details.reminders, details.reminders_on) == ("", None)


def test_the_day_of_the_agreement_stays_while_something_else_changes(cast: Cast, amina: Participant) -> None:
    ada = cast.client("ada")
    ada.post(address(amina), as_shown(ada, amina, phone="07700 900123", reminders="text"))
    long_ago = cast.ada.today - timedelta(days=90)
    with looking_as(cast.system()):
        ContactDetails.objects.filter(participant=amina).update(reminders_on=long_ago)
    ada.post(address(amina), as_shown(ada, amina, safe_contact="Mornings only"))
    assert known(cast, amina).reminders_on == long_ago
    ada.post(address(amina), as_shown(ada, amina, phone="07700 900124"))
    assert known(cast, amina).reminders_on == cast.ada.today


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"phone": "12"}, "phone", "020 7946 0018"),
        ({"email": "amina"}, "email", "name@example.org"),
        ({"postcode": "E8"}, "postcode", "full UK postcode"),
        ({"address": "a\u202eb"}, "address", "cannot be seen"),
        ({"safe_contact": "x" * 201}, "safe_contact", "200"),
        ({"reminders": "pigeon"}, "reminders", "pigeon"),
        ({"reminders": "email"}, "reminders", "Enter the number or address"),
        ({"area_code": "Atlantis"}, "area_code", "Atlantis"),
        ({"seen": "yesterday"}, "seen", "Open the form again"),
        ({}, "__all__", "Nothing is different"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_stored(
    cast: Cast, amina: Participant, typed: dict[str, str], field: str, sentence: str
) -> None:
    before = known(cast, amina)
    ada = cast.client("ada")
    sent = as_shown(ada, amina)
    # As it is known the number is not in its one spelling.
    sent["phone"] = ""
    if not typed:
        with looking_as(cast.system()):
            ContactDetails.objects.filter(participant=amina).update(phone="")
    answer = ada.post(address(amina), {**sent, **typed})
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert known(cast, amina).changed_at == before.changed_at is None


def test_who_opened_it_before_somebody_else_changed_it_overwrites_nothing(
    cast: Cast, amina: Participant
) -> None:
    ada, carl = cast.client("ada"), cast.client("mona")
    seen = as_shown(ada, amina, safe_contact="Never on Fridays")
    assert carl.post(address(amina), as_shown(carl, amina, phone="07700 900124")).status_code == 302
    answer = ada.post(address(amina), seen)
    assert answer.status_code == 422
    assert "Somebody else changed these details" in words(answer)
    assert "Never on Fridays" in words(answer)
    assert known(cast, amina).phone == "+447700900124"


def test_the_story_says_what_changed_and_not_to_what(cast: Cast, amina: Participant) -> None:
    ada = cast.client("ada")
    ada.post(address(amina), as_shown(ada, amina, safe_contact="Mornings only", phone="07700 900123"))
    with looking_as(cast.system()):
        [event] = DomainEvent.objects.filter(kind="contact_details.changed")
    assert event.facts == {"fields": "phone safe_contact"} or event.facts == {"fields": "safe_contact phone"}
    page = words(ada.get(f"/serco/participants/{amina.reference}/timeline/"))
    assert "Contact details changed" in page
    assert "Safe contact" in page


@pytest.mark.parametrize("name", ["priya", "ivo", "hana", "dee", "sam"])
def test_only_the_providers_own_people_change_them(cast: Cast, amina: Participant, name: str) -> None:
    client = cast.client(name)
    assert client.get(address(amina)).status_code == 404
    assert client.post(address(amina), {"phone": "07700 900123"}).status_code == 404


def test_a_past_holder_changes_nothing(cast: Cast) -> None:
    somebody = new_person(cast, since=20, until=1)
    assert cast.client("ada").get(address(somebody)).status_code == 404


def test_under_a_restriction_only_the_named_change_them(cast: Cast, amina: Participant) -> None:
    restrict(cast, amina, "ada", level=1)
    assert cast.client("mona").get(address(amina)).status_code == 404
    assert cast.client("ada").get(address(amina)).status_code == 200
    with looking_as(cast.mona) as mona, pytest.raises(contact_details.NotNamed):
        contact_details.change(
            participant=amina,
            details=dict.fromkeys(contact_details.FIELDS, ""),
            reminders="",
            seen=None,
            by=mona,
            at=mona.now(),
        )


def test_no_other_method(cast: Cast, amina: Participant) -> None:
    assert cast.client("ada").put(address(amina)).status_code == 405


@pytest.mark.parametrize(
    ("newer", "reminders"), [({"phone": "+447700900999"}, ""), ({"postcode": "E8 2AA"}, "text")]
)
def test_reminders_end_where_a_referral_brings_another_number(
    cast: Cast, amina: Participant, newer: dict[str, str], reminders: str
) -> None:
    with looking_as(cast.system()) as system:
        ContactDetails.objects.filter(participant=amina).update(
            reminders="text", reminders_on=date(2026, 1, 5)
        )
        person.add_to(
            amina, contact_details=newer, number=None, health="", concerns=(), by=system, at=system.now()
        )
    details = known(cast, amina)
    assert details.reminders == reminders
    assert details.changed_at is not None
