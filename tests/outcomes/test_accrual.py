"""Milestones and the books follow the facts, and only where the facts changed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.accrual import NobodyLed, recompute
from outcomes.models import Entry, Journal, Milestone, Statement
from outcomes.pricing import journal_id, reversal_id
from participants.models import Assignment, Enrolment
from partners import outbox
from partners.actions.clock import move
from partners.models import DomainEvent
from programmes.models import Price
from programmes.working_days import add_working_days
from tests.cast import Cast, looking_as
from tests.outcomes.settling import ended, sealed
from tests.outcomes.working import correct, end, lines, reached, started_person, work
from tests.participants.people import ago, hold, new_person, start


def accrue(cast: Cast, *enrolments: Enrolment) -> int:
    with looking_as(cast.system()) as system:
        return recompute(enrolments=enrolments, by=system, at=system.now())


def test_a_start_is_a_milestone_that_earns_on_both_sides(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=40)
    assert reached(cast, enrolment) == {"start": ago(40)}
    assert lines(cast, enrolment) == [("start", "accrual", 60_000)]
    assert lines(cast, enrolment, "commissioner") == [("start", "accrual", 75_000)]
    with looking_as(cast.system()):
        provider, commissioner = Journal.objects.order_by("-side")
        assert provider.illustrative
        assert commissioner.statement is None
        assert provider.statement is not None
        assert provider.statement.month == ago(40).replace(day=1)
        assert provider.statement.organisation_id == cast.organisation("renaisi")
        assert dict(provider.entries.values_list("account", "pence")) == {
            "provider_cost": 60_000,
            "provider_payable": -60_000,
        }


def test_a_job_that_lasts_reaches_its_milestones_on_the_right_days(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=200)
    work(cast, enrolment, since=190)
    assert reached(cast, enrolment) == {
        "start": ago(200),
        "job_start": ago(190),
        "short_job_outcome": ago(190 - 90),
        "sustained_job_outcome": ago(190 - 181),
    }


def test_a_milestone_without_a_price_earns_nothing(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    assert lines(cast, enrolment) == [("start", "accrual", 60_000)]


def test_a_price_of_nothing_posts_nothing(cast: Cast) -> None:
    with looking_as(cast.system()):
        Price.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            milestone="job_start",
            pence=0,
            source="test",
        )
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    assert lines(cast, enrolment) == [("start", "accrual", 60_000)]


def test_a_price_that_comes_later_is_posted_once(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    with looking_as(cast.system()):
        Price.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            milestone="job_start",
            pence=700,
            source="test",
        )
    assert accrue(cast, enrolment) == 1
    assert accrue(cast, enrolment) == 0
    assert ("job_start", "accrual", 700) in lines(cast, enrolment)
    with looking_as(cast.system()):
        assert DomainEvent.objects.filter(kind="milestone.priced").count() == 1


def test_two_prices_that_claim_the_same_milestone_earn_nothing(cast: Cast) -> None:
    with looking_as(cast.system()):
        for pence in (500, 700):
            Price.objects.create(
                tenant=cast.serco,
                contract=cast.contract,
                side="provider",
                milestone="job_start",
                pence=pence,
                source="test",
            )
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    assert lines(cast, enrolment) == [("start", "accrual", 60_000)]


def test_a_share_is_taken_of_the_commissioners_price(cast: Cast) -> None:
    with looking_as(cast.system()):
        common = {"tenant": cast.serco, "contract": cast.contract, "milestone": "job_start", "source": "test"}
        Price.objects.create(**common, side="commissioner", pence=1_001, payment_group="all")
        Price.objects.create(**common, side="provider", share_basis_points=5_000, illustrative=True)
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=5)
    assert ("job_start", "accrual", 501) in lines(cast, enrolment)


def test_running_again_writes_nothing(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    end(cast, work(cast, enrolment, since=190), days=120)
    with looking_as(cast.system()):
        before = [model.objects.count() for model in (Milestone, Journal, Entry, Statement, DomainEvent)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert accrue(cast, enrolment) == 0
    assert not [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    with looking_as(cast.system()):
        assert before == [
            model.objects.count() for model in (Milestone, Journal, Entry, Statement, DomainEvent)
        ]


def test_an_end_that_comes_to_light_takes_an_outcome_back_and_says_why(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=120)
    assert "short_job_outcome" in reached(cast, enrolment)
    end(cast, job, days=60)
    assert "short_job_outcome" not in reached(cast, enrolment)
    assert lines(cast, enrolment)[1:] == [
        ("short_job_outcome", "accrual", 90_000),
        ("short_job_outcome", "reversal", -90_000),
    ]
    with looking_as(cast.system()):
        accrual, reversal = Journal.objects.filter(
            side="provider", milestone__code="short_job_outcome"
        ).order_by("kind")
        assert reversal.pk == reversal_id(accrual.pk)
        assert reversal.reverses_id == accrual.pk
        assert reversal.price_id == accrual.price_id
        assert reversal.statement is not None
        assert reversal.statement.month == ago(0).replace(day=1)
        assert "is no longer reached" in reversal.why
        assert reversal.why.startswith("The job that began on")
        assert sum(reversal.entries.values_list("pence", flat=True)) == 0
        event = DomainEvent.objects.get(kind="milestone.reversed")
        assert event.facts["code"] == "short_job_outcome"
        assert event.facts["reached_on"] == ago(30).isoformat()


def test_another_date_reverses_the_milestone_and_earns_it_again(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=120)
    job = correct(cast, job, since=110)
    correct(cast, job, since=100)
    assert reached(cast, enrolment)["short_job_outcome"] == ago(10)
    with looking_as(cast.system()):
        outcomes = Milestone.objects.filter(code="short_job_outcome").order_by("generation")
        assert [(one.generation, one.reversed_at is None) for one in outcomes] == [
            (0, False),
            (1, False),
            (2, True),
        ]
        assert "is now reached on" in outcomes[0].reversed_why
        newest = Journal.objects.get(milestone=outcomes[2], side="provider")
        assert newest.pk == journal_id(cast.serco.pk, enrolment.pk, "provider", "short_job_outcome", 1, 2)
        assert sum(Journal.objects.filter(side="provider").values_list("pence", flat=True)) == 60_000 + 90_000


def test_a_reversal_keeps_the_price_that_was_posted(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=120)
    with looking_as(cast.system()) as system:
        Price.objects.filter(milestone="short_job_outcome").update(withdrawn_at=system.now())
        Price.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            milestone="short_job_outcome",
            pence=10,
            source="new terms",
        )
    correct(cast, job, since=110)
    assert lines(cast, enrolment)[1:] == [
        ("short_job_outcome", "accrual", 90_000),
        ("short_job_outcome", "reversal", -90_000),
        ("short_job_outcome", "accrual", 10),
    ]


def test_a_line_taken_back_before_its_month_stands_where_it_was_earned(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    job = work(cast, enrolment, since=100)
    with looking_as(cast.system()):
        programme = cast.contract.programme
        programme.milestones = [{**rule, "claim_after_working_days": 60} for rule in programme.milestones]
        programme.save(update_fields=["milestones"])
    later = correct(cast, job, since=99)
    end(cast, later, days=50)
    with looking_as(cast.system()):
        accrual, reversal = Journal.objects.filter(
            side="provider", milestone__code="short_job_outcome", milestone__generation=1
        ).order_by("kind")
        assert accrual.claimable_from > ago(0)
        assert reversal.statement_id == accrual.statement_id


def test_a_sealed_statement_takes_no_more_lines(cast: Cast) -> None:
    statement = sealed(cast, ended(cast, days=40))
    _, late = started_person(cast, days=40)
    with looking_as(cast.system()):
        line = Journal.objects.select_related("statement").get(side="provider", milestone__enrolment=late)
        assert line.statement is not None
        assert line.statement.month == (statement.month + timedelta(days=31)).replace(day=1)


def test_a_milestone_belongs_to_the_lead_provider_of_its_day(cast: Cast) -> None:
    person = new_person(cast, since=200, until=101)
    hold(cast, person, provider="i2i", adviser="ivo", since=100)
    enrolment = start(cast, person, days=200)
    work(cast, enrolment, since=190, by="ivo")
    with looking_as(cast.system()):
        owners = dict(Milestone.objects.values_list("code", "organisation__slug"))
    assert owners == {
        "start": "renaisi",
        "job_start": "renaisi",
        "short_job_outcome": "i2i",
        "sustained_job_outcome": "i2i",
    }


def test_what_is_reached_after_everyone_let_go_belongs_to_the_last(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=100)
    with looking_as(cast.system()) as system:
        Assignment.objects.update(ends_on=ago(50))
        Milestone.objects.filter(code="short_job_outcome").update(reversed_at=system.now())
    accrue(cast, enrolment)
    with looking_as(cast.system()):
        again = Milestone.objects.get(code="short_job_outcome", reversed_at=None)
        assert again.organisation_id == cast.organisation("renaisi")
    with looking_as(cast.mona):
        assert Milestone.objects.filter(pk=again.pk).exists()


def test_an_enrolment_that_nobody_led_is_said_and_not_guessed(cast: Cast) -> None:
    _, enrolment = started_person(cast)
    with looking_as(cast.system()) as system:
        Assignment.objects.update(voided_at=system.now())
        Milestone.objects.update(reversed_at=system.now())
    with pytest.raises(NobodyLed):
        accrue(cast, enrolment)


def test_a_payment_group_may_have_a_rule_of_its_own(cast: Cast) -> None:
    with looking_as(cast.system()):
        group = cast.contract.groups.get(code="all")
        group.milestones = [
            {"code": "short_job_outcome", "rule": "weeks_in_work", "weeks": 2, "label": "Two weeks"}
        ]
        group.save(update_fields=["milestones"])
    _, enrolment = started_person(cast)
    work(cast, enrolment, since=50)
    assert reached(cast, enrolment)["short_job_outcome"] == ago(50 - 13)


def test_time_passes_and_milestones_follow(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=20)
    work(cast, enrolment, since=10)
    assert set(reached(cast, enrolment)) == {"start", "job_start"}
    for days, expected in ((85, True), (0, False)):
        offset = timedelta(days=days)
        with looking_as(cast.system()) as system:
            move(tenant=cast.serco, offset=offset, by=system, at=system.now())
        outbox.work_off()
        assert ("short_job_outcome" in reached(cast, enrolment)) is expected


def test_a_batch_costs_the_same_queries_whatever_its_size(cast: Cast) -> None:
    enrolments = []
    for _ in range(4):
        _, enrolment = started_person(cast)
        work(cast, enrolment, since=120)
        enrolments.append(enrolment)
    counts = []
    for batch in (enrolments[:1], enrolments):
        with CaptureQueriesContext(connection) as queries:
            assert accrue(cast, *batch) == 0
        counts.append(len(queries))
    assert counts[0] == counts[1]


SUSTAINED = [
    {"code": "start", "rule": "start", "label": "Start"},
    {"code": "job_outcome", "rule": "weeks_in_work", "weeks": 2, "until": "allotted", "label": "Job outcome"},
    {
        "code": "sustainment",
        "rule": "sustainment",
        "max": 3,
        "follows": "job_outcome",
        "least_days": 1,
        "label": "Sustainment",
    },
]


def sustained_contract(cast: Cast, *, clock: str, allotted_days: int) -> None:
    """Give the contract sustainments, a price for each, and a clock."""
    with looking_as(cast.system()):
        cast.contract.programme.milestones = SUSTAINED
        cast.contract.programme.save(update_fields=["milestones"])
        cast.contract.clock, cast.contract.allotted_days = clock, allotted_days
        cast.contract.save(update_fields=["clock", "allotted_days"])
        Price.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            milestone="sustainment",
            ordinal_from=1,
            ordinal_to=2,
            pence=1_700,
            source="test",
        )


def test_sustainments_are_numbered_and_claimable_fifteen_working_days_later(cast: Cast) -> None:
    sustained_contract(cast, clock="attachment", allotted_days=365)
    _, enrolment = started_person(cast, days=150)
    work(cast, enrolment, since=140)
    with looking_as(cast.system()):
        kept = Milestone.objects.filter(code="sustainment").order_by("ordinal")
        found = [(one.ordinal, one.reached_on) for one in kept]
        assert found == [(n, ago(140 - 13 - 28 * n)) for n in (1, 2, 3)]
        assert all(one.claimable_from == add_working_days(one.reached_on, 15) for one in kept)
        journals = Journal.objects.filter(milestone__code="sustainment").select_related(
            "statement", "milestone"
        )
        assert [journal.pence for journal in journals] == [1_700, 1_700]  # the third has no price
        for journal in journals:
            assert journal.statement is not None
            assert journal.statement.month == journal.milestone.claimable_from.replace(day=1)


def test_the_allotted_time_runs_by_the_contracts_clock(cast: Cast) -> None:
    for clock, is_reached in (("attachment", True), ("referral", False)):
        sustained_contract(cast, clock=clock, allotted_days=60)
        person = new_person(cast, since=150)
        enrolment = start(cast, person, days=100, referred=140)
        work(cast, enrolment, since=90)
        assert ("job_outcome" in reached(cast, enrolment)) is is_reached
