"""The cash of the months ahead: everything that a provider is paid, in the month in which it is likely paid."""

from datetime import date, timedelta
from typing import Any

import pytest

from outcomes import cash
from outcomes.actions import adjustment as adjustments
from outcomes.actions import cost as costs
from outcomes.claims.costs import periods
from outcomes.forecasting import forecast, shown
from outcomes.models import Forecast, Milestone, Statement
from outcomes.past import MONTHS
from partners import outbox
from partners.viewer import Viewer
from programmes.months import months_between, shifted
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, claim, milestone_of, settle
from tests.outcomes.sampling import paid_before
from tests.outcomes.settling import ended, of_month, pay, propose, seal, sealed
from tests.outcomes.test_charging import term
from tests.outcomes.test_cost_action import SPENT, by_cost, withdraw
from tests.outcomes.test_cost_action import claim as claim_cost
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago
from tests.participants.restricting import restrict

PAGE, FILE = "/serco/forecast/", "/serco/forecast.csv"
START, OUTCOME = 60_000, 90_000


def this_month() -> date:
    return date.today().replace(day=1)


def make(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        forecast(cast.contract, system)


def months(cast: Cast, name: str = "mona", side: str = "provider", days: int = 30) -> list[cash.MonthOfCash]:
    """The months as somebody reads them, after the forecast was made anew."""
    make(cast)
    with looking_as(getattr(cast, name)) as viewer:
        return cash.by_month(found(cast, viewer, side, days), this_month(), MONTHS)


def found(cast: Cast, viewer: Viewer, side: str, days: int) -> list[cash.Coming]:
    return cash.coming(
        shown(cast.contract, side),
        contract_id=cast.contract.pk,
        side=side,
        organisation_id=None,
        days_to_pay=days,
        viewer=viewer,
    )


def whole(of: list[cash.MonthOfCash], said: str, scenario: str = "expected") -> int:
    """What one part comes to in all months."""
    return sum(getattr(line, scenario) for month in of for line in month.parts if line.said == said)


def cast_starts(cast: Cast) -> list[Milestone]:
    with looking_as(cast.system()):
        return list(Milestone.objects.filter(code="start").select_related("enrolment"))


def parts(month: cash.MonthOfCash) -> dict[str, int]:
    return {line.said: line.expected for line in month.parts}


class TestWhatIsThereAlready:
    def test_a_sealed_statement_is_paid_after_the_usual_days_and_no_more_once_it_is_paid(
        self, cast: Cast
    ) -> None:
        statement = sealed(cast, ended(cast, days=40))
        first, *rest = months(cast, days=0)
        assert parts(first) == {"Sealed, not paid yet": START}
        assert not any(month.expected for month in rest)
        later = months(cast, days=90)
        paid = shifted(ago(40).replace(day=1), 3)
        assert [month.month for month in later if month.expected] == [paid]
        pay(cast, statement)
        assert not any(month.expected for month in months(cast))

    def test_a_claim_of_an_earlier_month_waits_for_the_commissioner(self, cast: Cast) -> None:
        for result in ("", "paid"):
            _, enrolment = started_person(cast, days=250)
            work(cast, enrolment, since=160)
            made = claim(cast, milestone_of(cast, enrolment))
            if result:
                settle(cast, made, result, pence=WORTH)
        assert whole(months(cast, "frank", "commissioner"), "Claimed, not paid yet") == WORTH

    def test_what_could_be_claimed_in_earlier_months_waits_for_the_commissioner_too(self, cast: Cast) -> None:
        _, enrolment = started_person(cast, days=250)
        work(cast, enrolment, since=160)
        made = months(cast, "frank", "commissioner", days=0)
        assert parts(made[0])["Earned, not claimed yet"] == WORTH + START * 5 // 4
        claim(cast, milestone_of(cast, enrolment))
        made = months(cast, "frank", "commissioner", days=0)
        assert parts(made[0])["Earned, not claimed yet"] == START * 5 // 4
        assert parts(made[0])["Claimed, not paid yet"] == WORTH

    def test_what_the_commissioner_paid_this_month_is_not_ahead_any_more(self, cast: Cast) -> None:
        started_person(cast, days=0)
        [one] = cast_starts(cast)
        assert whole(months(cast, "frank", "commissioner"), "Milestones", "worst") == START * 5 // 4
        settle(cast, claim(cast, one), "paid", pence=START * 5 // 4)
        assert whole(months(cast, "frank", "commissioner"), "Milestones", "worst") == 0
        assert whole(months(cast), "Milestones", "worst") == START

    def test_what_goes_back_to_the_commissioner_goes_off(self, cast: Cast) -> None:
        _, enrolment = started_person(cast, days=250)
        job = work(cast, enrolment, since=160)
        made = claim(cast, milestone_of(cast, enrolment))
        settle(cast, made, "paid", pence=WORTH)
        end(cast, job, days=120)
        outbox.work_off()
        assert whole(months(cast, "frank", "commissioner"), "To be paid back") == -WORTH
        settle(cast, made, "recovered", pence=WORTH)
        assert whole(months(cast, "frank", "commissioner"), "To be paid back") == 0

    def test_what_was_spent_and_claimed_waits_for_the_commissioner_as_long_as_claims_do(
        self, cast: Cast
    ) -> None:
        by_cost(cast, "commissioner")
        claim_cost(cast)
        made = months(cast, "frank", "commissioner", days=60)
        assert {month.month: parts(month) for month in made if month.expected} == {
            shifted(this_month(), 2): {"Actual cost": SPENT}
        }

    def test_what_was_spent_and_claimed_long_ago_is_taken_to_be_paid(self, cast: Cast) -> None:
        by_cost(cast, "commissioner")
        with looking_as(cast.frank) as frank:
            costs.claim(
                contract=cast.contract,
                organisation=cast.organisations["renaisi"],
                quarter=periods(cast.contract, 3, ago(62))[0],
                pence=SPENT,
                what_for="Two keyworkers",
                evidence="Ledger extract 4",
                by=frank,
                at=frank.now() - timedelta(days=62),
            )
        since = months_between(ago(62), this_month())
        assert parts(months(cast, "frank", "commissioner", days=30 * since)[0]) == {"Actual cost": SPENT}
        assert whole(months(cast, "frank", "commissioner", days=30 * (since - 1)), "Actual cost") == 0

    def test_what_was_spent_is_not_waited_for_once_it_is_withdrawn(self, cast: Cast) -> None:
        by_cost(cast, "commissioner")
        cost = claim_cost(cast)
        assert whole(months(cast, "frank", "commissioner"), "Actual cost") == SPENT
        withdraw(cast, cost)
        assert whole(months(cast, "frank", "commissioner"), "Actual cost") == 0

    def test_what_people_are_owed_for_whom_named_people_see_is_of_nobody(self, cast: Cast) -> None:
        def waits() -> tuple[int, int]:
            made = months(cast, "frank", "commissioner")
            known = sum(whole(made, said) for said in ("Earned, not claimed yet", "Claimed, not paid yet"))
            return known, whole(made, "People shown to named people only")

        for number in range(5):
            person, enrolment = started_person(cast, days=100)
            if number % 2:
                claim(cast, milestone_of(cast, enrolment, "start"))
            restrict(cast, person, level=2)
            assert waits() == (0, 5 * START * 5 // 4 if number == 4 else 0)

    def test_a_month_that_is_not_sealed_comes_in_as_it_stands(self, cast: Cast) -> None:
        ended(cast, days=40)
        assert parts(months(cast)[0]) == {"Earlier months, not sealed yet": START}

    def test_what_was_sealed_since_the_night_is_counted_once(self, cast: Cast) -> None:
        statement = ended(cast, days=40)
        make(cast)
        propose(cast, statement)
        seal(cast, statement)
        with looking_as(cast.mona) as mona:
            [first, *_] = cash.by_month(found(cast, mona, "provider", 30), this_month(), MONTHS)
        assert parts(first) == {"Sealed, not paid yet": START}

    def test_an_adjustment_on_this_months_statement_is_in_it(self, cast: Cast) -> None:
        started_person(cast, days=0)
        with looking_as(cast.frank) as frank:
            said: dict[str, Any] = {"pence": -5_000, "reason": "agreed", "words": "A credit."}
            asked = adjustments.ask(statement=of_month(cast, ago(0)), **said, by=frank, at=frank.now())
        with looking_as(cast.cleo) as cleo:
            adjustments.approve(adjustment=asked, by=cleo, at=cleo.now())
        made = months(cast)
        assert whole(made, "Milestones") == START
        assert whole(made, "Corrections, adjustments and late lines") == -5_000


class TestWhatTheTermsCharge:
    def in_work(self, cast: Cast) -> None:
        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)

    def test_a_delivery_fee_comes_in_every_month(self, cast: Cast) -> None:
        self.in_work(cast)
        term(cast, side="provider", kind="delivery_fee", pence=6_000_000, months=60)
        made = months(cast, days=0)
        fees = [line.expected for month in made[1:] for line in month.parts if line.said == "Delivery fee"]
        assert set(fees) == {100_000}
        assert whole(made[1:], "Delivery fee", "worst") == whole(made[1:], "Delivery fee", "best")

    def test_a_management_fee_goes_off_what_is_likely_earned(self, cast: Cast) -> None:
        self.in_work(cast)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        made = months(cast)
        for scenario in ("expected", "best", "worst"):
            earned = sum(
                whole(made, said, scenario) for said in ("Milestones", "Earlier months, not sealed yet")
            )
            assert whole(made, "Management fee", scenario) == -earned // 10
        assert whole(made, "Management fee", "best") < whole(made, "Management fee", "worst") < 0

    def test_what_is_held_back_comes_free_in_its_month(self, cast: Cast) -> None:
        started_person(cast, days=0)
        term(cast, side="provider", kind="retention", share_basis_points=500, months=3)
        made = months(cast, days=0)
        held = [month.month for month in made if "Retention held back" in parts(month)]
        freed = [month.month for month in made if "Retention released" in parts(month)]
        assert freed == [shifted(month, 3) for month in held] != []
        assert whole(made, "Retention held back") + whole(made, "Retention released") == 0

    def test_a_band_pays_for_what_is_likely_above_it(self, cast: Cast) -> None:
        for _ in range(3):
            self.in_work(cast)
        band = {"milestone": "short_job_outcome", "above": 1, "pence": 10_000, "per": "contract"}
        term(cast, side="provider", kind="volume_band", **band)
        term(cast, side="commissioner", kind="volume_band", **band)
        made = months(cast)
        assert whole(made, "Volume band", "best") == 2 * 10_000
        assert whole(made, "Volume band", "worst") == 0
        assert whole(months(cast, "frank", "commissioner"), "Volume band", "best") == 2 * 10_000

    def test_the_contracts_own_fee_is_the_primes_and_no_providers(self, cast: Cast) -> None:
        self.in_work(cast)
        term(cast, side="commissioner", kind="delivery_fee", pence=6_000_000, months=60)
        assert whole(months(cast, "frank", "commissioner"), "Delivery fee") > 0
        with looking_as(cast.mona):
            assert not Forecast.objects.filter(side="commissioner").exists()

    @pytest.mark.parametrize("days", [100, 40])
    def test_what_was_forecast_for_a_month_is_what_its_statement_is_sealed_with(
        self, cast: Cast, days: int
    ) -> None:
        ended(cast, days=days)
        for said in (
            {"kind": "delivery_fee", "pence": 6_000_000, "months": 60},
            {"kind": "management_fee", "share_basis_points": 1_000},
            {"kind": "retention", "share_basis_points": 500, "months": 2},
        ):
            term(cast, side="provider", **said)
        make(cast)
        month = ago(days).replace(day=1)
        with looking_as(cast.system()):
            rows = Forecast.objects.filter(side="provider", month=month)
            told = sum(row.expected_pence for row in rows)
        assert sealed(cast, of_month(cast, ago(days))).total_pence == told


class TestThePace:
    def settled(self, cast: Cast, *days: int) -> None:
        for number in days:
            pay(cast, sealed(cast, ended(cast, days=number)))

    def asked(self, cast: Cast, side: str = "provider") -> cash.Pace:
        with looking_as(cast.frank) as frank:
            return cash.pace(cast.contract.pk, side, None, frank.today)

    def test_is_that_of_the_statements_that_were_paid(self, cast: Cast) -> None:
        self.settled(cast, 130, 100, 70)
        with looking_as(cast.system()):
            ends = sorted(shifted(month, 1) for month in Statement.objects.values_list("month", flat=True))
        assert self.asked(cast) == cash.Pace((date.today() - ends[1]).days + 1, 3)

    def test_is_that_of_claims_where_the_commissioner_pays(self, cast: Cast) -> None:
        paid_before(cast, 3)
        ended_on = shifted(ago(20).replace(day=1), 1)
        assert self.asked(cast, "commissioner") == cash.Pace(max(0, (date.today() - ended_on).days + 1), 3)
        assert self.asked(cast) == cash.Pace(30, 0)

    def test_of_too_few_is_the_usual_one(self, cast: Cast) -> None:
        self.settled(cast, 100, 70)
        assert self.asked(cast) == cash.Pace(30, 0)


class TestThePage:
    def test_says_what_is_sealed_and_not_paid_before_any_caseload_was_read(self, cast: Cast) -> None:
        sealed(cast, ended(cast, days=40))
        page = cast.client("mona").get(PAGE).content.decode()
        assert "Sealed, not paid yet" in page
        assert "The caseload was not read yet" in page

    def test_says_what_each_month_consists_of_and_by_whom_chances_are_judged(self, cast: Cast) -> None:
        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)
        term(cast, side="provider", kind="delivery_fee", pence=6_000_000, months=60)
        term(cast, side="provider", kind="cap", per="contract")
        make(cast)
        page = cast.client("frank").get(PAGE, {"monthly_cost": "1000"}).content.decode()
        for words in ("Cash by month", "Delivery fee", "First payment", "Spent until then", "Price missing"):
            assert words in page
        assert "Chances rest on at least 1 job" in page
        assert "Chances rest on no more than 10 job" in cast.client("mona").get(PAGE).content.decode()

    def test_the_file_has_every_part(self, cast: Cast) -> None:
        sealed(cast, ended(cast, days=40))
        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        make(cast)
        rows = cast.client("mona").get(FILE).content.decode("utf-8-sig").splitlines()
        said = {row.split(",")[3] for row in rows[1:]}
        assert {"Milestones", "Management fee", '"Sealed'} <= said
