"""The accelerator price of the Work and Health Programme: known to be paid above a volume, both of them unpublished."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from outcomes.actions.charge import charge_contract
from outcomes.charging import lacking_an_amount
from outcomes.models import Charge
from programmes.actions.programme import load
from programmes.loading import terms_of
from programmes.models import Contract
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import accept, prove
from tests.outcomes.working import lines, started_person, work
from tests.participants.people import ago

FILE = settings.BASE_DIR / "programmes" / "files" / "work-and-health-programme.toml"


def loaded(cast: Cast, path: Path = FILE) -> Contract:
    """The programme's contract, begun two years ago."""
    with looking_as(cast.system()) as system:
        [terms] = terms_of([path], first_day=ago(730).replace(day=1))
        return load(terms=terms, by=system, at=system.now())


def published(tmp_path: Path, volume: int, pence: int) -> Path:
    """The file as it would be if the volume and the prices were known."""
    text = FILE.read_text().replace(
        'outcome"\nsource = "unknown"', 'outcome"\npence = 200_000\nsource = "unknown"'
    )
    band = 'kind = "volume_band"\nmilestone = "job_outcome"\n'
    assert text.count(band) == 1
    path = tmp_path / "known.toml"
    path.write_text(text.replace(band, f"{band}above = {volume}\npence = {pence}\n"))
    return path


def outcome(cast: Cast) -> Any:
    """Somebody with 182 evidenced days of self-employment."""
    _, enrolment = started_person(cast, days=300)
    business = work(cast, enrolment, since=290, kind="self_employed", employer="Alterations")
    accept(cast, prove(cast, enrolment, days=5, job=business))
    return enrolment


def charged(cast: Cast, contract: Contract) -> list[tuple[str, int]]:
    with looking_as(cast.system()) as system:
        charge_contract(contract=contract, by=system, at=system.now())
        return list(Charge.objects.filter(contract=contract).values_list("kind", "pence"))


def test_without_volume_and_price_the_page_says_so_and_nothing_is_charged(cast: Cast) -> None:
    cast.contract = loaded(cast)
    outcome(cast)
    page = cast.client("frank").get(f"/serco/contracts/{cast.contract.code}/").content.decode()
    assert "– more for each job outcome above a number not known over the whole contract" in page
    assert page.count("Price missing") >= 2
    with looking_as(cast.system()):
        lacking = {fee.kind for fee in lacking_an_amount(cast.contract.pk)}
    assert lacking == {"delivery_fee", "volume_band"}
    assert charged(cast, cast.contract) == []


def test_a_price_without_a_volume_is_charged_by_nobody_either(cast: Cast, tmp_path: Path) -> None:
    path = published(tmp_path, 1, 500_00)
    path.write_text(path.read_text().replace("above = 1\n", ""))
    cast.contract = loaded(cast, path)
    outcome(cast)
    assert charged(cast, cast.contract) == []


def test_once_known_it_is_paid_by_the_month_for_outcomes_of_either_kind_above_the_volume(
    cast: Cast, tmp_path: Path
) -> None:
    cast.contract = loaded(cast, published(tmp_path, 1, 500_00))
    people = [outcome(cast) for _ in range(3)]
    assert charged(cast, cast.contract) == [("volume_band", 1_000_00)]
    # The people's own lines keep their price.
    own = [lines(cast, enrolment, "commissioner") for enrolment in people]
    assert own == [[("self_employed_outcome", "accrual", 2_000_00)]] * 3


@pytest.mark.parametrize("area", ["west-midlands", "south-yorkshire"])
def test_the_incentive_of_the_work_programme_has_a_price_and_no_number_above_which_it_is_paid(
    cast: Cast, area: str
) -> None:
    contract = loaded(cast, FILE.with_name(f"work-programme-{area}.toml"))
    page = cast.client("frank").get(f"/serco/contracts/{contract.code}/").content.decode()
    assert "£1,000.00 more for each job outcome above a number not known in each contract year" in page
    assert "Price missing" in page
    with looking_as(cast.system()):
        [incentive] = lacking_an_amount(contract.pk)
    assert (incentive.kind, incentive.pence, incentive.above) == ("volume_band", 1_000_00, None)
    assert charged(cast, contract) == []
