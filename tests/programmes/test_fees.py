"""Money by the month in programme files: checked by kind, loaded, withdrawn and shown."""

import pytest

from programmes.models import Fee
from tests.cast import Cast
from tests.programmes.test_loading import COMPANION, CONTRACT, Desk, desk  # noqa: F401

DELIVERY = """
[[fees]]
side = "commissioner"
kind = "delivery_fee"
pence = 120_000
months = 12
source = "tender"
confidence = "published"
"""
BAND = """
[[fees]]
side = "commissioner"
kind = "volume_band"
milestone = "job_outcome"
above = 100
per = "contract_year"
"""


def wrong(desk: Desk, fields: str) -> str:  # noqa: F811
    """What is wrong with a companion's fee of these fields."""
    desk.append(COMPANION, f"\n[[fees]]\n{fields}\n")
    [problem] = desk.problems()
    return problem.partition(": ")[2]


class TestLoading:
    def test_a_fee_becomes_a_row_with_its_source(self, desk: Desk) -> None:  # noqa: F811
        desk.append(CONTRACT, DELIVERY)
        desk.append(COMPANION, BAND)
        desk.load()
        fees = {fee.kind: fee for fee in desk.rows(Fee)}
        assert (fees["delivery_fee"].pence, fees["delivery_fee"].months) == (120_000, 12)
        assert (fees["delivery_fee"].confidence, fees["delivery_fee"].illustrative) == ("published", False)
        assert fees["volume_band"].illustrative
        assert fees["volume_band"].is_unknown

    def test_a_changed_fee_withdraws_the_old_one(self, desk: Desk) -> None:  # noqa: F811
        desk.append(CONTRACT, DELIVERY)
        desk.load()
        desk.edit(CONTRACT, "pence = 120_000", "pence = 130_000")
        desk.load(CONTRACT)
        old, new = sorted(desk.rows(Fee), key=lambda fee: fee.pence)
        assert old.withdrawn_at is not None
        assert (new.pence, new.withdrawn_at) == (130_000, None)

    def test_loading_it_again_changes_nothing(self, desk: Desk) -> None:  # noqa: F811
        desk.append(CONTRACT, DELIVERY)
        desk.load()
        desk.edit(CONTRACT, 'name = "Hackney"', 'name = "London Borough of Hackney"')
        desk.load(CONTRACT)
        assert len(desk.rows(Fee)) == 1

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ('side = "provider"\nkind = "management_fee"', "fees[1].share_basis_points: is missing"),
            (
                'side = "provider"\nkind = "management_fee"\nshare_basis_points = 10001',
                "fees[1].share_basis_points: must be at most 10000",
            ),
            (
                'side = "commissioner"\nkind = "management_fee"\nshare_basis_points = 100',
                'fees[1].side: must be "provider"',
            ),
            (
                'side = "provider"\nkind = "cap"\nper = "contract"\npence = 1\nmonths = 2',
                "fees[1].months: is not a field of a cap",
            ),
            (
                'side = "commissioner"\nkind = "delivery_fee"\nmonths = 2\nshare_basis_points = 5',
                "fees[1].share_basis_points: is a provider's part",
            ),
            (
                'side = "commissioner"\nkind = "volume_band"\nmilestone = "medal"\nabove = 1\nper = "contract"',
                "fees[1].milestone: 'medal' is not a milestone here",
            ),
            (
                BAND.removeprefix("\n[[fees]]\n") + "up_to = 100",
                "fees[1].up_to: must be more than above",
            ),
            (
                'side = "commissioner"\nkind = "delivery_fee"\nmonths = 2\nper = "contract"',
                'fees[1].per: may be "contract" alone, and of a provider',
            ),
            ('side = "provider"\nkind = "tip"', "fees[1].kind: must be one of"),
            (
                'side = "provider"\nkind = "management_fee"\nshare_basis_points = 1\nprovider = "nobody"',
                "fees[1].provider: 'nobody' is not a provider of this workspace",
            ),
        ],
    )
    def test_what_makes_no_sense_is_told_with_its_field(self, desk: Desk, fields: str, said: str) -> None:  # noqa: F811
        assert said in wrong(desk, fields)


def test_the_contract_page_says_each_term_in_words(cast: Cast, desk: Desk) -> None:  # noqa: F811
    desk.append(CONTRACT, DELIVERY)
    desk.append(COMPANION, BAND)
    desk.load()
    page = cast.client("frank").get("/serco/contracts/bridge-north/").content.decode()
    assert "£1,200.00 in 12 equal months" in page
    assert "more for each job outcome above 100 in each contract year" in page
    assert "Price missing" in page
