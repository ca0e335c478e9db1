"""Control measures: seen by whoever books or meets the person, without a word about why."""

from typing import Any

import pytest

from participants.actions import control_measure
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.participants.people import hold, new_person
from tests.participants.restricting import add_measure, restrict
from tests.referrals.people import accept, offer_of, refer

SAID = "Do not meet alone"


def test_words_are_needed_where_the_kind_says_nothing(cast: Cast) -> None:
    person = new_person(cast)
    for kind in ("other", "not_at_site"):
        with pytest.raises(control_measure.WordsNeeded):
            add_measure(cast, person, kind=kind)


def test_the_same_measure_is_noted_once_at_a_time(cast: Cast) -> None:
    person = new_person(cast)
    noted = add_measure(cast, person)
    with pytest.raises(control_measure.AlreadyNoted):
        add_measure(cast, person, "mona")
    with looking_as(cast.mona) as mona:
        control_measure.end(measure=noted, by=mona, at=mona.now())
        with pytest.raises(control_measure.AlreadyEnded):
            control_measure.end(measure=noted, by=mona, at=mona.now())
    add_measure(cast, person)


def test_what_happened_holds_the_kind_and_not_the_words(cast: Cast) -> None:
    add_measure(cast, new_person(cast), kind="other", words="Only at the Mare Street office")
    with looking_as(cast.ada):
        assert DomainEvent.objects.get(kind="measure.noted").facts == {"measure": "other"}


def test_they_stand_on_the_page_the_form_and_the_caseload_without_the_cause(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", level=1)
    add_measure(cast, person)
    for name in ("ada", "col", "mona"):
        client = cast.client(name)
        for rest in (f"participants/{person.reference}/", f"participants/{person.reference}/contacts/new/"):
            text = client.get(f"/serco/{rest}").content.decode()
            assert SAID in text, (name, rest)
            assert "buse" not in text
        assert SAID in client.get("/serco/caseload/?adviser=everyone").content.decode()
    for name in ("priya", "sara"):
        assert SAID in cast.client(name).get(f"/serco/participants/{person.reference}/").content.decode()


def test_an_ended_one_stands_nowhere(cast: Cast) -> None:
    person = new_person(cast)
    noted = add_measure(cast, person)
    with looking_as(cast.ada) as ada:
        control_measure.end(measure=noted, by=ada, at=ada.now())
    client = cast.client("ada")
    for rest in (f"participants/{person.reference}/contacts/new/", "caseload/"):
        assert SAID not in client.get(f"/serco/{rest}").content.decode()


def test_whoever_books_the_first_appointment_reads_them(cast: Cast, settings: Any) -> None:
    settings.ALLOW_INVENTED_NUMBERS = True
    referral = refer(cast)
    with looking_as(cast.system()) as system:
        control_measure.add(
            participant=referral.participant,
            kind="not_alone",
            words="",
            by=cast.priya,
            at=system.now(),
        )
        slug = next(
            s for s, o in cast.organisations.items() if o.pk == offer_of(cast, referral).organisation_id
        )
    name = {"renaisi": "ada", "i2i": "ivo", "serco-delivery": "ola"}[slug]
    client = cast.client(name)
    for rest in (f"referrals/{referral.reference}/", f"referrals/{referral.reference}/accept/", "referrals/"):
        assert SAID in client.get(f"/serco/{rest}").content.decode(), rest
    accept(cast, referral, name)
    for rest in (f"referrals/{referral.reference}/start/", "referrals/"):
        assert SAID in client.get(f"/serco/{rest}").content.decode(), rest


def test_a_past_holder_and_a_stranger_do_not_read_them(cast: Cast) -> None:
    person = new_person(cast, provider="i2i", adviser="ivo", since=30, until=20)
    hold(cast, person, since=19)
    add_measure(cast, person)
    assert SAID not in cast.client("ivo").get(f"/serco/participants/{person.reference}/").content.decode()
    assert cast.client("ola").get(f"/serco/participants/{person.reference}/").status_code == 404
