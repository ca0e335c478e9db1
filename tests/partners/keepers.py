"""What keeps the rows right besides the walls: keys that carry the tenant, check constraints and triggers.

As in tests.partners.matrix, each check yields a sentence for everything that is not as it should be.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import PositiveIntegerField, PositiveSmallIntegerField

from partners.walls import Reference, walled_models
from tests.partners.matrix import Attempt, Matrix, Newcomer
from tests.partners.small_world import NOW, TODAY, Onlooker, Place, Values, day, look_as

NO_SUCH_ROW, NOT_ALLOWED, RESTRICTED = "23503", "23514", "23001"
# For each check constraint, rows that it must refuse. "me" and "another" stand for two people.
ASKED = {"lowering_asked_by_id": "me", "lowering_asked_at": NOW}
WRONG: dict[str, list[Values]] = {
    "outcomes_entry_not_zero": [{"pence": 0}],
    "outcomes_job_ends_after_start": [{"starts_on": TODAY, "ends_on": day(-1)}],
    "outcomes_sharedmeasure_names_nobody": [
        {"audience": "peers", "part": "provider"},
        {"audience": "commissioner", "part": "provider"},
        {"audience": "commissioner", "part": "whole", "organisation_id": "own"},
    ],
    "outcomes_sharedmeasure_peers": [{"audience": "peers", "part": "whole"}],
    "participants_enrolment_ends_after_start": [{"started_on": TODAY, "ended_on": day(-1)}],
    "participants_restriction_level": [{"level": 0}, {"level": 3}],
    "participants_restriction_lowered_by_two": [
        {"lowered_at": NOW},
        {"lowered_by_id": "me"},
        {"lowered_at": NOW, "lowered_by_id": "me"},
        {"lowered_at": NOW, "lowered_by_id": "me", **ASKED},
    ],
    "participants_sectionreview_withheld_with_a_reason": [{"exemption": "crime"}, {"reason": "so"}],
    "participants_sharingbasis_ends_after_start": [{"starts_on": TODAY, "ends_on": day(-1)}],
    "participants_sharingbasis_two_contracts": [{"to_contract_id": "own"}],
    "participants_subjectrequest_approved_by_another": [
        {"approved_at": NOW, "kind": "erasure"},
        {"approved_at": NOW, "kind": "erasure", "approved_by_id": "me", "opened_by_id": "me"},
        {"approved_by_id": "me"},
    ],
    "participants_subjectrequest_closed_with_an_outcome": [{"closed_at": NOW}, {"outcome": "erased"}],
    "partners_auditentry_linked_whole": [{"day": TODAY}, {"sequence": 1}, {"digest": "x"}],
    "partners_invitation_accepted": [
        {"accepted_at": NOW},
        {"accepted_by_id": "me"},
        {
            "accepted_at": NOW,
            "accepted_by_id": "me",
            "revoked_at": NOW,
            "revoked_by_id": "me",
        },
    ],
    "partners_invitation_revoked": [{"revoked_at": NOW}, {"revoked_by_id": "me"}],
    "partners_membership_ended": [{"ended_at": NOW}],
    "programmes_price_one_amount": [{"pence": None}, {"share_basis_points": 1}],
    "programmes_retentionrule_one_end": [{"keep_until": None}, {"length": 1}, {"unit": "weeks"}],
}


# What a row must say besides, so that this key or check alone can refuse it.
BESIDES: dict[str, Values] = {
    "outcomes_sharedmeasure_organisation_within": {"part": "provider"},
    "programmes_price_share_basis_points_check": {"pence": None},
    "programmes_retentionrule_length_check": {"keep_until": None, "unit": "weeks", "counted_from": "made"},
}


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

    def books_balance(self, table: str) -> Iterator[str]:
        """Each journal by itself, and two that are wrong do not make a right."""
        cursor = self.doors.cursor("baton_app")
        for amounts, is_right in (([(0, 5)], False), ([(0, 5), (1, -5)], False), ([(0, 5), (0, -5)], True)):
            with self.matrix.newcomer(cursor, self.place, table) as row:
                journals = [row.planter.plant("outcomes_journal", fresh=True)["id"] for _ in range(2)]
                for journal, pence in amounts:
                    row.planter.plant(table, journal_id=journals[journal], pence=pence)
                attempt = Attempt(cursor, "set constraints all immediate")
            if attempt.refused != ("" if is_right else NOT_ALLOWED):
                yield f"{table}: {amounts}: {attempt.told}"


def meant(given: Values, place: Place, row: Newcomer) -> Values:
    """The row with the words that stand for ids replaced by them."""
    people = {"me": place.users["adviser"], "another": place.users["manager"]}
    own = {
        "to_contract_id": row.parents.get("from_contract_id"),
        "organisation_id": place.organisations["holder"],
    }
    return {
        name: own[name] if value == "own" else people.get(value, value) if isinstance(value, str) else value
        for name, value in given.items()
    }


TRIGGERS = {
    ("outcomes_entry", "append_only"): "nothing_is_changed",
    ("outcomes_entry", "journal_balances"): "books_balance",
    ("outcomes_journal", "append_only"): "nothing_is_changed",
    ("partners_auditentry", "append_only"): "a_row_is_linked_once",
    ("partners_auditentry", "append_only_whole"): "nothing_is_emptied",
    ("partners_domainevent", "audit_events"): "every_change_is_audited",
}
