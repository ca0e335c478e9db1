"""The usual shapes of a table's rows in the small world: of people, of what hangs on another row, of terms."""

from collections.abc import Callable, Iterator
from itertools import cycle, product
from typing import Any

from django.db import models

from tests.partners.small_world import Place, Planter, day

Given = dict[str, Any]


Recipe = Callable[[Place, Planter], Iterator[Given]]


# The first and the last day of an earlier holder, and the first of the holder of today.
DAYS = (-200, -101, -100)


# Whose the rows of a person are, in turn.
IN_TURN = ("holder", "earlier", "stranger", "referrer", "commissioner", "prime")


# Tables that carry no participant themselves, but whose rows hang on one.
PARENTS = (
    "referrals_referral",
    "referrals_allocation",
    "referrals_eligibilitydecision",
    "outcomes_journal",
    "outcomes_importrun",
    "partners_apikey",
)


def keys(model: type[models.Model]) -> list[tuple[str, str]]:
    """The columns that refer to other rows, and their tables."""
    return [
        (str(f.column), f.related_model._meta.db_table)
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey)
    ]


def dated(model: type[models.Model]) -> list[str]:
    """The columns that hold a date and cannot do without."""
    return [
        str(f.column)
        for f in model._meta.concrete_fields
        if type(f) is models.DateField and not f.null and not f.name.endswith("month")
    ]


def of_people(model: type[models.Model], place: Place) -> Iterator[Given]:
    """Of every person; where the row says on which contract, on two of them and on three days."""
    columns = {str(field.column) for field in model._meta.concrete_fields}
    organisations = cycle(place.organisations[name] for name in IN_TURN)
    days = DAYS if "contract_id" in columns else DAYS[:1]
    contracts = ("first", "second") if "contract_id" in columns else ("",)
    for person, contract, offset in product(place.people.values(), contracts, days):
        given: Given = {"participant_id": person, **dict.fromkeys(dated(model), day(offset))}
        if contract:
            given["contract_id"] = place.contracts[contract]
        if "organisation_id" in columns:
            given["organisation_id"] = next(organisations)
        yield given


def of_parents(
    column: str, table: str, place: Place, planter: Planter, *, has_organisation: bool
) -> Iterator[Given]:
    """One for every row that it hangs on."""
    organisations = cycle(place.organisations[name] for name in IN_TURN)
    planter.cursor.execute(f"select id from {table} order by id")
    for (parent,) in planter.cursor.fetchall():
        yield {column: parent, **({"organisation_id": next(organisations)} if has_organisation else {})}


def of_terms(model: type[models.Model], place: Place) -> Iterator[Given]:
    """On every contract, and of every organisation, where the row says so."""
    columns = {str(field.column): field for field in model._meta.concrete_fields}
    choices: dict[str, list[Any]] = {}
    if "contract_id" in columns:
        choices["contract_id"] = list(place.contracts.values())
    if "organisation_id" in columns:
        none = [None] if columns["organisation_id"].null else []
        choices["organisation_id"] = [*place.organisations.values(), *none]
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))
