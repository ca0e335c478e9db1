"""The forecast: worked out at night from the caseload, and shown with the working capital that it takes."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.forecasting import forecast
from outcomes.models import Forecast, Journal
from partners import outbox
from programmes.models import Contract, Price, Programme
from tests.cast import Cast, looking_as
from tests.outcomes.benefiting import OFF_BENEFIT
from tests.outcomes.evidencing import BY_FACTS, accept, ask_for_facts, pay, prove
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago, hold
from tests.participants.restricting import restrict

PAGE, FILE = "/serco/forecast/", "/serco/forecast.csv"


def make(cast: Cast) -> int:
    with looking_as(cast.system()) as system:
        return forecast(Contract.objects.get(), system)


def coming(cast: Cast, code: str, side: str = "provider") -> list[tuple[Decimal, int, int, int, int]]:
    """The months of one milestone: number, most, and pence as expected, at best and at worst."""
    make(cast)
    with looking_as(cast.system()):
        rows = Forecast.objects.filter(code=code, side=side).order_by("month")
        return list(rows.values_list("number", "most", "expected_pence", "best_pence", "worst_pence"))


def test_somebody_in_work_is_expected_to_reach_what_comes_if_the_job_lasts(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=60)
    work(cast, enrolment, since=30)
    [(number, most, expected, best, worst)] = coming(cast, "short_job_outcome")
    assert (int(number), most, worst) == (1, 1, 0)
    assert expected == best > 0


def test_jobs_that_ended_before_make_it_less_likely(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=60)
    work(cast, enrolment, since=30)
    _, other = started_person(cast, days=200)
    end(cast, work(cast, other, since=190), days=120)
    _, third = started_person(cast, days=200)
    work(cast, third, since=190)
    [(number, most, expected, best, worst)] = coming(cast, "short_job_outcome")[:1]
    assert most == 1
    assert 0 < number < 1
    assert worst == 0 < expected < best


def test_somebody_out_of_work_is_expected_to_do_as_those_before(cast: Cast) -> None:
    for _ in range(2):
        _, enrolment = started_person(cast, days=300)
        end(cast, work(cast, enrolment, since=200), days=80)
    started_person(cast, days=100)
    months = coming(cast, "short_job_outcome")
    assert sum(number for number, *_ in months) > 0
    assert sum(worst for *_, worst in months) == 0


def test_at_best_somebody_out_of_work_reaches_it_once_and_not_in_every_month_anew(cast: Cast) -> None:
    for days in (120, 150, 180, 210):
        _, enrolment = started_person(cast, days=400)
        end(cast, work(cast, enrolment, since=400 - days), days=30)
    for _ in range(2):
        started_person(cast, days=10)
    months = coming(cast, "short_job_outcome")
    with looking_as(cast.system()):
        earned = Journal.objects.filter(side="provider", milestone__code="short_job_outcome")
        price = earned.values_list("pence", flat=True)[0]
    assert len(months) > 1
    assert price < sum(best for *_, best, _ in months) <= 2 * price + len(months)
    for _, _, expected, best, worst in months:
        assert worst <= expected <= best


def test_both_sides_are_forecast_at_their_own_prices(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=60)
    work(cast, enrolment, since=30)
    [(*_, paid, _)] = coming(cast, "short_job_outcome")
    [(*_, received, _)] = coming(cast, "short_job_outcome", "commissioner")
    assert received == paid * 5 // 4


class TestWhatNoOpenJobBrings:
    """Pay, steps and job starts, which come as they came to those before."""

    def test_pay_is_expected_of_whoever_is_in_work_and_of_whoever_is_not(self, cast: Cast) -> None:
        ask_for_facts(cast)
        for _ in range(2):
            _, enrolment = started_person(cast, days=300)
            pay(cast, enrolment, days=200, pence=100_000)
        _, working = started_person(cast, days=90)
        work(cast, working, since=30)
        started_person(cast, days=90)
        months = coming(cast, "earnings_outcome")
        assert round(sum(number for number, *_ in months), 1) == 2
        assert {most for _, most, *_ in months} == {0}

    def test_nobody_is_expected_to_reach_what_can_no_longer_be_reached(self, cast: Cast) -> None:
        ask_for_facts(cast)
        with looking_as(cast.system()):
            rules = [{**rule, **({"within_days": 110} if "within_days" in rule else {})} for rule in BY_FACTS]
            Programme.objects.update(milestones=rules)
        for _ in range(2):
            _, enrolment = started_person(cast, days=300)
            pay(cast, enrolment, days=191, pence=100_000)
        started_person(cast, days=105)
        assert round(sum(number for number, *_ in coming(cast, "earnings_outcome")), 1) == 1
        with looking_as(cast.system()):
            rules = [{**rule, **({"within_days": 104} if "within_days" in rule else {})} for rule in BY_FACTS]
            Programme.objects.update(milestones=rules)
        assert coming(cast, "earnings_outcome") == []

    def test_a_second_step_is_expected_after_the_first_as_long_as_it_took_before(self, cast: Cast) -> None:
        ask_for_facts(cast)
        for _ in range(2):
            _, enrolment = started_person(cast, days=300)
            for definition, days in (("cv", 250), ("debt", 200)):
                step: dict[str, Any] = {"kind": "progress_measure", "definition": definition}
                accept(cast, prove(cast, enrolment, days=days, **step))
        _, first = started_person(cast, days=60)
        accept(cast, prove(cast, first, days=30, kind="progress_measure", definition="cv"))
        # Its second step 50 days after its first, which was 30 days ago.
        [(number, *_)] = coming(cast, "progress")
        assert number == 1
        started_person(cast, days=0)
        # The first 50 days after the start, the second some 50 days after it.
        assert round(sum(number for number, *_ in coming(cast, "progress")), 1) == 3

    def test_a_job_start_is_expected_of_whoever_has_no_job_yet(self, cast: Cast) -> None:
        for _ in range(2):
            _, enrolment = started_person(cast, days=300)
            work(cast, enrolment, since=200)
        started_person(cast, days=90)
        assert round(sum(number for number, *_ in coming(cast, "job_start")), 1) == 1

    def test_somebody_out_of_work_is_expected_to_reach_what_follows_too(self, cast: Cast) -> None:
        sustainments = {**OFF_BENEFIT, "max": 3, "off_benefit": False}
        with looking_as(cast.system()):
            [programme] = Programme.objects.all()
            Programme.objects.update(milestones=[*programme.milestones, sustainments])
        for _ in range(2):
            _, enrolment = started_person(cast, days=300)
            end(cast, work(cast, enrolment, since=250), days=150)
        started_person(cast, days=0)
        assert round(sum(number for number, *_ in coming(cast, "sustainment")), 1) == 3


class TestPeopleWhomOnlyNamedUsersSee:
    @staticmethod
    def at_risk(cast: Cast, number: int) -> None:
        for _ in range(number):
            person, enrolment = started_person(cast, days=60)
            work(cast, enrolment, since=30)
            restrict(cast, person, level=2)

    def test_are_nobodys_milestone_and_a_few_of_them_no_sum_either(self, cast: Cast) -> None:
        self.at_risk(cast, 4)
        assert coming(cast, "short_job_outcome") == []
        with looking_as(cast.system()):
            assert not Forecast.objects.filter(part="withheld").exists()

    def test_are_a_sum_of_the_whole_where_it_is_of_so_many_that_it_tells_of_none(self, cast: Cast) -> None:
        self.at_risk(cast, 5)
        assert coming(cast, "short_job_outcome") == []
        with looking_as(cast.frank):
            row, *_ = Forecast.objects.filter(part="withheld", side="provider").order_by("month")
            assert row.organisation_id is None
            assert (row.code, int(row.number), row.most) == ("", 0, 0)
            assert row.best_pence == 5 * 90_000
        for name in ("mona", "ines"):
            with looking_as(getattr(cast, name)):
                assert not Forecast.objects.filter(part="withheld").exists()
        assert "People shown to named people only" in cast.client("frank").get(PAGE).content.decode()
        of_one = cast.client("frank").get(PAGE, {"provider": "renaisi"}).content.decode()
        assert "People shown to named people only" not in of_one


def test_what_was_reached_is_of_the_provider_that_reached_it_at_the_price_that_was_posted(
    cast: Cast,
) -> None:
    person, _ = started_person(cast, days=0, until=0)
    # The test owns its database: the case passes to another provider tomorrow.
    hold(cast, person, provider="i2i", adviser="ivo", since=0)
    with looking_as(cast.system()) as system:
        Price.objects.filter(milestone="start").update(withdrawn_at=system.now())
    assert coming(cast, "start") == [(Decimal(1), 1, 60_000, 60_000, 60_000)]
    with looking_as(cast.system()):
        assert {one.organisation_id for one in Forecast.objects.filter(code="start")} == {
            cast.organisation("renaisi")
        }


def test_it_is_made_anew_every_night(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=60)
    job = work(cast, enrolment, since=30)
    before = make(cast)
    assert make(cast) == before > 0
    end(cast, job, days=1)
    with looking_as(cast.system()) as system:
        outbox.enqueue("forecast", system)
    outbox.work_off()
    assert coming(cast, "short_job_outcome") == []


class TestThePage:
    def test_shows_the_months_ahead(self, cast: Cast) -> None:
        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)
        make(cast)
        page = cast.client("frank").get(PAGE).content.decode()
        assert "(1 in sight)" in page
        assert "Twelve months" in page
        assert "Say above what a month costs" in page

    def test_says_what_working_capital_it_takes(self, cast: Cast) -> None:
        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)
        make(cast)
        page = cast.client("mona").get(PAGE, {"monthly_cost": "1000", "days_to_pay": "45"}).content.decode()
        assert "At the current rate" in page
        assert "not within twelve months" in page

    @pytest.mark.parametrize(
        ("asked", "status"),
        [
            ({"monthly_cost": "-1"}, 422),
            ({"monthly_cost": "much"}, 422),
            ({"days_to_pay": "1000"}, 422),
            ({"provider": "nobody"}, 422),
            ({"side": "commissioner"}, 200),
            ({"provider": "renaisi"}, 200),
        ],
    )
    def test_says_what_makes_no_sense(self, cast: Cast, asked: dict[str, str], status: int) -> None:
        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)
        make(cast)
        assert cast.client("frank").get(PAGE, asked).status_code == status

    def test_a_provider_sees_its_own_money_alone(self, cast: Cast) -> None:
        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)
        make(cast)
        assert len(cast.client("mona").get(FILE).content.splitlines()) > 1
        assert len(cast.client("ines").get(FILE).content.splitlines()) == 1
        asked = {"side": "commissioner", "provider": "renaisi"}
        rows = cast.client("mona").get(FILE, asked).content.decode("utf-8-sig").splitlines()[1:]
        with looking_as(cast.mona):
            assert len(rows) == Forecast.objects.count()

    @pytest.mark.parametrize("name", ["ada", "dee", "hana"])
    def test_is_for_those_who_see_money(self, cast: Cast, name: str) -> None:
        assert cast.client(name).get(PAGE).status_code in {403, 404}

    def test_says_when_there_is_none(self, cast: Cast) -> None:
        assert "No forecast yet" in cast.client("frank").get(PAGE).content.decode()

    def test_costs_the_same_queries_whatever_the_caseload(self, cast: Cast) -> None:
        client = cast.client("frank")

        def queries() -> int:
            make(cast)
            client.get(PAGE)
            with CaptureQueriesContext(connection) as asked:
                client.get(PAGE)
            return len(asked)

        _, enrolment = started_person(cast, days=60)
        work(cast, enrolment, since=30)
        few = queries()
        for days in (50, 70):
            _, enrolment = started_person(cast, days=days)
            work(cast, enrolment, since=30, employer=f"Shop {ago(days)}")
        assert queries() == few
