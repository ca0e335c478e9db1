"""What the demo writes in bulk is what the real actions write: every column, but ids, references and sealed bytes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from config.demo import workspace
from config.demo.journeys import Journey
from config.demo.making import generator
from config.demo.people import CHAINS
from config.demo.rows import TABLES, Rows
from config.demo.staff import Staff
from config.demo.supply import Worker
from outcomes.models import Entry, Job, Journal, Milestone, PerformanceFact, Statement
from outcomes.performance.nightly import rebuild
from outcomes.performance.refresh import refresh
from participants.models import Appointment, Assignment, Contact, Enrolment, Participant, Plan
from partners.models import DomainEvent
from partners.viewer import Viewer, acting_as
from referrals.models import Allocation, EligibilityDecision, Referral
from tests.demo.retelling import retell

Label = Callable[[Any], tuple[Any, ...]]
# How a row is known without its id, in the order in which the names build on each other.
LABELS: dict[Any, Label] = {
    Participant: lambda row: (row.given_name, row.family_name, row.born_on),
    Referral: lambda row: (row.participant_id,),
    EligibilityDecision: lambda row: (row.referral_id, row.decided_at),
    Assignment: lambda row: (row.participant_id, row.organisation_id, row.starts_on),
    Allocation: lambda row: (row.referral_id, row.allocated_at),
    Enrolment: lambda row: (row.participant_id,),
    Contact: lambda row: (row.participant_id, row.recorded_at),
    Appointment: lambda row: (row.participant_id, row.starts_at),
    Plan: lambda row: (row.participant_id, row.number),
    Job: lambda row: (row.participant_id, row.recorded_at),
    Milestone: lambda row: (row.enrolment_id, row.code, row.ordinal),
    Statement: lambda row: (row.contract_id, row.organisation_id, row.month),
    Journal: lambda row: (row.milestone_id, row.side),
    Entry: lambda row: (row.journal_id, row.account),
    DomainEvent: lambda row: (),
}
LEFT_OUT = {"id", "reference", "sealed"}
COUNT, SEED = 14, 367


def everything() -> dict[str, list[str]]:
    """All rows of the demo's tables, ids replaced by what the rows are known by."""
    names: dict[str, str] = {}
    for model, label in LABELS.items():
        for row in model.objects.all():
            parts = [names.get(str(part), str(part)) for part in label(row)]
            names[str(row.pk)] = f"{model.__name__}({', '.join(parts)})"
    return {
        model.__name__: sorted(
            str({name: named(value, names) for name, value in row.items() if name not in LEFT_OUT})
            for row in model._default_manager.values()
        )
        for model in TABLES
    }


def named(value: Any, names: dict[str, str]) -> Any:
    """A value with the ids in it replaced, and lists in an order of their own."""
    if isinstance(value, dict):
        return {key: named(one, names) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return sorted((named(one, names) for one in value), key=str)
    return names.get(str(value), value) if isinstance(value, str | UUID) else value


def figures() -> list[Any]:
    """The figures of the dashboards."""
    cells = PerformanceFact.objects.values_list(
        "organisation_id", "cohort_month", "elapsed_month", "code", "amount"
    )
    return sorted(cells, key=str)


def people_of(journeys: list[Journey], staff: Staff) -> None:
    """Make the colleagues of every journey first, so that both tellings meet the same ones."""
    for journey in journeys:
        if journey.channel == "form":
            staff.member(journey.referrer, "submitter", 0)
        for offer in journey.offers:
            staff.worker(Worker(offer.provider, 0))
            if offer.adviser:
                staff.worker(offer.adviser)


@pytest.fixture
def demo(db: None) -> tuple[Staff, list[Journey]]:
    """A workspace on a Sunday in June, and few journeys in which everything happens that can."""
    tenant = workspace.make_tenant(CHAINS[0])
    by = Viewer.system(tenant.pk, "test", datetime(2026, 6, 14, 12, tzinfo=UTC) - timezone.now())
    with transaction.atomic(), acting_as(by):
        workspace.fill(tenant, CHAINS[0], COUNT, by)
        staff = Staff(by, workspace.first_day(by.today))
        journeys = list(generator(CHAINS[0], staff, COUNT, SEED, by).make(COUNT))
        people_of(journeys, staff)
    return staff, journeys


def test_the_journeys_at_hand_hold_everything_that_can_happen(demo: tuple[Staff, list[Journey]]) -> None:
    _, journeys = demo
    assert {journey.channel for journey in journeys} == {"api", "form", "self"}
    assert {said.decision.outcome for journey in journeys for said in journey.said} == {
        *("eligible", "not_eligible", "need_to_know"),
    }
    assert any(len(journey.said) > 1 for journey in journeys)
    assert any(journey.withdrawn_at for journey in journeys)
    assert any(journey.no_start for journey in journeys)
    assert any(offer.hand_back for journey in journeys for offer in journey.offers)
    assert any(job.ended_at for journey in journeys for job in journey.jobs)
    assert any(at for journey in journeys if journey.planned for _, at in journey.planned.steps)
    booked = [one for journey in journeys for one in journey.appointments]
    assert {(one.talk is None, bool(one.why)) for one in booked} == {
        (True, False),
        (False, False),
        (False, True),
    }
    assert any(journey.ending for journey in journeys)
    assert {"sustainment", "short_job_outcome"} <= {it.code for journey in journeys for it in journey.reached}


def test_rows_in_bulk_are_those_of_the_real_actions(demo: tuple[Staff, list[Journey]]) -> None:
    staff, journeys = demo
    with transaction.atomic(), acting_as(staff.by):
        before = transaction.savepoint()
        retell(journeys, staff)
        while refresh(staff.by):
            pass
        by_actions, shown = everything(), figures()
        transaction.savepoint_rollback(before)
        rows = Rows(staff.by, staff, "test")
        for journey in journeys:
            rows.add(journey)
        rows.bulk.flush()
        rebuild(staff.by)
        in_bulk = everything()
        for table, expected in by_actions.items():
            assert in_bulk[table] == expected, table
        assert figures() == shown
