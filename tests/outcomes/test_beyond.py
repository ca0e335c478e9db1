"""Restricted people in figures: a small figure and its list agree without them, a large one counts everybody."""

import csv
import io
import re
from html import unescape

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from participants.models import NamedAccess, Participant, Restriction
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_performance_view import head, page, tile

BEHIND = "/serco/performance/people/?contract=inspiring-families&period=all&measure="
SENTENCE = "Figures of 5 or more count everyone. The list names the people you may see."


def restrict(cast: Cast, person: Participant, *names: str) -> None:
    """Only these users may see the person from now on."""
    with looking_as(cast.system()) as system:
        within = {"tenant": cast.serco, "participant": person}
        Restriction.objects.create(**within, level=2, raised_at=system.now())
        for name in names:
            NamedAccess.objects.create(**within, user=cast.users[name], named_at=system.now())


def people(cast: Cast, count: int, provider: str = "renaisi") -> list[Participant]:
    """So many who started long ago."""
    return [person_with_a_past(cast, days=300 + n, provider=provider)[0] for n in range(count)]


def shown(cast: Cast, name: str, label: str = "Starts", measure: str = "starts") -> tuple[str, str]:
    """A figure and the heading of its list."""
    client = cast.client(name)
    figure = tile(page(client, "/serco/performance/?period=all"), label)
    return figure.split()[0], head(page(client, BEHIND + measure)).rpartition(": ")[2]


@pytest.mark.parametrize("name", ["priya", "mona"])
def test_below_the_threshold_a_figure_and_its_list_agree_without_them(cast: Cast, name: str) -> None:
    restrict(cast, people(cast, 4)[0])
    rebuilt(cast)
    assert shown(cast, name) == ("3", "3")
    assert shown(cast, name, "Earned by providers", "earned") == ("£1,800.00", "£1,800.00")


def test_whoever_is_named_sees_everybody(cast: Cast) -> None:
    restrict(cast, people(cast, 4)[0], "mona")
    rebuilt(cast)
    assert shown(cast, "mona") == ("4", "4")
    assert shown(cast, "priya") == ("3", "3")


def test_from_the_threshold_on_a_figure_counts_everybody_and_the_list_says_so(cast: Cast) -> None:
    restrict(cast, people(cast, 5)[0])
    rebuilt(cast)
    assert shown(cast, "mona") == ("5", "4")
    assert shown(cast, "mona", "Earned by providers", "earned") == ("£3,000.00", "£2,400.00")


def test_every_list_says_the_same_sentence(cast: Cast) -> None:
    people(cast, 1)
    rebuilt(cast)
    for name in ("priya", "mona"):
        for measure in ("starts", "earned", "job_outcomes"):
            assert SENTENCE in page(cast.client(name), BEHIND + measure)


def test_a_sum_does_not_tell_what_its_parts_leave_out(cast: Cast) -> None:
    restrict(cast, people(cast, 4)[0])
    people(cast, 3, "i2i")
    rebuilt(cast)
    client = cast.client("priya")
    rows = list(
        csv.DictReader(io.StringIO(page(client, "/serco/performance.csv?period=all").lstrip("\ufeff")))
    )
    assert {row["Provider"]: row["Starts"] for row in rows} == {
        "Renaisi": "3",
        "i2i": "3",
        "Serco Delivery": "0",
    }
    assert shown(cast, "priya") == ("6", "6")


def test_a_rate_and_a_curve_leave_them_out_as_well(cast: Cast) -> None:
    for n, person in enumerate(people(cast, 4)):
        if n == 0:
            restrict(cast, person)
    rebuilt(cast)
    text = page(cast.client("mona"), "/serco/performance/?period=all")
    assert "3 of 3 referrals" in tile(text, "Start rate")
    cohorts = re.findall(r">(\d+) referrals<", unescape(text.split("Months since referral", 1)[1]))
    assert sum(int(count) for count in cohorts) == 3


def test_it_costs_one_question_and_a_second_one_where_they_earned(cast: Cast) -> None:
    first, *_ = people(cast, 2)
    rebuilt(cast)
    client = cast.client("priya")

    def queries() -> int:
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            page(client, "/serco/performance/?period=all")
        return len(captured)

    queries()
    before = queries()
    restrict(cast, first)
    assert queries() <= before + 1
