"""A sign-in of an organisation's own waits for a second person; invitations clear nobody; second factors are reset."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import partners.walls

# Who last wrote the terms of the services that there are: the events know. The owner is behind the walls as well.
WHO_CHANGED = """
alter table public.partners_signinservice no force row level security;
alter table public.partners_domainevent no force row level security;
update public.partners_signinservice s set changed_by_id = (
  select e.by_user_id from public.partners_domainevent e
  where e.tenant_id = s.tenant_id and e.subject_id = s.id and e.kind in ('sign_in.set_up', 'sign_in.changed')
  order by e.at desc limit 1);
set constraints all immediate;
alter table public.partners_domainevent force row level security;
alter table public.partners_signinservice force row level security;
"""
# The definer owns the functions, and the owner inherits none of its rights.
LOOK_FIRST = """
set local role baton_definer;
create or replace function wall.sign_in_service(of_organisation uuid)
returns table (organisation_id uuid, organisation_name varchar, tenant_id uuid, tenant_name varchar, service_id uuid,
               issuer varchar, client_id varchar, key_id smallint, client_secret bytea, domains jsonb,
               enforces_second_factor boolean)
language sql stable security definer set search_path = pg_catalog as $$
  select o.id, o.name, t.id, t.name, s.id, s.issuer, s.client_id, s.key_id, s.client_secret, s.domains,
         s.enforces_second_factor
  from public.partners_signinservice s
  join public.partners_organisation o on o.tenant_id = s.tenant_id and o.id = s.organisation_id
  join public.partners_tenant t on t.id = s.tenant_id
  where s.organisation_id = of_organisation and s.ended_at is null {and_confirmed}
$$;
create or replace function wall.sign_in_domain(of_domain varchar)
returns table (organisation_id uuid, organisation_name varchar, tenant_name varchar)
language sql stable security definer set search_path = pg_catalog as $$
  select o.id, o.name, t.name
  from public.partners_signinservice s
  join public.partners_organisation o on o.tenant_id = s.tenant_id and o.id = s.organisation_id
  join public.partners_tenant t on t.id = s.tenant_id
  where s.ended_at is null {and_confirmed} and s.domains ? of_domain
  order by o.name, t.name
$$;
reset role;
"""
CONFIRMED = LOOK_FIRST.format(and_confirmed="and s.confirmed_at is not null")
WHATEVER = LOOK_FIRST.format(and_confirmed="")
GRANTS = "grant update (reset_at, reset_digest, reset_expires_at) on partners_user to baton_app"


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0006_audit"),
    ]

    operations = [
        migrations.RemoveField(model_name="invitation", name="cleared"),
        migrations.AddField(
            model_name="signinservice",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(WHO_CHANGED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="signinservice",
            name="changed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="signinservice",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="signinservice",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        partners.walls.RebuildWall(
            model_name="signinservice",
            wall=partners.walls.Wall(
                name="partners_signinservice_wall",
                select={
                    "prime": "",
                    "provider": "organisation_id = (select wall.organisation())",
                },
                update=(
                    "issuer",
                    "client_id",
                    "key_id",
                    "client_secret",
                    "domains",
                    "enforces_second_factor",
                    "changed_at",
                    "changed_by",
                    "confirmed_at",
                    "confirmed_by",
                    "ended_at",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="signinservice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("confirmed_by", None)),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        models.Q(("confirmed_by", models.F("changed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="partners_signinservice_confirmed_by_another",
            ),
        ),
        migrations.RunSQL(CONFIRMED, WHATEVER),
        migrations.AddField(
            model_name="user",
            name="reset_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="reset_digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="user",
            name="reset_expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
