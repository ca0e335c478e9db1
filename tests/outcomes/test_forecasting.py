"""The forecast: worked out at night from the caseload, and shown with the working capital that it takes."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.forecasting import forecast
from outcomes.models import Forecast
from partners import outbox
from programmes.models import Contract, Price
from tests.cast import Cast, looking_as
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


def test_both_sides_are_forecast_at_their_own_prices(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=60)
    work(cast, enrolment, since=30)
    [(*_, paid, _)] = coming(cast, "short_job_outcome")
    [(*_, received, _)] = coming(cast, "short_job_outcome", "commissioner")
    assert received == paid * 5 // 4


def test_a_person_whom_only_named_users_see_is_left_out(cast: Cast) -> None:
    person, enrolment = started_person(cast, days=60)
    work(cast, enrolment, since=30)
    restrict(cast, person, level=2)
    assert coming(cast, "short_job_outcome") == []


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
        assert "of 1 in sight" in page
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
