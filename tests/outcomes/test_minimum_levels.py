"""The contractual measure stands against its minimum performance levels, and every figure can be of one group alone."""

import re
from datetime import date

import pytest

from outcomes.performance.periods import shift
from programmes.models import MinimumLevel, PaymentGroup
from tests.cast import Cast, looking_as
from tests.outcomes.counted import begins, count
from tests.outcomes.test_performance_view import Links, page, tile

PAGE = "/serco/performance/"


@pytest.fixture
def second_year(cast: Cast) -> date:
    """A contract in its second year with two payment groups and a level for each year; returns its first month."""
    first = begins(cast, 18)
    with looking_as(cast.system()):
        PaymentGroup.objects.create(
            tenant=cast.serco, contract=cast.contract, code="hard", name="Long out of work"
        )
        for year, group, basis_points in (
            (1, "all", 550),
            (2, "all", 3300),
            (2, "hard", 1000),
            (3, "all", 4400),
        ):
            MinimumLevel.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                contract_year=year,
                payment_group=group,
                measure="job_outcomes_per_referral",
                basis_points=basis_points,
                source="A test.",
            )
    for year, referrals, outcomes in ((0, 200, 10), (1, 50, 20)):
        count(cast, "referral", "renaisi", shift(first, 12 * year), referrals)
        count(cast, "job_outcome", "renaisi", shift(first, 12 * year), outcomes)
    count(cast, "referral", "i2i", shift(first, 13), 40, group="hard")
    count(cast, "job_outcome", "i2i", shift(first, 13), 2, group="hard")
    return first


def levels(text: str) -> list[str]:
    """The lines of the table of levels as their words."""
    table = text.split('id="minimum"', 1)[1].split("</tbody>", 1)[0].split("<tbody>", 1)[1]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in table.split("</tr>") if "<td" in row]


def test_each_year_and_group_stands_against_its_level(second_year: date, cast: Cast) -> None:
    assert levels(page(cast.client("priya"))) == [
        "Year 2 so far Everyone 33.0% 40.0% 20 of 50 At or above the minimum",
        "Year 2 so far Long out of work 10.0% 5.0% 2 of 40 Below so far",
        "Year 1 Everyone 5.5% 5.0% 10 of 200 Below the minimum",
    ]


def test_a_provider_sees_its_own_part(second_year: date, cast: Cast) -> None:
    assert levels(page(cast.client("ines"))) == [
        "Year 2 so far Everyone 33.0% – 0 of 0 Too few to judge",
        "Year 2 so far Long out of work 10.0% 5.0% 2 of 40 Below so far",
        "Year 1 Everyone 5.5% – 0 of 0 Too few to judge",
    ]


def test_without_levels_there_is_no_table(cast: Cast) -> None:
    assert 'id="minimum"' not in page(cast.client("priya"))


def test_figures_can_be_of_one_group(second_year: date, cast: Cast) -> None:
    client = cast.client("priya")
    everybody, hard = page(client, f"{PAGE}?period=all"), page(client, f"{PAGE}?period=all&group=hard")
    assert tile(everybody, "Referrals").startswith("290")
    assert tile(hard, "Referrals").startswith("40")
    assert "Profile to date" not in hard
    assert all("group=hard" in address for address in Links(hard).found)
    assert tile(page(client, f"{PAGE}?period=all&group=nothing"), "Referrals").startswith("290")


def test_a_year_that_is_over_can_be_looked_at(second_year: date, cast: Cast) -> None:
    assert tile(page(cast.client("priya"), f"{PAGE}?period=year-1"), "Referrals").startswith("200")
