"""What lets somebody see more, or lets go of a protection, asks for the second factor again; what protects does not."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from participants.actions import legal_hold, lowering
from participants.models import LegalHold, NamedAccess, Restriction
from partners.models import Membership
from tests.cast import Cast, looking_as
from tests.participants.people import new_person
from tests.participants.restricting import restrict


def stale(cast: Cast, name: str) -> Client:
    """A browser in which the second factor was given ten minutes ago."""
    cast.code(name)
    client = cast.client(name)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()
    return client


def asks(client: Client, address: str, **data: Any) -> bool:
    """Whether both the form and what it sends lead to the second factor first."""
    answers: list[Any] = [client.get(address), client.post(address, data)]
    return all(one.status_code == 302 and reverse("mfa_reauthenticate") in one.url for one in answers)


@pytest.mark.parametrize("step", ["name/", "named/{ada}/", "lower/", "answer/"])
def test_naming_and_lowering_ask_for_it(cast: Cast, step: str) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", level=1)
    with looking_as(cast.mona) as mona:
        lowering.ask_lowering(participant=person, to=0, words="Safe.", by=mona, at=mona.now())
    address = f"/serco/participants/{person.reference}/safety/{step.format(ada=cast.users['ada'].pk)}"
    data = {"user_id": str(cast.users["col"].pk), "words": "x", "to": "0", "answer": "agree"}
    assert asks(stale(cast, "mona"), address, **data)
    with looking_as(cast.system()):
        assert Restriction.objects.get().lowered_at is None
        assert NamedAccess.objects.filter(ended_at=None).count() == 2
    assert cast.client("mona").get(address).status_code in (200, 404)


def test_naming_from_the_page_of_restricted_people_asks_for_it(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person)
    sara = stale(cast, "sara")
    assert sara.get("/serco/restricted/").status_code == 200
    assert asks(
        sara, f"/serco/restricted/{person.reference}/name/", user_id=str(cast.users["mona"].pk), words="x"
    )


def test_lifting_a_hold_and_recording_a_basis_ask_for_it(cast: Cast) -> None:
    person = new_person(cast)
    with looking_as(cast.sara) as sara:
        hold = legal_hold.place(
            participant=person,
            reason="A claim.",
            review_on=sara.today.replace(year=2099),
            by=sara,
            at=sara.now(),
        )
    browser = stale(cast, "sara")
    assert asks(browser, f"/serco/data-protection/holds/{hold.pk}/lift/", because="Settled.")
    assert asks(browser, "/serco/data-protection/sharing/new/")
    with looking_as(cast.system()):
        assert LegalHold.objects.get().lifted_at is None
    assert browser.get("/serco/data-protection/holds/new/").status_code == 200


def test_raising_does_not(cast: Cast) -> None:
    person = new_person(cast)
    mona = stale(cast, "mona")
    address = f"/serco/participants/{person.reference}/safety/restrict/"
    assert mona.get(address).status_code == 200
    assert mona.post(address, {"level": "2", "cause": "threat"}).status_code == 302
    with looking_as(cast.mona):
        assert Restriction.objects.get().level == 2


def test_refusing_to_lower_is_behind_the_same_page(cast: Cast) -> None:
    person = new_person(cast)
    restrict(cast, person, "ada", "mona", "sara", level=1)
    with looking_as(cast.mona) as mona:
        lowering.ask_lowering(participant=person, to=0, words="Safe.", by=mona, at=mona.now())
    address = f"/serco/participants/{person.reference}/safety/answer/"
    assert cast.client("sara").post(address, {"to": "0", "answer": "refuse"}).status_code == 302


def test_the_link_to_restricted_people_is_for_those_who_may_open_it(cast: Cast) -> None:
    sara = cast.client("sara")
    assert "/serco/restricted/" in sara.get("/serco/workspace/").content.decode()
    with looking_as(cast.system()) as system:
        Membership.objects.filter(user=cast.users["sara"]).update(
            ended_on=system.today, ended_at=system.now()
        )
        Membership.objects.create(
            tenant=cast.serco,
            user=cast.users["sara"],
            organisation=cast.organisations["serco"],
            role="administrator",
            cleared=False,
            started_on=system.today,
        )
    workspace = sara.get("/serco/workspace/").content.decode()
    assert "/serco/data-protection/" in workspace
    assert "/serco/restricted/" not in workspace
    assert sara.get("/serco/restricted/").status_code == 403
