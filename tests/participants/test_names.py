"""Names are searched without capitals, accents and punctuation."""

import pytest

from participants.names import folded


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("O’Neill", "Zoë-Ann"), "o neill zoe ann"),
        (("  Łukasz ", "STRAẞE"), "łukasz strasse"),
        (("Nguyễn", "Thị"), "nguyen thi"),
        (("", ""), ""),
    ],
)
def test_names_are_folded(parts: tuple[str, ...], expected: str) -> None:
    assert folded(*parts) == expected
