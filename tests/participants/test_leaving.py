"""A naming ends with the place by which somebody was named, and the prime is told when nobody is left."""

from datetime import date, timedelta
from typing import Any

import pytest

from participants.actions import lowering, restriction
from participants.models import NamedAccess, Participant
from partners import outbox
from partners.actions import membership
from partners.models import DomainEvent, Membership, Tenant
from tests.cast import Cast, looking_as
from tests.participants.people import new_person
from tests.participants.restricting import restrict


def place(cast: Cast, name: str) -> Membership:
    with looking_as(cast.system()):
        return Membership.objects.get(user=cast.users[name], tenant=cast.serco, ended_at=None)


def end(cast: Cast, name: str, *, on: date | None = None) -> None:
    with looking_as(cast.sara) as sara:
        membership.end(
            membership=place(cast, name), from_on=on or sara.today, reason="left", by=sara, at=sara.now()
        )


def change(cast: Cast, name: str, role: str) -> None:
    with looking_as(cast.sara) as sara:
        membership.change_role(
            membership=place(cast, name), role=role, reason="other_work", by=sara, at=sara.now()
        )


def give_place(cast: Cast, name: str, organisation: str, role: str) -> None:
    with looking_as(cast.system()) as system:
        Membership.objects.create(
            tenant=cast.serco,
            user=cast.users[name],
            organisation=cast.organisations[organisation],
            role=role,
            started_on=system.today,
        )


def named(cast: Cast, person: Participant) -> set[str]:
    with looking_as(cast.system()):
        return {access.user.name.lower() for access in restriction.named(person)}


def test_a_naming_ends_with_the_place(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "col")
    end(cast, "col")
    assert named(cast, person) == {"ada"}
    with looking_as(cast.system()):
        ended = NamedAccess.objects.get(user=cast.users["col"])
        assert ended.ended_by_id == cast.users["sara"].pk
        event = DomainEvent.objects.get(kind="participant.naming_ended")
        assert (event.participant_id, event.facts) == (person.pk, {"user": str(cast.users["col"].pk)})
    give_place(cast, "col", "renaisi", "adviser")
    assert named(cast, person) == {"ada"}


def test_a_naming_ends_with_a_role_that_may_see_nobody(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "priya")
    change(cast, "priya", "finance")
    assert named(cast, person) == {"ada"}


def test_a_naming_outlives_a_change_to_another_role_that_sees_people(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "col")
    change(cast, "col", "manager")
    assert named(cast, person) == {"ada", "col"}


def test_a_naming_outlives_a_place_where_somebody_could_be_named_by_another(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo")
    give_place(cast, "col", "i2i", "adviser")
    restrict(cast, person, "ivo", "col")
    with looking_as(cast.sara) as sara:
        renaisi = Membership.objects.get(
            user=cast.users["col"], organisation=cast.organisations["renaisi"], ended_on=None
        )
        membership.end(membership=renaisi, from_on=sara.today, reason="left", by=sara, at=sara.now())
    assert named(cast, person) == {"ivo", "col"}


def test_a_place_elsewhere_keeps_no_naming(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "col")
    give_place(cast, "col", "i2i", "adviser")
    with looking_as(cast.sara) as sara:
        renaisi = Membership.objects.get(
            user=cast.users["col"], organisation=cast.organisations["renaisi"], ended_on=None
        )
        membership.end(membership=renaisi, from_on=sara.today, reason="left", by=sara, at=sara.now())
    assert named(cast, person) == {"ada"}


def test_a_place_that_ends_by_its_date_ends_the_naming_on_the_day_after(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "col")
    with looking_as(cast.sara) as sara:
        tomorrow = sara.today + timedelta(days=1)
    end(cast, "col", on=tomorrow)
    assert named(cast, person) == {"ada", "col"}
    Tenant.objects.filter(pk=cast.serco.pk).update(clock_offset=timedelta(days=1))
    outbox.tick()
    outbox.work_off()
    assert named(cast, person) == {"ada"}


@pytest.mark.parametrize("how", ["role", "place"])
def test_whoever_asked_to_lower_must_still_be_allowed_to(cast: Cast, how: str) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara", level=1)
    with looking_as(cast.mona) as mona:
        lowering.ask_lowering(participant=person, to=0, words="Safe.", by=mona, at=mona.now())
    if how == "role":
        change(cast, "mona", "adviser")
    else:
        end(cast, "mona")
        give_place(cast, "mona", "i2i", "manager")
    with looking_as(cast.sara) as sara, pytest.raises(lowering.TakesTwo):
        lowering.agree_lowering(participant=person, to=0, by=sara, at=sara.now())


def listed(cast: Cast) -> str:
    response: Any = cast.client("sara").get("/serco/restricted/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_page_says_first_where_nobody_is_named_any_more(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada")
    assert "Nobody is named" not in listed(cast)
    end(cast, "ada")
    text = listed(cast)
    assert "Nobody is named who can see 1 of these people" in text
    assert text.index("Nobody is named who can see") < text.index(person.reference)


def test_somebody_whose_provider_never_held_the_person_does_not_see_them(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada")
    with looking_as(cast.system()) as system:
        apart = new_person(cast, provider="i2i", adviser="ivo")
        restriction.follow(participant=apart, other=person, by=system, at=system.now())
    text = listed(cast)
    assert "Nobody at i2i is named" in text
    assert "Nobody is named who can see 1 of these people" in text
