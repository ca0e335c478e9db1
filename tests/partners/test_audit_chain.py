"""The chain over the audit: whatever is changed in it, taken out of it or kept from it is found."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.utils import timezone

from config.management.commands.relay import Command as Relay
from partners import audit, audit_chain, outbox
from partners.models import AuditDay, AuditEntry, DomainEvent
from tests.cast import Cast, looking_as
from tests.conftest import CLONE, at
from tests.participants.people import log, new_person

pytestmark = pytest.mark.django_db(transaction=True)


def tamper(*statements: str) -> None:
    """What somebody does who has the whole database: the guards of the tables do not bind a replica."""
    intruder = psycopg2.connect(at("SUPERUSER_DATABASE_URL", CLONE))
    with intruder, intruder.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement
    intruder.close()


def verified(*arguments: str) -> tuple[int, str]:
    """The exit code of verify_audit and what it printed."""
    printed, code = StringIO(), 0
    try:
        call_command("verify_audit", *arguments, stdout=printed)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, printed.getvalue()


def link(cast: Cast) -> int:
    """Link what waits in Serco's workspace now; returns how many rows."""
    return audit_chain.link(cast.serco.pk, timezone.now())


def look(cast: Cast, times: int) -> None:
    """So many looks, in one transaction each."""
    for _ in range(times):
        with looking_as(cast.ada):
            audit.look(cast.ada, "test.page")


def entries(cast: Cast) -> list[AuditEntry]:
    """Every row of Serco's, in its place."""
    with looking_as(cast.system()):
        return list(AuditEntry.objects.order_by("day", "sequence"))


@pytest.fixture
def linked(cast: Cast) -> list[AuditEntry]:
    """Nine looks, linked in two batches."""
    look(cast, 4)
    assert link(cast) == 4
    look(cast, 5)
    assert link(cast) == 5
    return entries(cast)


def test_rows_get_their_places_without_a_gap_and_once(cast: Cast, linked: list[AuditEntry]) -> None:
    assert [entry.sequence for entry in linked] == list(range(1, 10))
    assert len({entry.digest for entry in linked}) == 9
    assert link(cast) == 0
    assert entries(cast) == linked
    code, printed = verified()
    assert code == 0, printed
    assert "9 rows" in printed


def test_a_row_of_an_open_transaction_is_linked_when_it_is_committed(cast: Cast) -> None:
    look(cast, 1)
    other = psycopg2.connect(at("DATABASE_URL", CLONE))
    with other.cursor() as cursor:
        cursor.execute(
            "select set_config('wall.tenant', %s, true), set_config('wall.kind', 'system', true)",
            [str(cast.serco.pk)],
        )
        cursor.execute(
            "insert into partners_auditentry (id, tenant_id, at, written_at, act, kind, wall, subject_type, purpose,"
            " request_id, facts, digest) values (gen_random_uuid(), %s, now(), now() - interval '1 hour', 'look',"
            " 'test.late', 'case', '', '', '', '{}', '')",
            [str(cast.serco.pk)],
        )
        assert link(cast) == 1
        other.commit()
    other.close()
    assert link(cast) == 1
    assert [(entry.kind, entry.sequence) for entry in entries(cast)] == [("test.page", 1), ("test.late", 2)]
    assert verified()[0] == 0


def test_the_relay_links_what_waits(cast: Cast) -> None:
    look(cast, 2)
    Relay().link_audit()
    assert [entry.sequence for entry in entries(cast)] == [1, 2]


def test_each_workspace_has_a_chain_of_its_own(cast: Cast) -> None:
    look(cast, 2)
    with looking_as(cast.sam):
        audit.look(cast.sam, "test.page")
    assert audit_chain.link_all() == 3
    assert [entry.sequence for entry in entries(cast)] == [1, 2]
    assert verified("--tenant", "meridian")[0] == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("by_user_id", "null"),
        ("at", "at + interval '1 second'"),
        ("facts", """'{"reason": "other"}'"""),
        ("participant_id", "id"),
        ("organisation_id", "null"),
        ("purpose", "'nothing'"),
        ("kind", "'test.other'"),
        ("written_at", "written_at - interval '1 day'"),
    ],
)
def test_a_changed_row_is_found_and_no_other_is_accused(
    cast: Cast, linked: list[AuditEntry], column: str, value: str
) -> None:
    tamper(f"update partners_auditentry set {column} = {value} where id = '{linked[4].pk}'")
    code, printed = verified("--tenant", "serco")
    assert code == 1
    assert f"serco {linked[4].day} row 5: Row {linked[4].pk} is not as it was written." in printed
    assert "1 found." in printed


def test_a_row_that_was_taken_out_is_missed(cast: Cast, linked: list[AuditEntry]) -> None:
    tamper(f"delete from partners_auditentry where id = '{linked[2].pk}'")
    code, printed = verified()
    assert code == 1
    assert "row 3: The row is missing." in printed


def test_closing_the_ranks_after_taking_a_row_out_does_not_help(cast: Cast, linked: list[AuditEntry]) -> None:
    tamper(
        f"delete from partners_auditentry where id = '{linked[2].pk}'",
        "update partners_auditentry set sequence = sequence + 1000 where sequence > 3",
        "update partners_auditentry set sequence = sequence - 1001 where sequence > 1000",
        "update partners_auditday set entries = 8",
    )
    code, printed = verified()
    assert code == 1
    assert "row 3: Row" in printed
    assert "The close of the day does not fit its rows." in printed


@pytest.mark.parametrize("close", ["", "update partners_auditday set entries = 7"])
def test_a_cut_tail_is_found_even_where_the_count_was_set_back(
    cast: Cast, linked: list[AuditEntry], close: str
) -> None:
    tamper("delete from partners_auditentry where sequence > 7", *filter(None, [close]))
    code, printed = verified()
    assert code == 1
    expected = "The close of the day" if close else "row 8: The rows 8 to 9 are missing."
    assert expected in printed
    look(cast, 1)
    link(cast)
    if not close:
        assert "row 8: The rows 8 to 9 are missing." in verified()[1]


def test_a_tail_that_was_cut_with_its_close_is_found_by_the_digest_that_was_kept(
    cast: Cast, linked: list[AuditEntry]
) -> None:
    kept = verified("--tenant", "serco")[1].partition("closed by ")[2].split()[0]
    assert verified("--tenant", "serco", "--expect", kept)[0] == 0
    tamper("delete from partners_auditentry", "delete from partners_auditday")
    assert verified("--tenant", "serco")[0] == 0
    code, printed = verified("--tenant", "serco", "--expect", kept)
    assert code == 1
    assert f"The close is not {kept}." in printed


def test_a_lost_close_shows_even_after_more_was_linked(cast: Cast, linked: list[AuditEntry]) -> None:
    tamper("delete from partners_auditday", "delete from partners_auditentry where sequence = 9")
    code, printed = verified()
    assert code == 1
    assert "The day has rows, and no close." in printed
    look(cast, 1)
    assert link(cast) == 1
    assert "row 9: The row is missing." in verified()[1]


def test_an_older_count_does_not_stop_the_chain(cast: Cast, linked: list[AuditEntry]) -> None:
    tamper("update partners_auditday set entries = 2")
    assert verified()[0] == 1
    look(cast, 1)
    assert link(cast) == 1
    assert verified()[0] == 0


@pytest.fixture
def three_days(cast: Cast) -> list[date]:
    """Three looks on each of three days, the last of them yesterday."""
    now = timezone.now()
    for days in (3, 2, 1):
        look(cast, 3)
        assert audit_chain.link(cast.serco.pk, now - timedelta(days=days)) == 3
    return sorted({entry.day for entry in entries(cast) if entry.day})


def test_the_days_hang_together(cast: Cast, three_days: list[date]) -> None:
    first, second, third = three_days
    assert [entry.sequence for entry in entries(cast)] == [1, 2, 3] * 3
    assert verified()[0] == 0
    tamper(
        f"delete from partners_auditentry where day = '{second}'",
        f"delete from partners_auditday where day = '{second}'",
    )
    code, printed = verified()
    assert code == 1
    assert f"serco {third} row 1: Row" in printed
    assert verified("--day", str(first))[0] == 0
    assert f"serco {second}: no rows" in verified("--day", str(second))[1]


def test_a_clock_that_was_set_back_goes_on_with_the_newest_day(cast: Cast, three_days: list[date]) -> None:
    look(cast, 1)
    audit_chain.link(cast.serco.pk, timezone.now() - timedelta(days=9))
    assert (entries(cast)[-1].day, entries(cast)[-1].sequence) == (three_days[-1], 4)
    assert verified()[0] == 0


def test_the_chain_goes_on_under_a_new_key_and_needs_the_old_one_to_be_checked(
    cast: Cast, three_days: list[date], settings: Any
) -> None:
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = {**old, 2: b"another key of thirty-two bytes.."}
    look(cast, 2)
    link(cast)
    assert [entry.digest[:2] for entry in entries(cast)] == ["1:"] * 9 + ["2:"] * 2
    assert verified()[0] == 0
    settings.FIELD_KEYS = {2: settings.FIELD_KEYS[2]}
    code, printed = verified()
    assert code == 1
    assert "The day cannot be checked: No key 1" in printed


def test_the_nightly_check_notes_the_days_that_are_whole(cast: Cast, three_days: list[date]) -> None:
    check_tonight(cast)
    with looking_as(cast.system()):
        assert AuditDay.objects.filter(checked_at__isnull=False, broken=0).count() == 3
        assert not DomainEvent.objects.exists()


def test_the_nightly_check_raises_an_alarm_in_the_audit_itself(cast: Cast, three_days: list[date]) -> None:
    tamper(f"delete from partners_auditentry where day = '{three_days[1]}' and sequence = 2")
    check_tonight(cast)
    with looking_as(cast.priya):
        assert list(AuditDay.objects.order_by("day").values_list("broken", flat=True)) == [0, 1, 0]
        alarm = AuditEntry.objects.get(kind="audit.broken")
    assert alarm.facts == {"findings": 1, "first_day": str(three_days[1])}


def check_tonight(cast: Cast) -> None:
    """Do what the schedule asks for once a day."""
    with looking_as(cast.system()) as system:
        outbox.enqueue("check_audit", system)
    outbox.work_off()


def test_a_row_that_waits_too_long_is_told(cast: Cast) -> None:
    look(cast, 2)
    assert verified()[0] == 0
    tamper("update partners_auditentry set written_at = written_at - interval '11 minutes'")
    code, printed = verified()
    assert code == 1
    assert printed.count("has not been linked since") == 2


def test_an_event_without_its_row_is_told(cast: Cast) -> None:
    log(cast, new_person(cast), cast.ada)
    link(cast)
    with looking_as(cast.system()):
        event = DomainEvent.objects.get(kind="contact.logged")
    tamper(
        "delete from partners_auditentry where act = 'change'",
        "delete from partners_auditday",
    )
    code, printed = verified()
    assert code == 1
    assert f"Event {event.pk}, contact.logged, has no row." in printed
