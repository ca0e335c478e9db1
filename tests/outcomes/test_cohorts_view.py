"""How far the people referred in each month have come, with the people behind every cell."""

import csv
import io
import re
from datetime import date

import pytest

from outcomes.performance.periods import shift
from tests.cast import Cast
from tests.outcomes.counted import begins, count
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_performance_view import head, page
from tests.participants.people import ago

PAGE = "/serco/performance/cohorts/?contract=inspiring-families"


@pytest.fixture
def old(cast: Cast) -> date:
    """Three months of referrals, most of Renaisi's, who start later and later; returns the first month."""
    first = begins(cast, 6)
    for n, starts in enumerate([(10, 5, 3), (4, 8), (2,)]):
        month = shift(first, n)
        count(cast, "referral", "renaisi", month, 20)
        count(cast, "referral", "i2i", month, 5)
        for elapsed, amount in enumerate(starts):
            count(cast, "start", "renaisi", month, amount, elapsed=elapsed)
    return first


def lines(text: str) -> list[list[str]]:
    """The table's lines, cell by cell."""
    body = text.split('id="months"', 1)[1].split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    return [
        [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.split(r"</t[hd]>", row)[:-1]]
        for row in body.split("</tr>")
        if "<td" in row
    ]


def test_each_month_stands_with_its_shares_and_stops_where_its_time_is_not_over(
    old: date, cast: Cast
) -> None:
    found = lines(page(cast.client("priya"), f"{PAGE}&measure=starts"))
    assert [line[0] for line in found] == [f"{shift(old, n):%b %Y}" for n in (2, 1, 0)]
    assert found[2][1:5] == ["25", "40.0%", "60.0%", "72.0%"]
    assert found[1][1:4] == ["25", "16.0%", "48.0%"]
    shown = [sum(cell.endswith("%") for cell in line) for line in found]
    assert shown[0] == shown[1] - 1 == shown[2] - 2
    assert found[0][-1] == "not yet"


def test_the_largest_share_is_the_darkest(old: date, cast: Cast) -> None:
    text = page(cast.client("priya"), f"{PAGE}&measure=starts")
    shade = {value: int(n) for n, value in re.findall(r"baton-heat--(\d)[^>]*><a [^>]*>([^<]*)<", text)}
    assert shade["72.0%"] == 5
    assert shade["8.0%"] == 1
    assert list(shade.values()).count(0) == 0


def test_one_provider_stands_alone(old: date, cast: Cast) -> None:
    assert lines(page(cast.client("priya"), f"{PAGE}&measure=starts&provider=renaisi"))[2][1:3] == [
        "20",
        "50.0%",
    ]
    assert lines(page(cast.client("mona"), f"{PAGE}&measure=starts"))[2][1:3] == ["20", "50.0%"]
    assert lines(page(cast.client("mona"), f"{PAGE}&measure=starts&provider=i2i"))[2][1] == "20"
    assert lines(page(cast.client("ines"), f"{PAGE}&measure=starts"))[2][1:3] == ["5", "0.0%"]


def test_a_cell_opens_as_many_people(cast: Cast) -> None:
    begins(cast, 12)
    for days in (200, 201, 202):
        person_with_a_past(cast, days=days)
    rebuilt(cast)
    client = cast.client("priya")
    text = page(client, f"{PAGE}&measure=starts")
    cells = re.findall(r'href="([^"]*people/[^"]*by=0[^"]*)"', text)
    people = sum(
        int(head(page(client, address.replace("&amp;", "&"))).rpartition(": ")[2]) for address in cells
    )
    months = len({ago(days).replace(day=1) for days in (200, 201, 202)})
    assert (len(cells), people) == (2 * months, 2 * 3)


def test_the_page_of_a_long_contract_is_small(cast: Cast) -> None:
    first = begins(cast, 30)
    for n in range(30):
        count(cast, "referral", "renaisi", shift(first, n), 20)
        for elapsed in range(6):
            count(cast, "job_outcome", "renaisi", shift(first, n), 1, elapsed=elapsed)
    assert len(page(cast.client("priya"), PAGE).encode()) < 100_000


def test_it_comes_as_a_file(old: date, cast: Cast) -> None:
    text = page(cast.client("priya"), f"{PAGE.replace('cohorts/', 'cohorts.csv')}&measure=starts").lstrip(
        "\ufeff"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["Month of referral"] == f"{old:%Y-%m}"
    assert (rows[0]["Referrals"], rows[0]["By month 1"], rows[0]["By month 2"]) == ("25", "15", "18")


def test_before_a_month_is_over_there_is_nothing(cast: Cast) -> None:
    assert "No month is over yet" in page(cast.client("priya"), PAGE)


@pytest.mark.parametrize(
    ("who", "status"), [("priya", 200), ("mona", 200), ("ada", 403), ("hana", 404), ("sam", 404)]
)
def test_it_is_for_those_who_manage_the_contract(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(PAGE).status_code == status


def test_what_no_page_links_to_falls_back_or_is_not_there(old: date, cast: Cast) -> None:
    client = cast.client("priya")
    assert page(client, f"{PAGE}&measure=earned&provider=nothing&group=x")
    assert client.get("/serco/performance/cohorts/?contract=nothing").status_code == 404
    people = f"/serco/performance/people/?contract=inspiring-families&measure=starts&cohort={old:%Y-%m}&by=1"
    assert client.get(f"{people}&months=1").status_code == 200
    for months in ("0", "2", "x", "1000000", "999999999999"):
        assert client.get(f"{people}&months={months}").status_code == 404
