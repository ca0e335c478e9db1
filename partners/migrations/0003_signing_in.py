"""Second factors, signed-in browsers and organisations' own sign-in."""

import django.db.models.deletion
from django.db import migrations, models

import partners.identifiers
import partners.walls

# What the sign-in page asks before anyone is known: never who has an account, only whose service answers for a domain.
LOOK_FIRST = """
create function wall.sign_in_service(of_organisation uuid)
returns table (organisation_id uuid, organisation_name varchar, tenant_id uuid, tenant_name varchar, service_id uuid,
               issuer varchar, client_id varchar, key_id smallint, client_secret bytea, domains jsonb,
               enforces_second_factor boolean)
language sql stable security definer set search_path = pg_catalog as $$
  select o.id, o.name, t.id, t.name, s.id, s.issuer, s.client_id, s.key_id, s.client_secret, s.domains,
         s.enforces_second_factor
  from public.partners_signinservice s
  join public.partners_organisation o on o.tenant_id = s.tenant_id and o.id = s.organisation_id
  join public.partners_tenant t on t.id = s.tenant_id
  where s.organisation_id = of_organisation and s.ended_at is null
$$;

create function wall.sign_in_domain(of_domain varchar)
returns table (organisation_id uuid, organisation_name varchar, tenant_name varchar)
language sql stable security definer set search_path = pg_catalog as $$
  select o.id, o.name, t.name
  from public.partners_signinservice s
  join public.partners_organisation o on o.tenant_id = s.tenant_id and o.id = s.organisation_id
  join public.partners_tenant t on t.id = s.tenant_id
  where s.ended_at is null and s.domains ? of_domain
  order by o.name, t.name
$$;

grant select on public.partners_signinservice to baton_definer;
"""
FUNCTIONS = {"sign_in_service": "uuid", "sign_in_domain": "varchar"}
HAND_OVER = "".join(
    f"alter function wall.{name}({arguments}) owner to baton_definer;"
    f"revoke all on function wall.{name}({arguments}) from public;"
    f"grant execute on function wall.{name}({arguments}) to baton_app;"
    for name, arguments in FUNCTIONS.items()
)
REMOVE = "".join(f"drop function wall.{name}({arguments});" for name, arguments in FUNCTIONS.items())

# Nobody's account is linked to an identity service's: that table stays empty, and allauth only looks into it.
GLOBAL_GRANTS = """
grant select, insert, update, delete on mfa_authenticator, usersessions_usersession to baton_app;
grant select on socialaccount_socialaccount to baton_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0002_looking_first"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInService",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("issuer", models.URLField()),
                ("client_id", models.CharField(max_length=191)),
                ("key_id", models.PositiveSmallIntegerField()),
                ("client_secret", models.BinaryField()),
                ("domains", models.JSONField(default=list)),
                ("enforces_second_factor", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        name="partners_signinservice_wall",
                        select={"prime": ""},
                        update=(
                            "issuer",
                            "client_id",
                            "key_id",
                            "client_secret",
                            "domains",
                            "enforces_second_factor",
                            "changed_at",
                            "ended_at",
                        ),
                    ),
                    partners.walls.Reference(
                        name="partners_signinservice_organisation_within", field="organisation"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("tenant", "organisation"),
                        name="partners_signinservice_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL(LOOK_FIRST + HAND_OVER, REMOVE),
        migrations.RunSQL(GLOBAL_GRANTS, migrations.RunSQL.noop),
    ]
