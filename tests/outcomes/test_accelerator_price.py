"""The accelerator price of the Work and Health Programme: known to be paid above a volume, both of them unpublished."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes import charging
from outcomes.actions.charge import charge_contract
from outcomes.charging import lacking_an_amount
from outcomes.models import Charge, Job
from outcomes.recharged import recharge
from programmes.actions.programme import load
from programmes.loading import terms_of
from programmes.models import Contract, Fee
from programmes.months import shifted
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import accept, prove
from tests.outcomes.settling import sealed
from tests.outcomes.working import correct, lines, reached, started_person, work
from tests.participants.people import ago

FILE = settings.BASE_DIR / "programmes" / "files" / "work-and-health-programme.toml"


def loaded(cast: Cast, path: Path = FILE) -> Contract:
    """The programme's contract, begun two years ago."""
    with looking_as(cast.system()) as system:
        [terms] = terms_of([path], first_day=ago(730).replace(day=1))
        return load(terms=terms, by=system, at=system.now())


def published(tmp_path: Path, volume: int, pence: int, base: str = "pence = 200_000\n") -> Path:
    """The file as it would be if the volume and the prices were known; the base price too, unless it is blank."""
    text = FILE.read_text().replace('outcome"\nsource = "unknown"', f'outcome"\n{base}source = "unknown"')
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


def charged(cast: Cast, contract: Contract, later: int = 0) -> list[tuple[str, int]]:
    """Everything that the commissioner was charged, so many days from now."""
    with looking_as(cast.system()) as system:
        charge_contract(contract=contract, by=system, at=system.now() + timedelta(days=later))
        return list(Charge.objects.filter(contract=contract).order_by("month").values_list("kind", "pence"))


def no_outcome(cast: Cast, enrolment: Any) -> None:
    """The self-employment is found to have ended after a few days, so that the outcome is taken back."""
    with looking_as(cast.system()):
        business = Job.objects.get(enrolment=enrolment)
    correct(cast, business, since=290, until=280, kind="self_employed")
    assert "self_employed_outcome" not in reached(cast, enrolment)


def findings(cast: Cast, contract: Contract) -> list[str]:
    """Where the replay from the facts differs from what was charged."""
    with looking_as(cast.system()):
        return [one.words for one in recharge(contract).findings]


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


class TestWhileTheBasePriceIsBlank:
    def test_outcomes_count_towards_the_volume_though_they_have_no_line(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        cast.contract = loaded(cast, published(tmp_path, 1, 500_00, base=""))
        people = [outcome(cast) for _ in range(3)]
        assert [lines(cast, enrolment, "commissioner") for enrolment in people] == [[], [], []]
        assert charged(cast, cast.contract) == [("volume_band", 1_000_00)]
        assert findings(cast, cast.contract) == []

    def test_more_outcomes_are_counted_by_no_more_statements(self, cast: Cast, tmp_path: Path) -> None:
        cast.contract = loaded(cast, published(tmp_path, 1, 500_00, base=""))
        asked = []
        for _ in range(2):
            outcome(cast)
            with looking_as(cast.system()) as system, CaptureQueriesContext(connection) as queries:
                charging.of_contract(Contract.objects.get(pk=cast.contract.pk), system.today)
            asked.append(len(queries))
        assert asked[0] == asked[1] > 0

    def test_an_outcome_taken_back_later_takes_its_share_back_and_what_was_charged_stays_explained(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        cast.contract = loaded(cast, published(tmp_path, 1, 500_00, base=""))
        people = [outcome(cast) for _ in range(3)]
        charged(cast, cast.contract)
        no_outcome(cast, people[0])
        # By what was known when it was charged, and that is no longer so.
        assert findings(cast, cast.contract) == []
        after = charged(cast, cast.contract, later=31)
        assert after == [("volume_band", 1_000_00), ("volume_band", -500_00)]
        assert findings(cast, cast.contract) == []

    def test_an_outcome_reached_since_is_of_the_next_month(self, cast: Cast, tmp_path: Path) -> None:
        cast.contract = loaded(cast, published(tmp_path, 1, 500_00, base=""))
        for _ in range(2):
            outcome(cast)
        assert charged(cast, cast.contract) == [("volume_band", 500_00)]
        outcome(cast)
        assert findings(cast, cast.contract) == []
        assert charged(cast, cast.contract, later=31)[1:] == [("volume_band", 500_00)]
        assert findings(cast, cast.contract) == []

    def test_a_provider_is_paid_by_the_volume_on_a_statement_without_another_line(
        self, cast: Cast, tmp_path: Path
    ) -> None:
        cast.contract = loaded(cast, published(tmp_path, 9, 500_00, base=""))
        band: dict[str, Any] = {"milestone": "job_outcome", "above": 1, "per": "contract", "pence": 300_00}
        with looking_as(cast.system()) as system:
            whose = {"tenant_id": system.tenant_id, "contract": cast.contract, "side": "provider"}
            Fee.objects.create(**whose, kind="volume_band", source="the agreement", **band)
        people = [outcome(cast) for _ in range(3)]
        last = shifted(ago(0).replace(day=1), -1)
        with looking_as(cast.system()):
            [statement] = charging.without_statement(cast.contract, last)
            statement.save(force_insert=True)
        sealed(cast, statement)
        with looking_as(cast.system()):
            assert list(statement.lines.values_list("kind", "pence")) == [("charge", 600_00)]
        no_outcome(cast, people[0])
        assert findings(cast, cast.contract) == []
        with looking_as(cast.system()):
            [following] = charging.without_statement(cast.contract, shifted(last, 1))
            assert [one.pence for one in charging.of_statement(following)] == [-300_00]
