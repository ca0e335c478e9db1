"""The rows of the audit: one for every change, whoever writes it and however; none ever changed or taken away."""

from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners import audit, events
from partners.identifiers import uuid7
from partners.models import AuditDay, AuditEntry, DomainEvent
from partners.viewer import Viewer
from tests.cast import Cast, looking_as
from tests.conftest import CLONE, at
from tests.participants.people import log, new_person


def rows(cast: Cast, **wanted: Any) -> list[AuditEntry]:
    """Serco's rows of the audit, oldest first."""
    with looking_as(cast.system()):
        return list(AuditEntry.objects.filter(**wanted).order_by("at", "id"))


def seen(viewer: Viewer) -> set[UUID]:
    """The rows that the viewer sees."""
    with looking_as(viewer):
        return set(AuditEntry.objects.values_list("pk", flat=True))


def test_a_change_has_its_row_under_the_id_of_its_event(cast: Cast) -> None:
    person = new_person(cast)
    log(cast, person, cast.ada)
    with looking_as(cast.system()):
        event = DomainEvent.objects.get(kind="contact.logged")
    [row] = rows(cast, pk=event.pk)
    assert (row.act, row.kind, row.at, row.facts) == ("change", event.kind, event.at, event.facts)
    assert (row.participant_id, row.by_user_id) == (person.pk, cast.users["ada"].pk)
    assert row.organisation_id == cast.organisation("renaisi")
    assert row.purpose == "participants.actions.contact.log"
    assert row.day is None


def test_what_is_written_in_bulk_past_the_models_has_its_rows_too(cast: Cast) -> None:
    here = {"tenant_id": cast.serco.pk, "at": timezone.now(), "on": cast.ada.today, "wall": "case"}
    with looking_as(cast.system()):
        DomainEvent.objects.bulk_create(
            DomainEvent(**here, kind="contact.logged", subject_type="contact", subject_id=uuid4())
            for _ in range(50)
        )
    assert len(rows(cast, kind="contact.logged", purpose="test")) == 50


def test_the_request_stands_in_the_rows_of_a_change_and_of_a_look(cast: Cast) -> None:
    person = new_person(cast)
    ada = cast.client("ada")
    here = {"contract": cast.contract.code, "channel": "phone", "result": "attended"}
    address = f"/serco/participants/{person.reference}/contacts/new/"
    looked = ada.get(address)
    changed = ada.post(address, {**here, "contacted_on": cast.ada.today.isoformat()})
    assert changed.status_code == 302, changed.content
    assert [row.act for row in rows(cast, request_id=looked["X-Request-Id"])] == ["look"]
    assert [row.kind for row in rows(cast, request_id=changed["X-Request-Id"])] == ["contact.logged"]


def test_a_change_that_fails_leaves_no_row(cast: Cast) -> None:
    def fail() -> None:
        with looking_as(cast.system()) as system:
            events.record("workspace.clock_moved", cast.serco, system, at=system.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert rows(cast) == []


def test_the_same_look_twice_in_a_request_is_one_row(cast: Cast) -> None:
    person, request = new_person(cast), uuid4().hex
    ada = Viewer(**{**vars(cast.ada), "request_id": request})
    with looking_as(ada):
        for kind in ("test.page", "test.page", "test.other"):
            audit.look(ada, kind, participant_id=person.pk)
    assert sorted(row.kind for row in rows(cast, request_id=request)) == ["test.other", "test.page"]


def test_facts_say_how_many_and_why_and_never_whom(cast: Cast) -> None:
    person = new_person(cast)
    with looking_as(cast.ada) as ada:
        audit.searched(ada, "test.list", found=3)
        audit.exported(ada, "test.file", count=2)
        audit.unmasked(ada, participant_id=person.pk, reason="evidence")
    found = [(row.act, row.facts, row.participant_id) for row in rows(cast)]
    assert found == [
        ("search", {"found": 3}, None),
        ("export", {"count": 2}, None),
        ("unmask", {"reason": "evidence"}, person.pk),
    ]


def test_who_sees_which_rows(cast: Cast) -> None:
    person, other = new_person(cast), new_person(cast, provider="i2i", adviser="ivo")
    for name in ("ada", "priya", "ivo"):
        with looking_as(getattr(cast, name)) as viewer:
            audit.look(viewer, "test.page", participant_id=person.pk)
            audit.look(viewer, "test.page", participant_id=other.pk)
    log(cast, person, cast.ada)
    all_rows = rows(cast)
    assert seen(cast.priya) == {row.pk for row in all_rows}
    own, primes = cast.organisation("renaisi"), cast.organisation("serco")
    assert seen(cast.mona) == {
        row.pk
        for row in all_rows
        if row.act == "look" and row.participant_id == person.pk and row.organisation_id in (own, primes)
    }
    assert seen(cast.mona)
    for name in ("hana", "dee", "sam"):
        assert seen(getattr(cast, name)) == set()


def test_what_is_behind_the_safeguarding_wall_is_for_the_cleared(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        DomainEvent.objects.create(
            tenant_id=system.tenant_id,
            at=system.now(),
            on=system.today,
            wall="safeguarding",
            kind="contact.logged",
            subject_type="concern",
            subject_id=uuid4(),
        )
    assert len(seen(cast.sara)) == 1
    assert seen(cast.priya) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "delete from partners_auditentry",
        "truncate partners_auditentry",
        "update partners_auditentry set kind = 'test.other'",
        "update partners_auditentry set by_user_id = null",
        "update partners_auditentry set facts = '{}'",
        "delete from partners_auditday",
        "update partners_auditday set day = day - 1",
    ],
)
def test_the_application_may_neither_change_nor_take_away_a_row(cast: Cast, statement: str) -> None:
    with looking_as(cast.ada) as ada:
        audit.look(ada, "test.page")
    with pytest.raises(DatabaseError), looking_as(cast.system()), connection.cursor() as cursor:
        cursor.execute(statement)
    assert len(rows(cast)) == 1


def test_a_row_is_linked_once(cast: Cast) -> None:
    with looking_as(cast.ada) as ada:
        audit.look(ada, "test.page")
    today = cast.ada.today
    with looking_as(cast.system()):
        assert AuditEntry.objects.update(day=today, sequence=1, digest="1:x") == 1
    for again in ({"digest": "1:y"}, {"sequence": 2}, {"day": None, "sequence": None, "digest": ""}):
        with pytest.raises(DatabaseError, match="append only"), looking_as(cast.system()):
            AuditEntry.objects.update(**again)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["delete from", "update", "truncate"])
def test_not_even_the_superuser_changes_a_row_by_mistake(cast: Cast, what: str) -> None:
    with looking_as(cast.ada) as ada:
        audit.look(ada, "test.page")
    superuser = psycopg2.connect(at("SUPERUSER_DATABASE_URL", CLONE))
    change = f"{what} partners_auditentry" + (" set kind = 'test.other'" if what == "update" else "")
    with superuser.cursor() as cursor, pytest.raises(psycopg2.Error, match="append only"):
        cursor.execute(change)
    superuser.close()


def test_a_page_costs_one_more_statement_for_its_row(cast: Cast) -> None:
    with looking_as(cast.ada) as ada, CaptureQueriesContext(connection) as asked:
        audit.look(ada, "test.page", participant_id=uuid7())
    statements = [one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 1
    assert AuditDay._meta.db_table not in statements[0]
