"""How the small world is planted: who is held by whom since when, who is restricted, and rows of every table."""

from datetime import timedelta
from typing import Any

from django.db import models

from partners.identifiers import uuid7
from partners.walls import walled_models
from tests.partners.recipes import rows_for
from tests.partners.small_world import (
    CANARIES,
    NOW,
    ORGANISATIONS,
    USERS,
    Onlooker,
    Place,
    Planter,
    Values,
    World,
    day,
    look_as,
)

# Where a case stands: (person, organisation, contract, first day, last day, taken back).
EVER = None
HELD_BY = (
    ("ann", "earlier", "first", -200, -101, False),
    ("ann", "holder", "first", -100, EVER, False),
    ("ann", "earlier", "second", -300, -250, False),
    ("bob", "earlier", "first", -200, -101, False),
    ("bob", "holder", "first", -100, EVER, False),
    ("cat", "earlier", "first", -200, -101, False),
    ("cat", "holder", "first", -100, EVER, False),
    ("dov", "holder", "first", -100, EVER, True),
    ("dov", "stranger", "first", -100, EVER, False),
    ("eve", "stranger", "first", -100, EVER, False),
    ("eve", "holder", "first", 1, EVER, False),
    ("fay", "holder", "first", -100, 0, False),
    ("fay", "earlier", "first", 0, EVER, False),
    ("gus", "holder", "first", -100, -1, False),
    # Nothing should come of these: what an organisation is decides, not what a row happens to name.
    ("hal", "referrer", "first", -100, EVER, False),
    ("hal", "commissioner", "first", -100, EVER, False),
    ("hal", "prime", "first", -100, EVER, False),
    ("ivy", "holder", "first", -100, EVER, False),
    ("jed", "holder", "first", -100, EVER, False),
)
PEOPLE = ("ann", "bob", "cat", "dov", "eve", "fay", "gus", "hal", "ivy", "jed", "kit")
# Who is restricted: (person, level, lowered).
RESTRICTED = (("bob", 2, False), ("cat", 1, False), ("ivy", 2, True), ("jed", 2, False))
# Who is named for whom, and whether that has ended.
NAMED = (
    *((person, user, False) for person in ("bob", "cat") for user in USERS if user.startswith("named")),
    ("jed", "named adviser", True),
    ("ann", "named stranger", False),
    ("ivy", "named adviser", True),
    ("ivy", "named manager", True),
)
# The last is as odd as hal: a provider that buys is still a provider, and a referrer with an agreement a referrer.
CONTRACTS = {
    "first": "commissioner",
    "second": "other commissioner",
    "third": "commissioner",
    "fourth": "stranger",
}
AGREEMENTS = (("holder", "first"), ("earlier", "first"), ("holder", "second"), ("referrer", "third"))


def plant_world(cursor: Any) -> tuple[list[Place], World]:
    """Two tenants of the same shape, and all their rows. Needs a transaction on a cursor of the application."""
    places = [plant_tenant(cursor, canary) for canary in CANARIES]
    return places, World.read(cursor, [place.tenant_id for place in places])


def plant_tenant(cursor: Any, canary: str) -> Place:
    place = Place(uuid7(), canary)
    cursor.execute(
        "insert into partners_tenant (id, slug, name, clock_offset, notice) values (%s, %s, %s, %s, '')",
        [place.tenant_id, canary, canary, timedelta()],
    )
    for name in USERS:
        place.users[name] = uuid7()
        cursor.execute(
            "insert into partners_user (id, password, email, name, is_active, joined_at)"
            " values (%s, '!', %s, %s, true, %s)",
            [place.users[name], f"{name.replace(' ', '.')}@{canary}.example.org", f"{canary} {name}", NOW],
        )
    look_as(cursor, Onlooker("the system", place.tenant_id, "system"))
    planter = Planter(cursor, place.tenant_id, canary, place.users["manager"])
    plant_framework(planter, place)
    for model in ordered():
        table = model._meta.db_table
        rows = [planter.filled(table, given) for given in rows_for(model, place, planter)]
        planter.plant_rows(table, rows)
    return place


def plant_framework(planter: Planter, place: Place) -> None:
    """Organisations, contracts, agreements, people, and who holds whom: what everything else stands on."""
    for name, kind in ORGANISATIONS.items():
        place.organisations[name] = planter.plant("partners_organisation", kind=kind)["id"]
    for name, commissioner in CONTRACTS.items():
        buyer = place.organisations[commissioner]
        place.contracts[name] = planter.plant("programmes_contract", commissioner_id=buyer)["id"]
    for provider, contract in AGREEMENTS:
        planter.plant("programmes_supplyagreement", **on(place, contract, provider))
    for name in PEOPLE:
        place.people[name] = planter.plant("participants_participant")["id"]
    for person, organisation, contract, first, last, is_voided in HELD_BY:
        planter.plant(
            "participants_assignment",
            **on(place, contract, organisation),
            participant_id=place.people[person],
            role="specialist",
            starts_on=day(first),
            ends_on=None if last is None else day(last),
            voided_at=NOW if is_voided else None,
        )
    plant_restrictions(planter, place)


def plant_restrictions(planter: Planter, place: Place) -> None:
    """Who is restricted, and who is named to see them all the same."""
    for person, level, is_lowered in RESTRICTED:
        lowered: Values = {
            "lowering_asked_by_id": place.users["manager"],
            "lowering_asked_at": NOW,
            "lowered_by_id": place.users["adviser"],
            "lowered_at": NOW,
        }
        planter.plant(
            "participants_restriction",
            participant_id=place.people[person],
            level=level,
            **(lowered if is_lowered else {}),
        )
    for person, user, is_ended in NAMED:
        planter.plant(
            "participants_namedaccess",
            participant_id=place.people[person],
            user_id=place.users[user],
            ended_at=NOW if is_ended else None,
        )


def on(place: Place, contract: str, organisation: str) -> Values:
    return {
        "contract_id": place.contracts[contract],
        "organisation_id": place.organisations[organisation],
    }


FRAMEWORK = (
    "partners_organisation",
    "programmes_programme",
    "programmes_contract",
    "programmes_supplyagreement",
    "participants_participant",
    "participants_assignment",
    "participants_restriction",
    "participants_namedaccess",
)


def ordered() -> list[type[models.Model]]:
    """The walled models outside the framework, each after those that it refers to."""
    left = [model for model in walled_models() if model._meta.db_table not in FRAMEWORK]
    found: list[type[models.Model]] = []
    while left:
        ready = [model for model in left if not (targets(model) & set(left) - {model})]
        assert ready, f"These refer to each other: {left}"
        found += ready
        left = [model for model in left if model not in ready]
    return found


def targets(model: type[models.Model]) -> set[Any]:
    """The models that this one refers to."""
    return {f.related_model for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)}
