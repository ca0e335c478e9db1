"""Pages of the API's lists: of a size that is written in digits, and led to by cursors as they were given."""

from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import pytest

from tests.cast import Cast
from tests.partners.partner import Partner, body, person


@pytest.fixture
def partner(cast: Cast) -> Partner:
    """Hackney's system, after three referrals."""
    caller = Partner(cast.keys["hackney-childrens-services"])
    for name in ("Ada", "Bea", "Cyd"):
        sent = body(person=person(given_name=name, national_insurance_number=None), external_reference=name)
        assert caller.post(sent).status_code == 201
    return caller


def cursor(position: str) -> str:
    """A cursor as the API makes them, to any position."""
    return b64encode(urlencode({"p": position}).encode()).decode()


def parameter_refused(answer: Any) -> str:
    assert answer.status_code == 400, answer.content
    [error] = answer.json()["errors"]
    parameter: str = error["parameter"]
    return parameter


@pytest.mark.parametrize(("asked", "rows"), [("1", 1), ("2", 2), ("3", 3), ("200", 3), ("0002", 2)])
def test_as_many_rows_come_as_are_asked_for(partner: Partner, asked: str, rows: int) -> None:
    assert len(partner.get(page_size=asked).json()["results"]) == rows


@pytest.mark.parametrize(
    "asked",
    ["", "0", "-1", "+2", " 2", "2.0", "1_0", "x", "\u0662", "\uff12", "\u00b2", "0x2", "201", "9" * 4000],
)
def test_a_size_that_is_no_number_in_ascii_is_refused(partner: Partner, asked: str) -> None:
    assert parameter_refused(partner.get(page_size=asked)) == "page_size"


def test_a_cursor_leads_on(partner: Partner) -> None:
    first = partner.get(page_size=2).json()
    query = parse_qs(urlsplit(first["next"]).query)
    second = partner.get(page_size=2, cursor=query["cursor"][0]).json()
    references = [one["external_reference"] for page in (first, second) for one in page["results"]]
    assert references == ["Cyd", "Bea", "Ada"]


@pytest.mark.parametrize(
    "other",
    [
        str.upper,
        lambda canonical: UUID(canonical).hex,
        lambda canonical: f"{{{canonical}}}",
        "urn:uuid:{}".format,
    ],
)
def test_a_cursor_is_taken_only_as_it_was_given(partner: Partner, other: Any) -> None:
    canonical = "0192a3b4-c5d6-7e8f-9a0b-c1d2e3f4a5b6"
    assert partner.get(cursor=cursor(canonical)).status_code == 200
    assert parameter_refused(partner.get(cursor=cursor(other(canonical)))) == "cursor"


@pytest.mark.parametrize("asked", ["", "x", "cD0=", "é"])
def test_what_is_no_cursor_is_refused(partner: Partner, asked: str) -> None:
    assert parameter_refused(partner.get(cursor=asked)) == "cursor"
