import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


# The definer owns the function, and the owner inherits none of its rights.
PLACES = """
set local role baton_definer;
create or replace function wall.memberships(person uuid)
returns table (membership_id uuid, tenant_id uuid, tenant_slug varchar, tenant_name varchar, organisation_id uuid,
               organisation_name varchar, kind varchar, role varchar, cleared boolean, clock_offset interval)
language sql stable security definer set search_path = pg_catalog as $$
  select m.id, t.id, t.slug, t.name, o.id, o.name, o.kind, m.role, m.cleared, t.clock_offset
  from public.partners_membership m
  join public.partners_organisation o on o.tenant_id = m.tenant_id and o.id = m.organisation_id
  join public.partners_tenant t on t.id = m.tenant_id
  where m.user_id = person and m.started_on <= ((now() + t.clock_offset) at time zone 'Europe/London')::date
    and (m.ended_on is null or m.ended_on >= ((now() + t.clock_offset) at time zone 'Europe/London')::date)
    {and_not_taken_away}
  order by t.name, o.name, m.id
$$;
reset role;
"""
AT_ONCE = PLACES.format(and_not_taken_away="and m.ended_at is null")
BY_THE_DAY = PLACES.format(and_not_taken_away="")


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0003_signing_in"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="membership", name="partners_membership_wall"),
        migrations.AddField(
            model_name="membership",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="end_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("left", "They left the organisation"),
                    ("other_work", "They do other work now"),
                    ("contract_ended", "Our work in this workspace ended"),
                    ("long_absence", "They are away for a long time"),
                    ("security", "To keep participants' data safe"),
                    ("mistake", "They were given the place by mistake"),
                    ("changed", "Their role or clearance changed"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=partners.walls.Wall(
                name="partners_membership_wall",
                select={
                    "commissioner": "organisation_id = (select wall.organisation())",
                    "prime": "",
                    "provider": "organisation_id = (select wall.organisation())",
                    "referrer": "organisation_id = (select wall.organisation())",
                },
                update=("ended_on", "ended_at", "ended_by", "end_reason"),
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_on__isnull", False), _connector="OR"),
                name="partners_membership_ended",
            ),
        ),
        migrations.RunSQL(AT_ONCE, BY_THE_DAY),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("performance_manager", "Performance manager"),
                            ("finance", "Finance manager"),
                            ("contract_manager", "Contract manager"),
                            ("viewer", "Viewer"),
                            ("manager", "Manager"),
                            ("adviser", "Adviser"),
                            ("submitter", "Submitter"),
                        ],
                        max_length=24,
                    ),
                ),
                ("cleared", models.BooleanField(default=False)),
                ("invited_at", models.DateTimeField()),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        name="partners_invitation_wall",
                        select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                        update=(
                            "digest",
                            "expires_at",
                            "accepted_at",
                            "accepted_by",
                            "revoked_at",
                            "revoked_by",
                        ),
                    ),
                    partners.walls.Reference(
                        field="organisation", name="partners_invitation_organisation_within"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        fields=("tenant", "organisation", "email"),
                        name="partners_invitation_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("digest", ""), _negated=True),
                        fields=("digest",),
                        name="partners_invitation_digest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("accepted_by", None)),
                            models.Q(
                                ("accepted_at__isnull", False),
                                ("accepted_by__isnull", False),
                                ("revoked_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="partners_invitation_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at", None), ("revoked_by", None)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="partners_invitation_revoked",
                    ),
                ],
            },
        ),
    ]
