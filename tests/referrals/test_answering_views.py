"""The provider's answers in the browser."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from participants.models import Assignment, Enrolment
from referrals.models import Acceptance, HandBack, Referral
from tests.cast import Cast, looking_as
from tests.referrals.people import accept, again, offer_of, refer


def address(referral: Referral, what: str = "") -> str:
    return f"/serco/referrals/{referral.reference}/{what}"


def test_an_offer_shows_who_why_and_what_to_do(cast: Cast) -> None:
    referral = refer(cast)
    page = cast.client("ada").get(address(referral))
    text = page.content.decode()
    for words in (
        "Zola Okafor",
        "works in Hackney",
        "Hackney children&#x27;s services",
        "Accept",
        "Hand back",
    ):
        assert words in text
    for secret in ("school_attendance", "share_basis", "i2i"):
        assert secret not in text


def test_accepting_leads_to_the_person(cast: Cast) -> None:
    referral = refer(cast)
    mona = cast.client("mona")
    form = mona.get(address(referral, "accept/")).context["form"]
    people = [label for _, label in form.fields["adviser"].choices]
    assert {"Ada", "Col", "Mona"} <= set(people)
    assert "Ivo" not in people
    typed = {"adviser": str(cast.ada.user_id), "first_appointment_on": cast.ada.today.isoformat()}
    done = mona.post(address(referral, "accept/"), typed)
    assert done.status_code == 302
    assert done["Location"].startswith("/serco/participants/PT-")
    with looking_as(cast.ada):
        assert Acceptance.objects.get().by_id == cast.mona.user_id
        assert Assignment.objects.get().adviser_id == cast.ada.user_id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"adviser": ""}, "adviser"),
        ({"adviser": "nobody"}, "adviser"),
        ({"first_appointment_on": ""}, "first_appointment_on"),
        ({"first_appointment_on": "2020-01-01"}, "first_appointment_on"),
        ({"first_appointment_on": "9999-12-31"}, "first_appointment_on"),
        ({"first_appointment_on": "soon"}, "first_appointment_on"),
    ],
)
def test_an_acceptance_that_cannot_be_is_said_beside_its_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    referral = refer(cast)
    typed = {"adviser": str(cast.ada.user_id), "first_appointment_on": cast.ada.today.isoformat(), **changes}
    page = cast.client("ada").post(address(referral, "accept/"), typed)
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}
    assert again(cast, referral).status == "allocated"


def test_handing_back_takes_a_reason(cast: Cast) -> None:
    referral = refer(cast)
    ada = cast.client("ada")
    assert ada.post(address(referral, "hand-back/"), {"note": "kept"}).status_code == 422
    done = ada.post(
        address(referral, "hand-back/"), {"reason": "wrong_area", "note": "=Too far"}, follow=True
    )
    assert "The referral was handed back." in done.content.decode()
    with looking_as(cast.ada):
        assert HandBack.objects.get().reason == "wrong_area"
    assert offer_of(cast, referral).organisation_id == cast.organisation("i2i")
    assert ada.get(address(referral, "accept/")).status_code == 404


def test_the_start_is_recorded_or_that_there_is_none(cast: Cast) -> None:
    first = accept(cast, refer(cast))
    ada = cast.client("ada")
    tomorrow = (cast.ada.today + timedelta(days=1)).isoformat()
    yesterday = (cast.ada.today - timedelta(days=1)).isoformat()
    for day in (tomorrow, yesterday, "", "x"):
        page = ada.post(address(first, "start/"), {"started_on": day})
        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"started_on"}
    assert ada.post(address(first, "start/"), {"started_on": cast.ada.today.isoformat()}).status_code == 302
    with looking_as(cast.ada):
        assert Enrolment.objects.count() == 1
    second = accept(cast, refer(cast, given_name="Ayo", number=""), "ivo")
    ivo = cast.client("ivo")
    assert ivo.post(address(second, "did-not-start/"), {}).status_code == 422
    assert ivo.post(address(second, "did-not-start/"), {"reason": "declined"}).status_code == 302
    assert again(cast, second).status == "did_not_start"


def test_the_participants_page_leads_to_the_answer_and_to_the_start(cast: Cast) -> None:
    referral = refer(cast)
    ada = cast.client("ada")
    with looking_as(cast.system()):
        person = again(cast, referral).participant
    assert person is not None
    page, own = f"/serco/participants/{person.reference}/", f"/serco/participants/{person.reference}"
    assert "Answer the referral" in ada.get(page).content.decode()
    assert "Answer this referral: day 0" in ada.get("/serco/caseload/?adviser=everyone").content.decode()
    assert ada.get(f"{own}/answer/")["Location"] == address(referral)
    assert ada.get(f"{own}/start/").status_code == 404
    accept(cast, referral)
    assert "Record the start" in ada.get(page).content.decode()
    assert "not yet started (day 0)" in ada.get("/serco/caseload/").content.decode()
    assert ada.get(f"{own}/start/")["Location"] == address(referral, "start/")
    assert ada.get(f"{own}/answer/").status_code == 404
    assert cast.client("ivo").get(f"{own}/start/").status_code == 404


def test_joining_is_offered_in_the_place_of_accepting(cast: Cast) -> None:
    accept(cast, refer(cast))
    joined = refer(cast, "jon")
    ada = cast.client("ada")
    text = ada.get(address(joined)).content.decode()
    assert "Join to the existing record" in text
    assert "Hand back" not in text
    page = ada.post(address(joined, "hand-back/"), {"reason": "no_capacity"})
    assert page.status_code == 422
    assert "You work with this person already" in page.content.decode()


def test_the_prime_reads_the_figures_behind_the_offer(cast: Cast) -> None:
    referral = refer(cast)
    refer(cast, given_name="Ayo", family_name="Diallo", number="QQ123456C")
    text = cast.client("priya").get(address(referral)).content.decode()
    for words in ("How the providers stood", "Serco Delivery", "60%", "+0.60", "0 of 200"):
        assert words in text
    for other in ("accept/", "hand-back/", "start/", "did-not-start/"):
        assert cast.client("priya").get(address(referral, other)).status_code == 404


def test_strangers_find_nothing(cast: Cast) -> None:
    referral = refer(cast)
    for name in ("ivo", "dee", "sam", "jon"):
        client = cast.client(name)
        for what in ("", "accept/", "hand-back/", "start/", "did-not-start/"):
            assert client.get(address(referral, what)).status_code == 404, (name, what)
            if what:
                assert client.post(address(referral, what), {"reason": "no_capacity"}).status_code == 404
    for strange in ("RF-1111-11", "rf", "RF-%00", "x" * 300, "RF-ÅÅÅÅ-ÅÅ"):
        assert cast.client("ada").get(f"/serco/referrals/{strange}/").status_code == 404
    with transaction.atomic():
        assert cast.client("ada").delete(address(referral, "accept/")).status_code == 405
