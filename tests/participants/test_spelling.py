"""What people type is kept in one spelling."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participants.spelling import Misspelt, as_dialled, district, email, phone, plain, postcode


@settings(deadline=None)
@given(st.text())
def test_text_is_composed_or_refused_and_composing_again_changes_nothing(text: str) -> None:
    try:
        once = plain(text)
    except Misspelt:
        return
    assert plain(once) == once
    assert "\x00" not in once


@pytest.mark.parametrize("text", ["a\x00", "a\nb", "a\x1bb", "a\ud800", "a\x7f"])
def test_control_characters_are_refused(text: str) -> None:
    with pytest.raises(Misspelt):
        plain(text)


def test_accents_are_composed() -> None:
    assert plain(" Zoe\N{COMBINING DIAERESIS} ") == "Zoë"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("e81ea", "E8 1EA"),
        (" EC1A  1BB ", "EC1A 1BB"),
        ("W1A 0AX", "W1A 0AX"),
        ("m1 1ae", "M1 1AE"),
        ("gir0aa", "GIR 0AA"),
    ],
)
def test_postcodes_are_written_one_way(typed: str, written: str) -> None:
    assert postcode(typed) == written


@pytest.mark.parametrize("typed", ["E8", "E8 1CA", "12345", "E8-1EA", "ÉC1A 1BB", "E81EAA", "", "E８ 1EA"])
def test_what_is_no_postcode(typed: str) -> None:
    with pytest.raises(Misspelt):
        postcode(typed)


def test_the_district_is_the_first_half() -> None:
    assert district("EC1A 1BB") == "EC1A"
    assert district("") == ""


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("020 7946 0018", "+442079460018"),
        ("(0300) 123-4567", "+443001234567"),
        ("07911 123456", "+447911123456"),
        ("+33 1 42 68 53 00", "+33142685300"),
    ],
)
def test_telephone_numbers_are_written_one_way(typed: str, written: str) -> None:
    assert phone(typed) == written


@pytest.mark.parametrize("typed", ["12", "999", "nobody", "+", "07", "0207946001800000", "=cmd()", "\x00"])
def test_what_is_no_telephone_number(typed: str) -> None:
    with pytest.raises(Misspelt):
        phone(typed)


def test_mobile_numbers_of_the_drama_pass_only_where_invented_numbers_are_allowed(settings: Any) -> None:
    settings.ALLOW_INVENTED_NUMBERS = True
    assert phone("07700 900123") == "+447700900123"
    settings.ALLOW_INVENTED_NUMBERS = False
    with pytest.raises(Misspelt):
        phone("07700 900123")


def test_an_email_address() -> None:
    assert email(" zola@example.org ") == "zola@example.org"
    for strange in ("zola", "zola@", "a b@example.org", "a@b\x00.org", "zola@example"):
        with pytest.raises(Misspelt):
            email(strange)


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("+442079460018", "020 7946 0018"),
        ("+447700900123", "07700 900123"),
        ("+33142685300", "+33 1 42 68 53 00"),
        ("020 7946 0018", "020 7946 0018"),
        ("", ""),
        ("the shop below", "the shop below"),
    ],
)
def test_a_kept_number_is_read_as_it_is_dialled(kept: str, read: str) -> None:
    assert as_dialled(kept) == read


def test_what_is_read_is_kept_as_it_was() -> None:
    for kept in ("+442079460018", "+447700900123", "+33142685300"):
        assert phone(as_dialled(kept)) == kept
