"""The performance page: every figure is right, current, explained by its people, and nobody else's."""

import csv
import io
import re
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outcomes.performance.periods import Period, shift
from partners import outbox
from partners.models import Membership
from programmes.models import Contract, Profile, Programme
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt, refer_back, refreshed
from tests.outcomes.working import work
from tests.participants.people import new_person
from tests.referrals.people import refer

PAGE = "/serco/performance/"
BEHIND = "/serco/performance/people/"


class Links(HTMLParser):
    """The figures of a page: behind each address the words that it stands for, of a tile its value."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.address = self.part = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            href = dict(attrs).get("href") or ""
            self.address = href if href.startswith(BEHIND) else ""
        self.part = dict(attrs).get("class") or ""

    def handle_data(self, data: str) -> None:
        if self.address and data.strip() and (self.part in ("govuk-link", "") or "tile__value" in self.part):
            self.found[self.address] = data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.address = ""


def page(client: Client, address: str = PAGE) -> str:
    """The page behind an address, which must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def tile(text: str, label: str) -> str:
    """The words of the tile with this label."""
    after = text.split(f'baton-tile__label">{label}</span>', 1)[1].split("</li>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", after)).strip()


def head(text: str) -> str:
    """The first heading."""
    return re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[1].strip()  # type: ignore[index]


def promise(cast: Cast, measure: str, amount: int, provider: str | None = None, *, months: int = 30) -> None:
    """A profile of so many a month, from so many months ago on."""
    this = cast.system().today.replace(day=1)
    with looking_as(cast.system()):
        for back in range(-1, months):
            Profile.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                organisation=cast.organisations[provider] if provider else None,
                month=shift(this, -back),
                measure=measure,
                amount=amount,
                illustrative=True,
                source="test",
            )


@pytest.fixture
def past(cast: Cast) -> Cast:
    """Two providers with people at every stage over two years, and one referral that nobody has accepted."""
    person_with_a_past(cast, days=620, in_work_for=400)
    person_with_a_past(cast, days=600, in_work_for=150, provider="i2i")
    person_with_a_past(cast, days=410)
    _, enrolment = person_with_a_past(cast, days=300)
    work(cast, enrolment, since=290, until=250)
    work(cast, enrolment, since=200)
    person_with_a_past(cast, days=260, in_work_for=20, provider="i2i")
    gone = new_person(cast, since=90)
    refer_back(cast, gone, days=90, status="did_not_start")
    refer(cast)
    rebuilt(cast)
    return cast


@pytest.mark.parametrize("period", ["year", "all"])
def test_every_figure_opens_a_list_of_as_many_people(past: Cast, period: str) -> None:
    client = past.client("priya")
    text = page(client, f"{PAGE}?period={period}")
    shown = Links(text).found
    assert len(shown) > 60
    referred = {address: int(value.split()[0]) for address, value in shown.items() if "referrals" in value}
    for address, value in shown.items():
        rows = listed(client, address)
        total = head(page(client, address)).rpartition(": ")[2]
        if "measure=earned" in address:
            assert value == total == f"£{sum(int(row['Amount']) for row in rows) / 100:,.2f}"
            continue
        assert total == str(len(rows))
        if "cohort=" in address and "%" in value:
            everybody = re.sub("measure=job_outcomes(.*)by=.*", r"measure=referrals\1by=0", address)
            assert value == f"{100 * len(rows) / referred[everybody]:.1f}%"
        elif "%" in value or value == "not yet":
            part = text.split(f'href="{address}"', 1)[1].split("</li>", 1)[0].split("</td>", 1)[0]
            assert f">{len(rows)} of " in part or value == "not yet"
        elif "_wait" in address:
            waited = sorted(int(row["Reason"].removeprefix("Reached ").split()[0]) for row in rows)
            assert int(value.split()[0]) in waited
            assert waited[(len(waited) - 1) // 2] <= int(value.split()[0])
        else:
            assert value.split()[0] == str(len(rows))


def listed(client: Client, address: str) -> list[dict[str, str]]:
    """The people behind an address, as their file has them."""
    file = page(client, address.replace("people/", "people.csv")).lstrip("\ufeff")
    return list(csv.DictReader(io.StringIO(file)))


def test_the_lists_say_who_and_why(past: Cast) -> None:
    client = past.client("priya")
    outcomes = page(client, f"{BEHIND}?contract=inspiring-families&measure=job_outcomes&period=all")
    assert "91 days in work" in outcomes
    referrals = page(
        client, f"{BEHIND}?contract=inspiring-families&measure=referrals&period=all&provider=nobody"
    )
    assert "Not yet accepted" in referrals
    assert "Referral RF-" in referrals
    earned = page(client, f"{BEHIND}?contract=inspiring-families&measure=earned&period=all")
    assert "£600.00" in earned
    assert "illustrative" in earned


def test_a_provider_sees_its_own_figures_and_people_only(past: Cast) -> None:
    client = past.client("ines")
    text = page(client, f"{PAGE}?period=all")
    assert tile(text, "Referrals") == "2"
    assert "Renaisi" not in text
    assert "Subcontractors" not in text
    for address in Links(text).found:
        assert "Renaisi" not in page(client, address)
    assert (
        client.get(f"{BEHIND}?contract=inspiring-families&measure=starts&provider=renaisi").status_code == 404
    )
    assert (
        client.get(f"{BEHIND}?contract=inspiring-families&measure=starts&provider=nobody").status_code == 404
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("priya", 200), ("mona", 200), ("ada", 403), ("hana", 404), ("dee", 404), ("sam", 404)],
)
def test_the_page_is_for_those_who_manage_the_contract(past: Cast, who: str, status: int) -> None:
    for address in ("performance/", "performance.csv", "performance/measures/"):
        assert past.client(who).get(f"/serco/{address}").status_code == status


def test_money_is_shown_to_those_who_may_see_it(past: Cast) -> None:
    with looking_as(past.system()):
        Membership.objects.create(
            tenant=past.serco,
            user=past.users["sam"],
            organisation=past.organisations["serco"],
            role="viewer",
            started_on=past.system().today,
        )
    client = past.client("sam")
    text = page(client)
    assert "Earned" not in text
    assert client.get(f"{BEHIND}?contract=inspiring-families&measure=earned").status_code == 404
    people = page(client, f"{BEHIND}?contract=inspiring-families&measure=starts&period=all")
    assert "PT-" not in people
    assert "Okafor" not in people
    assert "Earned by providers" in page(past.client("priya"))


def test_figures_stand_against_the_profile_to_date(cast: Cast) -> None:
    today = cast.system().today
    promise(cast, "referrals", 30, months=1)
    refer(cast)
    refreshed(cast)
    expected = 30 * today.day / ((shift(today.replace(day=1), 1) - timedelta(days=1)).day)
    shown = tile(page(cast.client("priya"), f"{PAGE}?period={today:%Y-%m}"), "Referrals")
    assert f"Profile to date {int(expected + 0.5)} " in shown
    assert "illustrative" in shown


@pytest.mark.parametrize(
    ("promised", "status"), [(9, "Too few to judge"), (12, "On profile"), (13, "Just below"), (14, "Behind")]
)
def test_the_status_follows_its_rule(cast: Cast, promised: int, status: str) -> None:
    month = shift(cast.system().today.replace(day=1), -2)
    for n in range(12):
        person = new_person(cast, since=(cast.system().today - month).days - n)
        refer_back(cast, person, days=(cast.system().today - month).days - n)
    promise(cast, "referrals", promised)
    rebuilt(cast)
    assert status in tile(page(cast.client("priya"), f"{PAGE}?period={month:%Y-%m}"), "Referrals")


def test_the_whole_is_the_sum_of_the_providers_where_the_contract_has_no_profile(cast: Cast) -> None:
    month = shift(cast.system().today.replace(day=1), -2)
    promise(cast, "starts", 20, "renaisi")
    promise(cast, "starts", 10, "i2i")
    address = f"{PAGE}?period={month:%Y-%m}"
    assert "Profile to date 30" in tile(page(cast.client("priya"), address), "Starts")
    assert "Profile to date 10" in tile(page(cast.client("ines"), address), "Starts")


def test_a_cohort_whose_time_is_not_over_is_not_yet_and_never_a_dip(past: Cast) -> None:
    text = page(past.client("priya"))
    assert tile(text, "12-month job outcome rate").startswith("not yet")
    assert ">not yet<" in text.split("Months since referral", 1)[1]
    this_month = past.system().today
    shown = page(past.client("priya"), f"{PAGE}?period={this_month:%Y-%m}")
    assert tile(shown, "Start rate").startswith("not yet")


def test_the_table_sorts_and_comes_as_a_file(past: Cast) -> None:
    client = past.client("priya")

    def order(sort: str) -> list[str]:
        return re.findall(
            r'<th scope="row">(?:<a [^>]*>)?([^<]+)<', page(client, f"{PAGE}?period=all&sort={sort}")
        )[:4]

    assert order("-referrals") == ["Renaisi", "i2i", "Serco Delivery", "Not yet accepted"]
    assert order("-provider") == ["Serco Delivery", "Renaisi", "i2i", "Not yet accepted"]
    assert order("nonsense") == order("") == ["i2i", "Renaisi", "Serco Delivery", "Not yet accepted"]
    rows = list(
        csv.DictReader(io.StringIO(page(client, "/serco/performance.csv?period=all").lstrip("\ufeff")))
    )
    assert [(row["Provider"], row["Referrals"]) for row in rows] == [
        ("i2i", "2"),
        ("Renaisi", "4"),
        ("Serco Delivery", "0"),
        ("Not yet accepted", "1"),
    ]


def test_a_change_appears_by_itself(cast: Cast) -> None:
    client = cast.client("priya")
    refer(cast)
    outbox.work_off()
    text = page(client)
    version = re.search(r'"X-Computed": "([^"]+)"', text)[1]  # type: ignore[index]
    asks = {"HX-Request": "true", "X-Computed": version}
    unchanged = client.get(PAGE, headers=asks).content.decode()
    assert 'id="computed"' in unchanged
    assert 'id="figures"' not in unchanged
    refer(cast, number="", given_name="Yara")
    outbox.work_off()
    changed = unescape(client.get(PAGE, headers=asks).content.decode())
    assert 'hx-swap-oob="true"' in changed
    assert tile(changed, "Referrals") == "2"


def test_what_no_page_links_to_is_not_found(cast: Cast) -> None:
    client = cast.client("priya")
    usual = {"contract": "inspiring-families", "measure": "starts"}
    assert client.get(BEHIND, usual).status_code == 200
    for wrong in (
        {"contract": "nothing"},
        {"contract": "\0"},
        {"measure": "nothing"},
        {"measure": ""},
        {"provider": "nothing"},
        {"cohort": "2025-13", "by": "1"},
        {"cohort": "x", "by": "1"},
        {"cohort": "2025-01", "by": "x"},
        {"cohort": "2025-01", "by": "-1"},
        {"cohort": "2025-01", "by": "999"},
        {"cohort": "0000-01", "by": "1"},
        {"cohort": "9999-12", "by": "1"},
    ):
        assert client.get(BEHIND, usual | wrong).status_code == 404, wrong


def test_an_unknown_period_or_page_shows_the_usual_one(past: Cast) -> None:
    client = past.client("priya")
    assert page(client, f"{PAGE}?period=nonsense&sort=-x").count("Contract year 3 to date") >= 1
    assert "1 to " in page(
        client, f"{BEHIND}?contract=inspiring-families&measure=starts&page=77&sort=x&period=all"
    )


def test_the_queries_do_not_grow_with_the_people(past: Cast) -> None:
    client = past.client("priya")
    addresses = [f"{PAGE}?period=all", f"{BEHIND}?contract=inspiring-families&measure=starts&period=all"]

    def queries() -> list[int]:
        counts = []
        caches["pages"].clear()
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                page(client, address)
            counts.append(len(captured))
        return counts

    queries()
    before = queries()
    for days in range(30, 300, 20):
        person_with_a_past(past, days=days, in_work_for=days - 10)
    refreshed(past)
    assert queries() == before


def test_a_programme_without_job_outcomes_is_compared_by_its_starts(past: Cast) -> None:
    with looking_as(past.system()):
        Programme.objects.update(milestones=[{"code": "start", "rule": "start", "label": "Start"}])
    text = page(past.client("priya"), f"{PAGE}?period=all")
    assert "Starts against profile" in text
    assert "Job outcomes" not in text
    assert "How far each cohort has come" not in text


def test_a_workspace_without_contracts_says_what_to_do(cast: Cast) -> None:
    assert "There is no contract yet" in page(cast.client("sam"), "/meridian/performance/")


def test_the_contract_year_begins_with_the_contract() -> None:
    contract = Contract(starts_on=date(2024, 6, 15))
    choices = {one.code: one for one in Period.choices(contract, date(2026, 7, 2))}
    assert choices["year"].label == "Contract year 3 to date"
    assert (choices["year"].first, choices["year"].last) == (date(2026, 6, 1), date(2026, 7, 1))
    assert choices["12"].first == date(2025, 8, 1)
    assert choices["all"].first == date(2024, 6, 1)
    assert choices["3"].first == date(2026, 5, 1)
    assert (choices["year-2"].first, choices["year-2"].last) == (date(2025, 6, 1), date(2026, 5, 1))
    assert "year-3" not in choices
    assert len(choices) == 4 + 2 + 26
