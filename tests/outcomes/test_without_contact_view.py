"""Who on the caseload was not reached lately: by provider and group, against the average, with the people behind it."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import PaymentGroup
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, refreshed
from tests.outcomes.test_performance_view import head, page
from tests.participants.people import log
from tests.participants.restricting import restrict

PAGE = "/serco/performance/without-contact/?contract=inspiring-families"


def reached(cast: Cast, *days: int, provider: str = "renaisi") -> None:
    """People of a provider who were reached last so many days ago."""
    for ago in days:
        person, _ = person_with_a_past(cast, days=200, provider=provider)
        log(cast, person, {"renaisi": cast.ada, "i2i": cast.ivo}[provider], days=ago)
    refreshed(cast)


def line(text: str, name: str) -> list[str]:
    """The numbers of a line."""
    row = text.split(f">{name}</th>", 1)[1].split("</tr>", 1)[0]
    return [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row.split("</td>")[:-1]]


def addresses(text: str, name: str) -> list[str]:
    row = text.split(f">{name}</th>", 1)[1].split("</tr>", 1)[0]
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', row)]


def test_everybody_stands_in_the_band_of_the_day_they_were_reached_last(cast: Cast) -> None:
    reached(cast, 0, 13, 14, 27, 28, 55, 56, 150)
    reached(cast, 3, provider="i2i")
    text = page(cast.client("priya"), PAGE)
    assert head(text) == "Without contact: 6 of 9"
    assert line(text, "Renaisi") == ["2", "2", "2", "2", "75.0%"]
    assert line(text, "i2i") == ["1", "0", "0", "0", "0.0%"]
    assert line(text, "All") == ["3", "2", "2", "2", "66.7%"]


def test_behind_every_number_are_as_many_people(cast: Cast) -> None:
    reached(cast, 1, 20, 21, 40, 100)
    reached(cast, 20, provider="i2i")
    client = cast.client("priya")
    text = page(client, PAGE)
    behind = addresses(text, "Renaisi")
    assert [int(head(page(client, one)).rpartition(": ")[2]) for one in behind] == [1, 2, 1, 1, 4]
    assert "Reached last from" in page(client, behind[1])
    assert page(client, behind[1]).count("Reached last on this day.") == 2


def test_a_share_is_marked_only_where_chance_does_not_explain_it(cast: Cast) -> None:
    reached(cast, *[3] * 30)
    reached(cast, *[30] * 8, 3, 3, provider="i2i")
    text = page(cast.client("priya"), PAGE)
    assert line(text, "i2i")[-1] == "80.0% Above average"
    assert line(text, "Renaisi")[-1] == "0.0%"
    file = page(cast.client("priya"), PAGE.replace("contact/?", "contact.csv?")).lstrip("\ufeff")
    rows = {one["Name"]: one for one in csv.DictReader(io.StringIO(file))}
    assert rows["i2i"]["More than chance explains"] == "yes"
    assert rows["Renaisi"]["28 to 55 days ago"] == "0"


def test_it_narrows_to_a_provider_and_a_payment_group(cast: Cast) -> None:
    with looking_as(cast.system()):
        PaymentGroup.objects.create(tenant=cast.serco, contract=cast.contract, code="young", name="18 to 24")
    reached(cast, 1, 20)
    reached(cast, 30, provider="i2i")
    client = cast.client("priya")
    text = page(client, f"{PAGE}&provider=renaisi")
    assert head(text) == "Without contact: 1 of 2"
    assert ">i2i</th>" not in text
    assert "Nobody is on this caseload" in page(client, f"{PAGE}&group=young")


def test_a_provider_sees_its_own_alone(cast: Cast) -> None:
    reached(cast, 1, 20)
    reached(cast, 30, provider="i2i")
    text = page(cast.client("mona"), PAGE)
    assert head(text) == "Without contact: 1 of 2"
    assert "i2i" not in text


def test_few_do_not_tell_of_somebody_whom_named_people_see(cast: Cast) -> None:
    reached(cast, 1, 20)
    person, _ = person_with_a_past(cast, days=200)
    log(cast, person, cast.ada, days=100)
    refreshed(cast)
    with looking_as(cast.system()):
        person.refresh_from_db()
    restrict(cast, person)
    assert line(page(cast.client("priya"), PAGE), "Renaisi") == ["1", "1", "0", "0", "50.0%"]


@pytest.mark.parametrize(
    ("who", "status"), [("priya", 200), ("mona", 200), ("ada", 403), ("hana", 404), ("sam", 404)]
)
def test_it_is_for_those_who_manage_the_contract(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(PAGE).status_code == status


@pytest.mark.parametrize("asked", ["measure=caseload&reached=soon", "measure=starts&reached=14-27"])
def test_a_band_that_no_page_links_to_is_none(cast: Cast, asked: str) -> None:
    address = f"/serco/performance/people/?contract=inspiring-families&{asked}"
    assert cast.client("priya").get(address).status_code == 404


def test_it_costs_the_same_however_many_there_are(cast: Cast) -> None:
    client = cast.client("priya")

    def statements() -> int:
        page(client, PAGE)
        with CaptureQueriesContext(connection) as queries:
            page(client, PAGE)
        return len(queries)

    reached(cast, 1)
    few = statements()
    reached(cast, 20, 30, 40)
    assert statements() == few
