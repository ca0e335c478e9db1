"""Without contact by health condition: as of last night, in numbers that tell of nobody."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from outcomes.performance.comparison import Rate
from outcomes.performance.parking_by_health import Health, _hidden
from outcomes.suppression import is_small
from tests.cast import Cast
from tests.outcomes.mixed import decided
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_beyond import restrict
from tests.outcomes.test_performance_view import page
from tests.outcomes.test_without_contact_view import PAGE, line
from tests.participants.people import log

ILL: dict[str, Any] = {"concerns": ["own_health"]}
WELL: dict[str, Any] = {"concerns": []}
HACKNEY = "E09000012"


def held(cast: Cast, facts: dict[str, Any], *days: int, provider: str = "renaisi", area: str = "") -> Any:
    """People of whom these facts are known, reached last so many days ago; the last of them."""
    person = None
    for ago in days:
        person, _ = person_with_a_past(cast, days=200, provider=provider, area=area)
        decided(cast, person, **facts)
        log(cast, person, {"renaisi": cast.ada, "i2i": cast.ivo}[provider], days=ago)
    return person


def by_health(text: str) -> str:
    """The table."""
    assert "By health condition" in text
    return text.split("By health condition", 1)[1].split("</table>", 1)[0]


def test_it_says_the_share_by_condition_and_marks_only_what_chance_does_not_explain(cast: Cast) -> None:
    held(cast, ILL, *[30] * 9, *[3] * 5)
    held(cast, WELL, *[3] * 30)
    held(cast, {}, *[3] * 6, provider="i2i")
    rebuilt(cast)
    text = page(cast.client("priya"), PAGE)
    table = by_health(text)
    assert line(table, "Yes") == ["14", "64.3% Above average"]
    assert line(table, "No") == ["30", "0.0%"]
    assert line(table, "Not known") == ["6", "0.0%"]
    assert line(table, "All") == ["50", "18.0%"]
    assert "as of last night" in text
    assert "A dash stands" not in text
    assert "href" not in table


def test_it_stands_still_until_the_night(cast: Cast) -> None:
    last = held(cast, ILL, *[30] * 6)
    held(cast, WELL, *[3] * 6)
    rebuilt(cast)
    log(cast, last, cast.ada, days=0)
    assert line(by_health(page(cast.client("priya"), PAGE)), "Yes") == ["6", "100.0% Above average"]
    held(cast, ILL, *[3] * 5)
    rebuilt(cast)
    assert line(by_health(page(cast.client("priya"), PAGE)), "Yes")[0] == "11"


def test_small_numbers_are_withheld_with_what_would_give_them_away(cast: Cast) -> None:
    held(cast, ILL, 30, 30, *[3] * 8)
    held(cast, WELL, *[30] * 6, *[3] * 6)
    rebuilt(cast)
    text = page(cast.client("priya"), PAGE)
    assert line(by_health(text), "Yes") == ["–", "–"]
    assert line(by_health(text), "No") == ["–", "–"]
    assert "A dash stands for numbers from 1 to 4" in text


def test_whom_named_people_see_is_in_no_number(cast: Cast) -> None:
    hidden = held(cast, ILL, *[30] * 7)
    held(cast, WELL, *[3] * 7)
    restrict(cast, hidden, "priya")
    rebuilt(cast)
    assert line(by_health(page(cast.client("priya"), PAGE)), "Yes")[0] == "6"


def test_a_provider_sees_its_own_and_an_area_narrows_it(cast: Cast) -> None:
    held(cast, ILL, *[30] * 6, area=HACKNEY)
    held(cast, ILL, *[3] * 5)
    held(cast, WELL, *[3] * 7, provider="i2i", area=HACKNEY)
    rebuilt(cast)
    assert line(by_health(page(cast.client("priya"), f"{PAGE}&area={HACKNEY}")), "All")[0] == "13"
    assert line(by_health(page(cast.client("priya"), f"{PAGE}&provider=i2i")), "All")[0] == "7"
    own = by_health(page(cast.client("mona"), PAGE))
    assert line(own, "Yes")[0] == line(own, "All")[0] == "11"
    assert ">No</th>" not in own


def test_where_no_health_is_known_there_is_no_table(cast: Cast) -> None:
    held(cast, {}, 3, 3, 30)
    assert "By health condition" not in page(cast.client("priya"), PAGE)
    rebuilt(cast)
    assert "By health condition" not in page(cast.client("priya"), PAGE)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=3))
def test_no_small_number_stands_alone(counts: list[tuple[int, int]]) -> None:
    rates = {
        one: Rate(silent, silent + reached)
        for one, (silent, reached) in zip(Health, counts, strict=False)
        if silent + reached
    }
    hidden = _hidden(rates, 5)
    for one, rate in rates.items():
        if one not in hidden:
            assert not is_small(rate.above, 5)
            assert not is_small(rate.base - rate.above, 5)
    # One line alone could be taken from what all of them come to.
    assert len(hidden) != 1 or len(rates) == 1


def test_it_costs_the_same_however_many_there_are(cast: Cast) -> None:
    client = cast.client("priya")

    def statements() -> int:
        page(client, PAGE)
        with CaptureQueriesContext(connection) as queries:
            page(client, PAGE)
        return len(queries)

    held(cast, ILL, 3)
    rebuilt(cast)
    few = statements()
    held(cast, WELL, 20, 30, 40)
    rebuilt(cast)
    assert statements() == few
