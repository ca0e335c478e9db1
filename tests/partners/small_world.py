"""A small world of two tenants of the same shape, written row by row, and everybody who may look at it.

Every person in it stands for one way of being held, restricted or left alone. Free text carries a word that only its
own tenant has, so that a foreign row is known wherever it turns up.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg2.extras
from django.db import models

from partners.identifiers import uuid7
from partners.models import User
from partners.viewer import london_date
from partners.walls import walled_models

psycopg2.extras.register_uuid()

NOW = datetime.now(UTC)
TODAY = london_date(NOW)
# One word for each tenant, found in no other.
CANARIES = ("quokka", "numbat")
Values = dict[str, Any]


def day(offset: int) -> date:
    """So many days from today; below zero, ago."""
    return TODAY + timedelta(days=offset)


class Row(SimpleNamespace):
    """One row, its columns as attributes."""

    id: UUID
    tenant_id: UUID


@dataclass(frozen=True)
class Onlooker:
    """Somebody as the walls see them: what the settings of a transaction say."""

    name: str
    tenant_id: UUID
    kind: str
    organisation_id: UUID | None = None
    user_id: UUID | None = None
    cleared: bool = False
    today: date = TODAY
    participant_id: UUID | None = None

    def settings(self) -> dict[str, str]:
        return {
            "wall.tenant": str(self.tenant_id),
            "wall.organisation": str(self.organisation_id or ""),
            "wall.user": str(self.user_id or ""),
            "wall.participant": str(self.participant_id or ""),
            "wall.kind": self.kind,
            "wall.cleared": "on" if self.cleared else "",
            "wall.today": self.today.isoformat(),
            "wall.purpose": "test",
            "wall.request": "",
        }


def insertion(table: str, values: Values) -> tuple[str, list[tuple[Any, ...]]]:
    """The statement that inserts a row, and what it takes: the columns as one value."""
    names = ", ".join(f'"{name}"' for name in values)
    return f'insert into "{table}" ({names}) values %s', [tuple(values.values())]


def look_as(cursor: Any, onlooker: Onlooker) -> None:
    """Apply the onlooker's settings to the transaction."""
    parts = [part for pair in onlooker.settings().items() for part in pair]
    cursor.execute("select " + ", ".join(["set_config(%s, %s, true)"] * (len(parts) // 2)), parts)


@dataclass
class World:
    """Every row of every walled table, by table and id."""

    rows: dict[str, dict[UUID, Row]] = field(default_factory=dict)

    def of(self, table: str) -> Iterable[Row]:
        return self.rows.get(table, {}).values()

    def get(self, table: str, row_id: UUID | None) -> Row | None:
        return self.rows.get(table, {}).get(row_id) if row_id else None

    @classmethod
    def read(cls, cursor: Any, tenants: Iterable[UUID]) -> "World":
        """What there is, read as the system of each tenant."""
        world = cls()
        for tenant_id in tenants:
            look_as(cursor, Onlooker("the system", tenant_id, "system"))
            world.add(cursor, (model._meta.db_table for model in walled_models()))
        return world

    def add(self, cursor: Any, tables: Iterable[str]) -> None:
        """What the cursor sees of these tables."""
        for table in tables:
            cursor.execute(f'select * from "{table}"')
            names = [column[0] for column in cursor.description]
            found = [Row(**dict(zip(names, values, strict=True))) for values in cursor.fetchall()]
            self.rows.setdefault(table, {}).update({row.id: row for row in found})


class Planter:
    """Writes rows into one tenant, filling in whatever a row must have and its planter did not say."""

    numbers = count(1)

    def __init__(self, cursor: Any, tenant_id: UUID, canary: str, user_id: UUID) -> None:
        self.cursor, self.tenant_id, self.canary, self.user_id = cursor, tenant_id, canary, user_id
        self.models = {model._meta.db_table: model for model in walled_models()}
        # The first row of each table, and the first of each participant: what other rows refer to.
        self.first: dict[tuple[str, UUID | None], UUID] = {}

    def plant(self, table: str, *, fresh: bool = False, **given: Any) -> Values:
        """Insert a row and return its columns. fresh: what it refers to is made for it as well."""
        values = self.filled(table, given, fresh=fresh)
        self.plant_rows(table, [values])
        return values

    def plant_rows(self, table: str, rows: list[Values]) -> None:
        """Insert rows that are filled in."""
        psycopg2.extras.execute_values(
            self.cursor, insertion(table, rows[0])[0], [tuple(row.values()) for row in rows], page_size=1000
        )
        for row in rows:
            for person in {None, row.get("participant_id")}:
                self.first.setdefault((table, person), row["id"])

    def filled(self, table: str, given: Values, *, fresh: bool = False) -> Values:
        """The columns of a row that PostgreSQL would take."""
        fields = self.models[table]._meta.concrete_fields
        writable = [one for one in fields if not isinstance(one, models.GeneratedField)]
        given = NEEDS.get(table, {}) | given
        unknown = set(given) - {str(one.column) for one in writable}
        assert not unknown, f"{table} has no {unknown}"
        return {
            str(one.column): self.as_sent(
                one, given[str(one.column)] if one.column in given else self.made_up(one, given, fresh)
            )
            for one in writable
        }

    def as_sent(self, column: Any, value: Any) -> Any:
        return json.dumps(value) if isinstance(column, models.JSONField) else value

    def word(self, longest: int | None = None) -> str:
        """Free text that nobody else has."""
        number = str(next(self.numbers))
        word = f"{self.canary}-{number}"
        if longest is None or len(word) <= longest:
            return word
        # Where it is too long the number stays, by which nobody else has it.
        kept = longest - len(number)
        return f"{self.canary[:kept]}{number}" if kept > 0 else word[:longest]

    def made_up(self, column: Any, given: Mapping[str, Any], fresh: bool) -> Any:
        """Something that fits the column."""
        if column.name == "tenant":
            return self.tenant_id
        if column.null and column.name not in MUST_HAVE.get(column.model._meta.db_table, ()):
            return None
        if isinstance(column, models.ForeignKey):
            return self.user_id if column.related_model is User else self.parent(column, given, fresh)
        if isinstance(column, models.CharField | models.TextField):
            if column.choices:
                return "" if column.blank else column.choices[0][0]
            return self.word(column.max_length)
        if isinstance(column, models.JSONField):
            return [self.word()] if column.default is list else {"said": self.word()}
        if column.primary_key:
            return uuid7()
        return MADE_UP[type(column)](self)

    def parent(self, column: Any, given: Mapping[str, Any], fresh: bool) -> UUID:
        """The id of a row to refer to: of the same participant where both have one."""
        target = column.related_model._meta
        has_person = any(field.column == "participant_id" for field in target.concrete_fields)
        person = given.get("participant_id") if has_person else None
        known = None if fresh else self.first.get((target.db_table, person))
        same = {"participant_id": person} if person else {}
        return known or self.plant(target.db_table, fresh=fresh, **same)["id"]


# What a row of these tables must say for PostgreSQL to take it.
NEEDS: dict[str, Values] = {
    "outcomes_actualcost": {"withdrawn_why": ""},
    "outcomes_earning": {"qualifying": True},
    "outcomes_importrun": {"refused_because": ""},
    "outcomes_ineligibility": {"withdrawn_why": ""},
    "outcomes_pack": {"pdf_as": "", "xlsx_as": ""},
    "outcomes_paper": {"vat_pence": 0},
    "outcomes_sampleitem": {"reply": ""},
    "outcomes_statement": {"digest": ""},
    "outcomes_unclaimed": {"explained_as": ""},
    "participants_appointment": {"minutes": 30, "state": "kept", "why": ""},
    "participants_plan": {"agreed_on": TODAY, "review_on": TODAY + timedelta(days=1)},
    "participants_sectionreview": {"reason": ""},
    "partners_auditentry": {"digest": ""},
    "programmes_price": {"pence": 1},
    "programmes_retentionrule": {"keep_until": TODAY},
}
# What may be empty, but is not in a row that says nothing else.
MUST_HAVE: dict[str, tuple[str, ...]] = {
    "outcomes_journal": ("milestone", "participant", "organisation", "price"),
    "participants_appointment": ("contact", "closed_at", "closed_by"),
}
MADE_UP: dict[type, Any] = {
    models.BinaryField: lambda planter: planter.word().encode(),
    models.BooleanField: lambda _: False,
    models.DateField: lambda _: TODAY,
    models.DateTimeField: lambda _: NOW,
    models.DecimalField: lambda _: Decimal(1),
    models.UUIDField: lambda _: uuid7(),
    models.BigIntegerField: lambda _: 1,
    models.IntegerField: lambda _: 1,
    models.PositiveIntegerField: lambda _: 1,
    models.PositiveSmallIntegerField: lambda _: 1,
}


@dataclass
class Place:
    """One tenant: the ids of what is in it, by name."""

    tenant_id: UUID
    canary: str
    organisations: dict[str, UUID] = field(default_factory=dict)
    contracts: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    users: dict[str, UUID] = field(default_factory=dict)

    def onlookers(self) -> Iterator[Onlooker]:
        """Everybody who may look at this tenant."""
        for name, kind, organisation, user, cleared in ONLOOKERS:
            yield Onlooker(
                f"{name} of {self.canary}",
                self.tenant_id,
                kind,
                self.organisations.get(organisation),
                self.users.get(user),
                cleared,
            )
        for name in OF_THEIR_OWN:
            yield Onlooker(
                f"{name} of {self.canary} on their own page",
                self.tenant_id,
                "participant",
                self.organisations["holder"],
                participant_id=self.people[name],
            )


ORGANISATIONS = {
    "prime": "prime",
    "holder": "provider",
    "earlier": "provider",
    "stranger": "provider",
    "referrer": "referrer",
    "other referrer": "referrer",
    "commissioner": "commissioner",
    "other commissioner": "commissioner",
}
USERS = ("manager", "adviser", "named adviser", "named manager", "named stranger")
# Participants who look from their own page: nobody apart, somebody of level 2, and of level 1.
OF_THEIR_OWN = ("ann", "bob", "cat")
# Name, kind, organisation, user, and whether they are cleared.
ONLOOKERS = (
    ("a manager of the prime", "prime", "prime", "manager", False),
    ("a cleared manager of the prime", "prime", "prime", "manager", True),
    ("a named manager of the prime", "prime", "prime", "named manager", False),
    ("a key of the prime", "prime", "prime", "", False),
    ("an adviser of the holder", "provider", "holder", "adviser", False),
    ("a cleared adviser of the holder", "provider", "holder", "adviser", True),
    ("a named adviser of the holder", "provider", "holder", "named adviser", False),
    ("a key of the holder", "provider", "holder", "", False),
    ("an adviser of an earlier holder", "provider", "earlier", "adviser", False),
    ("a named adviser of an earlier holder", "provider", "earlier", "named adviser", False),
    ("an adviser who never held anybody restricted", "provider", "stranger", "adviser", False),
    ("a cleared and named stranger", "provider", "stranger", "named stranger", True),
    ("a referrer", "referrer", "referrer", "adviser", False),
    ("a cleared and named referrer", "referrer", "referrer", "named adviser", True),
    ("a key of a referrer", "referrer", "referrer", "", False),
    ("another referrer", "referrer", "other referrer", "adviser", False),
    ("a commissioner", "commissioner", "commissioner", "manager", False),
    ("a cleared and named commissioner", "commissioner", "commissioner", "named manager", True),
    ("another commissioner", "commissioner", "other commissioner", "manager", False),
    ("somebody of no kind", "", "prime", "manager", True),
    ("the system", "system", "", "", False),
)
