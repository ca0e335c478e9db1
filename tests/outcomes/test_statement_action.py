"""A statement is proposed by one person and sealed by another, in the order of the months, and then paid."""

from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from outcomes.actions import statement as actions
from outcomes.models import Charge, Journal, Paper, Statement, StatementLine
from partners.models import DomainEvent
from partners.viewer import LONDON, acting_as, london_date
from programmes.models import Fee
from tests.cast import Cast, looking_as
from tests.outcomes.settling import agree, ended, now, of_month, pay, propose, seal, sealed
from tests.outcomes.working import end, started_person, work
from tests.participants.people import ago


def run(cast: Cast, statement: str) -> None:
    """As the system, past every action."""
    with transaction.atomic(), acting_as(cast.system()), connection.cursor() as cursor:
        cursor.execute(statement)


def test_sealing_takes_two_people_and_gives_a_number_a_total_and_a_digest(cast: Cast) -> None:
    statement = ended(cast)
    proposed = propose(cast, statement)
    assert (proposed.status, proposed.proposed_by_id, proposed.number) == (
        "proposed",
        cast.users["frank"].pk,
        None,
    )
    found = seal(cast, statement)
    assert (found.status, found.sealed_by_id) == ("sealed", cast.users["cleo"].pk)
    assert (found.number, found.line_count, found.total_pence, found.previous) == (1, 1, 60_000, None)
    assert len(found.digest) == 64


def test_whoever_proposed_it_does_not_seal_it(cast: Cast) -> None:
    statement = ended(cast)
    propose(cast, statement, by="cleo")
    with pytest.raises(actions.ProposedByYou, match="Somebody else"):
        seal(cast, statement, by="cleo")
    assert now(cast, statement).status == "proposed"


def test_not_even_past_the_action(cast: Cast) -> None:
    statement = ended(cast)
    propose(cast, statement)
    with pytest.raises(IntegrityError, match="sealed_by_another"), looking_as(cast.system()) as system:
        Statement.objects.filter(pk=statement.pk).update(
            status="sealed",
            sealed_by=cast.users["frank"],
            sealed_at=system.now(),
            number=1,
            total_pence=0,
            line_count=0,
            digest="x",
        )


def test_what_nobody_proposed_is_not_sealed_and_nothing_is_proposed_twice(cast: Cast) -> None:
    statement = ended(cast)
    with pytest.raises(actions.NotProposed):
        seal(cast, statement)
    propose(cast, statement)
    with pytest.raises(actions.NotOpen):
        propose(cast, statement, by="cleo")
    seal(cast, statement)
    with pytest.raises(actions.NotProposed):
        seal(cast, statement)


def test_a_month_that_runs_is_not_proposed(cast: Cast) -> None:
    started_person(cast, days=0)
    statement = of_month(cast, ago(0))
    with pytest.raises(actions.MonthRunning, match="The month runs until"):
        propose(cast, statement)


def test_a_month_is_proposed_on_the_first_day_after_it(cast: Cast) -> None:
    statement = ended(cast)
    last = (statement.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    # At noon: late in a winter's evening it is the next day already in a summer's month so many days ago.
    noon = datetime.combine(last, time(12), LONDON)
    with looking_as(cast.frank) as frank:
        with pytest.raises(actions.MonthRunning):
            actions.propose(statement=statement, by=frank, at=noon)
        actions.propose(statement=statement, by=frank, at=noon + timedelta(days=1))


def test_an_earlier_month_with_lines_is_sealed_first(cast: Cast) -> None:
    earlier, later = ended(cast, days=200), ended(cast, days=100)
    with pytest.raises(actions.EarlierFirst, match=f"{earlier.month:%B %Y} comes first"):
        propose(cast, later)
    first = sealed(cast, earlier)
    second = sealed(cast, later)
    assert (second.number, second.previous) == (2, first)


def test_an_earlier_month_without_lines_is_passed_and_takes_none_afterwards(cast: Cast) -> None:
    empty = Statement(
        tenant=cast.serco,
        contract=cast.contract,
        organisation=cast.organisations["renaisi"],
        month=ago(200).replace(day=1),
    )
    with looking_as(cast.system()):
        empty.save(force_insert=True)
    with pytest.raises(actions.NothingOnIt):
        propose(cast, empty)
    later = sealed(cast, ended(cast, days=100))
    _, enrolment = started_person(cast, days=201)
    with looking_as(cast.system()):
        line = Journal.objects.get(milestone__enrolment=enrolment, side="provider")
        assert line.statement is not None
        assert line.statement.month > later.month
        assert line.claimable_from == ago(201)


def test_numbers_have_no_gaps_and_each_provider_has_its_own_chain(cast: Cast) -> None:
    first = sealed(cast, ended(cast, days=200))
    other = sealed(cast, ended(cast, days=200, provider="i2i", adviser="ivo"))
    third = ended(cast, days=100)
    propose(cast, third)
    with pytest.raises(actions.Changed):
        seal(cast, third, read=actions.Expected(1, 1))
    last = seal(cast, third)
    assert [one.number for one in (first, other, last)] == [1, 2, 3]
    assert (other.previous, last.previous) == (None, first)


def test_what_changed_since_somebody_looked_is_not_sealed(cast: Cast) -> None:
    statement = ended(cast)
    propose(cast, statement)
    for wrong in (actions.Expected(1, 59_999), actions.Expected(2, 60_000)):
        with pytest.raises(actions.Changed):
            seal(cast, statement, read=wrong)
    assert seal(cast, statement).total_pence == 60_000


def test_the_charges_of_the_month_are_posted_before_it_is_totalled(cast: Cast) -> None:
    statement = ended(cast)
    with looking_as(cast.system()):
        Fee.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            side="provider",
            kind="management_fee",
            share_basis_points=1000,
            source="Schedule 4",
        )
    found = sealed(cast, statement)
    assert (found.line_count, found.total_pence) == (2, 54_000)
    with looking_as(cast.system()):
        assert Charge.objects.get().pence == -6_000
        assert StatementLine.objects.get(label="Management fee").source == "Schedule 4"


def test_the_lines_are_frozen_as_they_were_said(cast: Cast) -> None:
    person, _ = started_person(cast, days=100)
    statement = sealed(cast, of_month(cast, ago(100)))
    with looking_as(cast.system()):
        line = StatementLine.objects.get(statement=statement)
    assert (line.position, line.reference, line.label, line.kind) == (1, person.reference, "Start", "Earned")
    assert (line.reached_on, line.claimable_from, line.pence) == (ago(100), ago(100), 60_000)
    assert (line.source, line.illustrative) == ("test", True)


@pytest.mark.parametrize(
    "change",
    [
        "update outcomes_statement set total_pence = 1",
        "update outcomes_statement set status = 'proposed'",
        "update outcomes_statement set digest = 'x'",
    ],
)
def test_nothing_of_a_sealed_statement_changes(cast: Cast, change: str) -> None:
    sealed(cast, ended(cast))
    with pytest.raises(DatabaseError, match="is sealed"):
        run(cast, change)


@pytest.mark.parametrize("table", ["outcomes_statementline", "outcomes_paper"])
@pytest.mark.parametrize("change", ["update {} set id = id", "delete from {}"])
def test_nor_of_its_lines_or_its_paper(cast: Cast, table: str, change: str) -> None:
    sealed(cast, ended(cast))
    with pytest.raises(DatabaseError, match="permission denied"):
        run(cast, change.format(table))


def test_late_facts_fall_on_the_next_statement(cast: Cast) -> None:
    _, enrolment = started_person(cast, days=200)
    job = work(cast, enrolment, since=190)
    outcome = now(cast, of_month(cast, ago(190 - 91 + 1)))
    sealed(cast, of_month(cast, ago(200)))
    before = sealed(cast, outcome)
    end(cast, job, days=150)
    with looking_as(cast.system()):
        reversal = Journal.objects.get(kind="reversal", side="provider", pence=-90_000)
        assert reversal.statement is not None
        assert reversal.statement.month == ago(0).replace(day=1)
    assert now(cast, before).total_pence == 90_000


def test_the_trigger_refuses_whoever_writes_on_a_sealed_one(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    _, enrolment = started_person(cast, days=5)
    with looking_as(cast.system()):
        journal = Journal.objects.get(milestone__enrolment=enrolment, side="commissioner")
        journal.pk, journal.side, journal.statement = statement.pk, "provider", statement
        journal.kind = "reversal"
        with pytest.raises(DatabaseError, match="is sealed") as refused, transaction.atomic():
            journal.save(force_insert=True)
    assert getattr(refused.value.__cause__, "pgcode", "") == "P0S01"


def test_a_payment_has_a_day_a_reference_and_its_days_from_sealing(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    found = pay(cast, statement)
    assert (found.status, found.payment_reference, found.days_to_pay) == ("paid", "BACS 1", 0)
    with pytest.raises(actions.NotSealed):
        pay(cast, statement)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_payment_is_neither_before_the_sealing_nor_in_the_future(cast: Cast, days: int) -> None:
    statement = sealed(cast, ended(cast))
    with pytest.raises(actions.PaidOutOfTime):
        pay(cast, statement, on=london_date(cast.system().now()) + timedelta(days=days))


def test_only_a_sealed_statement_is_paid(cast: Cast) -> None:
    with pytest.raises(actions.NotSealed):
        pay(cast, ended(cast))


def test_without_self_billing_the_providers_invoice_is_named(cast: Cast) -> None:
    statement = sealed(cast, ended(cast))
    with pytest.raises(actions.InvoiceMissing):
        pay(cast, statement, invoice="")
    assert pay(cast, statement).invoice_reference == "INV 7"


def test_with_self_billing_there_is_none(cast: Cast) -> None:
    agree(cast)
    statement = sealed(cast, ended(cast))
    with looking_as(cast.system()):
        assert Paper.objects.get().kind == "invoice"
    assert pay(cast, statement, invoice="").status == "paid"


def test_every_step_is_told_behind_the_wall_of_money(cast: Cast) -> None:
    pay(cast, sealed(cast, ended(cast)))
    kinds = {"statement.proposed", "statement.sealed", "statement.paid"}
    for name, seen in (("priya", kinds), ("mona", kinds), ("ines", set()), ("hana", set()), ("dee", set())):
        with looking_as(getattr(cast, name)):
            told = DomainEvent.objects.filter(kind__startswith="statement.")
            assert set(told.values_list("kind", flat=True)) == seen, name
