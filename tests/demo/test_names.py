"""Nobody in the demo can be anybody: numbers, telephones, addresses and names are invented."""

import re
from datetime import date
from random import Random

from config.demo.names import NUMBERS, Person, invented_number, invented_person
from config.demo.people import ACCOUNTS
from participants.overview import age
from participants.spelling import DRAMA_MOBILE, phone, postcode
from participants.vault import INVENTED, ISSUED

ON = date(2026, 6, 14)
DISTRICTS = ["E8", "EC2A", "N16"]


def some(count: int) -> list[Person]:
    chance = Random(1)
    return [
        invented_person(
            chance, serial=serial, area_code="E09000012", districts=DISTRICTS, on=ON, ages=(18, 24)
        )
        for serial in range(count)
    ]


def test_numbers_are_never_issued_and_never_shared() -> None:
    numbers = [invented_number(serial) for serial in range(0, NUMBERS, 7)]
    assert all(INVENTED.fullmatch(number) and not ISSUED.fullmatch(number) for number in numbers)
    assert len({number[:8] for number in numbers}) == len(numbers)


def test_the_number_of_the_documentation_is_free() -> None:
    digits = {invented_number(serial)[2:8] for serial in range(NUMBERS)}
    assert len(digits) == NUMBERS
    assert "123456" not in digits


def test_telephones_are_kept_for_drama_and_mail_goes_nowhere() -> None:
    for person in some(200):
        assert DRAMA_MOBILE.fullmatch(phone(person.phone))
        assert re.fullmatch(r"[a-z.]+\d+@example\.org", person.email)


def test_postcodes_are_of_the_area_s_districts() -> None:
    for person in some(200):
        assert person.postcode == postcode(person.postcode)
        assert person.postcode.split()[0] in DISTRICTS


def test_ages_are_those_that_were_asked_for() -> None:
    ages = {age(person.born_on, ON) for person in some(500)}
    assert ages == set(range(18, 25))


def test_those_who_sign_in_have_an_address_of_their_own() -> None:
    emails = [account.email for account in ACCOUNTS]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith("@example.org") for email in emails)
