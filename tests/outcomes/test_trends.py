"""The last months on a tile: as many as there are, in the months in which they happened, of whom the page speaks."""

import re
from html import unescape

from tests.cast import Cast
from tests.outcomes.performing import person_with_a_past, rebuilt

PAGE = "/serco/performance/"


def drawn(cast: Cast, label: str, query: str = "", who: str = "priya") -> list[int]:
    """What the drawing of a count says, month by month."""
    text = unescape(cast.client(who).get(f"{PAGE}{query}").content.decode())
    found = re.search(rf'aria-label="{label} by month\. ([\d, ]+)"', text)
    assert found, label
    return [int(number) for number in found[1].split(", ")]


def test_each_month_has_its_own_number(cast: Cast) -> None:
    for days in (150, 150, 60):
        person_with_a_past(cast, days=days)
    person_with_a_past(cast, days=150, provider="i2i")
    rebuilt(cast)
    months = drawn(cast, "Starts")
    assert len(months) == 12
    assert sum(months) == 4
    assert max(months) == 3
    assert months.index(3) < months.index(1)
    assert sum(drawn(cast, "Starts", "?provider=i2i")) == 1
    assert sum(drawn(cast, "Starts", who="mona")) == 3


def test_the_drawing_ends_with_the_period(cast: Cast) -> None:
    person_with_a_past(cast, days=40)
    rebuilt(cast)
    assert sum(drawn(cast, "Starts", "?period=year-1")) == 0
