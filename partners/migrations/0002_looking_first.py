"""What must be read before any tenant is known, and what the application may do with the global tables."""

from django.db import migrations

# Owned by a role that cannot sign in and passes the walls. Each returns only what its one question needs.
LOOK_FIRST = """
create function wall.memberships(person uuid)
returns table (membership_id uuid, tenant_id uuid, tenant_slug varchar, tenant_name varchar, organisation_id uuid,
               organisation_name varchar, kind varchar, role varchar, cleared boolean, clock_offset interval)
language sql stable security definer set search_path = pg_catalog as $$
  select m.id, t.id, t.slug, t.name, o.id, o.name, o.kind, m.role, m.cleared, t.clock_offset
  from public.partners_membership m
  join public.partners_organisation o on o.tenant_id = m.tenant_id and o.id = m.organisation_id
  join public.partners_tenant t on t.id = m.tenant_id
  where m.user_id = person and m.started_on <= ((now() + t.clock_offset) at time zone 'Europe/London')::date
    and (m.ended_on is null or m.ended_on >= ((now() + t.clock_offset) at time zone 'Europe/London')::date)
  order by t.name, o.name, m.id
$$;

create function wall.api_key(secret_digest varchar)
returns table (key_id uuid, tenant_id uuid, organisation_id uuid, kind varchar, scopes jsonb, clock_offset interval)
language sql stable security definer set search_path = pg_catalog as $$
  select k.id, k.tenant_id, o.id, o.kind, k.scopes, t.clock_offset
  from public.partners_apikey k
  join public.partners_organisation o on o.tenant_id = k.tenant_id and o.id = k.organisation_id
  join public.partners_tenant t on t.id = k.tenant_id
  where k.digest = secret_digest and k.revoked_at is null and k.expires_at > now()
$$;

create function wall.lease_outbox(most integer, seconds integer)
returns table (id uuid) language sql volatile security definer set search_path = pg_catalog as $$
  with due as (
    select o.id from public.partners_outboxitem o
    where o.done_at is null and o.dead_at is null and o.available_at <= clock_timestamp()
    order by o.available_at for update skip locked limit most
  )
  -- The longer a row has waited, the longer its next lease, so that a backlog is not sent again and again.
  update public.partners_outboxitem o
  set available_at = clock_timestamp() + greatest(
    make_interval(secs => seconds), least(clock_timestamp() - o.created_at, interval '10 minutes'))
  from due where o.id = due.id
  returning o.id
$$;

create function wall.open_job(item uuid) returns table (tenant_id uuid, clock_offset interval)
language sql stable security definer set search_path = pg_catalog as $$
  select t.id, t.clock_offset from public.partners_outboxitem o
  join public.partners_tenant t on t.id = o.tenant_id where o.id = item
$$;

create function wall.oldest_due() returns interval
language sql stable security definer set search_path = pg_catalog as $$
  select max(clock_timestamp() - created_at) from public.partners_outboxitem where done_at is null and dead_at is null
$$;

grant select on public.partners_membership, public.partners_organisation, public.partners_tenant,
  public.partners_apikey to baton_definer;
grant select, update on public.partners_outboxitem to baton_definer;
"""
# The planner must know what a bulk load wrote before the figures are made from it; only the owner may tell it.
ANALYSE = """
create function wall.analyse() returns void language plpgsql security definer set search_path = pg_catalog as $$
declare each regclass;
begin
  for each in select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
    execute format('analyze %s', each);
  end loop;
end $$;
revoke all on function wall.analyse() from public;
grant execute on function wall.analyse() to baton_app;
"""
FUNCTIONS = {
    "memberships": "uuid",
    "api_key": "varchar",
    "lease_outbox": "integer, integer",
    "open_job": "uuid",
    "oldest_due": "",
}
HAND_OVER = "".join(
    f"alter function wall.{name}({arguments}) owner to baton_definer;"
    f"revoke all on function wall.{name}({arguments}) from public;"
    f"grant execute on function wall.{name}({arguments}) to baton_app;"
    for name, arguments in FUNCTIONS.items()
)
REMOVE = "".join(f"drop function wall.{name}({arguments});" for name, arguments in FUNCTIONS.items())

# The global tables: no tenant, no person's case. Reviewed in tests/test_walls.py.
GLOBAL_GRANTS = """
grant select, insert, update (clock_offset, notice) on partners_tenant to baton_app;
grant select, insert, update (password, last_login, name, is_active) on partners_user to baton_app;
grant select, insert, update, delete on django_session to baton_app;
grant select, insert, update, delete on partners_cache to baton_app;
grant select, insert, update, delete on account_emailaddress, account_emailconfirmation to baton_app;
grant select on django_content_type, django_migrations to baton_app;
grant usage on all sequences in schema public to baton_app;
"""
CACHE_TABLE = """
create table partners_cache (cache_key varchar(255) primary key, value text not null, expires timestamptz not null);
create index partners_cache_expires on partners_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_first"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(LOOK_FIRST + HAND_OVER, REMOVE),
        migrations.RunSQL(ANALYSE, "drop function wall.analyse()"),
        migrations.RunSQL(CACHE_TABLE, "drop table partners_cache"),
        migrations.RunSQL(GLOBAL_GRANTS, migrations.RunSQL.noop),
    ]
