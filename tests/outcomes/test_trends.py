"""The last months on a tile: as many as there are, in the months in which they happened, of whom the page speaks."""

import re
from html import unescape

import pytest

from outcomes.performance.charts import spark
from tests.cast import Cast
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_beyond import restrict
from tests.participants.people import ago

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


def of_providers(cast: Cast, query: str = "", who: str = "priya") -> dict[str, list[int]]:
    """What the drawings in the table of providers say, by provider."""
    text = unescape(cast.client(who).get(f"{PAGE}{query}").content.decode())
    found = re.findall(
        r'<th scope="row">(?:<a[^>]*>)?([^<]+)<.*?<title>[^:]+: ([\d, ]+)</title>', text, re.DOTALL
    )
    return {name: [int(number) for number in numbers.split(", ")] for name, numbers in found}


def test_each_provider_has_a_line_of_what_providers_are_compared_by(cast: Cast) -> None:
    for days in (300, 300, 200):
        person_with_a_past(cast, days=days, in_work_for=days - 20)
    person_with_a_past(cast, days=300, in_work_for=280, provider="i2i")
    rebuilt(cast)
    lines = of_providers(cast)
    assert set(lines) == {"Renaisi", "i2i", "Serco Delivery"}
    assert {name: (len(months), sum(months)) for name, months in lines.items()} == {
        "Renaisi": (12, 3),
        "i2i": (12, 1),
        "Serco Delivery": (12, 0),
    }
    text = cast.client("priya").get(PAGE).content.decode()
    assert "Job outcomes by month</th>" in text
    drawings = re.findall(r'<svg class="baton-spark".*?</svg>', text)
    assert len(drawings) == 3
    assert max(map(len, drawings)) < 1_000


def test_of_one_provider_or_of_a_past_day_no_lines_are_drawn(cast: Cast) -> None:
    person_with_a_past(cast, days=150)
    rebuilt(cast)
    assert of_providers(cast, "?provider=i2i") == {}
    assert of_providers(cast, f"?known_on={ago(1)}") == {}
    assert of_providers(cast, who="mona") == {}


def test_a_month_of_few_leaves_out_whom_the_viewer_may_not_see(cast: Cast) -> None:
    people = [person_with_a_past(cast, days=300, in_work_for=280)[0] for _ in range(3)]
    rebuilt(cast)
    restrict(cast, people[0])
    assert sum(of_providers(cast)["Renaisi"]) == 2


@pytest.mark.parametrize(
    ("amounts", "points"), [([], ""), ([0], "0,18"), ([0, 5, 10], "0,18 36,9 72,0"), ([0, 0], "0,18 72,18")]
)
def test_a_line_goes_from_nothing_to_the_highest(amounts: list[int], points: str) -> None:
    drawing = spark(amounts, title="<Starts>")
    assert f'points="{points}"' in drawing
    assert "<title>&lt;Starts&gt;: " in drawing
