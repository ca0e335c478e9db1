"""The walls, read from PostgreSQL's own catalogue and tried as the restricted role."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import ForeignKey

from participants.models import Assignment, Concern, Contact, ContactDetails, Participant
from partners.guard import NoViewer, OutsideTransaction
from partners.models import Organisation, Tenant
from partners.viewer import Viewer, acting_as
from partners.walls import Reference, walled_models
from programmes.models import Price, SupplyAgreement
from tests.cast import Cast, looking_as

# Reviewed: tables without a tenant. None holds a participant's data.
GLOBAL_TABLES = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "mfa_authenticator",
    "partners_cache",
    "partners_tenant",
    "partners_user",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
    "usersessions_usersession",
}


@contextmanager
def raw_cursor() -> Iterator[Any]:
    """A cursor that the guard does not see: what an injected statement would have."""
    with connection.cursor():
        pass
    with connection.connection.cursor() as cursor:
        yield cursor


def rows(sql: str, *params: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.mark.django_db
def test_the_tests_run_as_a_role_that_the_walls_bind() -> None:
    [(is_super, bypasses, owns)] = rows(
        "select rolsuper, rolbypassrls, (select count(*) from pg_class where relowner = r.oid) from pg_roles r"
        " where rolname = current_user"
    )
    assert (is_super, bypasses, owns) == (False, False, 0)


@pytest.mark.django_db
def test_every_table_is_walled_or_on_the_reviewed_list() -> None:
    tables = {
        name: (enabled, forced)
        for name, enabled, forced in rows(
            "select relname, relrowsecurity, relforcerowsecurity from pg_class"
            " where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        )
    }
    walled = {model._meta.db_table for model in walled_models()}
    assert set(tables) - walled == GLOBAL_TABLES
    assert {name for name in walled if tables[name] != (True, True)} == set()


@pytest.mark.django_db
def test_every_key_between_tenant_tables_carries_the_tenant() -> None:
    walled = walled_models()
    for model in walled:
        references = {c.field for c in model._meta.constraints if isinstance(c, Reference)}
        keys = {
            f.name
            for f in model._meta.local_fields
            if isinstance(f, ForeignKey) and f.related_model in walled
        }
        assert keys == references, model
    composite = rows(
        "select conname from pg_constraint where contype = 'f' and cardinality(conkey) = 1"
        " and confrelid = any(%s::regclass[])",
        [f"public.{model._meta.db_table}" for model in walled],
    )
    assert composite == []
    promised = {
        constraint.name
        for model in walled
        for constraint in model._meta.constraints
        if isinstance(constraint, Reference)
    }
    kept = {
        name for (name,) in rows("select conname from pg_constraint where contype = 'f' and convalidated")
    }
    assert promised - kept == set()


def test_keys_point_down_the_house() -> None:
    order = ["partners", "programmes", "participants", "referrals", "outcomes"]
    for model in apps.get_models():
        if model._meta.app_label not in order:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, ForeignKey):
                target = field.related_model._meta.app_label
                assert order.index(target) <= order.index(model._meta.app_label), field


@pytest.mark.django_db
def test_the_application_may_not_truncate_and_functions_that_look_first_are_few() -> None:
    assert (
        rows(
            "select table_name, privilege_type from information_schema.role_table_grants"
            " where grantee = 'baton_app' and privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')"
        )
        == []
    )
    definers = rows(
        "select p.proname, r.rolname, p.proconfig from pg_proc p join pg_roles r on r.oid = p.proowner"
        " where p.prosecdef and p.pronamespace in ('public'::regnamespace, 'wall'::regnamespace)"
    )
    look_first = {
        "memberships",
        "api_key",
        "lease_outbox",
        "open_job",
        "oldest_due",
        "journal_balances",
        "journal_is_whole",
        "sign_in_domain",
        "sign_in_service",
        # Whom a restriction sets apart, and the rows that hang on them: the walls of what they read ask them.
        "beyond",
        "beyond_allocations",
        "beyond_decisions",
        "beyond_journals",
        "beyond_referrals",
        # Changes what no action may, and only where a request for it was approved.
        "erase",
    }
    owners = {name: owner for name, owner, _ in definers}
    assert owners == dict.fromkeys(look_first, "baton_definer") | {"analyse": "baton_owner"}
    assert {tuple(config) for _, _, config in definers} == {("search_path=pg_catalog",)}


def test_without_a_viewer_every_tenant_table_is_empty(cast: Cast) -> None:
    with transaction.atomic(), raw_cursor() as cursor:
        cursor.execute("select set_config('wall.tenant', '', true), set_config('wall.kind', '', true)")
        for model in walled_models():
            cursor.execute(f"select count(*) from {model._meta.db_table}")
            assert cursor.fetchone() == (0,), model


def test_every_walled_table_is_refused_without_a_viewer_and_outside_a_transaction(cast: Cast) -> None:
    for model in walled_models():
        with pytest.raises(NoViewer), transaction.atomic():
            model._default_manager.exists()
        with pytest.raises(OutsideTransaction), acting_as(cast.priya):
            model._default_manager.exists()


def test_another_tenants_rows_do_not_exist(cast: Cast) -> None:
    with looking_as(cast.sam):
        assert {o.tenant_id for o in Organisation.objects.all()} == {cast.meridian.pk}
    with looking_as(cast.priya):
        assert {o.tenant_id for o in Organisation.objects.all()} == {cast.serco.pk}


def test_a_row_can_neither_be_written_into_nor_refer_to_another_tenant(cast: Cast) -> None:
    with pytest.raises(ProgrammingError), looking_as(cast.system()):
        Organisation.objects.create(tenant=cast.meridian, kind="provider", slug="spy", name="Spy")
    with pytest.raises(IntegrityError), looking_as(cast.system()):
        SupplyAgreement.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            organisation_id=cast.organisation("meridian-renaisi"),
            share_basis_points=1,
            capacity=1,
            starts_on=date(2026, 1, 1),
        )


@pytest.mark.parametrize("name", ["priya", "ada", "hana", "dee"])
def test_people_only_read_and_the_system_writes(cast: Cast, name: str) -> None:
    with pytest.raises(ProgrammingError), looking_as(getattr(cast, name)) as viewer:
        Organisation.objects.create(tenant_id=viewer.tenant_id, kind="provider", slug="mine", name="Mine")
    with looking_as(getattr(cast, name)):
        assert Organisation.objects.update(name="Taken over") == 0


def test_what_may_never_change_cannot_even_be_changed_by_the_system(cast: Cast) -> None:
    with pytest.raises(ProgrammingError), looking_as(cast.system()):
        Price.objects.update(pence=1)


def test_settings_do_not_outlive_their_transaction_or_savepoint(cast: Cast) -> None:
    with looking_as(cast.priya):
        assert Organisation.objects.count() == 8
        try:
            with transaction.atomic(), acting_as(cast.sam):
                assert Organisation.objects.count() == 2
                raise ValueError
        except ValueError:
            pass
        assert Organisation.objects.count() == 8
        with acting_as(cast.sam):
            assert Organisation.objects.count() == 2
        assert Organisation.objects.count() == 8


def held_by(cast: Cast, slug: str, starts_on: date, ends_on: date | None) -> Participant:
    """A participant with details and a concern, held by one provider for a while."""
    with looking_as(cast.system()) as system:
        person = Participant.objects.create(
            tenant_id=system.tenant_id,
            reference=f"P-{slug[:4].upper()}-00",
            given_name="Nia",
            family_name="Okafor",
            search_name="okafor nia",
            born_on=date(1990, 1, 1),
            made_at=system.now(),
        )
        within = {"tenant_id": system.tenant_id, "participant": person}
        ContactDetails.objects.create(**within, phone="+447700900001")
        Concern.objects.create(**within, code="domestic_abuse", noted_on=starts_on)
        Assignment.objects.create(
            **within,
            contract=cast.contract,
            organisation_id=cast.organisation(slug),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        for day in (starts_on, system.today):
            Contact.objects.create(
                **within,
                contract=cast.contract,
                organisation_id=cast.organisation(slug),
                adviser=cast.users["ada"],
                channel="phone",
                result="attended",
                contacted_on=day,
                recorded_at=system.now(),
            )
        return person


def sees(viewer: Viewer, person: Participant) -> tuple[int, int, int, int]:
    """How many rows of the person, their details, their concerns and their contacts the viewer sees."""
    with looking_as(viewer):
        return (
            Participant.objects.filter(pk=person.pk).count(),
            ContactDetails.objects.filter(participant=person).count(),
            Concern.objects.filter(participant=person).count(),
            Contact.objects.filter(participant=person).count(),
        )


def test_the_holder_sees_the_person_the_stranger_nothing_and_only_the_cleared_the_concern(cast: Cast) -> None:
    person = held_by(cast, "renaisi", date(2026, 1, 5), None)
    assert sees(cast.ada, person) == (1, 1, 0, 2)
    assert sees(cast.ivo, person) == (0, 0, 0, 0)
    assert sees(cast.hana, person) == (0, 0, 0, 0)
    assert sees(cast.dee, person) == (0, 0, 0, 0)
    assert sees(cast.sam, person) == (0, 0, 0, 0)
    assert sees(cast.priya, person) == (1, 1, 0, 2)
    assert sees(cast.sara, person) == (1, 1, 1, 2)


def test_a_past_holder_keeps_what_is_dated_in_its_time_without_contact_details(cast: Cast) -> None:
    person = held_by(cast, "renaisi", date(2026, 1, 5), date(2026, 2, 5))
    assert sees(cast.ada, person) == (1, 0, 0, 1)


def test_a_provider_sees_its_own_tariff_and_share_and_no_competitors(cast: Cast) -> None:
    with looking_as(cast.mona):
        assert {a.organisation_id for a in SupplyAgreement.objects.all()} == {cast.organisation("renaisi")}
        assert {price.side for price in Price.objects.all()} == {"provider"}
    with looking_as(cast.hana):
        assert (SupplyAgreement.objects.count(), Price.objects.count()) == (0, 0)


def test_a_person_with_places_in_two_tenants_sees_each_only_from_within(cast: Cast) -> None:
    client = cast.client("rita")
    assert client.get("/serco/places/").status_code == 200
    assert client.get("/").status_code == 200
    assert Tenant.objects.count() == 2
