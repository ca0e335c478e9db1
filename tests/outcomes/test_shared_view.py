"""The commissioner's page: totals that were shared, nothing small, nobody by name, and for no one else."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outcomes.performance.periods import shift
from partners.models import AuditEntry, Membership, Organisation
from tests.cast import Cast, looking_as
from tests.outcomes.counted import begins, count, fill, last_closed, shared

PAGE, FILE = "/serco/figures/", "/serco/figures.csv"
PROVIDERS = ("renaisi", "i2i", "serco-delivery")


@pytest.fixture
def past(cast: Cast) -> Cast:
    """Fourteen shared months of referrals and starts; in the last one, few of Renaisi's started."""
    first = begins(cast, 14)
    for n in range(14):
        fill(cast, "referral", [(one, shift(first, n), 20) for one in PROVIDERS])
        fill(
            cast,
            "start",
            [(one, shift(first, n), 3 if (one, n) == ("renaisi", 13) else 12) for one in PROVIDERS],
        )
    shared(cast)
    return cast


def page(client: Client, query: str = "") -> str:
    """The page, which must be there."""
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def table(text: str) -> list[list[str]]:
    """The cells of the table by month, heads and foot as well."""
    rows = re.findall(r"<tr>(.*?)</tr>", text.split("<table", 1)[1], re.DOTALL)
    return [
        [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def test_it_is_the_first_page_of_a_commissioner(past: Cast) -> None:
    answer = past.client("dee").get("/serco/", follow=True)
    assert answer.redirect_chain[-1][0].endswith(PAGE)
    text = page(past.client("dee"))
    assert "Inspiring Families, east and north London" in text
    assert re.search(r'tile__label">Referrals</span>\s*<span class="baton-tile__value">840<', text)


def test_the_table_has_months_providers_and_totals_and_a_dash_for_what_is_withheld(past: Cast) -> None:
    heads, newest, *_, to_date = table(page(past.client("dee"), "measure=starts"))
    last = last_closed(past)
    assert heads == ["Month", "i2i", "Renaisi", "Serco Delivery", "Everybody"]
    assert newest[0] == f"{last:%B %Y}"
    assert newest[2] == "–"
    assert newest.count("–") == 2
    assert newest[-1] == "27"
    assert to_date[0] == "Since the beginning"
    assert to_date[-1] == str(36 * 13 + 27)
    text = page(past.client("dee"), "measure=starts")
    assert "A dash stands for a figure that is withheld: it is from 1 to 4" in text
    assert "<svg" in text


def test_a_year_is_shown_unless_all_is_asked_for(past: Cast) -> None:
    assert len(table(page(past.client("dee")))) == 1 + 12 + 1
    assert len(table(page(past.client("dee"), "months=all"))) == 1 + 14 + 1
    assert table(page(past.client("dee"), "months=nonsense&measure=nonsense")) == table(
        page(past.client("dee"))
    )


def test_a_rate_is_everybodys_by_month_of_referral(past: Cast) -> None:
    rows = table(page(past.client("dee"), "measure=start_rate"))
    assert rows[0] == ["Month of referral", "Everybody"]
    assert rows[1] == [f"{shift(last_closed(past), -1):%B %Y}", "60%"]


def test_the_file_has_everything_that_was_shared_and_leaves_a_trace(past: Cast) -> None:
    answer = past.client("dee").get(FILE)
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    last = f"{last_closed(past):%Y-%m}"
    of_last = {
        row["Provider"]: row["Value"]
        for row in rows
        if (row["Figure"], row["Month"], row["Span"]) == ("Starts", last, "The month")
    }
    assert of_last["Renaisi"] == "withheld"
    assert of_last["Everybody"] == "27"
    assert not [row for row in rows if row["Value"] in {"1", "2", "3", "4"}]
    with looking_as(past.system()):
        entry = AuditEntry.objects.get(kind="shared.figures")
    assert entry.facts == {"count": len(rows)}
    assert entry.by_user_id == past.users["dee"].pk


@pytest.mark.parametrize(
    ("who", "status"),
    [("dee", 200), ("priya", 404), ("mona", 404), ("ada", 404), ("hana", 404), ("sam", 404)],
)
def test_the_page_is_for_commissioners_alone(past: Cast, who: str, status: int) -> None:
    for address in (PAGE, FILE):
        assert past.client(who).get(address).status_code == status


def place_for_sam(cast: Cast, organisation: Organisation, role: str) -> None:
    """Sam works for this organisation as well."""
    with looking_as(cast.system()) as system:
        Membership.objects.create(
            tenant=cast.serco,
            user=cast.users["sam"],
            organisation=organisation,
            role=role,
            started_on=system.today,
        )


def test_a_role_that_may_see_nothing_and_a_stranger_are_refused(past: Cast) -> None:
    place_for_sam(past, past.organisations["dwp"], "submitter")
    for address in (PAGE, FILE):
        assert past.client("sam").get(address).status_code == 403
        assert Client().get(address).status_code in {302, 404}


def test_what_is_not_there_is_not_found_and_nothing_can_be_sent(past: Cast) -> None:
    client = past.client("dee")
    for address in (PAGE, FILE):
        assert client.get(address, {"contract": "nothing"}).status_code == 404
        assert client.get(address, {"contract": "\0"}).status_code == 404
        assert client.post(address).status_code == 405


def test_another_commissioners_contract_does_not_exist(past: Cast) -> None:
    with looking_as(past.system()):
        council = Organisation.objects.create(
            tenant=past.serco, kind="commissioner", slug="council", name="A council"
        )
    place_for_sam(past, council, "viewer")
    client = past.client("sam")
    assert client.get(PAGE, {"contract": "inspiring-families"}).status_code == 404
    assert "There is no contract yet" in page(client)
    assert client.get(FILE).content.decode().count("\n") == 1


def test_before_the_first_month_has_closed_the_page_says_so(cast: Cast) -> None:
    assert "No month has been shared yet" in page(cast.client("dee"))
    assert cast.client("dee").get(FILE).status_code == 200


def test_the_queries_do_not_grow_with_the_months(past: Cast) -> None:
    client = past.client("dee")

    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, query)
        return len(captured)

    queries("months=12")
    assert queries("months=12") == queries("months=all") < 20


def test_a_small_total_is_withheld_from_its_tile(cast: Cast) -> None:
    first = begins(cast, 2)
    count(cast, "referral", "renaisi", first, 2)
    shared(cast)
    text = page(cast.client("dee"))
    assert re.search(r'tile__label">Referrals</span>\s*<span class="[^"]*--pending">–<', text)
