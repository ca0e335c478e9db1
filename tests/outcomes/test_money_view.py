"""The money tab: what each milestone earned, on the sides that the viewer may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.money import money_of
from partners.models import Tenant
from partners.viewer import Viewer
from programmes.models import Price
from tests.cast import Cast, looking_as
from tests.outcomes.working import correct, end, started_person, work
from tests.participants.people import ago, hold, new_person, start


def page(cast: Cast, name: str, reference: str) -> str:
    response = cast.client(name).get(f"/serco/participants/{reference}/money/")
    assert response.status_code == 200
    return response.content.decode()


def sums(viewer: Viewer, person_id: object) -> list[tuple[str, str, int | None, str]]:
    with looking_as(viewer):
        return [
            (one.label, one.side, one.pence, "" if one.journal else one.note)
            for one in money_of(person_id, viewer)[0]  # type: ignore[arg-type]
        ]


def price(cast: Cast, tenant: Tenant, **terms: object) -> None:
    with looking_as(cast.system()):
        Price.objects.create(
            **{"tenant": tenant, "contract": cast.contract, "side": "provider", "source": "test", **terms}
        )


def test_the_prime_sees_both_sides_and_a_provider_its_own(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=100)
    assert sums(cast.priya, person.pk) == [
        ("Start", "commissioner", 75_000, ""),
        ("Start", "provider", 60_000, ""),
        ("Job start", "commissioner", None, "No payment for this milestone"),
        ("Job start", "provider", None, "No payment for this milestone"),
        ("Short job outcome", "commissioner", 112_500, ""),
        ("Short job outcome", "provider", 90_000, ""),
    ]
    assert sums(cast.mona, person.pk) == [
        ("Start", "provider", 60_000, ""),
        ("Job start", "provider", None, "No payment for this milestone"),
        ("Short job outcome", "provider", 90_000, ""),
    ]
    shown = page(cast, "priya", person.reference)
    assert "£1,875.00" in shown
    assert "£1,500.00" in shown
    assert "£1,875.00" not in page(cast, "mona", person.reference)
    assert "illustrative" in shown


def test_a_milestone_without_its_price_is_said_and_not_silent(cast: Cast) -> None:
    price(cast, cast.serco, milestone="job_start", pence=500, starts_to=ago(300))
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    assert ("Job start", "provider", None, "Price missing") in sums(cast.mona, person.pk)
    assert "Price missing" in page(cast, "mona", person.reference)


def test_without_any_terms_every_price_is_missing(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        Price.objects.update(withdrawn_at=system.now())
    person, _ = started_person(cast)
    assert sums(cast.mona, person.pk) == [("Start", "provider", None, "Price missing")]


def test_a_price_of_nothing_is_not_a_missing_one(cast: Cast) -> None:
    price(cast, cast.serco, milestone="job_start", pence=0)
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    assert ("Job start", "provider", None, "£0.00 by the terms") in sums(cast.mona, person.pk)


@pytest.mark.parametrize(
    ("whole", "note"),
    [
        (None, "Price missing"),
        ({"milestone": "job_start"}, "Price missing"),
        ({"milestone": "job_start", "pence": 500, "starts_to": ago(300)}, "Price missing"),
        ({"milestone": "job_start", "pence": 500, "payment_group": "other"}, "Price missing"),
        ({"milestone": "job_start", "pence": 0}, "£0.00 by the terms"),
    ],
)
def test_a_share_of_a_price_that_nobody_knows_is_a_missing_one(
    cast: Cast, whole: dict[str, object] | None, note: str
) -> None:
    if whole is not None:
        price(cast, cast.serco, side="commissioner", **whole)
    price(cast, cast.serco, milestone="job_start", share_basis_points=8_000)
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    for viewer in (cast.mona, cast.priya):
        said = [one[3] for one in sums(viewer, person.pk) if one[:2] == ("Job start", "provider")]
        assert said == [note]
    on_statement = cast.client("mona").get("/serco/statements/").content.decode()
    assert ("1 milestone reached without a price" in on_statement) is (note == "Price missing")


def test_a_reversal_stands_beside_what_it_takes_back(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    end(cast, work(cast, enrolment, since=120), days=60)
    outcome = [one[2] for one in sums(cast.mona, person.pk) if one[0] == "Short job outcome"]
    assert outcome == [90_000, -90_000]
    shown = page(cast, "mona", person.reference)
    assert "Reversed" in shown
    assert "is no longer reached" in shown


def test_the_next_provider_does_not_read_what_the_last_one_was_paid(cast: Cast) -> None:
    person = new_person(cast, since=200, until=101)
    hold(cast, person, provider="i2i", adviser="ivo", since=100)
    enrolment = start(cast, person, days=200)
    work(cast, enrolment, since=150, by="ivo")
    assert [label for label, *_ in sums(cast.mona, person.pk)] == ["Start", "Job start"]
    assert [label for label, *_ in sums(cast.ines, person.pk)] == ["Short job outcome"]


def test_finance_follows_a_reference_without_seeing_the_person(cast: Cast) -> None:
    person, _ = started_person(cast, family="Unmistakable")
    shown = page(cast, "frank", person.reference)
    assert person.reference in shown
    assert "£750.00" in shown
    assert "Unmistakable" not in shown


@pytest.mark.parametrize(("name", "status"), [("ada", 403), ("ines", 404), ("hana", 404), ("sam", 404)])
def test_nobody_else_reads_it(cast: Cast, name: str, status: int) -> None:
    person, _ = started_person(cast)
    assert cast.client(name).get(f"/serco/participants/{person.reference}/money/").status_code == status


def test_the_tab_costs_the_same_queries_however_much_is_on_it(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    job = work(cast, enrolment, since=120)
    client = cast.client("priya")
    counts = []
    for since in (115, 110, 105):
        job = correct(cast, job, since=since)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/serco/participants/{person.reference}/money/", headers={"HX-Request": "true"})
        counts.append(len(queries))
    assert counts[1] == counts[2]
