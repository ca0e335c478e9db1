"""What a refusal tells: nobody learns from an error, a count or an id whether another tenant has something."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.db.models import UniqueConstraint, UUIDField
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from partners.identifiers import uuid7
from partners.walls import walled_models
from tests.partners.keepers import references
from tests.partners.matrix import Attempt, planter_of
from tests.partners.planting import plant_tenant
from tests.partners.small_world import CANARIES, Onlooker, Place, insertion, look_as

TABLES = sorted(model._meta.db_table for model in walled_models())
# Reviewed: the digests of random secrets, which nobody can guess and so nobody can ask about.
KEYS_OF_SECRETS = {"partners_apikey_digest_key", "partners_invitation_digest"}
# Reviewed: everybody's own browsers and passkeys, which the library counts over the whole installation.
OWN_AND_COUNTED = (
    "account/signed-in/<int:pk>/",
    "account/second-factor/passkeys/<int:pk>/",
)


@pytest.fixture(scope="module")
def places(django_db_setup: None) -> Iterator[tuple[Any, Place, Place]]:
    """A cursor of the application on two planted tenants, which are gone afterwards."""
    address = urlsplit(os.environ["DATABASE_URL"]).geturl()
    connection = psycopg2.connect(address)
    cursor = connection.cursor()
    first, second = (plant_tenant(cursor, canary) for canary in CANARIES)
    yield cursor, first, second
    connection.rollback()
    connection.close()


def system_of(place: Place) -> Onlooker:
    return Onlooker("the system", place.tenant_id, "system")


@pytest.mark.parametrize("table", TABLES)
def test_what_one_tenant_has_another_can_have_as_well(places: tuple[Any, Place, Place], table: str) -> None:
    """A unique key that went across tenants would answer whether somebody elsewhere has the same value."""
    cursor, first, second = places
    cursor.execute("savepoint twins")
    look_as(cursor, system_of(first))
    original = planter_of(cursor, first).plant(table, fresh=True)
    look_as(cursor, system_of(second))
    planter = planter_of(cursor, second)
    own = planter.filled(table, {}, fresh=True)
    keys = {str(field.column) for field in planter.models[table]._meta.concrete_fields if field.is_relation}
    secret = {"digest"} if table in ("partners_apikey", "partners_invitation") else set()
    twin = {
        name: own[name] if name in keys | secret | {"id", "tenant_id"} else value
        for name, value in original.items()
    }
    attempt = Attempt(cursor, *insertion(table, twin))
    cursor.execute("rollback to savepoint twins")
    assert attempt.refused == "", attempt.why


@pytest.mark.parametrize("name", sorted(references()))
def test_a_reference_to_what_is_elsewhere_is_refused_like_one_to_nothing(
    places: tuple[Any, Place, Place], name: str
) -> None:
    cursor, first, second = places
    table, column, target = references()[name]
    cursor.execute("savepoint answers")
    look_as(cursor, system_of(second))
    foreign = planter_of(cursor, second).plant(target, fresh=True)["id"]
    look_as(cursor, system_of(first))
    planter = planter_of(cursor, first)
    made = planter.filled(table, {}, fresh=True)
    answers = [
        answer(cursor, table, {**made, "id": uuid7(), column: target_id}, target_id)
        for target_id in (foreign, uuid4())
    ]
    cursor.execute("rollback to savepoint answers")
    assert answers[0] == answers[1]
    assert answers[0][0] != ""


def answer(cursor: Any, table: str, row: dict[str, Any], target_id: UUID) -> tuple[str, str]:
    """The code and the words of the refusal, but for the id that was asked for."""
    attempt = Attempt(cursor, *insertion(table, row))
    return attempt.refused, attempt.why.replace(str(target_id), "...").partition("Failing row")[0]


@pytest.mark.parametrize("table", TABLES)
def test_asking_for_what_is_elsewhere_is_like_asking_for_nothing(
    places: tuple[Any, Place, Place], table: str
) -> None:
    cursor, first, second = places
    cursor.execute("savepoint questions")
    look_as(cursor, system_of(second))
    foreign = planter_of(cursor, second).plant(table, fresh=True)["id"]
    look_as(cursor, system_of(first))
    for statement in (
        f'select 1 from "{table}" where id = %s',
        f'select 1 from "{table}" where id = %s for share',
        f'delete from "{table}" where id = %s',
    ):
        elsewhere, nowhere = (Attempt(cursor, statement, [row_id]) for row_id in (foreign, uuid4()))
        assert (elsewhere.rows, elsewhere.refused) == (nowhere.rows, nowhere.refused), statement
        assert elsewhere.rows <= 0
    cursor.execute("rollback to savepoint questions")


def test_what_is_planned_and_counted_says_nothing_of_other_tenants(places: tuple[Any, Place, Place]) -> None:
    """The statistics of the columns show values of every tenant: the application cannot read them."""
    cursor, first, _ = places
    look_as(cursor, system_of(first))
    cursor.execute("select count(*) from pg_stats where tablename = any(%s)", [TABLES])
    assert cursor.fetchone() == (0,)


def test_unique_keys_carry_the_tenant() -> None:
    without = {
        constraint.name
        for model in walled_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields[0] != "tenant"
    }
    assert without <= KEYS_OF_SECRETS


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def test_no_address_counts_rows() -> None:
    """An id that counts up tells how many there are, and is found by counting."""
    counting = {
        str(pattern.pattern)
        for pattern in patterns(get_resolver())
        if any(isinstance(one, IntConverter) for one in pattern.pattern.converters.values())
    }
    assert {address for address in counting if not address.startswith(OWN_AND_COUNTED)} == set()


def test_ids_do_not_count_up() -> None:
    assert {type(model._meta.pk) for model in walled_models()} == {UUIDField}
