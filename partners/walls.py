"""Row-level security as model constraints, so that migrations carry it and the autodetector sees it change.

A wall on a table means: row-level security enabled and forced, one restrictive policy that keeps tenants apart, one
SELECT policy for each kind of viewer that may look, and writing for the system alone (actions open that kind after the
object was loaded as the caller). Every foreign key between tenant tables carries the tenant.
"""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint

APPLICATION = "baton_app"

# The conditions that walls share. wall.held() lists the participants whom the viewer's organisation holds today.
ALL = ""
CLEARED = "(select wall.cleared())"
OWN = "organisation_id = (select wall.organisation())"
HELD = "participant_id in (select h from wall.held() h)"


def held_when(column: str) -> str:
    """Rows about a participant held today, or dated in a period when the viewer's organisation held them."""
    return (
        f"({HELD} or exists (select 1 from wall.periods() p where p.participant_id = {{table}}.participant_id"
        f" and {{table}}.{column} between p.starts_on and p.ends_on))"
    )


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
    """

    def __init__(
        self, *, name: str, select: dict[str, str], update: tuple[str, ...] = (), delete: bool = False
    ) -> None:
        super().__init__(name=name)
        self.select = select
        self.update = tuple(update)
        self.delete = delete

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Policies name other tables, and references need the unique key: so all walls, then all references."""
        table = Table(model._meta.db_table, schema_editor.quote_name)
        schema_editor.deferred_sql.insert(0, Statement(self.built(model), table=table))

    def built(self, model: type[models.Model]) -> str:
        """The statements that build the wall."""
        table = model._meta.db_table
        columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
        system = "(select wall.kind()) = 'system'"
        within = "tenant_id = (select wall.tenant())"
        apart = f"as restrictive for all to public using ({within}) with check ({within})"
        parts = [
            "alter table %(table)s enable row level security",
            "alter table %(table)s force row level security",
            # The key that references stand on stays when a wall is built anew.
            (
                f"do $$ begin if not exists (select from pg_constraint where conname = '{table}_tenant_row') then"
                f" alter table %(table)s add constraint {table}_tenant_row unique (tenant_id, id); end if; end $$"
            ),
            f"create policy tenant_wall on %(table)s {apart}",
        ]
        for kind, condition in sorted({**self.select, "system": ALL}.items()):
            seen = f"(select wall.kind()) = '{kind}'" + (f" and {condition}" if condition else "")
            seen = seen.replace("{table}", table).replace("%", "%%")
            parts.append(
                f"create policy {kind}_select on %(table)s for select to {APPLICATION} using ({seen})"
            )
        parts.append(
            f"create policy system_insert on %(table)s for insert to {APPLICATION} with check ({system})"
        )
        parts.append(f"grant select, insert on %(table)s to {APPLICATION}")
        if self.update:
            named = ", ".join(columns[name] for name in self.update)
            change = f"for update to {APPLICATION} using ({system}) with check ({system})"
            parts.append(f"create policy system_update on %(table)s {change}")
            parts.append(f"grant update ({named}) on %(table)s to {APPLICATION}")
        if self.delete:
            parts.append(
                f"create policy system_delete on %(table)s for delete to {APPLICATION} using ({system})"
            )
            parts.append(f"grant delete on %(table)s to {APPLICATION}")
        return ";\n".join(parts)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        table = model._meta.db_table
        kinds = [f"{kind}_select" for kind in sorted({*self.select, "system"})]
        policies = ["tenant_wall", *kinds, "system_insert"]
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
        return path, args, kwargs


class Reference(Rule):
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

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            f"alter table %(table)s drop constraint {self.name}",
            table=Table(model._meta.db_table, schema_editor.quote_name),
        )

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs["field"] = self.field
        return path, args, kwargs


def walled(
    table: str, *references: str, update: tuple[str, ...] = (), delete: bool = False, **select: str
) -> list[BaseConstraint]:
    """The wall of a table and its references, for Meta.constraints. Keywords name viewer kinds and what they see."""
    wall = Wall(name=f"{table}_wall", select=select, update=update, delete=delete)
    return [wall, *(Reference(name=f"{table}_{field}_within", field=field) for field in references)]


def tenant_key(to: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    """A foreign key to a tenant table; pair it with a Reference, which is what PostgreSQL enforces."""
    options.setdefault("related_name", "+")
    return models.ForeignKey(to, on_delete=models.PROTECT, db_constraint=False, **options)


def walled_models() -> list[type[models.Model]]:
    """Every model whose table stands behind a wall."""
    return [m for m in apps.get_models() if any(isinstance(c, Wall) for c in m._meta.constraints)]
