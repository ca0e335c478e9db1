"""People in work by days to go to what comes next: counted on the forecast's page, and listed behind each number."""

import csv
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.in_sight import BANDS
from outcomes.models import InSight
from participants.models import Participant
from programmes.models import Programme
from tests.cast import MILESTONES, Cast, looking_as
from tests.outcomes.test_forecasting import PAGE, make
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago
from tests.participants.restricting import restrict

LIST, FILE = "/serco/forecast/in-work/", "/serco/forecast/in-work.csv"


def in_work(cast: Cast, since: int, **who: Any) -> Participant:
    """Somebody in a job for so many days, today included: the short outcome comes on the 91st."""
    person, enrolment = started_person(cast, days=since + 10, **who)
    work(cast, enrolment, since=since - 1, by={"i2i": "ivo"}.get(who.get("provider", ""), "ada"))
    return person


def shown(cast: Cast, name: str = "mona", **asked: str) -> list[tuple[str, str, list[int]]]:
    """The rows of the table: provider, milestone, and how many in each band."""
    rows = cast.client(name).get(PAGE, asked).context["in_sight"]
    return [(row.slug, row.code, [number for _, number in row.numbers]) for row in rows]


def listed(cast: Cast, name: str = "mona", **asked: str) -> list[dict[str, str]]:
    answer = cast.client(name).get(FILE, asked)
    return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize(
    ("to_go", "band"), [(1, 0), (7, 0), (8, 1), (28, 1), (29, 2), (91, 2), (92, 3), (181, 3)]
)
def test_somebody_is_counted_by_the_days_to_what_comes_next(cast: Cast, to_go: int, band: int) -> None:
    with looking_as(cast.system()):
        outcome = {"rule": "weeks_in_work", "code": "job_outcome", "label": "Job outcome", "weeks": 26}
        Programme.objects.update(milestones=[MILESTONES[0], outcome])
    in_work(cast, 182 - to_go)
    make(cast)
    assert shown(cast) == [("renaisi", "job_outcome", [int(number == band) for number in range(len(BANDS))])]
    [one] = listed(cast)
    assert (one["Next milestone"], one["Days to go"]) == ("Job outcome", str(to_go))
    assert len(listed(cast, days=str(band))) == 1
    assert not listed(cast, days=str((band + 1) % len(BANDS)))


def test_what_comes_after_an_outcome_is_next_once_it_is_reached(cast: Cast) -> None:
    in_work(cast, 90)
    in_work(cast, 91)
    make(cast)
    assert [code for _, code, _ in shown(cast)] == ["short_job_outcome", "sustained_job_outcome"]


def test_whoever_is_out_of_work_or_lost_the_job_is_not(cast: Cast) -> None:
    started_person(cast, days=60)
    _, enrolment = started_person(cast, days=60)
    end(cast, work(cast, enrolment, since=40), days=5)
    make(cast)
    assert shown(cast) == []
    assert not listed(cast)
    assert "People in work by days to go" not in cast.client("mona").get(PAGE).content.decode()


def test_every_number_links_to_its_people(cast: Cast) -> None:
    person = in_work(cast, 90)
    in_work(cast, 20)
    make(cast)
    page = cast.client("mona").get(PAGE).content.decode()
    asked = "contract_code=inspiring-families&amp;provider=renaisi&amp;milestone=short_job_outcome"
    link = f"{LIST}?{asked}"
    assert f'href="{link}"' in page
    behind = cast.client("mona").get(f"{link}&amp;days=0".replace("&amp;", "&"))
    assert f'href="{link}&amp;days=0">1<' in page
    assert [line.participant for line in behind.context["lines"]] == [person]
    assert f"/serco/participants/{person.reference}/work/" in behind.content.decode()


def test_the_prime_sees_every_provider_and_a_provider_its_own(cast: Cast) -> None:
    in_work(cast, 20)
    in_work(cast, 20, provider="i2i", adviser="ivo")
    make(cast)
    assert [slug for slug, *_ in shown(cast, "frank")] == ["i2i", "renaisi"]
    assert [slug for slug, *_ in shown(cast, "frank", provider="i2i")] == ["i2i"]
    assert [slug for slug, *_ in shown(cast, "mona")] == ["renaisi"]
    assert [one["Provider"] for one in listed(cast, "frank", provider="i2i")] == ["i2i"]
    assert len(listed(cast, "frank")) == 2
    assert len(listed(cast, "mona")) == len(listed(cast, "ines")) == 1


def test_whoever_may_see_nobody_reads_no_name_and_no_order_of_names(cast: Cast) -> None:
    first, second = in_work(cast, 30, family="Zand"), in_work(cast, 20, family="Abel")
    make(cast)
    for one, days in zip(listed(cast, "frank", sort="name"), ("61", "71"), strict=True):
        assert (one["Reference"], one["Name"], one["Days to go"]) == ("", "", days)
    shown_to_mona = [one["Reference"] for one in listed(cast, "mona", sort="name")]
    assert shown_to_mona == [second.reference, first.reference]
    assert first.reference not in cast.client("frank").get(LIST).content.decode()


def test_somebody_restricted_is_neither_counted_nor_listed_but_for_the_named(cast: Cast) -> None:
    restrict(cast, in_work(cast, 20), "ada", "mona")
    make(cast)
    assert shown(cast, "frank") == []
    assert not listed(cast, "frank")
    assert sum(shown(cast, "mona")[0][2]) == len(listed(cast, "mona")) == 1


def test_the_night_forgets_what_is_no_longer_true(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=60)
    job = work(cast, enrolment, since=40)
    make(cast)
    end(cast, job, days=0)
    assert len(listed(cast)) == 1
    make(cast)
    with looking_as(cast.system()):
        assert not InSight.objects.exists()


def test_a_day_that_came_since_the_night_is_in_the_first_band(cast: Cast) -> None:
    in_work(cast, 89)
    make(cast)
    with looking_as(cast.system()):
        found = InSight.objects.all()
        for later in (2, 3):
            assert found.filter(BANDS[0].on(ago(-later))).count() == 1


@pytest.mark.parametrize("address", [PAGE, LIST, FILE])
def test_it_costs_the_same_queries_whatever_the_caseload(cast: Cast, address: str) -> None:
    client, costs = cast.client("mona"), []
    for _ in range(3):
        in_work(cast, 20)
        make(cast)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        costs.append(len(asked))
    assert costs[1] == costs[2]
