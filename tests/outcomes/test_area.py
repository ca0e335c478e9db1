"""Every figure can be asked for one area: that of the referral, as the referrer said where the person lives."""

import re

import pytest
from django.test import Client

from outcomes.models import Contribution, FigureQuery, FormerContribution
from partners import outbox
from referrals.actions import referral as actions
from tests.cast import Cast, looking_as
from tests.outcomes.counted import count
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.outcomes.test_beyond import restrict
from tests.outcomes.test_comparison_view import compared as compared
from tests.outcomes.test_comparison_view import rows
from tests.outcomes.test_performance_view import head, page, promise, tile
from tests.outcomes.test_without_contact_view import line
from tests.participants.people import ago
from tests.referrals.people import again, refer

HACKNEY, ENFIELD = "E09000012", "E09000010"
HERE = "/serco/performance/?contract=inspiring-families&period=all"
BEHIND = "/serco/performance/people/?contract=inspiring-families&period=all&measure=starts"


@pytest.fixture
def spread(cast: Cast) -> Cast:
    """Three people of Hackney and one of Enfield with Renaisi, one of Enfield with i2i, one of whom it is not known."""
    for area, provider in (*[(HACKNEY, "renaisi")] * 3, (ENFIELD, "renaisi"), (ENFIELD, "i2i"), ("", "i2i")):
        person_with_a_past(cast, days=300, provider=provider, area=area)
    rebuilt(cast)
    return cast


def starts(client: Client, more: str = "") -> str:
    """The tile of starts."""
    return tile(page(client, HERE + more), "Starts").split()[0]


def test_a_referral_bears_the_area_of_the_contract_or_none(cast: Cast) -> None:
    assert refer(cast).area == HACKNEY
    assert refer(cast, number="", given_name="Ada", local_authority="Enfield").area == ENFIELD
    assert refer(cast, number="", given_name="Bea", local_authority="elsewhere").area == ""
    assert refer(cast, number="", given_name="Cy", local_authority="E09000007").area == ""


def test_where_somebody_lives_may_be_answered_later_and_is_not_taken_back(cast: Cast) -> None:
    asked = refer(cast, postcode="", circumstances={"employment_status": "unemployed"})
    outbox.work_off()
    with looking_as(cast.hana) as hana:
        actions.answer(referral=asked, circumstances={}, local_authority="Enfield", by=hana, at=hana.now())
        assert again(cast, asked).area == ENFIELD
        actions.answer(referral=asked, circumstances={"concerns": ["child_health"]}, by=hana, at=hana.now())
    assert again(cast, asked).area == ENFIELD
    outbox.work_off()
    with looking_as(cast.system()):
        assert Contribution.objects.get(code="referral").area == ENFIELD
        assert FormerContribution.objects.get(code="referral").area == ""


def test_the_overview_and_its_people_narrow_to_an_area(spread: Cast) -> None:
    client = spread.client("priya")
    assert (starts(client), starts(client, f"&area={HACKNEY}"), starts(client, f"&area={ENFIELD}")) == (
        *("6", "3", "2"),
    )
    assert starts(client, "&area=nowhere") == "6"
    text = page(client, f"{HERE}&area={ENFIELD}")
    (behind,) = set(
        re.findall(r'href="(/serco/performance/people/[^"]*measure=starts[^"]*provider=i2i[^"]*)"', text)
    )
    assert head(page(client, behind)).endswith(": 1")
    assert f"area={ENFIELD}" in behind
    assert starts(spread.client("mona"), f"&area={ENFIELD}") == "1"


def test_what_changed_lately_narrows_as_well(spread: Cast) -> None:
    text = page(
        spread.client("priya"), f"/serco/performance/changes/?contract=inspiring-families&area={HACKNEY}"
    )
    assert ">+3 starts<" in text


def test_the_profile_promises_for_all_areas_together(spread: Cast) -> None:
    promise(spread, "starts", 100)
    client = spread.client("priya")
    assert "Behind" in page(client, HERE)
    assert "Behind profile" not in page(client, f"{HERE}&area={HACKNEY}")


def test_the_cohorts_and_the_caseload_narrow_to_an_area(spread: Cast) -> None:
    client = spread.client("priya")
    cohorts = f"/serco/performance/cohorts.csv?contract=inspiring-families&area={HACKNEY}"
    assert f"{ago(300):%Y-%m},3," in page(client, cohorts)
    without = f"/serco/performance/without-contact/?contract=inspiring-families&area={ENFIELD}"
    assert head(page(client, without)) == "Without contact: 2 of 2"
    assert line(page(client, without), "i2i")[3:] == ["1", "100.0%"]


def test_the_comparison_narrows_to_an_area(compared: Cast) -> None:
    month = ago(200).replace(day=1)
    count(compared, "referral", "renaisi", month, 30, area=HACKNEY)
    count(compared, "start", "renaisi", month, 10, area=HACKNEY)
    address = "/serco/performance/comparison/?contract=inspiring-families&period=all&measure=start_rate"
    found = rows(page(compared.client("priya"), f"{address}&area={HACKNEY}"))
    assert [row.partition("%")[0] for row in found if "10 of 30" in row] == ["Renaisi 33.3"]
    assert not any("of 200" in row for row in found)


def test_a_small_area_tells_nothing_of_somebody_whom_named_people_see(cast: Cast) -> None:
    *_, (hidden, _) = [person_with_a_past(cast, days=300, area=HACKNEY) for _ in range(4)]
    for _ in range(3):
        person_with_a_past(cast, days=300, area=ENFIELD)
    restrict(cast, hidden)
    rebuilt(cast)
    client = cast.client("priya")
    assert (starts(client), starts(client, f"&area={HACKNEY}")) == ("7", "3")
    # Nor is somebody of one area taken off another's number.
    assert starts(client, f"&area={ENFIELD}") == "3"
    assert head(page(client, f"{BEHIND}&area={HACKNEY}")).endswith(": 3")
    assert starts(cast.client("mona"), f"&area={HACKNEY}") == "3"


def test_a_provider_queries_a_figure_of_an_area_apart_from_the_others(spread: Cast) -> None:
    client = spread.client("mona")
    ask = "/serco/performance/queries/ask/?contract=inspiring-families&period=all&measure=starts"
    for only in (f"&area={HACKNEY}", f"&area={ENFIELD}"):
        assert client.post(ask + only, {"words": "One is missing."}).status_code == 302
    with looking_as(spread.system()):
        assert set(FigureQuery.objects.values_list("area", flat=True)) == {HACKNEY, ENFIELD}
    (first, _) = re.findall(
        r'href="(/serco/performance/queries/[0-9a-f-]{36}/)"', page(client, "/serco/performance/queries/")
    )
    text = page(client, first)
    assert "Hackney" in text
    assert ">3" in text
