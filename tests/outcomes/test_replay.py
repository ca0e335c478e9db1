"""The ledger against the facts: equal on a caseload, and whatever somebody changes behind its back is found."""

from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command

from outcomes.models import Entry, Journal, Milestone
from outcomes.replay import replay
from partners import outbox
from partners.models import DomainEvent
from partners.viewer import acting_as
from tests.cast import Cast, looking_as
from tests.conftest import CLONE, at
from tests.outcomes.working import correct, end, started_person, work

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = {
    "a milestone on another day": "update outcomes_milestone set reached_on = reached_on - 1 where code = 'job_start'",
    "a milestone that nobody reached": "update outcomes_milestone set ordinal = 2 where code = 'job_start'",
    "a milestone taken out": "delete from outcomes_milestone where code = 'job_start'",
    "a milestone undone by hand": "update outcomes_milestone set reversed_at = now() where code = 'start'",
    "another amount": "update outcomes_journal set pence = pence + 1 where kind = 'accrual' and side = 'provider'",
    "another id": "update outcomes_entry set journal_id = gen_random_uuid()",
    "another provider": "update outcomes_journal set organisation_id = gen_random_uuid() where side = 'provider'",
    "another reversal": "update outcomes_journal set pence = pence - 1 where kind = 'reversal'",
    "a reversal of nothing": "update outcomes_journal set reverses_id = gen_random_uuid() where kind = 'reversal'",
    "entries that balance": "update outcomes_entry set pence = pence * 2",
    "a journal taken out": "delete from outcomes_journal where kind = 'accrual' and side = 'commissioner'",
}


def caseload(cast: Cast) -> None:
    """People before work, in work, out of it again, and two whose facts were corrected."""
    started_person(cast, days=60)
    work(cast, started_person(cast)[1], since=195)
    end(cast, work(cast, started_person(cast)[1], since=150), days=30)
    correct(cast, work(cast, started_person(cast)[1], since=120), since=110)
    correct(cast, work(cast, started_person(cast)[1], since=120), since=80)


def tampered(statement: str) -> None:
    """Run a statement as somebody whom neither walls nor triggers bind."""
    with psycopg2.connect(at("SUPERUSER_DATABASE_URL", CLONE)) as connection, connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount > 0
    connection.close()


def verified(*options: Any) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    printed = StringIO()
    try:
        call_command("verify_ledger", *options, stdout=printed)
    except SystemExit as stop:
        return printed.getvalue(), int(str(stop.code))
    return printed.getvalue(), 0


def test_a_caseload_is_in_the_ledger_as_its_facts_say(cast: Cast) -> None:
    caseload(cast)
    printed, code = verified()
    assert code == 0, printed
    assert "serco: 5 enrolments compared, 0 due" in printed
    with looking_as(cast.system()):
        assert Milestone.objects.filter(reversed_at__isnull=False).count() == 4
        assert sum(Entry.objects.values_list("pence", flat=True)) == 0


@pytest.mark.parametrize("what", CHANGES)
def test_what_somebody_changed_in_the_ledger_is_found(cast: Cast, what: str) -> None:
    caseload(cast)
    tampered(CHANGES[what])
    printed, code = verified("--tenant", "serco")
    assert code == 1, f"{what}: {printed}"


def test_a_fact_changed_behind_the_ledger_is_found(cast: Cast) -> None:
    caseload(cast)
    tampered("update outcomes_job set starts_on = starts_on + 3 where voided_at is null")
    assert verified()[1] == 1


def test_every_night_looks_page_by_page_and_an_alarm_is_an_event(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outcomes.replay.PAGE", 2)
    caseload(cast)

    def alarms() -> int:
        outbox.work_off()
        with looking_as(cast.system()) as system:
            outbox.enqueue("replay", system)
        outbox.work_off()
        with looking_as(cast.system()):
            return DomainEvent.objects.filter(kind="ledger.differs").count()

    assert alarms() == 0
    tampered("update outcomes_milestone set reached_on = reached_on - 1 where code = 'start'")
    assert alarms() == 3


def test_the_check_writes_nothing_and_asks_as_much_for_many_as_for_one(cast: Cast) -> None:
    caseload(cast)
    with looking_as(cast.system()):
        before = [model.objects.count() for model in (Milestone, Journal, Entry, DomainEvent)]
    system = cast.system()
    with looking_as(system), acting_as(system):
        page = replay(system)
    assert (page.compared, page.waiting, page.findings, page.last) == (5, 0, [], None)
    with looking_as(cast.system()):
        assert before == [model.objects.count() for model in (Milestone, Journal, Entry, DomainEvent)]
