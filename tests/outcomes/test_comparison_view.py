"""Providers are compared fairly on a page: only what chance does not explain stands out."""

import csv
import io
import re
from fractions import Fraction

import pytest
from django.test import Client

from outcomes.performance.periods import shift
from tests.cast import Cast
from tests.outcomes.counted import count
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_performance_view import page
from tests.participants.people import ago
from tests.participants.restricting import restrict

PAGE = "/serco/performance/comparison/"
RATE = "?contract=inspiring-families&period=all&measure=start_rate"


@pytest.fixture
def compared(cast: Cast) -> Cast:
    """A year of referrals: of Renaisi's every second starts in time, of i2i's every tenth, of Serco's one of two."""
    month = shift(cast.system().today.replace(day=1), -12)
    for n in range(10):
        for provider, referrals, starts in (("renaisi", 20, 10), ("i2i", 20, 2)):
            count(cast, "referral", provider, shift(month, n), referrals)
            count(cast, "start", provider, shift(month, n), starts)
    count(cast, "referral", "serco-delivery", month, 2)
    count(cast, "start", "serco-delivery", month, 1)
    return cast


def rows(text: str) -> list[str]:
    """The lines of the first table as their words."""
    body = text.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in body.split("</tr>") if "<td" in row]


def test_who_differs_by_more_than_chance_is_told_from_who_does_not(compared: Cast) -> None:
    text = page(compared.client("priya"), PAGE + RATE)
    assert rows(text) == [
        "Renaisi 50.0% 100 of 200 43.1% to 56.9% Far above",
        "Serco Delivery 50.0% 1 of 2 9.5% to 90.5% Too few to judge",
        "i2i 10.0% 20 of 200 6.6% to 14.9% Far below",
    ]
    assert "121 of 402 referrals" in text


def test_a_rate_leads_to_its_people(compared: Cast) -> None:
    client = compared.client("priya")
    address = re.search(r'href="([^"]*people/[^"]*renaisi[^"]*)"', page(client, PAGE + RATE))
    assert address
    assert client.get(address[1].replace("&amp;", "&")).status_code == 200


def test_a_month_that_falls_out_is_named(compared: Cast) -> None:
    month = shift(compared.system().today.replace(day=1), -2)
    count(compared, "referral", "renaisi", month, 60)
    text = page(compared.client("priya"), PAGE + RATE)
    assert f"{month:%B %Y}" in text
    assert "Outside the control limits" in text


def test_with_two_payment_groups_a_rate_is_adjusted_for_them(compared: Cast) -> None:
    month = shift(compared.system().today.replace(day=1), -12)
    assert "Adjusted for" not in page(compared.client("priya"), PAGE + RATE)
    count(compared, "referral", "i2i", month, 30, group="hard")
    count(compared, "start", "i2i", month, 3, group="hard")
    found = csv_of(compared.client("priya"))
    assert "Adjusted for payment group alone" in page(compared.client("priya"), PAGE + RATE)
    # In the hard group are i2i's people alone: of them nothing is expected but what they did.
    expected, overall = 200 * 121 / 402 + 30 * 3 / 30, 124 / 432
    assert float(found["i2i"]["Adjusted"]) == pytest.approx(23 / expected * overall)


def test_referrals_that_nobody_accepted_make_no_provider_look_good(compared: Cast) -> None:
    month = shift(compared.system().today.replace(day=1), -12)
    before = rows(page(compared.client("priya"), PAGE + RATE))
    count(compared, "referral", None, month, 500)
    assert rows(page(compared.client("priya"), PAGE + RATE)) == before


def test_the_adjusted_rate_tells_no_more_of_hidden_people_than_the_rate(cast: Cast) -> None:
    *_, (hidden, _) = [person_with_a_past(cast, days=200) for _ in range(3)]
    rebuilt(cast)
    month = ago(200).replace(day=1)
    count(cast, "referral", "renaisi", month, 9)
    for group, starts in (("all", 10), ("hard", 2)):
        count(cast, "referral", "i2i", month, 20, group=group)
        count(cast, "start", "i2i", month, starts, group=group)
    restrict(cast, hidden)
    found = csv_of(cast.client("priya"))["Renaisi"]
    assert (found["Counted"], found["Of"]) == ("2", "12")
    everybody, overall = Fraction(2 + 10, 12 + 20), Fraction(2 + 10 + 2, 12 + 20 + 20)
    assert float(found["Adjusted"]) == pytest.approx(float(2 / (12 * everybody) * overall))


def test_with_one_group_there_is_nothing_to_adjust_for(compared: Cast) -> None:
    assert csv_of(compared.client("priya"))["Renaisi"]["Adjusted"] == ""


def csv_of(client: Client) -> dict[str, dict[str, str]]:
    text = page(client, PAGE.rstrip("/") + ".csv" + RATE).lstrip("\ufeff")
    return {row["Provider"]: row for row in csv.DictReader(io.StringIO(text))}


def test_it_comes_as_a_file(compared: Cast) -> None:
    found = csv_of(compared.client("priya"))
    assert (found["Renaisi"]["Counted"], found["Renaisi"]["Of"], found["Renaisi"]["Share"]) == (
        "100",
        "200",
        "0.5",
    )
    assert found["i2i"]["Verdict"] == "Far below"


def test_nothing_is_compared_before_anybodys_time_is_over(cast: Cast) -> None:
    text = page(cast.client("priya"), f"{PAGE}?contract=inspiring-families&measure=job_outcome_rate")
    assert "Nobody’s time is over yet" in text


def test_what_no_page_links_to_falls_back_or_is_not_there(compared: Cast) -> None:
    client = compared.client("priya")
    assert "Start rate" in page(client, f"{PAGE}?contract=inspiring-families&measure=starts&period=x")
    assert client.get(f"{PAGE}?contract=no-such").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("priya", 200), ("mona", 404), ("ada", 404), ("hana", 404), ("sam", 404)]
)
def test_it_is_the_primes(compared: Cast, who: str, status: int) -> None:
    assert compared.client(who).get(PAGE).status_code == status


def test_it_costs_the_same_however_many_months(compared: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = compared.client("priya")
    page(client, PAGE + RATE)
    with django_assert_max_num_queries(40):
        page(client, PAGE + RATE)
