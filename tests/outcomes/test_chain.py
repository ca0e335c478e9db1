"""Names of employers that look like organisations of the chain."""

import pytest

from outcomes.chain import members, resembling
from partners.models import Organisation
from tests.cast import Cast, looking_as

CHAIN = [Organisation(name=name) for name in ("Serco", "Serco Delivery", "i2i", "The Works Company", "Ltd")]


@pytest.mark.parametrize(
    ("employer", "expected"),
    [
        ("Serco", "Serco"),
        ("SERCO Leisure Ltd", "Serco"),
        ("Serco-Delivery", "Serco Delivery"),
        ("I2I", "i2i"),
        ("Works", "The Works Company"),
        ("Sercon", None),
        ("Tesco Ltd", None),
        ("", None),
        ("\x00 ?", None),
    ],
)
def test_an_employer_resembles_whom_it_has_all_words_of(employer: str, expected: str | None) -> None:
    found = resembling(employer, CHAIN)
    assert (found.name if found else None) == expected


def test_a_provider_learns_of_no_other_by_naming_it(cast: Cast) -> None:
    for name, expected in (
        ("ada", {"Serco", "Renaisi"}),
        ("priya", {"Serco", "Renaisi", "i2i", "Serco Delivery"}),
    ):
        with looking_as(getattr(cast, name)):
            assert {one.name for one in members()} == expected
