"""The data matrix: every onlooker before every table, looking and writing, against the plain model of who sees what.

The checks yield a sentence for everything that is not as it should be, and leave nothing behind. They work on whatever
connection they are given, so that the same checks serve the tests and the mutation run (bench/walls.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg2
from django.db.models import ForeignKey

from partners.walls import Wall, walled_models
from tests.partners.sights import Look
from tests.partners.small_world import CANARIES, Onlooker, Place, Planter, World, insertion, look_as
from tests.partners.who_sees import RULES, sees

REFUSED = "42501"
# By what a row can be about somebody.
HANGS_BY = ("participant_id", "referral_id", "allocation_id", "decision_id", "journal_id")


class Doors(Protocol):
    """How one gets at the database."""

    def cursor(self, role: str) -> Any:
        """A cursor in an open transaction as baton_app, baton_owner or superuser; what it writes is not kept."""


class Attempt:
    """What came of one statement, which is undone: rows touched or returned, or the code of the error."""

    def __init__(self, cursor: Any, statement: str, values: Any = None) -> None:
        self.rows, self.refused, self.why = 0, "", ""
        cursor.execute("savepoint attempt")
        try:
            cursor.execute(statement, values)
            self.rows = cursor.rowcount
        except psycopg2.Error as error:
            self.refused, self.why = error.pgcode or "unknown", str(error)
        cursor.execute("rollback to savepoint attempt")

    @property
    def told(self) -> str:
        return f"refused with {self.refused}" if self.refused else f"{self.rows} rows"


class Matrix:
    """One planted world, everybody who may look at it, and what they ought to see."""

    def __init__(self, doors: Doors, places: list[Place], world: World) -> None:
        self.doors, self.places, self.world = doors, places, world
        self.walls = {
            model._meta.db_table: next(c for c in model._meta.constraints if isinstance(c, Wall))
            for model in walled_models()
        }
        self.columns = {
            model._meta.db_table: {field.name: str(field.column) for field in model._meta.concrete_fields}
            for model in walled_models()
        }
        first, second = (list(place.onlookers()) for place in places)
        # Of the second tenant one of each kind is enough: it is of the same shape.
        self.onlookers = [*first, *one_of_each(second, lambda onlooker: onlooker.kind)]
        # Whoever sees most has most to write to.
        seeing = sorted((one for one in first if one.kind != "system"), key=lambda one: not one.cleared)
        self.writers = one_of_each(seeing, lambda onlooker: (onlooker.kind, onlooker.organisation_id))
        looks = {onlooker.name: Look(world, onlooker) for onlooker in self.onlookers}
        self.expected = {
            (name, table): {row.id for row in world.of(table) if sees(look, table, row)}
            for name, look in looks.items()
            for table in self.walls
        }

    def everything(self, table: str, sooner: tuple[str, ...] = ()) -> Iterator[str]:
        """All that is wrong with a table; what to look into sooner is up to whoever asks."""
        checks = ("looking", "foreign_words", "writing", "system_writing", "owner_looking")
        for check in dict.fromkeys((*sooner, *checks)):
            yield from getattr(self, check)(table)

    def looking(self, table: str) -> Iterator[str]:
        """Every onlooker sees the rows that the model says, and no other."""
        cursor = self.doors.cursor("baton_app")
        for onlooker in self.onlookers:
            look_as(cursor, onlooker)
            cursor.execute(f'select id from "{table}"')
            found = {row_id for (row_id,) in cursor.fetchall()}
            expected = self.expected[onlooker.name, table]
            if found != expected:
                yield (
                    f"{table}: {onlooker.name} sees {len(found - expected)} too many"
                    f" and {len(expected - found)} too few of {len(expected)}"
                )

    def foreign_words(self, table: str) -> Iterator[str]:
        """Nothing that anybody reads carries a word of another tenant."""
        cursor = self.doors.cursor("baton_app")
        for place, foreign in zip(self.places, reversed(CANARIES), strict=True):
            for onlooker in place.onlookers():
                if onlooker.kind == "system":
                    look_as(cursor, onlooker)
                    cursor.execute(
                        f'select count(*) from "{table}" t where t::text like %s', [f"%{foreign}%"]
                    )
                    if cursor.fetchone() != (0,):
                        yield f"{table}: a word of {foreign} is read in {place.canary}"

    def changeable(self, table: str) -> list[str]:
        return [self.columns[table][name] for name in self.walls[table].update]

    def changes(self, table: str) -> list[tuple[str, str]]:
        """Statements that would change or lock rows, and the columns or the right that they need."""
        column = next(iter(self.changeable(table)), "id")
        return [
            (f'update "{table}" set "{column}" = "{column}"', "update"),
            (f'update "{table}" set "{column}" = "{column}" where tenant_id = wall.tenant()', "update"),
            (f'select id from "{table}" for update', "update"),
            (f'delete from "{table}"', "delete"),
            (f'delete from "{table}" where tenant_id = wall.tenant()', "delete"),
        ]

    def may(self, table: str, right: str) -> bool:
        return bool(self.walls[table].update) if right == "update" else self.walls[table].delete

    def writing(self, table: str) -> Iterator[str]:
        """Nobody but the system writes: what it may write anywhere touches nothing, the rest is refused."""
        cursor = self.doors.cursor("baton_app")
        with self.newcomer(cursor, self.places[0], table) as row:
            for onlooker in self.writers:
                look_as(cursor, onlooker)
                yield from self.writing_as(cursor, onlooker, row)

    def writing_as(self, cursor: Any, onlooker: Onlooker, row: "Newcomer") -> Iterator[str]:
        table = row.table
        if (attempt := row.attempt()).refused != REFUSED:
            yield f"{table}: {onlooker.name} inserting: {attempt.told}"
        for statement, right in self.changes(table):
            attempt = Attempt(cursor, statement)
            is_right = attempt.refused == "" if self.may(table, right) else attempt.refused == REFUSED
            if not is_right or attempt.rows > 0:
                yield f"{table}: {onlooker.name}: {statement}: {attempt.told}"

    def system_writing(self, table: str) -> Iterator[str]:
        """The system inserts into its own tenant, changes what may change there and nothing else."""
        cursor = self.doors.cursor("baton_app")
        for place, other in zip(self.places, reversed(self.places), strict=True):
            with self.newcomer(cursor, place, table) as row:
                if (attempt := row.attempt()).refused:
                    yield f"{table}: the system inserting: {attempt.told}"
                if (attempt := row.attempt(tenant_id=other.tenant_id)).refused != REFUSED:
                    yield f"{table}: the system inserting into another tenant: {attempt.told}"
                if (attempt := row.attempt(**self.about_restricted(table, place))).refused == REFUSED:
                    yield f"{table}: the system inserting about somebody restricted: {attempt.told}"
            look_as(cursor, Onlooker("the system", place.tenant_id, "system"))
            yield from self.system_changing(cursor, place, table)

    def system_changing(self, cursor: Any, place: Place, table: str) -> Iterator[str]:
        own = sum(row.tenant_id == place.tenant_id for row in self.world.of(table))
        changeable = self.changeable(table)
        for column in self.columns[table].values():
            attempt = Attempt(cursor, f'update "{table}" set "{column}" = default')
            if (column in changeable) == (attempt.refused == REFUSED):
                yield f"{table}: the system changing {column}: {attempt.told}"
        if changeable:
            same = f'update "{table}" set "{changeable[0]}" = "{changeable[0]}"'
            for statement in (same, f'select id from "{table}" for update'):
                if (attempt := Attempt(cursor, statement)).rows != own:
                    yield f"{table}: the system: {statement}: {attempt.told}, not {own}"
        attempt = Attempt(cursor, f'delete from "{table}"')
        is_right = attempt.rows == own if self.walls[table].delete else attempt.refused == REFUSED
        if not is_right:
            yield f"{table}: the system deleting: {attempt.told}"
        if Attempt(cursor, f'truncate "{table}"').refused != REFUSED:
            yield f"{table}: the application may truncate"

    def about_restricted(self, table: str, place: Place) -> dict[str, Any]:
        """What makes a row one about somebody whom only the named see; nothing where no row is."""
        restricted, person = place.people["bob"], RULES[table].person
        look = Look(self.world, Onlooker("nobody", place.tenant_id, ""))
        for row in self.world.of(table):
            if row.id != restricted and person(look, row) == restricted:
                return {name: getattr(row, name) for name in HANGS_BY if hasattr(row, name)}
        return {}

    def owner_looking(self, table: str) -> Iterator[str]:
        """The wall binds the owner of the table as well."""
        cursor = self.doors.cursor("baton_owner")
        cursor.execute(f'select count(*) from "{table}"')
        if cursor.fetchone() != (0,):
            yield f"{table}: its owner passes the wall"

    @contextmanager
    def newcomer(self, cursor: Any, place: Place, table: str) -> Iterator["Newcomer"]:
        """A row that the table would take, for each write to try; what it refers to is gone afterwards."""
        cursor.execute("savepoint newcomer")
        look_as(cursor, Onlooker("the system", place.tenant_id, "system"))
        yield Newcomer(planter_of(cursor, place), table)
        cursor.execute("rollback to savepoint newcomer")


def one_of_each(onlookers: list[Onlooker], alike: Callable[[Onlooker], Any]) -> list[Onlooker]:
    """The first of those who are alike."""
    return list({alike(onlooker): onlooker for onlooker in reversed(onlookers)}.values())[::-1]


def planter_of(cursor: Any, place: Place) -> Planter:
    return Planter(cursor, place.tenant_id, place.canary, place.users["manager"])


class Newcomer:
    """A row that could be inserted: its words are its own, and what it refers to was made for it."""

    def __init__(self, planter: Planter, table: str) -> None:
        self.planter, self.table = planter, table
        made = planter.filled(table, {}, fresh=True)
        fields = planter.models[table]._meta.concrete_fields
        self.parents = {str(f.column): made[str(f.column)] for f in fields if isinstance(f, ForeignKey)}

    def attempt(self, **given: Any) -> Attempt:
        """Try to insert it, with something changed."""
        values = self.planter.filled(self.table, {**self.parents, **given})
        return Attempt(self.planter.cursor, *insertion(self.table, values))
