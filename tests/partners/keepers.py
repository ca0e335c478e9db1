"""What keeps the rows right besides the walls: keys that carry the tenant, check constraints and triggers.

As in tests.partners.matrix, each check yields a sentence for everything that is not as it should be.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import PositiveIntegerField, PositiveSmallIntegerField

from partners.walls import Reference, walled_models
from tests.partners.matrix import Attempt, Matrix, Newcomer
from tests.partners.small_world import Onlooker, Place, Values, look_as
from tests.partners.wrong_rows import BESIDES, SEALED, WRONG

NO_SUCH_ROW, NOT_ALLOWED, RESTRICTED, SEALED_CODE = "23503", "23514", "23001", "P0S01"


def counted() -> dict[str, tuple[str, str]]:
    """The check constraints of numbers that count something, and so cannot be below zero: table and column."""
    return {
        f"{model._meta.db_table}_{field.column}_check": (model._meta.db_table, str(field.column))
        for model in walled_models()
        for field in model._meta.concrete_fields
        if isinstance(field, PositiveIntegerField | PositiveSmallIntegerField)
    }


def references() -> dict[str, tuple[str, str, str]]:
    """The keys that carry the tenant: table, column and the table referred to."""
    found = {}
    for model in walled_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, Reference):
                field: Any = model._meta.get_field(constraint.field)
                found[constraint.name] = (
                    model._meta.db_table,
                    field.column,
                    field.related_model._meta.db_table,
                )
    return found


class Keepers:
    """The checks of what keeps rows right, on a planted world."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix, self.doors = matrix, matrix.doors
        self.place, self.other = matrix.places
        self.system = Onlooker("the system", self.place.tenant_id, "system")

    def reference(self, name: str) -> Iterator[str]:
        """No row refers to another tenant's, nor to one that is not there: both are refused alike."""
        table, column, target = references()[name]
        cursor = self.doors.cursor("baton_app")
        foreign = next(r.id for r in self.matrix.world.of(target) if r.tenant_id == self.other.tenant_id)
        with self.matrix.newcomer(cursor, self.place, table) as row:
            attempt = row.attempt(**BESIDES.get(name, {}), **{column: foreign})
        if attempt.refused != NO_SUCH_ROW:
            yield f"{name}: a reference to another tenant: {attempt.told}"

    def constraint(self, name: str) -> Iterator[str]:
        """A check constraint refuses what it is there to refuse."""
        cursor = self.doors.cursor("baton_app")
        if name in counted():
            table, column = counted()[name]
            wrong: list[Values] = [{**BESIDES.get(name, {}), column: -1}]
        else:
            table, wrong = "_".join(name.split("_")[:2]), WRONG[name]
        with self.matrix.newcomer(cursor, self.place, table) as row:
            for given in wrong:
                attempt = row.attempt(**meant(given, self.place, row))
                if attempt.refused != NOT_ALLOWED:
                    yield f"{name}: {given}: {attempt.told}"

    def trigger(self, table: str, name: str) -> Iterator[str]:
        """A trigger does what it is there to do."""
        yield from getattr(self, TRIGGERS[table, name])(table)

    def nothing_is_changed(self, table: str) -> Iterator[str]:
        """Not even by whom no wall binds."""
        cursor = self.doors.cursor("superuser")
        for statement in (f'update "{table}" set id = id', f'delete from "{table}"'):
            if (attempt := Attempt(cursor, statement)).refused != RESTRICTED:
                yield f"{table}: {statement}: {attempt.told}"

    def nothing_is_emptied(self, table: str) -> Iterator[str]:
        cursor = self.doors.cursor("superuser")
        if (attempt := Attempt(cursor, f'truncate "{table}" cascade')).refused != RESTRICTED:
            yield f"{table}: truncate: {attempt.told}"

    def a_row_is_linked_once(self, table: str) -> Iterator[str]:
        """The place in the chain may be written once, and nothing else ever."""
        yield from self.nothing_else_is_changed(table)
        cursor = self.doors.cursor("baton_app")
        look_as(cursor, self.system)
        link = f"update {table} set day = '2026-01-01', sequence = 1, digest = 'd' where id = %s"
        entry = next(r.id for r in self.matrix.world.of(table) if r.tenant_id == self.place.tenant_id)
        if (attempt := Attempt(cursor, link, [entry])).rows != 1:
            yield f"{table}: linking a row: {attempt.told}"
        cursor.execute("savepoint linked")
        cursor.execute(link, [entry])
        if (attempt := Attempt(cursor, link, [entry])).refused != RESTRICTED:
            yield f"{table}: linking a row again: {attempt.told}"
        cursor.execute("rollback to savepoint linked")

    def nothing_else_is_changed(self, table: str) -> Iterator[str]:
        cursor = self.doors.cursor("superuser")
        for statement in (f"update {table} set kind = 'x'", f"delete from {table}"):
            if (attempt := Attempt(cursor, statement)).refused != RESTRICTED:
                yield f"{table}: {statement}: {attempt.told}"

    def every_change_is_audited(self, table: str) -> Iterator[str]:
        """An event and its audit row are written together, whoever writes the event."""
        cursor = self.doors.cursor("baton_app")
        with self.matrix.newcomer(cursor, self.place, table) as row:
            event = row.planter.plant(table, kind="test.audited")
            cursor.execute(
                "select act, kind, tenant_id, facts ->> 'said' from partners_auditentry where id = %s",
                [event["id"]],
            )
            found = cursor.fetchall()
            cursor.execute("select facts ->> 'said' from partners_domainevent where id = %s", [event["id"]])
            [(said,)] = cursor.fetchall()
        if found != [("change", "test.audited", self.place.tenant_id, said)]:
            yield f"{table}: the audit says {found}"

    def a_line_joins_an_open_statement(self, table: str) -> Iterator[str]:
        cursor = self.doors.cursor("baton_app")
        with self.matrix.newcomer(cursor, self.place, table) as row:
            for status, told in ((SEALED, SEALED_CODE), ({}, "")):
                statement = row.planter.plant(
                    "outcomes_statement", fresh=True, **meant(status, self.place, row)
                )
                attempt = row.attempt(statement_id=statement["id"])
                if attempt.refused != told:
                    yield f"{table}: on a statement with {status}: {attempt.told}"

    def what_is_sealed_is_paid_and_no_more(self, table: str) -> Iterator[str]:
        cursor = self.doors.cursor("superuser")
        with self.matrix.newcomer(cursor, self.place, table) as row:
            sealed = row.planter.plant(table, fresh=True, **meant(SEALED, self.place, row))
            paid = "status = 'paid', paid_on = '2026-01-01', paid_at = now(), paid_by_id = sealed_by_id"
            changes = (
                (sealed, "total_pence = 2", RESTRICTED),
                (sealed, "status = 'open'", RESTRICTED),
                (sealed, f"{paid}, digest = 'y'", RESTRICTED),
                (sealed, paid, ""),
                (row.planter.plant(table, fresh=True), "month = '2020-01-01'", ""),
            )
            for statement, change, told in changes:
                attempt = Attempt(cursor, f"update {table} set {change} where id = %s", [statement["id"]])
                if attempt.refused != told:
                    yield f"{table}: {change}: {attempt.told}"

    def books_balance(self, table: str) -> Iterator[str]:
        """Each journal by itself, and two that are wrong do not make a right."""
        cursor = self.doors.cursor("baton_app")
        for amounts, is_right in (([(0, 5)], False), ([(0, 5), (1, -5)], False), ([(0, 5), (0, -5)], True)):
            with self.matrix.newcomer(cursor, self.place, "outcomes_journal") as row:
                journals = [
                    row.planter.plant("outcomes_journal", fresh=True)["id"]
                    for _ in {journal for journal, _ in amounts}
                ]
                for journal, pence in amounts:
                    row.planter.plant(table, journal_id=journals[journal], pence=pence)
                attempt = Attempt(cursor, "set constraints all immediate")
            if attempt.refused != ("" if is_right else NOT_ALLOWED):
                yield f"{table}: {amounts}: {attempt.told}"

    def a_journal_has_entries(self, table: str) -> Iterator[str]:
        cursor = self.doors.cursor("baton_app")
        for entries, told in (((), NOT_ALLOWED), ((5, -5), "")):
            with self.matrix.newcomer(cursor, self.place, table) as row:
                journal = row.planter.plant(table, fresh=True)["id"]
                for pence in entries:
                    row.planter.plant("outcomes_entry", journal_id=journal, pence=pence)
                attempt = Attempt(cursor, "set constraints all immediate")
            if attempt.refused != told:
                yield f"{table}: with {entries}: {attempt.told}"

    def a_journal_stays_as_it_is_written(self, table: str) -> Iterator[str]:
        """Nothing is added to it by a later transaction, not even what comes to nothing."""
        cursor = self.doors.cursor("baton_app")
        old = next(
            one.id
            for one in self.matrix.world.of("outcomes_journal")
            if one.tenant_id == self.place.tenant_id
        )
        for journal, told in ((old, RESTRICTED), (None, "")):
            with self.matrix.newcomer(cursor, self.place, table) as row:
                to = journal or row.planter.plant("outcomes_journal", fresh=True)["id"]
                attempt = row.attempt(journal_id=to)
            if attempt.refused != told:
                yield f"{table}: to a journal written {'before' if journal else 'now'}: {attempt.told}"


def meant(given: Values, place: Place, row: Newcomer) -> Values:
    """The row with the words that stand for ids replaced by them."""
    people = {"me": place.users["adviser"], "another": place.users["manager"]}
    own = {
        "to_contract_id": row.parents.get("from_contract_id"),
        "organisation_id": place.organisations["holder"],
        "referrer_id": place.organisations["holder"],
    }
    return {
        name: own[name] if value == "own" else people.get(value, value) if isinstance(value, str) else value
        for name, value in given.items()
    }


TRIGGERS = {
    ("outcomes_charge", "append_only"): "nothing_is_changed",
    ("outcomes_entry", "append_only"): "nothing_is_changed",
    ("outcomes_entry", "journal_balances"): "books_balance",
    ("outcomes_entry", "journal_is_written"): "a_journal_stays_as_it_is_written",
    ("outcomes_journal", "append_only"): "nothing_is_changed",
    ("outcomes_journal", "journal_is_whole"): "a_journal_has_entries",
    ("outcomes_journal", "on_an_open_statement"): "a_line_joins_an_open_statement",
    ("outcomes_paper", "append_only"): "nothing_is_changed",
    ("outcomes_statement", "keep_sealed"): "what_is_sealed_is_paid_and_no_more",
    ("outcomes_statementline", "append_only"): "nothing_is_changed",
    ("partners_auditentry", "append_only"): "a_row_is_linked_once",
    ("partners_auditentry", "append_only_whole"): "nothing_is_emptied",
    ("partners_domainevent", "audit_events"): "every_change_is_audited",
}
