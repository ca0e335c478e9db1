"""Row-level security as model constraints, so that migrations carry it and the autodetector sees it change.

A wall on a table means: row-level security enabled and forced, one restrictive policy that keeps tenants apart, one
SELECT policy for each kind of viewer that may look, and writing for the system alone (actions open that kind after the
object was loaded as the caller). Every foreign key between tenant tables carries the tenant.
"""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.ddl_references import Statement, Table
from django.db.migrations.operations.base import Operation
from django.db.models.constraints import BaseConstraint

APPLICATION = "baton_app"

# The conditions that walls share. wall.held() lists the participants whom the viewer's organisation holds today on
# any contract, wall.held_cases() on which, and wall.case_periods() when it held whom on which.
ALL = ""
SYSTEM = "(select wall.kind()) = 'system'"
CLEARED = "(select wall.cleared())"
OWN = "organisation_id = (select wall.organisation())"
# Of the participant who looks from their own page.
MINE = "participant_id = (select wall.participant())"
HELD = "participant_id in (select h from wall.held() h)"
HELD_CASE = (
    "(participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h)"
)
# Whom a restriction sets apart: wall.beyond(level) lists those restricted to at least that level whom the viewer is
# not named to see. From level 2 on they do not exist for anybody else; from level 1 on nobody else can reach them.
PERSON = "(participant_id is null or participant_id not in (select b from wall.beyond(2) b))"
APART_CONTACTS = "(participant_id not in (select b from wall.beyond(1) b))"


def case_when(column: str) -> str:
    """Rows about a case held today, or dated in a period when the viewer's organisation held that case."""
    return (
        f"({HELD_CASE} or exists (select 1 from wall.case_periods() p where p.participant_id = {{table}}.participant_id"
        f" and p.contract_id = {{table}}.contract_id and {{table}}.{column} between p.starts_on and p.ends_on))"
    )


def _within(condition: str, table: str) -> str:
    """The condition for one table, ready for a statement whose % signs are filled in."""
    return condition.replace("{table}", table).replace("%", "%%")


class Rule(BaseConstraint):
    """A constraint that PostgreSQL alone enforces, put in force at the end of its migration."""

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to check in Python."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing inside CREATE TABLE: the rule follows in the same migration."""
        self.create_sql(model, schema_editor)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


class Wall(Rule):
    """The wall of one table.

    select: kind of viewer to the condition under which it sees a row (ALL for every row of the tenant).
    update: the columns that may ever change; the rest of a row is written once.
    delete: whether the system may delete rows.
    apart: a condition that everybody but the system must meet besides, whatever their kind: it keeps restricted
    people apart.
    """

    def __init__(
        self,
        *,
        name: str,
        select: dict[str, str],
        update: tuple[str, ...] = (),
        delete: bool = False,
        apart: str = "",
    ) -> None:
        super().__init__(name=name)
        self.select = select
        self.update = tuple(update)
        self.delete = delete
        self.apart = apart

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Policies name other tables, and references need the unique key: so all walls, then all references."""
        table = Table(model._meta.db_table, schema_editor.quote_name)
        schema_editor.deferred_sql.insert(0, Statement(self.built(model), table=table))

    def built(self, model: type[models.Model]) -> str:
        """The statements that build the wall."""
        table = model._meta.db_table
        return ";\n".join(
            [
                "alter table %(table)s enable row level security",
                "alter table %(table)s force row level security",
                # The key that references stand on stays when a wall is built anew.
                (
                    f"do $$ begin if not exists (select from pg_constraint where conname = '{table}_tenant_row') then"
                    f" alter table %(table)s add constraint {table}_tenant_row unique (tenant_id, id); end if; end $$"
                ),
                *self._restrictive(table),
                *self._looking(table),
                *self._writing(model),
            ]
        )

    def _restrictive(self, table: str) -> list[str]:
        """What everybody must meet, whatever else they may: their own tenant, and nobody who is kept apart."""
        must = {"tenant_wall": "tenant_id = (select wall.tenant())"}
        if self.apart:
            must["person_wall"] = f"{SYSTEM} or {_within(self.apart, table)}"
        return [
            f"create policy {name} on %(table)s as restrictive for all to public"
            f" using ({condition}) with check ({condition})"
            for name, condition in must.items()
        ]

    def _looking(self, table: str) -> list[str]:
        """One policy for each kind of viewer that may look."""
        return [
            f"create policy {kind}_select on %(table)s for select to {APPLICATION} using ("
            f"(select wall.kind()) = '{kind}'{f' and {_within(condition, table)}' if condition else ''})"
            for kind, condition in sorted({**self.select, "system": ALL}.items())
        ]

    def _writing(self, model: type[models.Model]) -> list[str]:
        """Policies and grants by which the system writes."""
        made = f"create policy system_%s on %%(table)s for %s to {APPLICATION} %s"
        parts = [
            made % ("insert", "insert", f"with check ({SYSTEM})"),
            f"grant select, insert on %(table)s to {APPLICATION}",
        ]
        if self.update:
            columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
            named = ", ".join(columns[name] for name in self.update)
            parts.append(made % ("update", "update", f"using ({SYSTEM}) with check ({SYSTEM})"))
            parts.append(f"grant update ({named}) on %(table)s to {APPLICATION}")
        if self.delete:
            parts.append(made % ("delete", "delete", f"using ({SYSTEM})"))
            parts.append(f"grant delete on %(table)s to {APPLICATION}")
        return parts

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        table = model._meta.db_table
        kinds = [f"{kind}_select" for kind in sorted({*self.select, "system"})]
        policies = ["tenant_wall", *["person_wall"] * bool(self.apart), *kinds, "system_insert"]
        policies += ["system_update"] * bool(self.update) + ["system_delete"] * self.delete
        parts = [f"drop policy {policy} on %(table)s" for policy in policies]
        parts.append(f"revoke all on %(table)s from {APPLICATION}")
        return Statement(";\n".join(parts), table=Table(table, schema_editor.quote_name))

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs["select"] = self.select
        if self.update:
            kwargs["update"] = self.update
        if self.delete:
            kwargs["delete"] = True
        if self.apart:
            kwargs["apart"] = self.apart
        return path, args, kwargs


class TableConstraint(Rule):
    """A rule that is a constraint of its table, and goes as one."""

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            f"alter table %(table)s drop constraint {self.name}",
            table=Table(model._meta.db_table, schema_editor.quote_name),
        )


class Reference(TableConstraint):
    """A foreign key that carries the tenant: PostgreSQL refuses a reference to another tenant's row at once."""

    def __init__(self, *, name: str, field: str) -> None:
        super().__init__(name=name)
        self.field = field

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """After the walls: the table referred to may come later in the same migration."""
        field = model._meta.get_field(self.field)
        schema_editor.deferred_sql.append(
            Statement(
                f"alter table %(table)s add constraint {self.name} foreign key (tenant_id, {field.column})"
                " references %(target)s (tenant_id, id)",
                table=Table(model._meta.db_table, schema_editor.quote_name),
                target=Table(field.related_model._meta.db_table, schema_editor.quote_name),
            )
        )

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs["field"] = self.field
        return path, args, kwargs


class Apart(TableConstraint):
    """No two rows that agree in these fields share a day, from the first to the last inclusive; none is for ever.

    An exclusion constraint, so that it holds whoever writes and whatever they looked at before. Needs btree_gist.
    """

    def __init__(self, *, name: str, same: tuple[str, ...], first: str, last: str) -> None:
        super().__init__(name=name)
        self.same = tuple(same)
        self.first = first
        self.last = last

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        columns = {field.name: field.column for field in model._meta.concrete_fields}
        equal = "".join(f"{columns[name]} with =, " for name in self.same)
        schema_editor.deferred_sql.append(
            Statement(
                f"alter table %(table)s add constraint {self.name} exclude using gist"
                f" ({equal}daterange({columns[self.first]}, {columns[self.last]}, '[]') with &&)",
                table=Table(model._meta.db_table, schema_editor.quote_name),
            )
        )

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "same": self.same, "first": self.first, "last": self.last}


class RebuildWall(Operation):
    """A migration's operation: the wall of a table, built anew as this one.

    Like RemoveConstraint and AddConstraint in one, without drawing every model that refers to the table again.
    """

    reversible = True

    def __init__(self, model_name: str, wall: Wall) -> None:
        self.model_name = model_name
        self.wall = wall

    def state_forwards(self, app_label: str, state: Any) -> None:
        options = state.models[app_label, self.model_name].options
        kept = [constraint for constraint in options["constraints"] if constraint.name != self.wall.name]
        options["constraints"] = [*kept, self.wall]

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._rebuild(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self._rebuild(app_label, schema_editor, from_state, to_state)

    def _rebuild(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        old, new = (
            state.models[app_label, self.model_name].get_constraint_by_name(self.wall.name)
            for state in (from_state, to_state)
        )
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(old.remove_sql(model, schema_editor))
        new.create_sql(model, schema_editor)

    def describe(self) -> str:
        return f"Build the wall of {self.model_name} anew"


def walled(
    table: str,
    *references: str,
    update: tuple[str, ...] = (),
    delete: bool = False,
    apart: str = "",
    **select: str,
) -> list[BaseConstraint]:
    """The wall of a table and its references, for Meta.constraints. Keywords name viewer kinds and what they see."""
    wall = Wall(name=f"{table}_wall", select=select, update=update, delete=delete, apart=apart)
    return [wall, *(Reference(name=f"{table}_{field}_within", field=field) for field in references)]


def tenant_key(to: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    """A foreign key to a tenant table; pair it with a Reference, which is what PostgreSQL enforces."""
    options.setdefault("related_name", "+")
    return models.ForeignKey(to, on_delete=models.PROTECT, db_constraint=False, **options)


def walled_models() -> list[type[models.Model]]:
    """Every model whose table stands behind a wall."""
    return [m for m in apps.get_models() if any(isinstance(c, Wall) for c in m._meta.constraints)]
