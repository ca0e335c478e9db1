"""Taking a person in, and knowing them again."""

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from participants import vault
from participants.actions import person
from participants.models import Concern, ContactDetails, Health, Identity, Participant
from partners.identifiers import is_reference
from tests.cast import Cast, looking_as

ZOLA: dict[str, Any] = {"given_name": "Zola", "family_name": "O’Kafor", "born_on": date(1990, 5, 17)}


def take_in(cast: Cast, **changes: Any) -> Participant:
    plain: dict[str, Any] = {
        **ZOLA,
        "contact_details": {"phone": "+442079460018"},
        "number": "QQ123456C",
        "health": "Asthma",
        "concerns": ("domestic_abuse", "school_attendance"),
    }
    with looking_as(cast.system()) as system:
        return person.take_in(**{**plain, **changes}, by=system, at=system.now())


def known(cast: Cast, **changes: Any) -> tuple[Participant | None, str]:
    plain = {**ZOLA, "number": "QQ123456C"}
    with looking_as(cast.system()):
        return person.find_known(tenant_id=cast.serco.pk, **{**plain, **changes})


def test_each_part_stands_in_its_own_table(cast: Cast) -> None:
    taken = take_in(cast)
    assert is_reference(taken.reference, "PT")
    assert taken.search_name == "o kafor zola"
    with looking_as(cast.system()):
        assert ContactDetails.objects.get().phone == "+442079460018"
        assert vault.open_sealed(Identity.objects.get()) == "QQ123456C"
        assert Health.objects.get().conditions == "Asthma"
        assert set(Concern.objects.values_list("code", flat=True)) == {"domestic_abuse", "school_attendance"}


def test_a_person_is_known_by_the_number_with_the_name_or_the_birthday(cast: Cast) -> None:
    taken = take_in(cast)
    assert known(cast) == (taken, "number")
    assert known(cast, family_name="Smith") == (taken, "number")
    assert known(cast, born_on=date(1991, 1, 1), number="QQ123456") == (taken, "number")
    assert known(cast, family_name="Smith", born_on=date(1991, 1, 1)) == (None, "")


def test_a_person_is_known_by_name_and_birthday_unless_the_number_says_otherwise(cast: Cast) -> None:
    taken = take_in(cast, number=None)
    assert known(cast, number=None, family_name="o KAFOR") == (taken, "name")
    assert known(cast) == (taken, "name")
    take_in(cast, born_on=date(1980, 1, 1), number="QQ111111A")
    assert known(cast, born_on=date(1980, 1, 1), number="QQ222222A") == (None, "")
    assert known(cast, number=None, born_on=date(1990, 5, 18)) == (None, "")


def test_nobody_is_known_where_several_could_be(cast: Cast) -> None:
    take_in(cast, number=None)
    take_in(cast, number=None)
    assert known(cast, number=None) == (None, "")


def test_another_tenant_knows_nobody_here(cast: Cast) -> None:
    take_in(cast)
    with looking_as(type(cast.system()).system(cast.meridian.pk, "test")):
        assert person.find_known(tenant_id=cast.meridian.pk, number="QQ123456C", **ZOLA) == (None, "")


def test_a_number_that_somebody_has_is_not_kept_twice(cast: Cast) -> None:
    take_in(cast)
    other = take_in(cast, given_name="Ayo", born_on=date(2000, 1, 1))
    with looking_as(cast.system()):
        assert Identity.objects.count() == 1
        assert other not in person.holders_of("QQ123456C", cast.serco.pk)


def test_what_is_newly_said_is_added_and_nothing_taken_away(cast: Cast) -> None:
    taken = take_in(cast, number=None, contact_details={"phone": "+442079460018", "postcode": "E8 1EA"})
    with looking_as(cast.system()) as system:
        person.add_to(
            taken,
            contact_details={"phone": "+443001234567", "postcode": ""},
            number="QQ123456C",
            health="Asthma",
            concerns=("crime_or_asb", "domestic_abuse"),
            by=system,
            at=system.now(),
        )
        details = ContactDetails.objects.get()
        assert (details.phone, details.postcode) == ("+443001234567", "E8 1EA")
        assert Identity.objects.count() == Health.objects.count() == 1
        assert Concern.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_same_person_in_at_once_find_one(cast: Cast) -> None:
    together = Barrier(2)

    def work() -> None:
        together.wait()
        with looking_as(cast.system()) as system:
            found, _ = person.find_known(tenant_id=cast.serco.pk, number="QQ123456C", **ZOLA)
            if found is None:
                person.take_in(
                    **ZOLA,
                    contact_details={},
                    number="QQ123456C",
                    health="",
                    concerns=(),
                    by=system,
                    at=system.now(),
                )
        connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with looking_as(cast.system()):
        assert Participant.objects.count() == 1
