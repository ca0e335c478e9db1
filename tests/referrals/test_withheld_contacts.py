"""A referrer keeps to itself how to reach the person: nothing of it is asked for, taken or kept."""

from typing import Any

import pytest

from participants.actions import restriction
from participants.models import (
    ContactDetails,
    ControlMeasure,
    NamedAccess,
    Participant,
    Restriction,
    RestrictionReason,
)
from referrals.actions import referral as actions
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.participants.restricting import restrict
from tests.partners.partner import Partner, body, person, problem
from tests.referrals.people import refer
from tests.referrals.test_sending_views import FILLED, NEW

WITHHELD: dict[str, Any] = {
    "contact_withheld": True,
    "postcode": "",
    "phone": "",
    "local_authority": "Hackney",
}
EACH = {
    "address": "1 Mare Street",
    "postcode": "E8 1EA",
    "phone": "07700 900123",
    "email": "zola@example.org",
}


def withheld_body(**contact: Any) -> dict[str, Any]:
    return body(person=person(contact_withheld=True, contact={"local_authority": "Hackney", **contact}))


def council(cast: Cast) -> Partner:
    return Partner(cast.keys["hackney-childrens-services"])


def test_the_person_is_decided_on_by_the_borough_and_taken_in_restricted(cast: Cast) -> None:
    made = refer(cast, **WITHHELD)
    assert made.status == Referral.Status.ALLOCATED
    with looking_as(cast.system()):
        details = ContactDetails.objects.get(participant=made.participant)
        assert (details.address, details.postcode, details.phone, details.email) == ("", "", "", "")
        assert details.area_code == "E09000012"
        found = Restriction.objects.get(participant=made.participant)
        assert (found.level, found.raised_by_id) == (1, cast.users["hana"].pk)
        assert RestrictionReason.objects.get().cause == "withheld"
        assert ControlMeasure.objects.get().kind == "through_referrer"
        assert not NamedAccess.objects.exists()


@pytest.mark.parametrize("field", EACH)
def test_what_is_sent_along_is_refused(cast: Cast, field: str) -> None:
    with pytest.raises(actions.NotAcceptable) as refused:
        refer(cast, **{**WITHHELD, field: EACH[field]})
    assert [(one.field, one.code) for one in refused.value.problems] == [(field, "withheld")]
    with looking_as(cast.system()):
        assert not Participant.objects.exists()


def test_without_a_borough_it_is_asked_for(cast: Cast) -> None:
    made = refer(cast, **{**WITHHELD, "local_authority": ""})
    assert made.status == Referral.Status.NEED_TO_KNOW


def test_the_api_takes_it_and_refuses_what_comes_along(cast: Cast) -> None:
    partner = council(cast)
    sent = partner.post(withheld_body())
    assert sent.status_code == 201
    assert sent.json()["status"] == "allocated"
    refused = partner.post(withheld_body(phone="07700 900123", postcode="E8 1EA"))
    assert problem(refused)[0] == 400
    told = {(error["pointer"], error["code"]) for error in refused.json()["errors"]}
    assert told == {("#/person/contact/phone", "withheld"), ("#/person/contact/postcode", "withheld")}
    for nothing in (False, None):
        assert partner.post(body(person=person(contact_withheld=nothing))).status_code == 201


def test_the_answer_is_the_same_as_for_anybody(cast: Cast) -> None:
    partner = council(cast)
    plain, withheld = partner.post(), partner.post(withheld_body())
    assert plain.json().keys() == withheld.json().keys()
    assert "restrict" not in withheld.content.decode().lower()


def test_it_is_described(cast: Cast) -> None:
    schema = council(cast).get("/serco/api/v1/schema/").content.decode()
    assert "contact_withheld" in schema


def test_the_form_has_a_tick_for_it_and_the_public_page_has_none(cast: Cast) -> None:
    hana = cast.client("hana")
    assert "We do not pass on how to reach this person" in hana.get(NEW).content.decode()
    refused = hana.post(NEW, {**FILLED, "contact_withheld": "on"})
    assert refused.status_code == 422
    assert refused.content.decode().count("Leave this out") >= 2
    filled = {**FILLED, "contact_withheld": "on", "phone": "", "postcode": "", "local_authority": "E09000012"}
    assert hana.post(NEW, filled).status_code == 302
    public = cast.client("hana").get("/serco/refer/inspiring-families/").content.decode()
    assert "contact_withheld" not in public


def test_whoever_works_with_the_person_reads_what_to_do(cast: Cast) -> None:
    made = refer(cast, **WITHHELD)
    assert made.participant is not None
    page = cast.client("priya").get(f"/serco/participants/{made.participant.reference}/").content.decode()
    assert "Contact through the referrer" in page
    assert "Shown only to named people" in page
    assert "withholds" not in page
    safety = f"/serco/participants/{made.participant.reference}/safety/"
    assert "The referrer withholds contact details" in cast.client("sara").get(safety).content.decode()
    assert "The referrer withholds contact details" not in cast.client("priya").get(safety).content.decode()


def test_details_that_were_known_are_hidden_from_then_on(cast: Cast) -> None:
    known = refer(cast)
    assert known.participant is not None
    again = refer(cast, "jon", **WITHHELD)
    assert again.participant_id == known.participant_id
    address = f"/serco/participants/{known.participant.reference}/"
    assert "900123" not in cast.client("priya").get(address).content.decode()
    refer(cast, "hana", **WITHHELD)
    with looking_as(cast.system()):
        assert Restriction.objects.count() == ControlMeasure.objects.count() == 1


def test_a_higher_restriction_stands(cast: Cast) -> None:
    known = refer(cast)
    assert known.participant is not None
    restrict(cast, known.participant, "priya")
    refer(cast, "jon", **WITHHELD)
    with looking_as(cast.system()):
        found = restriction.in_force(known.participant)
        assert found is not None
        assert found.level == 2
