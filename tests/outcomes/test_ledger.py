"""The books: every journal balances, nothing in them changes, and a provider reads its own side alone."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from outcomes import pricing
from outcomes.ledger import Unbalanced, post
from outcomes.models import Entry, Journal, Milestone
from partners import events
from partners.viewer import acting_as
from tests.cast import Cast, looking_as
from tests.outcomes.working import started_person, work


def copy_of_a_journal(cast: Cast) -> Journal:
    """An unwritten journal of another milestone, whole but for its entries."""
    _, enrolment = started_person(cast)
    with looking_as(cast.system()):
        milestone = Milestone.objects.get(code="start")
        journal = Journal.objects.get(milestone=milestone, side="provider")
        milestone.pk, milestone.ordinal, milestone.enrolment_id = uuid4(), 2, enrolment.pk
        milestone.save(force_insert=True)
    journal.pk, journal.milestone = uuid4(), milestone
    return journal


def raw(cast: Cast, *statements: tuple[str, list[Any]]) -> None:
    """Run statements as the system and let what was deferred come due, as at a commit."""
    with transaction.atomic(), acting_as(cast.system()), connection.cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


@pytest.mark.parametrize(
    "entries", [(), (("provider_cost", 5), ("provider_payable", -4)), (("provider_cost", 5),)]
)
def test_entries_that_do_not_sum_to_nothing_are_refused_at_once(cast: Cast, entries: pricing.Entries) -> None:
    journal = copy_of_a_journal(cast)
    with pytest.raises(Unbalanced), looking_as(cast.system()):
        post([(journal, entries)])
    with looking_as(cast.system()):
        assert not Journal.objects.filter(pk=journal.pk).exists()


def test_a_balanced_journal_is_taken(cast: Cast) -> None:
    journal = copy_of_a_journal(cast)
    with looking_as(cast.system()):
        post([(journal, pricing.entries_for("provider", 5))])
        assert journal.entries.count() == 2


def test_the_database_refuses_entries_that_do_not_balance(cast: Cast) -> None:
    """In the transaction that writes the journal: afterwards it takes none at all."""
    started_person(cast)
    with looking_as(cast.system()):
        entry = Entry.objects.first()
    assert entry is not None
    more = (
        "insert into outcomes_entry (id, tenant_id, journal_id, account, pence) values (%s, %s, %s, %s, %s)",
        [uuid4(), cast.serco.pk, entry.journal_id, "provider_bonus", 1],
    )
    with pytest.raises(IntegrityError, match="does not balance"):
        raw(cast, more)


def test_the_database_refuses_a_journal_without_entries(cast: Cast) -> None:
    journal = copy_of_a_journal(cast)
    with looking_as(cast.system()), connection.cursor() as cursor:
        journal.save(force_insert=True)
        with pytest.raises(IntegrityError, match="does not balance"):
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_is_written_takes_no_further_entries_even_if_they_balance(cast: Cast) -> None:
    started_person(cast)
    with looking_as(cast.system()):
        old = Journal.objects.filter(side="provider").get()
    with pytest.raises(IntegrityError, match="written already"), looking_as(cast.system()):
        Entry.objects.bulk_create(
            Entry(tenant=cast.serco, journal=old, account=account, pence=pence)
            for account, pence in (("provider_bonus", 5), ("provider_payable_2", -5))
        )


@pytest.mark.django_db(transaction=True)
def test_a_journal_takes_its_entries_at_any_savepoint_of_its_transaction(cast: Cast) -> None:
    journal = copy_of_a_journal(cast)
    with looking_as(cast.system()):
        with transaction.atomic():
            journal.save(force_insert=True)
        with transaction.atomic():
            Entry.objects.bulk_create(
                Entry(tenant=cast.serco, journal=journal, account=account, pence=pence)
                for account, pence in pricing.entries_for("provider", 5)
            )
    with looking_as(cast.system()):
        assert journal.entries.count() == 2


def test_an_entry_of_nothing_is_refused(cast: Cast) -> None:
    journal = copy_of_a_journal(cast)
    with pytest.raises(IntegrityError, match="outcomes_entry_not_zero"), looking_as(cast.system()):
        post([(journal, pricing.entries_for("provider", 0))])


@pytest.mark.parametrize("table", ["outcomes_journal", "outcomes_entry"])
@pytest.mark.parametrize("change", ["update {table} set pence = 1", "delete from {table}"])
def test_nothing_in_the_books_is_changed_or_taken_away(cast: Cast, table: str, change: str) -> None:
    started_person(cast)
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(cast, (change.format(table=table), []))


def test_even_the_owner_of_the_books_may_only_add_to_them(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text from pg_trigger where tgname = 'append_only' and tgenabled = 'O'"
        )
        assert set(cursor.fetchall()) >= {("outcomes_journal",), ("outcomes_entry",)}


def test_a_milestone_is_reached_once_at_a_time(cast: Cast) -> None:
    started_person(cast)
    with looking_as(cast.system()):
        milestone = Milestone.objects.get(code="start")
    milestone.pk = uuid4()
    with pytest.raises(IntegrityError, match="outcomes_milestone_once"), looking_as(cast.system()):
        milestone.save(force_insert=True)


def test_the_books_balance_when_the_request_of_a_provider_ends(cast: Cast) -> None:
    """At a commit the viewer is the provider, who sees one side alone: the check has to see both."""
    _, enrolment = started_person(cast)
    with looking_as(cast.ada):
        work(cast, enrolment, since=100)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from outcomes_entry")
            cursor.execute("set constraints all immediate")
            cursor.execute("set constraints all deferred")


def test_a_provider_reads_its_own_side_and_no_other_provider_any(cast: Cast) -> None:
    started_person(cast)
    seen = {}
    for name in ("priya", "mona", "ines", "hana", "dee", "sam"):
        with looking_as(getattr(cast, name)):
            seen[name] = (Journal.objects.count(), Entry.objects.count())
    assert seen == {
        "priya": (2, 4),
        "mona": (1, 2),
        "ines": (0, 0),
        "hana": (0, 0),
        "dee": (0, 0),
        "sam": (0, 0),
    }


def test_a_milestone_whose_event_is_lost_is_not_reached(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partners.events.KINDS", events.KINDS - {"milestone.reached"})
    with pytest.raises(ValueError, match=r"milestone\.reached"):
        started_person(cast)
    with looking_as(cast.system()):
        assert not Milestone.objects.exists()
        assert not Journal.objects.exists()
