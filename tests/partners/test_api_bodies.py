"""What partners may not send, and how it is said."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.models import Participant
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.partners.partner import Partner, body, person, places, problem

NAUGHTY = [
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }} {% debug %}",
    "%s %(x)s %00",
    "\u202eRTL override",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\ufeffbom",
    "ﷺ" * 80,
    "Ω≈ç√∫˜µ≤≥÷",
    "田中さんにあげて下さい",
    "الكل في المجمو عة",
    "-1e1000",
    "NULL",
    "undefined",
    "../../etc/passwd",
    "a" * 80,
    "İ" * 80,
]


@pytest.fixture
def partner(cast: Cast, settings: Any) -> Partner:
    settings.ALLOW_INVENTED_NUMBERS = True
    return Partner(cast.keys["hackney-childrens-services"])


@pytest.fixture
def nothing_stored(cast: Cast) -> Any:
    yield
    with looking_as(cast.system()):
        assert not Referral.objects.exists()
        assert not Participant.objects.exists()


@pytest.mark.usefixtures("nothing_stored")
class TestRefused:
    """Whatever is refused says where and why, and leaves nothing."""

    def test_fields_that_nobody_knows(self, partner: Partner) -> None:
        strange = body(colour="red", person=person(shoe_size=5, contact={"fax": "1"}))
        assert places(partner.post(strange)) == {
            ("#/colour", "unknown_field"),
            ("#/person/shoe_size", "unknown_field"),
            ("#/person/contact/fax", "unknown_field"),
        }

    def test_values_of_another_type(self, partner: Partner) -> None:
        strange = body(
            contract=5,
            person=person(given_name=["Zola"], family_name=None, date_of_birth=19900517, contact="E8 1EA"),
            circumstances={
                "months_on_benefit": "12",
                "adults_working": True,
                "right_to_work": "yes",
                "concerns": "own_health",
                "benefit": {"0": "universal_credit"},
                "employment_status": ["unemployed"],
            },
        )
        assert places(partner.post(strange)) == {
            ("#/contract", "invalid"),
            ("#/person/given_name", "invalid"),
            ("#/person/family_name", "null"),
            ("#/person/date_of_birth", "invalid"),
            ("#/person/contact", "invalid"),
            ("#/circumstances/months_on_benefit", "invalid"),
            ("#/circumstances/adults_working", "invalid"),
            ("#/circumstances/right_to_work", "invalid"),
            ("#/circumstances/concerns", "not_a_list"),
            ("#/circumstances/benefit", "not_a_list"),
            ("#/circumstances/employment_status", "invalid_choice"),
        }

    def test_fields_that_are_missing(self, partner: Partner) -> None:
        assert places(partner.post({})) == {("#/contract", "required"), ("#/person", "required")}
        assert places(partner.post([])) == {("#", "invalid")}
        assert places(partner.post(body(person={}))) == {
            (f"#/person/{name}", "required") for name in ("given_name", "family_name", "date_of_birth")
        }

    @pytest.mark.parametrize(
        ("day", "code"),
        [
            ("1899-12-31", "too_long_ago"),
            ("2999-01-01", "in_future"),
            ("1990-02-30", "invalid"),
            ("17/05/1990", "invalid"),
            ("1990-5-17", "invalid"),
            ("19900517", "invalid"),
            ("", "invalid"),
        ],
    )
    def test_dates_that_are_none(self, partner: Partner, day: str, code: str) -> None:
        response = partner.post(body(person=person(date_of_birth=day)))
        assert places(response) == {("#/person/date_of_birth", code)}

    @pytest.mark.parametrize(
        "number", ["GB123456A", "DA123456A", "QQ12345C", "QQ１２３４５６C", "QQ123456E", "x"]
    )
    def test_numbers_that_are_none(self, partner: Partner, number: str) -> None:
        response = partner.post(body(person=person(national_insurance_number=number)))
        assert places(response) == {("#/person/national_insurance_number", "invalid")}

    def test_what_the_contract_does_not_know(self, partner: Partner) -> None:
        assert places(partner.post(body(contract="nothing"))) == {("#/contract", "does_not_exist")}
        strange = body(payment_group="9", person=person(contact={"local_authority": "Atlantis"}))
        assert places(partner.post(strange)) == {
            ("#/payment_group", "invalid_choice"),
            ("#/person/contact/local_authority", "unknown_area"),
        }

    def test_a_body_that_is_too_large(self, partner: Partner) -> None:
        response = partner.post(json.dumps(body(external_reference="x" * 2_000_000)))
        assert problem(response) == (413, "too_large")

    def test_characters_that_nobody_types(self, partner: Partner) -> None:
        raw = json.dumps(body(person=person(given_name="Zo\x00la", family_name="\ud800")))
        assert places(partner.post(raw)) == {
            ("#/person/given_name", "invalid_characters"),
            ("#/person/family_name", "invalid_characters"),
        }
        assert places(partner.post('{"\\ud800": 1}')) == {("#", "unknown_field")}
        raw = json.dumps(body(person=person(given_name="Zo\x1bla")))
        assert places(partner.post(raw)) == {("#/person/given_name", "invalid")}

    def test_names_that_are_said_twice(self, partner: Partner) -> None:
        raw = '{"contract": "a", "person": {"given_name": "A", "given_name": "B"}, "contract": "b"}'
        assert places(partner.post(raw)) == {
            ("#/contract", "repeated_name"),
            ("#/person/given_name", "repeated_name"),
        }

    def test_what_is_nested_too_deep(self, partner: Partner) -> None:
        assert problem(partner.post("[" * 100_000)) == (400, "malformed_json")
        ((_, code),) = places(partner.post("[" * 20 + "]" * 20))
        assert code == "too_deep"

    @pytest.mark.parametrize(
        "raw",
        ["", "{", "nonsense", b"\xff\xfe{}", '{"a": NaN}', '{"a": -Infinity}', "{'a': 1}", "9" * 5000],
    )
    def test_what_is_not_json(self, partner: Partner, raw: str | bytes) -> None:
        status, _ = problem(partner.post(raw))
        assert status == 400

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    )
    def test_what_is_not_called_json(self, partner: Partner, kind: str) -> None:
        assert problem(partner.post("{}", content_type=kind)) == (415, "unsupported_media_type")


def test_naughty_strings_are_kept_or_refused(cast: Cast, partner: Partner) -> None:
    for naughty in NAUGHTY:
        contact = {"address": naughty, "safe_contact": naughty, "postcode": naughty[:12]}
        for sent in (
            body(person=person(given_name=naughty, family_name=naughty, national_insurance_number=None)),
            body(person=person(contact=contact)),
            body(contract=naughty[:50], payment_group=naughty[:20]),
            body(external_reference=naughty[:60]),
        ):
            assert partner.post(sent).status_code in (201, 400), naughty
        assert partner.get(external_reference=naughty[:60]).status_code in (200, 400), naughty
        assert partner.get(cursor=naughty).status_code == 400
        for path in (f"/serco/api/v1/referrals/{naughty}", f"/serco/api/v1/{naughty}"):
            assert partner.get(path).status_code in (404, 400), naughty
    for who, address in (
        ("priya", "/serco/referrals/"),
        ("hana", "/serco/referrals/"),
        ("ada", "/serco/referrals/"),
    ):
        page = cast.client(who).get(address)
        assert page.status_code == 200
        assert b"<script>alert" not in page.content


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=10), below, max_size=3),
    max_leaves=8,
)
FIELDS = ["contract", "person", "circumstances", "payment_group", "external_reference"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_no_value_anywhere_breaks_the_server(partner: Partner, strange: dict[str, Any]) -> None:
    response = partner.post(json.dumps({**body(), **strange}))
    assert response.status_code in (201, 400), response.content
